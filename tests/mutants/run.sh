#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whether the tests notice a fault: makes each one of tests/mutants/list in a
# copy of the tree, builds it and runs the test that should notice.
#
#   tests/mutants/run.sh [NAME...]     all of them, or these
#   tests/mutants/run.sh --check       only whether each can be made; by lint
#
# Says for each what caught it, last "N of N caught"; fails when one survives,
# does not apply or does not compile.  What the named test lets pass gets all
# units and bats files.  A test must first pass on the tree as it is: one that
# fails or is skipped there proves nothing.
#
# MUTANT_JOBS=2     as many at a time, each in a copy of its own
# MUTANT_WIDER=no   what the named test lets pass has survived
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
LIST=$TOP/tests/mutants/list
JOBS=${MUTANT_JOBS:-2}
cd "$TOP" || exit 1

# What the make that started this one said is none of the copies' business.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES WK_TEST_MUST DESTDIR PREFIX \
	BINDIR LIBDIR MODULEDIR INCLUDEDIR MANDIR PKGCONFIGDIR
export BUILD=build WERROR=0

work=$(mktemp -d) || exit 1
# shellcheck disable=SC2317 # called by the trap
clean() {
	local pids
	mapfile -t pids < <(jobs -p)
	[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null
	wait
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM
mkdir "$work/claim" "$work/result"
# Some tests run the tool as nobody.
chmod 755 "$work"

say() { printf '%s\n' "$*"; }
die() { printf 'mutants: %s\n' "$*" >&2; exit 1; }

# --- the list --------------------------------------------------------------------

names=()
declare -A means file after from to test
read_list() {
	local name='' key value line n=0
	while IFS= read -r line || [ -n "$line" ]; do
		n=$((n + 1))
		case $line in
		'' | '#'*) continue ;;
		'['*']')
			name=${line:1:-1}
			[ -z "${file[$name]+x}" ] || die "$LIST:$n: $name stands twice"
			names+=("$name")
			file[$name]='' after[$name]='' from[$name]='' to[$name]=''
			continue
			;;
		esac
		read -r key value <<<"$line"
		# Not by read, which takes backslashes and ends of lines away.
		value=${line#"$key"}
		value=${value#"${value%%[![:space:]]*}"}
		case $key in
		means) means[$name]=$value ;;
		file) file[$name]=$value ;;
		after) after[$name]=$value ;;
		-) from[$name]=$value ;;
		+) to[$name]=$value ;;
		test) test[$name]=$value ;;
		*) die "$LIST:$n: '$key' is not known" ;;
		esac
	done <"$LIST"
	for name in "${names[@]}"; do
		for value in "${means[$name]-}" "${file[$name]}" "${from[$name]}" \
			"${to[$name]}" "${test[$name]-}"; do
			[ -n "$value" ] || die "$LIST: $name lacks a line"
		done
	done
}

# apply NAME SOURCE: prints the faulty source; fails unless it is one line.
apply() {
	AFTER=${after[$1]} FROM=${from[$1]} TO=${to[$1]} awk '
		BEGIN {
			after = ENVIRON["AFTER"]; from = ENVIRON["FROM"]; to = ENVIRON["TO"]
			looking = after == ""
		}
		after != "" && index($0, after) { anchors++; looking = 1; print; next }
		looking && (at = index($0, from)) {
			changed++
			rest = substr($0, at + length(from))
			if (index(rest, from))
				changed++
			$0 = substr($0, 1, at - 1) to rest
			if (after != "")
				looking = 0
		}
		{ print }
		END { exit !(changed == 1 && (after == "" || anchors == 1)) }
	' "$2"
}

# --- building and testing ----------------------------------------------------------

# build TREE TEST: what the test needs, or all of these.  One CURDIR for all copies, because it is
# part of the flags, and other flags mean another build.
build() {
	local kind program
	read -r kind program _ <<<"$2"
	case $kind in
	unit) make -C "$1" CURDIR=. "build/unit/$program" ;;
	bats) make -C "$1" CURDIR=. all ;;
	every) make -C "$1" CURDIR=. -j2 -k all unit ;;
	*) make -C "$1" CURDIR=. -j2 all "${programs[@]}" ;;
	esac >"$1.make" 2>&1
}

# Suites of the user keyring, which all share, one at a time.
locked() (
	exec 9>"$work/lock"
	flock 9
	"$@" 9>&-
)

# run_test TREE TEST: leaves the output in TREE.log; fails when the test does.
run_test() {
	local kind what filter alone=
	read -r kind what filter <<<"$2"
	case $kind in
	unit) set -- "$1" unit "build/unit/$what" ;;
	bats)
		! grep -q '^# shares @u$' "$1/$what" || alone=locked
		set -- "$1" bats "$what"
		;;
	units) set -- "$1" unit ;;
	files)
		set -- "$1" bats
		alone=locked
		;;
	esac
	BATS_FILTER=$filter $alone timeout -k 5 900 bash "$1/tests/run.sh" "${@:2}" >"$1.log" 2>&1
}

# caught TREE TEST: the first test that failed, as "suite: test".
caught() {
	local st
	run_test "$@"
	st=$?
	[ $st != 0 ] || return 1
	[ $st -lt 124 ] || { say "time: it does not end"; return; }
	sed -n 's/^FAILED  //p' "$1.log" | grep . | head -n 1
}

# The test, on the tree as it is.
passes() {
	build "$1" "$2" || { tail -n 5 "$1.make"; return 1; }
	run_test "$1" "$2" || { grep -E '^(FAILED|not allowed)' "$1.log"; return 1; }
	! grep -q '^0 passed' "$1.log" || { grep '^skipped' "$1.log"; return 1; }
}

# caught_by_any TREE: by all units and all bats files.
caught_by_any() {
	build "$1" every || say "not all of it builds" >&2
	caught "$1" units || caught "$1" files
}

# suite_as_test SUITE: "unit/test_x" or "x.bats" in the words of the list.
suite_as_test() {
	case $1 in
	unit/*) say "unit ${1#unit/}" ;;
	*) say "bats tests/$1" ;;
	esac
}

# mutant TREE NAME: the verdict, in one line; a status for the sum.
mutant() {
	local tree=$1 name=$2 source=$1/${file[$2]} by='' verdict='' wider=''
	cp -p "$source" "$tree.original"
	if ! apply "$name" "$tree.original" >"$source"; then
		verdict="DOES NOT APPLY to exactly one line of ${file[$name]}"
	elif ! build "$tree" "${test[$name]}"; then
		verdict="DOES NOT COMPILE: $(grep -m 1 error "$tree.make")"
	elif ! by=$(caught "$tree" "${test[$name]}") && [ "${MUTANT_WIDER:-yes}" != no ]; then
		wider=" (not by: ${test[$name]})"
		by=$(caught_by_any "$tree")
	fi
	cat "$tree.original" >"$source"
	# Not by what fails without the fault, too.
	if [ -n "$by" ] && [ -n "$wider" ]; then
		passes "$tree" "$(suite_as_test "${by%%: *}")" >/dev/null || by=''
	fi
	[ -z "$by" ] || { say "$name: caught by $by$wider"; return; }
	say "$name: ${verdict:-SURVIVED: ${means[$name]} (${file[$name]})}"
	return 1
}

# --- all together ------------------------------------------------------------------

# What git knows or would; in an unpacked archive all but what was built.
copy_tree() {
	if git rev-parse -q --verify HEAD >/dev/null 2>&1; then
		git ls-files -z -co --exclude-standard |
			while IFS= read -r -d '' f; do [ ! -e "$f" ] || printf '%s\0' "$f"; done |
			tar -c --null -T - | tar -x -C "$1"
	else
		tar -c --exclude=./build --exclude=./.git . | tar -x -C "$1"
	fi
}

# worker TREE FUNCTION ITEM...: those that no other has taken; the verdicts go to
# standard output, and those that failed to the results.
worker() {
	local tree=$1 function=$2 item
	shift 2
	for item in "$@"; do
		mkdir "$work/claim/$function.${item//\//_}" 2>/dev/null || continue
		"$function" "$tree" "$item" || : >"$work/result/${item//\//_}"
	done
}

in_parallel() {
	local i pids=()
	for ((i = 1; i <= JOBS; i++)); do
		worker "$work/tree$i" "$@" &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# A test of the list that does not pass here.
sound() {
	local why
	why=$(passes "$1" "$2") && return
	say "the test '$2' does not pass without a fault: $why"
	return 1
}

# Each applies to the tree as it is.
check_list() {
	local name st=0
	for name in "${names[@]}"; do
		apply "$name" "${file[$name]}" >/dev/null && continue
		say "$name: does not apply to exactly one line of ${file[$name]} (tests/mutants/list)"
		st=1
	done
	return $st
}

read_list
if [ "${1-}" = --check ]; then
	check_list
	exit
fi
if [ $# -gt 0 ]; then
	for name in "$@"; do
		[ -n "${file[$name]-}" ] || die "no mutant '$name'"
	done
	names=("$@")
fi

mapfile -t tests < <(for name in "${names[@]}"; do say "${test[$name]}"; done | sort -u)
mapfile -t programs < <(printf '%s\n' "${tests[@]}" | sed -n 's,^unit ,build/unit/,p')

mkdir "$work/tree1"
copy_tree "$work/tree1"
build "$work/tree1" listed || { grep -E -A 3 "(error|Error|undefined).*[: ]" "$work/tree1.make" | grep -v "^  "; die "the tree does not build"; }
for ((i = 2; i <= JOBS; i++)); do
	cp -a "$work/tree1" "$work/tree$i"
done

in_parallel sound "${tests[@]}"
bad=$(find "$work/result" -type f | wc -l)
[ "$bad" = 0 ] || die "$bad tests prove nothing"

in_parallel mutant "${names[@]}"
bad=$(find "$work/result" -type f | wc -l)
say "$((${#names[@]} - bad)) of ${#names[@]} caught in $SECONDS s"
[ "$bad" = 0 ]
