#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes every write-side system call of the commands that change a key file, and
# of restore, fail, one at a time, and looks at what is left.  Called by tests/changes.bats;
# tests/inject.bash says what a point and a fault are.
#
#   tests/inject_change.sh FOLDER     an empty one, for its files
#
# A run is whole when
#   - under the name there is the old file as it was, or a new one: changed as
#     the command has it, opening by every secret that it is to open by, and
#     giving the key that it always gave;
#   - after success it is the new one, and nothing else is there;
#   - after failure it is the old one, unless that had been replaced already;
#   - after SIGKILL a temporary name may be left, which is counted.  The same
#     command then succeeds.
#   - What restore replaces is kept under its other name, and where there was
#     nothing, nothing or the whole file is there.
#   - A recovery key that opens nothing is nowhere, but after SIGKILL; one that
#     opens is never lost.
: "${WKEYCTL:?}" "${WITHOUT:?}"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/inject.bash"
cd "$1" || exit 1
top=$PWD

tool=("$WKEYCTL" --batch -q)
# by LETTER: what opens a slot of that key; making LETTER: what makes one.
by() { echo --wrapping-key-file "$top/$1"; }
making() { echo -b soft --new-wrapping-key-file "$top/$1"; }
# shellcheck disable=SC2046 # options without spaces
prepare() {
	umask 077
	for letter in a b c; do
		head -c 32 /dev/urandom >$letter
	done
	head -c 32 /dev/urandom >key
	"${tool[@]}" import -b soft $(by a) --usage keyring --raw-file key one.wk &&
		cp one.wk two.wk &&
		"${tool[@]}" add-slot $(by a) $(making b) two.wk &&
		cp one.wk staged.wk &&
		"${tool[@]}" rewrap --stage $(by a) $(making b) staged.wk
}
prepare >/dev/null || exit 1

# What each scenario starts from, what it runs, the secrets that open the new
# file and those that open it no more; and in brief the slots of the new file.
declare -A old=() command=() good=() bad=() slots=()
# define NAME OLD COMMAND GOOD BAD SLOTS
define() { old[$1]=$2 command[$1]=$3 good[$1]=$4 bad[$1]=$5 slots[$1]=$6; }
define add one.wk "add-slot $(by a) $(making c) k.wk" "a c" b "0 1"
define recovery one.wk "add-slot $(by a) --recovery --recovery-file=rec k.wk" a b "0 1"
define remove two.wk "remove-slot $(by a) k.wk 1" a b 0
define rebind one.wk "rebind-slot $(by a) $(making c) k.wk 0" c a 0
define stage one.wk "rewrap --stage $(by a) $(making c) k.wk" a c "0 1"
define commit staged.wk "rewrap --commit $(by b) k.wk" b a 1
define abort staged.wk "rewrap --abort $(by a) k.wk" a b 0
define restore one.wk "restore --force $(by a) $top/two.wk k.wk" "a b" c "0 1"
define first "" "restore $(by a) $top/two.wk k.wk" "a b" c "0 1"

# gives_key OPTION...: what unlocks so is the key that was imported.
gives_key() {
	local serial
	serial=$("${tool[@]}" load "$@" --type user --keyring @s --force \
		--description "wkeyctl-test:inject-$BASHPID" k.wk 2>/dev/null) &&
		keyctl pipe "$serial" | cmp -s - "$top/key"
}

# opens LETTER...: each of the keys, to the right storage key.
opens() {
	local letter
	for letter in "$@"; do
		# shellcheck disable=SC2046 # options without spaces
		gives_key $(by "$letter") || return 1
	done
}

# shellcheck disable=SC2086 # lists of letters
is_new() {
	[ "$("${tool[@]}" --json slots k.wk | jq -r '[.slots[].id] | join(" ")')" = "${slots[$name]}" ] &&
		opens ${good[$name]} && ! opens ${bad[$name]} || return 1
	[ "$name" != recovery ] || gives_key --recovery-file rec
}

state() {
	if [ ! -e k.wk ]; then
		echo nothing
	elif [ -n "${old[$name]}" ] && cmp -s k.wk "$top/${old[$name]}"; then
		opens a && echo old
	elif [ "$(stat -c %a k.wk)" = 600 ] && is_new; then
		echo new
	else
		echo broken
	fi
}

# left FAULT STATE: says what is there and should not be.
left() {
	local f
	for f in *; do
		case $f in
		k.wk) ;;
		k.wk.old-1)
			[ "$name" = restore ] && cmp -s "$f" "$top/one.wk" || echo "$f is damaged"
			[ "$1" = SIGKILL ] || [ "$2" = new ] || echo "$f is left"
			;;
		.k.wk.*) temporary_name "$1" "$f" ;;
		.rec.*) [ "$1" = SIGKILL ] || [ "${call#unlink}" != "$call" ] || echo "$f is left" ;;
		rec)
			[ "$2" = new ] || [ "$1" = SIGKILL ] || [ "${call#unlink}" != "$call" ] ||
				echo "a recovery key that opens nothing is left"
			;;
		*) echo "$f is left" ;;
		esac
	done
}

# judge PLACE FAULT STATUS: says what is wrong, if anything.
judge() {
	local place=$1 fault=$2 status=$3 now want=old
	now=$(state)
	[ -n "${old[$name]}" ] || want=nothing
	[ "$place" = before ] || want=new
	# Where nothing is replaced, a name is all that it takes.
	[ "$fault:$want" != SIGKILL:nothing ] || [ "$now" != new ] || want=new
	case $fault:$status in
	SIGKILL:137) ;;
	*:0) want=new ;;
	SIGKILL:* | *:1[89] | *:[2-9]?*) echo "status $status" ;;
	esac
	left "$fault" "$now"
	[ "$name:$now" != restore:new ] || [ -e k.wk.old-1 ] || echo "the old file is lost"
	[ "$now" = "$want" ] || echo "status $status, but $now instead of $want"
}

fresh() {
	rm -rf dir
	mkdir dir
	cd dir || exit 1
	[ -z "${old[$name]}" ] || cp "$top/${old[$name]}" k.wk
}

# A recovery key goes to a new file only.
again() {
	rm -f rec
}

# scenario NAME LACK...: where the file system LACKs something.
scenario() {
	local name=$1 replaces=yes run words
	[ -n "${old[$name]}" ] || replaces=no
	shift
	read -r -a words <<<"${command[$name]}"
	run=("$WITHOUT" "$@" -- "${tool[@]}" "${words[@]}")
	all_points "$name${*:+, without }$*"
}

all_scenarios <<'END'
add
recovery
remove
rebind
stage
commit
abort
restore
first
add tmpfile
commit link
remove tmpfile noreplace
restore tmpfile
restore link
first tmpfile noreplace
END
