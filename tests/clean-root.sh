#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make check` in a fresh minimal Debian root, as root.
#
#   tests/clean-root.sh [--suite bookworm] [--keep]
#
# Makes a minbase root by debootstrap with nothing but make added, unpacks
# `git archive HEAD` in it, runs both there with a clean environment and prints
# both times and closing lines.  The archive's mirrors are those of this
# machine's apt.  The bare root is kept as an archive under
# ${XDG_CACHE_HOME:-~/.cache}/wkeyctl/.  --keep leaves the root for a look.
#
# Mounts happen in a private name space: nothing stays mounted.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
suite=bookworm keep=no

while [ $# -gt 0 ]; do
	case $1 in
	--suite) suite=${2:?--suite needs a name}; shift 2 ;;
	--suite=*) suite=${1#*=}; shift ;;
	--keep) keep=yes; shift ;;
	*) echo "clean-root: unknown option '$1'" >&2; exit 1 ;;
	esac
done

say() { printf 'clean-root: %s\n' "$*"; }
die() { printf 'clean-root: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die "needs root"
for tool in debootstrap git unshare chroot; do
	command -v "$tool" >/dev/null || die "$tool is not installed (tests/setup.sh clean-root)"
done

# A mount name space of our own: what is mounted below ends with this process.
if [ -z "${WKEYCTL_CLEAN_ROOT:-}" ]; then
	[ $keep = no ] || set -- --keep
	[ $keep = yes ] || set --
	WKEYCTL_CLEAN_ROOT=1 exec unshare --mount --propagation private \
		sh "$top/tests/clean-root.sh" --suite "$suite" "$@"
fi

work=$(mktemp -d "${TMPDIR:-/var/tmp}/wkeyctl-root.XXXXXX")
root=$work/root
clean() {
	trap - EXIT INT TERM
	# Deepest first; only when nothing is mounted inside is anything removed.
	awk -v r="$root/" 'index($2, r) == 1 { print $2 }' /proc/self/mounts |
		sort -r | while read -r m; do umount -l "$m" || :; done
	if awk -v r="$root/" 'index($2, r) == 1 { found = 1 } END { exit !found }' /proc/self/mounts; then
		say "still mounted under $root: left as it is"
	elif [ $keep = yes ]; then
		say "kept: $root"
	else
		rm -rf --one-file-system "$work"
	fi
}
trap clean EXIT
trap 'exit 130' INT TERM

# The lines of sources.list that this machine's apt uses for the suite.  Only
# addresses, suites and components are taken, no other configuration.
sources() {
	# shellcheck disable=SC2016 # for apt
	apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		sort -u | awk -v s="$suite" '$2 == s || index($2, s "-") == 1 {
			print "deb " $1 " " $2 " " $3 }'
}
sources >"$work/sources.list"
mirror=$(awk -v s="$suite" '$3 == s { print $2; exit }' "$work/sources.list")
[ -n "$mirror" ] || die "this machine's apt knows no mirror for '$suite'"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/wkeyctl
bare=$cache/minbase-$suite-$(dpkg --print-architecture).tar
if [ -e "$bare" ]; then
	say "bare root from $bare"
	mkdir "$root"
	tar -xf "$bare" -C "$root"
else
	say "debootstrap --variant=minbase $suite from $mirror"
	debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/log" 2>&1 ||
		{ tail -n 20 "$work/log" >&2; die "debootstrap failed"; }
	rm -f "$root"/var/cache/apt/archives/*.deb
	mkdir -p "$cache"
	tar --one-file-system -cf "$bare.tmp" -C "$root" . && mv "$bare.tmp" "$bare"
fi

cp "$work/sources.list" "$root/etc/apt/sources.list"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
for d in sys dev; do
	mount --rbind "/$d" "$root/$d"
	mount --make-rslave "$root/$d"
done

# in_root COMMAND: no variable of the caller's but a proxy's.
in_root() {
	env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root TERM=dumb ${http_proxy:+http_proxy="$http_proxy"} \
		${https_proxy:+https_proxy="$https_proxy"} \
		chroot "$root" /bin/sh -c "$1"
}

say "adding make, and nothing else"
in_root 'apt-get update -q && DEBIAN_FRONTEND=noninteractive \
	apt-get install -q -y --no-install-recommends make' >"$work/log" 2>&1 ||
	{ tail -n 20 "$work/log" >&2; die "installing make failed"; }

mkdir -p "$root/srv/wkeyctl"
git -C "$top" archive HEAD | tar -x -C "$root/srv/wkeyctl"
say "$(git -C "$top" rev-parse --short HEAD) unpacked in $(du -sm --one-file-system "$root" | cut -f1) MiB"

# timed NAME: runs `make NAME`; its seconds, status and last line go to files.
timed() {
	say "make $1"
	start=$(date +%s)
	st=0
	{ in_root "cd /srv/wkeyctl && make $1" 2>&1 || echo $? >"$work/$1.status"; } |
		tee "$work/$1.log"
	[ ! -e "$work/$1.status" ] || st=$(cat "$work/$1.status")
	echo "make $1: status $st, $(($(date +%s) - start)) s: $(grep -v "^make" "$work/$1.log" | tail -n 1)" \
		>>"$work/summary"
	[ "$st" = 0 ] || failed=yes
}

failed=no
timed demo
timed check
say "a root of Debian $(cat "$root/etc/debian_version"), $suite"
cat "$work/summary"
[ $failed = no ]
