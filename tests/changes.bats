#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What holds for every command that changes a key file: rivals, and failing
# system calls.

# slow: a fault at every system call
load helpers
load commands
load slots

setup_file() {
	make_slot_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# both ONE TWO: runs two commands (names of arrays) at the same time.
both() {
	local -n one=$1 two=$2
	local pid status=0
	"$WKEYCTL" "${one[@]}" >out.1 2>err.1 3>&- &
	pid=$!
	"$WKEYCTL" "${two[@]}" >out.2 2>err.2 3>&- || status=$?
	wait "$pid" || status=$?
	cat err.1 err.2
	[ "$status" -eq 0 ] && [ ! -s err.1 ] && [ ! -s err.2 ]
}

# shellcheck disable=SC2034 # by their names
@test "of two that change a file at once none is lost, 50 times" {
	# Not i: bats has one of its own.
	local pair n=0
	local -a add_b=(add-slot -b soft "${A[@]}" "${NEW_B[@]}" k.wk)
	local -a add_c=(add-slot -b soft "${A[@]}" "${NEW_C[@]}" k.wk)
	local -a remove_d=(remove-slot "${A[@]}" k.wk 1)
	local -a rebind_d=(rebind-slot "${A[@]}" "${NEW_C[@]}" k.wk 1)
	with_slots two.wk d
	for ((pair = 0; pair < 50; pair++)); do
		cp two.wk k.wk
		case $((pair % 3)) in
		0)
			both add_b add_c
			[ "$(ids k.wk)" = "0 1 2 3" ]
			loads k.wk "${B[@]}"
			loads k.wk "${C[@]}"
			loads k.wk "${D[@]}"
			;;
		1)
			both add_b remove_d
			[ "$("$WKEYCTL" --json slots k.wk | jq '.slots | length')" -eq 2 ]
			loads k.wk "${B[@]}"
			run ! loads k.wk "${D[@]}"
			;;
		2)
			both add_b rebind_d
			[ "$(ids k.wk)" = "0 1 2" ]
			opens k.wk 1 "${C[@]}"
			opens k.wk 2 "${B[@]}"
			run ! loads k.wk "${D[@]}"
			;;
		esac
		loads k.wk "${A[@]}"
		[ "$(field k.wk .epoch)" = 4 ]
		n=$((n + 1))
	done
	[ -z "$(find . -name '.k.wk*')" ]
	echo "# pairs: $n, both changes in each" >&3
}

@test "of ten at once none is lost" {
	local one
	first k.wk
	for ((one = 0; one < 10; one++)); do
		"$WKEYCTL" add-slot -b soft "${A[@]}" "${NEW_B[@]}" --label "$one" k.wk \
			>"out.$one" 2>"err.$one" 3>&- &
	done
	wait
	[ "$(cat err.*)" = "" ] || { cat err.*; return 1; }
	[ "$(ids k.wk)" = "0 1 2 3 4 5 6 7 8 9 10" ]
	[ "$("$WKEYCTL" --json slots k.wk | jq -r '[.slots[1:][].label] | sort | join("")')" = 0123456789 ]
	[ "$(field k.wk .epoch)" = 11 ]
	for ((one = 1; one <= 10; one++)); do
		opens k.wk "$one" "${B[@]}"
	done
}

@test "a fault in any write-side system call leaves a whole key file" {
	export WITHOUT=$BATS_TEST_TMPDIR/without
	"${CC:-cc}" -D_GNU_SOURCE -O1 -o "$WITHOUT" "$TOP/tests/without.c"
	mkdir faults
	run bash "$TOP/tests/inject_change.sh" faults
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} =~ ^([0-9]+)\ points\ ×\ 4\ faults\ =\ ([0-9]+)\ runs,\ ([0-9]+)\ whole$ ]]
	[ "${BASH_REMATCH[1]}" -ge 50 ]
	echo "# ${lines[-1]}" >&3
}

@test "a signal while a question is open changes not a byte" {
	wk generate -b soft "${PASS_FAST[@]}" k.wk
	unchanged k.wk exits 143 "" "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off \
		send='correct horse\n' expect="New passphrase" signal=TERM -- \
		"$WKEYCTL" add-slot -q -b soft "${FAST[@]}" k.wk
	unchanged k.wk exits 16 "time" "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off -- \
		"$WKEYCTL" --timeout 300ms add-slot -q -b soft "${FAST[@]}" k.wk
}
