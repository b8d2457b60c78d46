#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All tests three times: as they are, with AddressSanitizer and
# UndefinedBehaviorSanitizer compiled in, and under valgrind's memcheck.
# `make check-san` calls this when the plain build in BUILD is complete.
#
#   tests/san/run.sh [asan] [valgrind]      both when none is named
#
# A sanitizer's run passes when it ran the very tests of the plain run, none
# failed, and no process of it left a report, whatever became of the test.
# Reports go to files: tests read stderr.  What means nothing under a sanitizer
# takes the plain build (tests/san/plain-only).
#
# Leaks are looked for under valgrind, and in the unit tests with ASan: the tool
# does not let itself be traced, as LeakSanitizer would.
#
# Below $BUILD/san: X.out (the run), X.lines (each test), X.reports/, the build.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=$(cd "$TOP" && realpath -m "${BUILD:-build}")
cd "$TOP" || exit 1
[ $# -gt 0 ] || set -- asan valgrind
san=$BUILD/san
mkdir -p "$san"
# A make that is started here or by a test is none of the caller's.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

say() { printf 'check-san: %s\n' "$*"; }

# The sanitizers as flags; the options object goes into every program.
ASAN_CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
asan_build() {
	mkdir -p "$san/asan"
	"${CC:-cc}" -D_GNU_SOURCE -O1 -fPIC -DWK_SAN_LOG="\"$san/asan.reports/r\"" -c tests/san/options.c \
		-o "$san/asan/options.o" &&
		make BUILD="$san/asan" CFLAGS="$ASAN_CFLAGS" LDFLAGS="$san/asan/options.o" STATIC=0 \
			-j"$(nproc)" all unit >"$san/asan.make" 2>&1 && return
	cat "$san/asan.make"
	return 1
}

# wrap PROGRAM FILE: a script that runs the program under valgrind, by the name
# of fscryptctl when it has that.  Process numbers come again within one run.
wrap() {
	cat >"$2" <<-END
		#!/bin/sh
		read -r unique </proc/sys/kernel/random/uuid
		program=$1
		[ "\${0##*/}" != fscryptctl ] || program=$san/valgrind/real/fscryptctl
		LD_PRELOAD=$san/valgrind/shim.so exec valgrind --vgdb=no --leak-check=full \\
			--show-leak-kinds=definite --errors-for-leak-kinds=definite \\
			--suppressions=$TOP/tests/san/valgrind.supp \\
			--log-file=$san/valgrind.reports/\$unique.%p "\$program" "\$@"
	END
	chmod 755 "$2"
}

# A build folder of scripts; all else of it is that of the plain build.
valgrind_build() {
	local v=$san/valgrind f
	rm -rf "$v"
	mkdir -p "$v/unit" "$v/real" || return 1
	ln -s "$BUILD/wkeyctl" "$v/real/fscryptctl"
	"${CC:-cc}" -O1 -fPIC -shared -o "$v/shim.so" tests/san/valgrind_shim.c || return 1
	for f in "$BUILD"/* "$BUILD"/.flags; do
		case ${f##*/} in
		wkeyctl) wrap "$f" "$v/wkeyctl" ;;
		unit | san | fuzz) ;;
		# Tests copy it, and change the copy.
		modules) cp -r "$f" "$v/" ;;
		*) ln -s "$f" "$v/" ;;
		esac
	done
	for f in "$BUILD"/unit/test_*; do
		wrap "$f" "$v/unit/${f##*/}"
	done
}

# plain_list SANITIZER: "suite<TAB>name" as bats encodes names, for run.sh and
# helpers.bash; fails when a line names no test of the plain run.
plain_list() {
	local which suite name reason st=0
	while IFS='|' read -r which suite name reason; do
		read -r which <<<"$which"
		[ "$which" = "$1" ] || continue
		read -r suite <<<"$suite"
		read -r name <<<"$name"
		if [ -z "${reason// /}" ] || ! awk -F '\t' -v s="$suite" -v n="$name" \
			'$2 == s && (n == "*" || $3 == n) { found = 1 } END { exit !found }' "$san/plain.lines"; then
			echo "tests/san/plain-only: no such test, or no reason: $suite | $name" >&2
			st=1
		fi
		printf '%s\t%s\n' "$suite" "$(encoded "$name")"
	done < <(grep -v '^#' tests/san/plain-only)
	return "$st"
}

# encoded NAME: the name of the function that bats makes of a test.
encoded() {
	local i c out=test_
	[ "$1" != '*' ] || { echo '*'; return; }
	for ((i = 0; i < ${#1}; i++)); do
		c=${1:i:1}
		case $c in
		' ') out+=_ ;;
		[[:alnum:]]) out+=$c ;;
		*) printf -v out '%s-%02x' "$out" "'$c" ;;
		esac
	done
	echo "$out"
}

# run NAME [VARIABLE=VALUE]...: all tests.
run() {
	local name=$1 start=$SECONDS
	shift
	rm -f "$san/$name.lines"
	say "$name: running, as $san/$name.out tells"
	env WK_LINES="$san/$name.lines" "$@" bash tests/run.sh all >"$san/$name.out" 2>&1
	took=$((SECONDS - start))
	touch "$san/$name.lines"
	awk -F '\t' -v name="$name" '$1 == "bad" { printf "%s: FAILED  %s: %s\n", name, $2, $3 }' "$san/$name.lines"
}

count() { grep -c "^$2	" "$san/$1.lines"; }
tests() { cut -f 2,3 "$san/$1.lines" | sort; }

# Those of the files that have an error in them.  A process that was killed has
# no summary; its errors were said as they happened.
asan_reports() { find "$san/asan.reports" -type f -size +0; }
valgrind_reports() {
	find "$san/valgrind.reports" -type f -size +0 -exec awk '
		FNR == 1 { if (file && bad) print file; file = FILENAME; bad = 0 }
		/^==[0-9]+== ERROR SUMMARY: [1-9]/ { bad = 1 }
		/^==[0-9]+== (Invalid|Mismatched|Conditional jump|Use of uninit|Syscall param|Source and dest)/ { bad = 1 }
		END { if (file && bad) print file }
	' {} +
}

# verdict NAME LABEL
verdict() {
	local reports n
	reports=$("$1_reports")
	n=$(grep -c . <<<"$reports")
	[ -z "$reports" ] || printf '%s\n' "$reports" | head -n 5 | while read -r f; do
		echo "--- $f"
		head -n 40 "$f"
	done
	diff --label plain --label "$1" -U0 <(tests plain) <(tests "$1")
	echo "$2: $(count "$1" ok) passed, $(count "$1" bad) failed, $(count "$1" skip) skipped;" \
		"plain $(count plain ok); $n errors; $took s"
	[ "$n" = 0 ] && [ "$(count "$1" ok)" -gt 0 ] &&
		[ "$(count "$1" bad)" = 0 ] &&
		[ "$(cut -f 1-3 "$san/$1.lines" | sort)" = "$(cut -f 1-3 "$san/plain.lines" | sort)" ]
}

# sanitizer NAME LABEL [VARIABLE=VALUE]...
sanitizer() {
	local name=$1 label=$2
	shift 2
	rm -rf "$san/$name.reports"
	# Tests run as other users too.
	mkdir -m 1777 "$san/$name.reports" && "${name}_build" &&
		plain_list "$name" >"$san/$name.plain" &&
		run "$name" WK_PLAIN_LIST="$san/$name.plain" WK_PLAIN_BUILD="$BUILD" \
			BUILD="$san/$name" "$@" &&
		verdict "$name" "$label"
}

st=0
run plain BUILD="$BUILD"
say "plain: $(tail -n 1 "$san/plain.out"); $took s"
[ "$(count plain ok)" -gt 0 ] && [ "$(count plain bad)" = 0 ] || st=1
for s; do
	case $s in
	asan)
		sanitizer asan asan+ubsan CFLAGS="$ASAN_CFLAGS" LDFLAGS="$san/asan/options.o" \
			STATIC=0 WK_UNIT_ASAN=detect_leaks=1 || st=1
		;;
	valgrind) sanitizer valgrind valgrind || st=1 ;;
	*) echo "run.sh: unknown sanitizer '$s'" >&2; st=1 ;;
	esac
done
exit "$st"
