#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl remove-slot: what may go, and by whose secret.

load helpers
load commands
load slots

setup_file() {
	make_slot_secrets
	cd "$SECRETS"
	make_certificate holder
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "a slot goes, the others stay as they are" {
	with_slots k.wk b c
	"$TOP/tests/slot_bytes.py" k.wk | grep -v '^1 ' >others
	wk remove-slot "${A[@]}" k.wk 1
	[ "$output" = "slot 1 removed, epoch 4, proved by slot 0" ]
	"$TOP/tests/slot_bytes.py" k.wk | diff others -
	run ! loads k.wk "${B[@]}"
	loads k.wk "${A[@]}"
	loads k.wk "${C[@]}"
	answers '.slot == 0 and .epoch == 5 and .proved == [2]' remove-slot "${C[@]}" k.wk 0
	[ "$(ids k.wk)" = 2 ]
}

@test "the secret of the slot that goes is not enough" {
	with_slots k.wk b
	unchanged k.wk refused 15 slot.no-remaining "opens slot 1, which cannot unlock this change" \
		remove-slot "${B[@]}" k.wk 1
	[[ $output == *"give the secret of slot 0"* ]]
	unchanged k.wk refused 2 auth.wrong-secret "k.wk: slot 0: the wrapping key is wrong" \
		remove-slot "${D[@]}" k.wk 1
	unchanged k.wk refused 2 auth.no-secret "no slot was tried" remove-slot --batch k.wk 1
	with_slots l.wk b c
	unchanged l.wk refused 15 slot.no-remaining "opens slot 1" remove-slot "${B[@]}" l.wk 1
	[[ $output == *"one of the slots 0, 2"* ]]
}

@test "at a terminal: the same" {
	wk generate -b soft "${PASS_FAST[@]}" k.wk
	wk add-slot -q -b soft "${PASS[@]}" --new-passphrase-file "$SECRETS/wrong" "${FAST[@]}" k.wk
	unchanged k.wk exits 15 "opens slot 1" "$TOP/tests/terminal.py" expect="Passphrase for k: " \
		echo=off send='wrong horse\n' -- "$WKEYCTL" remove-slot k.wk 1
	works "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off send='correct horse\n' \
		-- "$WKEYCTL" remove-slot k.wk 1
	[ "$(ids k.wk)" = 0 ]
}

@test "the last slot never goes" {
	first k.wk
	for o in "" --force --proved "--force --proved"; do
		# shellcheck disable=SC2086 # words
		unchanged k.wk refused 15 slot.last "nothing would open the key file" \
			remove-slot "${A[@]}" $o k.wk 0
	done
	[[ $output == *"add-slot"* ]]
	# What is staged or retired is none.
	wk rewrap --stage "${A[@]}" -b soft "${NEW_B[@]}" k.wk
	wk rewrap --commit --retire "${B[@]}" k.wk
	[ "$(slots k.wk)" = "0:soft:retired:normal: 1:soft:active:normal:" ]
	unchanged k.wk refused 15 slot.last "without slot 1" remove-slot "${B[@]}" k.wk 1
	wk remove-slot "${B[@]}" k.wk 0
	[ "$(ids k.wk)" = 1 ]
}

@test "slots that are not there, and numbers that are none" {
	local n
	first k.wk
	unchanged k.wk refused 4 keyfile.no-slot "no slot 7" remove-slot "${A[@]}" k.wk 7
	for n in 32 -1 x "" 01 " 1"; do
		unchanged k.wk refused 1 usage.bad-value "is no slot" remove-slot "${A[@]}" k.wk -- "$n"
	done
	refused 1 usage.missing-argument "SLOT|argument" remove-slot "${A[@]}" k.wk
}

@test "the last way of recovery goes by --force only" {
	first k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=r1 k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=r2 k.wk
	wk remove-slot "${A[@]}" k.wk 1
	unchanged k.wk refused 15 slot.last-recovery "the last way of recovery" remove-slot "${A[@]}" k.wk 2
	[[ $output == *"--force"* ]]
	# Its own secret is not asked for, and is of no use.
	unchanged k.wk refused 15 slot.no-remaining "opens slot 2" remove-slot --recovery-file r2 --force k.wk 2
	wk remove-slot "${A[@]}" --force k.wk 2
	[ "$(ids k.wk)" = 0 ]
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk
	unchanged k.wk refused 15 slot.last-recovery "the last way of recovery" remove-slot "${A[@]}" k.wk 1
	wk remove-slot "${A[@]}" --force k.wk 1
}

@test "escrow takes the place of a recovery key where somebody says so" {
	first k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=r1 k.wk
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk
	unchanged k.wk refused 15 slot.last-recovery "what is in escrow cannot be tested" \
		remove-slot "${A[@]}" k.wk 1
	[[ $output == *"--proved"* ]]
	unchanged k.wk wk remove-slot "${A[@]}" --force --dry-run k.wk 1
	wk remove-slot "${A[@]}" --proved k.wk 1
	# The other way round the recovery key is enough.
	wk add-slot "${A[@]}" --recovery --recovery-file=r2 k.wk
	wk remove-slot "${A[@]}" k.wk 2
}

@test "only escrow remains: --kek-file, or --proved" {
	first k.wk
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk
	cp k.wk l.wk
	unchanged k.wk refused 15 slot.no-remaining "in escrow" remove-slot "${A[@]}" k.wk 0
	[[ $output == *"--kek-file"*"--proved"* ]]
	# --proved is no way around a secret.
	unchanged k.wk refused 2 auth.wrong-secret "wrong" remove-slot "${B[@]}" --proved k.wk 0
	unchanged k.wk refused 2 auth.no-secret "" remove-slot --batch --proved k.wk 0
	wk remove-slot "${A[@]}" --proved k.wk 0
	[ "$output" = "slot 0 removed, epoch 3, proved by the key of the escrow" ]
	[ "$(slots k.wk)" = "1:recipient:active:normal:holder" ]
	escrow k.wk 1 "$SECRETS/holder" >kek
	chmod 600 kek
	loads k.wk --kek-file kek
	wk remove-slot --kek-file kek l.wk 0
	[ "$output" = "slot 0 removed, epoch 3, proved by slot 1" ]
	loads l.wk --kek-file kek
}

@test "what one holder decrypted proves nothing of another: --proved" {
	first k.wk
	make_certificate second
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk
	escrow k.wk 1 "$SECRETS/holder" >kek
	chmod 600 kek
	cp k.wk one.wk
	wk add-slot "${A[@]}" --recipient second.pem k.wk
	# Beside a secret that is at hand nothing is lost.
	unchanged k.wk wk remove-slot "${A[@]}" --dry-run k.wk 1
	wk remove-slot --kek-file kek k.wk 0
	[ "$(ids k.wk)" = "1 2" ]
	unchanged k.wk refused 15 slot.no-remaining "one holder decrypted proves nothing of another" \
		remove-slot --kek-file kek k.wk 1
	[[ $output == *"--proved"* ]]
	wk remove-slot --kek-file kek --proved k.wk 1
	[ "$(slots k.wk)" = "2:recipient:active:normal:second" ]
	# The same by the other ways.
	wk remove-slot --kek-file kek one.wk 0
	unchanged one.wk refused 15 slot.no-remaining "proves nothing of another" \
		rebind-slot --kek-file kek --recipient second.pem one.wk 1
	wk rewrap --stage --kek-file kek --recipient second.pem one.wk
	unchanged one.wk refused 15 slot.no-remaining "proves nothing of another" \
		rewrap --commit --kek-file kek one.wk
	wk rewrap --commit --kek-file kek --proved one.wk
	[ "$(slots one.wk)" = "0:recipient:active:normal:second" ]
}

@test "--proved is for escrow only: where others remain, their secret is wanted" {
	with_slots k.wk b
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk
	unchanged k.wk refused 15 slot.no-remaining "opens slot 0" remove-slot "${A[@]}" --proved k.wk 0
	wk remove-slot "${B[@]}" k.wk 0
}

@test "what is staged for a slot has to be settled first" {
	with_slots k.wk b
	wk rewrap --stage --slot 1 "${A[@]}" -b soft "${NEW_C[@]}" k.wk
	unchanged k.wk refused 5 slot.staged "slot 2 is staged to take the place of slot 1" \
		remove-slot "${A[@]}" k.wk 1
	[[ $output == *"--commit or --abort"* ]]
	# The staged one itself may go.
	wk remove-slot "${A[@]}" k.wk 2
	wk remove-slot "${A[@]}" k.wk 1
}

@test "direct slots and unknown ones go as well" {
	vector slot-ice
	cp "$FILE" k.wk
	wk remove-slot "${OPEN[@]}" k.wk "$("$WKEYCTL" --json slots k.wk |
		jq '.slots[] | select(.kind == "direct") | .id')"
	loads k.wk "${OPEN[@]}"
	vector slot-unknown
	cp "$FILE" k.wk
	wk remove-slot "${OPEN[@]}" k.wk 0
	loads k.wk "${OPEN[@]}"
	# But what this version cannot open is no slot to remain with.
	vector slot-unknown
	cp "$FILE" k.wk
	unchanged k.wk refused 15 slot.no-remaining "opens slot 1" remove-slot "${OPEN[@]}" k.wk 1
}

@test "an old copy still opens: removing revokes nothing" {
	with_slots k.wk b
	cp k.wk copy.wk
	wk remove-slot "${A[@]}" k.wk 1
	loads copy.wk "${B[@]}"
}
