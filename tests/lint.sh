#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What can be checked without running the tool.  Prints TAP; the reasons of a
# failure stand before it.  Called by tests/run.sh with LINT_CC and
# LINT_CPPFLAGS; BUILD holds the products.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${BUILD:=build}" "${LINT_CC:=cc}" "${LINT_CPPFLAGS:=-D_GNU_SOURCE -I. -Iinclude -Ilib}"

n=0 failed=0
# item NAME COMMAND...: one line of the result; status 77 skips, and the last
# line of the output is then the reason.
item() {
	local name=$1 out st
	shift
	n=$((n + 1))
	out=$("$@" 2>&1)
	st=$?
	if [ $st = 77 ]; then
		echo "ok $n $name # skip ${out##*$'\n'}"
		return
	fi
	if [ $st = 0 ]; then
		echo "ok $n $name"
		return
	fi
	failed=1
	printf '%s\n' "$out" | sed 's/^/# /'
	echo "not ok $n $name"
}

has() {
	command -v "$1" >/dev/null || { echo "$1 is not installed"; exit 77; }
}

sources() { find include lib cmd tests/unit tests/ratios tests/san tests/fuzz \( -name uapi -o -name asn1 \) -prune -o "$@" -type f -print 2>/dev/null | sort; }
ours() { sources \( -name '*.c' -o -name '*.h' \); }

format() (
	has clang-format
	local f n st=0
	while read -r f; do
		n=$(clang-format "$f" | diff "$f" - | grep -c '^<')
		[ "$n" = 0 ] || { echo "$f: $n lines (make format)"; st=1; }
	done < <(ours)
	exit "$st"
)

# check FILES of one shell each, as its first line says.
shell() (
	has shellcheck
	find tests .ci completions \( -name '*.sh' -o -path .ci/run \) -type f -print0 |
		xargs -0 -r shellcheck -x || exit 1
	find tests completions \( -name '*.bash' \) -type f -print0 |
		xargs -0 -r shellcheck -s bash -x -e SC2154 || exit 1
	# SC2154: bats sets the variables; SC2016: for inner shells; SC2164: set -e.
	find tests -name '*.bats' -print0 |
		xargs -0 -r shellcheck -x -e SC2154,SC2016,SC2164
)

headers() {
	local h st=0
	for h in $(sources -name '*.h'); do
		# shellcheck disable=SC2086 # a list of flags
		"$LINT_CC" -std=gnu11 -Wall -Wextra -Werror -Wno-unused $LINT_CPPFLAGS \
			-Itests/unit -x c -fsyntax-only -include "$h" /dev/null || st=1
	done
	return "$st"
}

# Functions over 80 lines and files over 450 hide a second idea.
sizes() {
	local st=0
	# shellcheck disable=SC2046 # names without spaces
	awk '
		FNR == 1 { if (file) files(file, last); file = FILENAME }
		{ last = FNR }
		/^\{/ { start = FNR; next }
		/^\}/ && start {
			if (FNR - start - 1 > 80) {
				printf "%s:%d: function of %d lines\n", FILENAME, start, FNR - start - 1
				bad = 1
			}
			start = 0
		}
		function files(f, lines) {
			if (lines > 450) { printf "%s: %d lines\n", f, lines; bad = 1 }
		}
		END { if (file) files(file, last); exit bad }
	' $(sources \( -path 'lib/*.[ch]' -o -path 'cmd/*.[ch]' \)) || st=1
	return "$st"
}

# First line: licence; second: purpose.
licences() {
	local f st=0
	for f in $(ours); do
		head -n 1 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
			{ echo "$f: no SPDX line"; st=1; }
	done
	for f in Makefile mk/*.mk tests/*.sh tests/*.bats tests/*.bash .ci/run; do
		head -n 2 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
			{ echo "$f: no SPDX line"; st=1; }
	done
	return "$st"
}

# Unfinished work is an issue, not a comment.
unfinished() {
	local words='TO''DO|FIX''ME|XX''X'
	! grep -rnwE "$words" Makefile mk include lib cmd tests man completions ./*.md .ci \
		--exclude-dir=uapi --exclude-dir=vectors
}

man_pages() (
	has mandoc
	set -- man/*.[1-8]
	[ -e "$1" ] || { echo "no man pages"; exit 1; }
	# STYLE messages are opinions about the age of macros; warnings are not.
	mandoc -T lint -W warning "$@"
)

# What libwkey.so shows is what wkey.h declares WK_API, all with our prefix.
symbols() {
	local so=$BUILD/libwkey.so.0 shown declared
	[ -e "$so" ] || { echo "no shared library in this build"; return 77; }
	shown=$(nm -D --defined-only "$so" | awk '{ print $3 }' | sort)
	declared=$("$LINT_CC" -E -P -Iinclude include/wkey.h | tr '\n' ' ' |
		grep -o 'visibility("default")[^;]*;' | grep -o 'wk_[a-z0-9_]*(' |
		tr -d '(' | sort -u)
	diff -u --label declared --label shown <(echo "$declared") <(echo "$shown") || return 1
	! grep -v '^wk_' <<<"$shown"
}

# Also what is not shown: a static library has one name space.
archive_names() {
	! nm -g --defined-only "$BUILD/libwkey.a" | awk 'NF == 3 { print $3 }' | grep -v '^wk_'
}

module_symbols() {
	local m st=0
	for m in "$BUILD"/modules/*.so; do
		[ -e "$m" ] || { echo "no modules in this build"; return 77; }
		[ "$(nm -D --defined-only "$m" | awk '{ print $3 }')" = wk_module ] ||
			{ echo "$m exports more than wk_module"; st=1; }
	done
	return "$st"
}

# cmd/cmd_x_y.c is documented in man/wkeyctl-x-y.1 and listed in commands.def.
names() {
	local f id st=0
	for f in cmd/cmd_*.c; do
		id=${f#cmd/cmd_}
		id=${id%.c}
		[ -e "man/wkeyctl-${id//_/-}.1" ] ||
			{ echo "man/wkeyctl-${id//_/-}.1 is missing"; st=1; }
		grep -q "^WK_COMMAND($id)" cmd/commands.def ||
			{ echo "$f is not in cmd/commands.def"; st=1; }
	done
	return "$st"
}

echo "TAP version 13"
item "layers: includes point one way" sh tests/check-layers.sh
item "C is formatted as .clang-format says" format
item "shell scripts pass shellcheck" shell
item "every header compiles alone" headers
item "functions and files stay small" sizes
item "licence lines" licences
item "nothing unfinished" unfinished
item "the faults of tests/mutants/list can be made" bash tests/mutants/run.sh --check
item "man pages are clean" man_pages
item "every command has its man page" names
item "libwkey.so shows what wkey.h declares" symbols
item "libwkey.a defines wk_ names only" archive_names
item "modules export one symbol" module_symbols
echo "1..$n"
exit "$failed"
