# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tests/inject*.sh share: every write-side system call of a command fails,
# one at a time, and somebody looks at what is left.
#
# A point is a call of a clean run that changes or commits something.  It is
# known by its name and a number, as `strace -e inject` counts.  The faults:
#
#   ENOSPC    from this call on: a full disk stays full (of close, once)
#   EIO       once
#   EINTR     once, which fsync(2) and the like may give at any time
#   SIGKILL   instead of the call
#
# A script has, for each of its scenarios:
#
#   run           the command, an array
#   replaces      yes or no: whether it takes the place of an old file
#   fresh         makes the folder dir with what is there before, and goes there
#   state         prints nothing, old, new, or broken: what is there now
#   judge PLACE FAULT STATUS
#                 prints what is wrong with what is left, if anything; PLACE is
#                 before or replaced: whether the old file had been replaced
#   again         optional: what comes before the same command is run again
set -u
shopt -s nullglob dotglob

# points_of TRACE: "call number place" of each.
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
		name ~ /^(f?chmod|f?chown|f?setxattr|link|symlink|rename|unlink|mkdir|rmdir|mknod)/ {
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
		replaces == "yes" && name ~ /^rename/ && !/RENAME_NOREPLACE/ { replaced = 1 }
	' replaces="$replaces" "$1"
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

# temporary_name FAULT FILE: what is wrong with one that is left, if anything.
temporary_name() {
	[ "$(stat -c %a "$2")" = 600 ] || { echo "mode of $2"; return; }
	# When removing the name is what failed, nobody can remove it.
	[ "$1" = SIGKILL ] || [ "${call#unlink}" != "$call" ] || echo "$2 is left"
}

# the_same_again: after a kill the retry finds the old state, or what it was to
# make.
the_same_again() {
	[ "$(state)" = new ] && return
	if declare -F again >/dev/null; then
		again
	fi
	"${run[@]}" >/dev/null 2>../err
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
		the_same_again || wrong="the same command again: status $?"
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

# all_points TITLE: the clean run, then every point with every fault.
all_points() {
	local title=$1 call number place fault
	local points=0 runs=0 whole=0 left=0
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

# all_scenarios: the function scenario for each line of standard input, a few at
# a time.  Prints "N points × 4 faults = M runs, M whole" last; fails when they
# are not.
all_scenarios() {
	local n=0 words
	while read -r -a words; do
		n=$((n + 1))
		scenario "${words[@]}" >"$n.out" &
		[ $((n % $(nproc))) != 0 ] || wait
	done
	wait
	cat ./*.out
	awk -v scenarios=$n '
		/^# / { done++; points += $2; runs += $4; whole += $6; left += $8 }
		END {
			printf "# temporary names left by SIGKILL: %d\n", left
			printf "%d points × 4 faults = %d runs, %d whole\n", points, runs, whole
			exit done != scenarios || !runs || runs != 4 * points || whole != runs
		}' ./*.out
}
