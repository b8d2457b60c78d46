#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes every write-side system call of generate and import fail, one at a time,
# and looks at what is left.  Called by tests/inject.bats.
#
#   tests/inject.sh FOLDER     an empty one, for its files
#
# A point is a call of a clean run that changes or commits something.  It is
# known by its name and a number, as `strace -e inject` counts.  The faults:
#
#   ENOSPC    from this call on: a full disk stays full (of close, once)
#   EIO       once
#   EINTR     once, which fsync(2) and the like may give at any time
#   SIGKILL   instead of the call
#
# A run is whole when
#   - under the final name there is nothing, the old file as it was, or a new
#     file that inspects, unlocks and, for import, gives back the key;
#   - after success it is the new one, the old one is kept, nothing else is new;
#   - after failure all is as before; but once the new file took the place of an
#     old one it stays, and the old one is kept;
#   - after SIGKILL the old file has one of its names.  A temporary name may be
#     left, which is counted.  The same command then succeeds.
#
# Prints "N points × 4 faults = M runs, M whole"; fails when they are not.
set -u
shopt -s nullglob dotglob
: "${WKEYCTL:?}" "${WITHOUT:?}"
cd "$1" || exit 1
top=$PWD

tool=("$WKEYCTL" --batch -q)
secret=(--wrapping-key-file "$top/wrapping-key")

(umask 077; head -c 32 /dev/urandom >wrapping-key; head -c 64 /dev/urandom >raw)
"${tool[@]}" generate -b soft "${secret[@]}" old.wk >/dev/null || exit 1

# points_of TRACE: "call number place" of each; place says whether it comes before
# or after the old file was replaced.
points_of() {
	awk '
		{
			name = $0; sub(/\(.*/, "", name)
			fd = $0; sub(/^[^(]*\(/, "", fd); sub(/[,)].*/, "", fd)
			result = $NF
			number[name]++
			point = 0
		}
		name == "openat" && /O_(WRONLY|RDWR|CREAT|TMPFILE|TRUNC)/ {
			point = 1
			written[result] = 1
		}
		name ~ /^(p?write|fsync|fdatasync|f?truncate|fallocate|copy_file|sendfile)/ ||
		name ~ /^(f?chmod|f?chown|link|symlink|rename|unlink|mkdir|rmdir|mknod)/ {
			point = 1
		}
		name == "fsync" { written[fd] = 1 }
		name == "close" && (fd in written || fd == 1) {
			point = 1
			delete written[fd]
		}
		point {
			print name, number[name], replaced ? "replaced" : "before"
		}
		force == "yes" && name ~ /^rename/ && !/RENAME_NOREPLACE/ { replaced = 1 }
	' force="$force" "$1"
}

# durable TRACE: whether every file was synced before it got a name, and the
# names after the last change.
durable() {
	awk '
		{
			fd = $0; sub(/^[^(]*\(/, "", fd); sub(/[,)].*/, "", fd)
		}
		/^p?write/ && fd > 2 { dirty[fd] = 1 }
		/^fsync.* = 0$/ { delete dirty[fd]; named = 0 }
		/^(link|rename).* = 0$/ {
			for (fd in dirty)
				early = 1
			named = 1
		}
		END { exit early || named }
	' "$1"
}

# is_new FILE: a whole file of this run.
is_new() {
	local serial
	! cmp -s "$1" "$top/old.wk" &&
		[ "$(stat -c %a "$1")" = 600 ] &&
		"${tool[@]}" inspect "$1" >/dev/null &&
		"${tool[@]}" test "${secret[@]}" "$1" >/dev/null || return 1
	[ "$command" = import ] || return 0
	serial=$("${tool[@]}" load "${secret[@]}" --type user --keyring @s --force \
		--description "wkeyctl-test:inject-$n" "$1") &&
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
	[ "$force" = no ] || before=old
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
		.k.wk.*)
			[ "$(stat -c %a "$f")" = 600 ] || { echo "mode of $f"; return; }
			# When removing the name is what failed, nobody can remove it.
			[ "$fault" = SIGKILL ] || [ "${call#unlink}" != "$call" ] || { echo "$f is left"; return; }
			;;
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
	[ "$force" = no ] || cp "$top/old.wk" k.wk
}

# inject CALL NUMBER FAULT: runs the command with it; leaves ../log, ../err.
inject() {
	local what
	case $3 in
	SIGKILL) what=signal=SIGKILL:when=$2 ;;
	*) what=error=$3:when=$2 ;;
	esac
	# A standard output that cannot be closed would be a fault of its own.
	[ "$3" != ENOSPC ] || [ "$1" = close ] || what+=+
	# The shell says "Killed", too.
	{ strace -o ../log -e "trace=$1" -e "inject=$1:$what" "${run[@]}" >../out 2>../err; } 2>/dev/null
}

one_run() {
	local call=$1 number=$2 place=$3 fault=$4 status wrong
	fresh
	inject "$call" "$number" "$fault"
	status=$?
	runs=$((runs + 1))
	wrong=$(judge "$place" "$fault" "$status")
	grep -qE 'INJECTED|killed by SIGKILL' ../log || wrong="the fault did not strike"
	if [ "$fault" = SIGKILL ] && [ -z "$wrong" ]; then
		compgen -G '.k.wk.*' >/dev/null && left=$((left + 1))
		# The retry finds the old state, or what it was to make.
		[ "$(state)" = new ] || "${run[@]}" >/dev/null 2>../err ||
			wrong="the same command again: status $?"
	fi
	if [ -z "$wrong" ]; then
		whole=$((whole + 1))
	else
		echo "not whole: $title: $fault at $call $number ($place): $wrong"
		sed 's/^/    /' ../err
		find . -name '*k.wk*' -printf '    %f %s bytes, mode %m\n'
	fi
	cd ..
}

# scenario COMMAND FORCE LACK...: all points of a command, with and without an
# old file, where the file system LACKs something (see tests/without.c).
scenario() {
	local command=$1 force=$2 run title call number place fault
	local points=0 runs=0 whole=0 left=0
	shift 2
	title="$command, force: $force${*:+, without }$*"
	run=("$WITHOUT" "$@" -- "${tool[@]}" "$command" -b soft "${secret[@]}")
	[ "$command" = generate ] || run+=(--raw-file "$top/raw")
	[ "$force" = no ] || run+=(--force)
	run+=(k.wk)

	mkdir "$title"
	cd "$title" || exit 1
	fresh
	if ! strace -o ../trace "${run[@]}" >/dev/null || [ "$(state)" != new ]; then
		echo "$title: the clean run failed"
		exit 1
	fi
	cd ..
	if ! durable trace; then
		echo "$title: not synced, or too late"
		exit 1
	fi
	points_of trace >points
	while read -r call number place; do
		points=$((points + 1))
		for fault in ENOSPC EIO EINTR SIGKILL; do
			one_run "$call" "$number" "$place" "$fault"
		done
	done <points
	echo "# $points points, $runs runs, $whole whole, $left temporary names left by SIGKILL: $title"
}

# All file systems get import, which tells whether the key is the right one.
n=0
while read -r -a words; do
	n=$((n + 1))
	scenario "${words[@]}" >"$n.out" &
	[ $((n % $(nproc))) != 0 ] || wait
done <<'END'
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
wait
cat ./*.out
awk -v scenarios=$n '
	/^# / { done++; points += $2; runs += $4; whole += $6; left += $8 }
	END {
		printf "# temporary names left by SIGKILL: %d\n", left
		printf "%d points × 4 faults = %d runs, %d whole\n", points, runs, whole
		exit done != scenarios || !runs || runs != 4 * points || whole != runs
	}' ./*.out
