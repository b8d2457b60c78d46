#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs tests and counts them.  `make check` and its kin call this.
#
#   tests/run.sh all           units, bats, lint, as the present user
#   tests/run.sh fast          units and bats without root, whoever starts it,
#                              but for suites with a line "# slow: WHY"
#   tests/run.sh unit [PROGRAM...]
#   tests/run.sh bats [FILE...]
#   tests/run.sh lint
#
# Prints TAP as it comes and last "N passed, N failed, N skipped".  Fails when
# a test failed, when a plan was not kept, or when a skip is not one that
# tests/allowed-skips explains.
#
# WK_TEST_MUST   what this machine promised to have (root keyring fscrypt):
#                its absence is a failure, not a skip
# BUILD          the build folder
# WK_LINES       a file that gets a line for each test
# WK_PLAIN_LIST, WK_PLAIN_BUILD, WK_UNIT_ASAN  see tests/san/run.sh
# BATS_FILTER    for bats: only the tests whose names this regular expression finds
set -u
# Started by nohup or in the background, a shell ignores signals for ever, and so
# would what the tests start; they send some.
if [ "${WK_TEST_SIGNALS:-}" != $$ ]; then
	export WK_TEST_SIGNALS=$$
	exec env --default-signal=HUP,INT,QUIT,PIPE bash "$0" "$@"
fi
TOP=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$(cd "$TOP" && realpath -m "${BUILD:-build}")
export TOP BUILD
cd "$TOP" || exit 1
mode=${1:-all}
# Never of a whole check.
[ "$mode" = bats ] || unset BATS_FILTER
[ $# -eq 0 ] || shift

# The sum over all suites lives in files: a suite's output goes through a pipe.
sum=$(mktemp -d) || exit 1
trap 'rm -rf "$sum"' EXIT
: >"$sum/lines"

# A make that a test starts is none of ours, and installs where the test says.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR PREFIX BINDIR LIBDIR \
	MODULEDIR INCLUDEDIR MANDIR PKGCONFIGDIR BASHCOMPDIR ZSHCOMPDIR FISHCOMPDIR

# Fast runs as nobody when root starts it, so that what needs root shows.
runner=() fast=no
if [ "$mode" = fast ]; then
	fast=yes
	unset WK_TEST_MUST
	if [ "$(id -u)" = 0 ]; then
		runner=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all
			env HOME=/nonexistent TMPDIR=/tmp)
		if ! "${runner[@]}" test -r "$TOP/tests/run.sh" -a -x "$BUILD"; then
			echo "run.sh: $TOP is not readable to uid 65534" >&2
			exit 1
		fi
	fi
fi

# classify SUITE FILE: reads TAP, passes it on, writes "ok|bad|skip SUITE
# NAME|REASON" to FILE, the suite's part of the sum.  A plan that was not kept is a failure of its own.
classify() {
	awk -v suite="$1" -v sum="$2" '
		{ print; fflush() }
		/^1\.\.[0-9]+/ { sub(/^1\.\./, ""); planned += $1; next }
		/^(not )?ok [0-9]+/ {
			seen++
			line = $0
			kind = line ~ /^not / ? "bad" : "ok"
			sub(/^(not )?ok [0-9]+ *(- )?/, "", line)
			reason = ""
			if (match(line, /# *[Ss][Kk][Ii][Pp][^ ]* */)) {
				kind = "skip"
				reason = substr(line, RSTART + RLENGTH)
				line = substr(line, 1, RSTART - 1)
				sub(/ +$/, "", line)
				# cmocka knows the name only, and puts it last.
				if (line == "") { line = reason; reason = "" }
			}
			printf "%s\t%s\t%s\t%s\n", kind, suite, line, reason >>sum
		}
		END {
			if (seen != planned) {
				printf "not ok - %s: planned %d tests, ran %d\n", suite, planned, seen
				printf "bad\t%s\tplan of %d, ran %d\t\n", suite, planned, seen >>sum
			} else if (seen == 0) {
				printf "not ok - %s: no tests\n", suite
				printf "bad\t%s\tno tests\t\n", suite >>sum
			}
		}'
}

# suite NAME COMMAND...
suite() {
	local name=$1 st start=$SECONDS part=$sum/${1//\//-}.part
	shift
	: >"$part"
	echo "# $name"
	"$@" </dev/null 2>&1 | grep --line-buffered -v '^Joined session keyring' |
		classify "$name" "$part"
	st=${PIPESTATUS[0]}
	# Died without a failed test: a crash, or a suite that did not load.
	if [ "$st" != 0 ] && ! grep -q "^bad	" "$part"; then
		echo "not ok - $name: exit status $st"
		printf 'bad\t%s\texit status %s\t\n' "$name" "$st" >>"$part"
	fi
	[ $((SECONDS - start)) -lt 5 ] || echo "# $name took $((SECONDS - start)) s"
}

# A session keyring of its own for every suite, which links the user keyring as
# after a login: nothing stays behind in the keyring of who started this.
session=()
if command -v keyctl >/dev/null && "${runner[@]}" keyctl session - true 2>/dev/null; then
	# shellcheck disable=SC2016 # for the inner shell
	session=(keyctl session - sh -c 'keyctl link @u @s; exec "$@"' sh)
fi

# build_of SUITE: where its programs are; under a sanitizer some are plain ones.
build_of() {
	if grep -qsxF "$1	*" "${WK_PLAIN_LIST:-/dev/null}"; then
		echo "$WK_PLAIN_BUILD"
	else
		echo "$BUILD"
	fi
}

units() {
	local t
	[ $# -gt 0 ] || set -- "$BUILD"/unit/test_*
	for t in "$@"; do
		# A program whose source went away is no test any more.
		[ -e "tests/unit/$(basename "$t").c" ] || continue
		suite "unit/$(basename "$t")" "${runner[@]}" "${session[@]}" \
			env CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS="${WK_UNIT_ASAN:-}" \
			"${t/#"$BUILD"/"$(build_of "unit/${t##*/}")"}"
	done
}

bats_files() {
	local f
	[ $# -gt 0 ] || set -- tests/*.bats
	command -v bats >/dev/null || { echo "run.sh: bats is not installed" >&2; exit 1; }
	for f in "$@"; do
		[ -e "$f" ] || continue
		suite "${f#tests/}" "${runner[@]}" "${session[@]}" \
			bats --tap ${BATS_FILTER:+-f "$BATS_FILTER"} "$f"
	done
}

# unclaimed FILE...: those that no other lane has taken.
unclaimed() {
	local f
	for f in "$@"; do
		mkdir "$sum/claim.${f##*/}" 2>/dev/null || continue
		bats_files "$f"
	done
}

# Two lanes side by side.  Suites that load into the user keyring, which all
# share, say so in a line "# shares @u": they follow each other in the first
# lane, after the units.  The rest is taken by the second lane from the front and
# by the first from the end; what the second says comes when both are done.
both_lanes() {
	local f first=() rest=() tser=()
	for f in tests/*.bats; do
		if [ $fast = yes ] && grep -q '^# slow: ' "$f"; then
			echo "# left out: ${f#tests/}$(sed -n 's/^# slow//p' "$f")"
		elif grep -q '^# shares @u$' "$f"; then
			first+=("$f")
		else
			rest+=("$f")
			tser=("$f" "${tser[@]}")
		fi
	done
	unclaimed "${rest[@]}" >"$sum/second.out" 2>&1 &
	units
	bats_files "${first[@]}"
	unclaimed "${tser[@]}"
	wait
	cat "$sum/second.out"
}

# Skips that are not explained: neither in tests/allowed-skips nor by
# something that this machine did not promise.
unexplained_skips() {
	awk -F '\t' -v must=" ${WK_TEST_MUST:-} " '
		FILENAME == ARGV[1] {
			if ($0 !~ /^(#|$)/) {
				split($0, f, / *\| */)
				allowed[f[1] "\t" f[2]] = f[3]
			}
			next
		}
		$1 != "skip" { next }
		($2 "\t" $3) in allowed {
			$4 = allowed[$2 "\t" $3]
			if ($4 !~ /^needs /)
				next
		}
		match($4, /^needs [a-z]+/) {
			what = substr($4, RSTART + 6, RLENGTH - 6)
			if (what ~ /^(root|keyring|fscrypt)$/ && !index(must, " " what " "))
				next
		}
		{ printf "not allowed to skip: %s: %s: %s\n", $2, $3, $4 }
	' tests/allowed-skips "$sum/lines"
}

lint() { suite lint env BUILD="${WK_PLAIN_BUILD:-$BUILD}" bash tests/lint.sh; }

# `make check` as root promises what a Linux machine has.
if [ "$mode" = all ] && [ "$(id -u)" = 0 ]; then
	export WK_TEST_MUST=${WK_TEST_MUST-root keyring fscrypt}
fi

case $mode in
all) both_lanes; lint ;;
fast) both_lanes ;;
unit) units "$@" ;;
bats) bats_files "$@" ;;
lint) lint ;;
*) echo "run.sh: unknown mode '$mode'" >&2; exit 1 ;;
esac

cat "$sum"/*.part >"$sum/lines" 2>/dev/null
[ -z "${WK_LINES:-}" ] || cp "$sum/lines" "$WK_LINES"
count() { grep -c "^$1	" "$sum/lines"; }
awk -F '\t' '$1 == "bad" { printf "FAILED  %s: %s\n", $2, $3 }
	$1 == "skip" { printf "skipped %s: %s: %s\n", $2, $3, $4 }' "$sum/lines"
unexplained=$(unexplained_skips)
[ -z "$unexplained" ] || printf '%s\n' "$unexplained"
[ $fast = no ] || echo "as uid $("${runner[@]}" id -u) in $SECONDS s"
echo "$(count ok) passed, $(count bad) failed, $(count skip) skipped"
[ "$(count bad)" = 0 ] && [ -z "$unexplained" ]
