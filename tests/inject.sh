#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes every write-side system call of generate and import fail, one at a time,
# and looks at what is left.  Called by tests/inject.bats; tests/inject.bash says
# what a point and a fault are.
#
#   tests/inject.sh FOLDER     an empty one, for its files
#
# A run is whole when
#   - under the final name there is nothing, the old file as it was, or a new
#     file that inspects, unlocks and, for import, gives back the key;
#   - after success it is the new one, the old one is kept, nothing else is new;
#   - after failure all is as before; but once the new file took the place of an
#     old one it stays, and the old one is kept;
#   - after SIGKILL the old file has one of its names.  A temporary name may be
#     left, which is counted.  The same command then succeeds.
: "${WKEYCTL:?}" "${WITHOUT:?}"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/inject.bash"
cd "$1" || exit 1
top=$PWD

tool=("$WKEYCTL" --batch -q)
secret=(--wrapping-key-file "$top/wrapping-key")

(umask 077; head -c 32 /dev/urandom >wrapping-key; head -c 64 /dev/urandom >raw)
"${tool[@]}" generate -b soft "${secret[@]}" old.wk >/dev/null || exit 1

# is_new FILE: a whole file of this run.
is_new() {
	local serial
	! cmp -s "$1" "$top/old.wk" &&
		[ "$(stat -c %a "$1")" = 600 ] &&
		"${tool[@]}" inspect "$1" >/dev/null &&
		"${tool[@]}" test "${secret[@]}" "$1" >/dev/null || return 1
	[ "$command" = import ] || return 0
	serial=$("${tool[@]}" load "${secret[@]}" --type user --keyring @s --force \
		--description "wkeyctl-test:inject-$BASHPID" "$1") &&
		keyctl pipe "$serial" | cmp -s - "$top/raw"
}

# state: what stands under the final name: nothing, old, new; or broken.
state() {
	if [ ! -e k.wk ]; then
		echo nothing
	elif cmp -s k.wk "$top/old.wk"; then
		echo old
	elif is_new k.wk; then
		echo new
	else
		echo broken
	fi
}

# judge PLACE FAULT STATUS: says what is wrong, if anything.
judge() {
	local place=$1 fault=$2 status=$3 before=nothing now want f
	now=$(state)
	[ "$replaces" = no ] || before=old
	case $fault:$status in
	SIGKILL:137) ;;
	SIGKILL:*) echo "status $status"; return ;;
	*:0) want=new ;;
	*:[1-9] | *:1[0-7])
		want=$before
		[ "$place" = before ] || want=new
		;;
	*) echo "status $status"; return ;;
	esac
	# Every directory entry has to be one that may be there.
	for f in *; do
		case $f in
		k.wk) continue ;;
		k.wk.old-1)
			cmp -s "$f" "$top/old.wk" || { echo "$f is damaged"; return; }
			[ "$fault" = SIGKILL ] || [ "$now" = new ] || { echo "$f is left"; return; }
			;;
		.k.wk.*) temporary_name "$fault" "$f" ;;
		*) echo "$f is left"; return ;;
		esac
	done
	if [ "$now" = new ] && [ "$before" = old ] && [ ! -e k.wk.old-1 ]; then
		echo "the old file is lost"
	elif [ "$fault" = SIGKILL ] && [ "$now" != "$before" ] && [ "$now" != new ]; then
		echo "there is $now where $before was"
	elif [ "$fault" != SIGKILL ] && [ "$now" != "$want" ]; then
		echo "status $status, but $now instead of $want"
	fi
}

fresh() {
	rm -rf dir
	mkdir dir
	cd dir || exit 1
	[ "$replaces" = no ] || cp "$top/old.wk" k.wk
}

# scenario COMMAND FORCE LACK...: all points of a command, with and without an
# old file, where the file system LACKs something (see tests/without.c).
scenario() {
	local command=$1 replaces=$2 run
	shift 2
	run=("$WITHOUT" "$@" -- "${tool[@]}" "$command" -b soft "${secret[@]}")
	[ "$command" = generate ] || run+=(--raw-file "$top/raw")
	[ "$replaces" = no ] || run+=(--force)
	run+=(k.wk)
	all_points "$command, force: $replaces${*:+, without }$*"
}

# All file systems get import, which tells whether the key is the right one.
all_scenarios <<'END'
generate no
generate yes
import no
import yes
import no tmpfile
import yes tmpfile
import no link
import yes link
import no tmpfile noreplace
END
