#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that are missing for the named needs.
#
#   tests/setup.sh [build|test|demo|ratios|san|fuzz|clean-root|optional]...
#
# Says what it is about to install, and nothing when all is there.  Where it
# cannot or may not install (not root, WKEY_NO_INSTALL=1, no apt), it says what
# is missing and goes on: the build and the tests name what they lack.  Needs
# dash and apt only.  Never touches apt's configuration.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- build test

say() { printf 'setup: %s\n' "$*"; }

# wanted NEED...: the packages that have one of the needs in the file `packages`.
wanted() {
	while read -r name needs; do
		case $name in '' | '#'*) continue ;; esac
		for need in $needs; do
			case " $* " in *" $need "*) echo "$name"; break ;; esac
		done
	done <packages
}

# Whether a package or one that provides it is installed.
installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	say "not a Debian system: the file 'packages' names what is needed"
	exit 0
fi

missing=
for p in $(wanted "$@"); do
	installed "$p" || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

if [ "${WKEY_NO_INSTALL:-0}" = 1 ]; then
	say "missing:$missing (WKEY_NO_INSTALL=1: installing nothing)"
	exit 0
fi
if [ "$(id -u)" != 0 ]; then
	say "missing:$missing (not root: installing nothing)"
	say "as root: apt-get install --no-install-recommends$missing"
	exit 0
fi

say "about to install:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

update() {
	say "apt-get update"
	apt-get update -q >"$log" 2>&1 || { cat "$log" >&2; say "apt-get update failed"; exit 1; }
}
install() {
	# shellcheck disable=SC2086 # a list of names
	apt-get install -q -y --no-install-recommends $missing >"$log" 2>&1
}

ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || update
if ! install; then
	# A list may be older than the archive; only then is it fetched again.
	update
	install || { cat "$log" >&2; say "apt-get install failed"; exit 1; }
fi
say "installed"
