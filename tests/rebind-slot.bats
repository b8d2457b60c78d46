#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl rebind-slot: another secret under the same id.

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

@test "the only slot: the old secret unlocks, the new one is proved" {
	need keyring
	local key
	first k.wk
	key=$(key_of k.wk "${A[@]}")
	wk rebind-slot "${A[@]}" "${NEW_B[@]}" k.wk 0
	[ "$output" = "slot 0 made anew, epoch 2, proved by slot 0" ]
	run ! loads k.wk "${A[@]}"
	[ "$(key_of k.wk "${B[@]}")" = "$key" ]
	answers '.slot == 0 and .epoch == 3 and .proved == [0]' rebind-slot "${B[@]}" "${NEW_C[@]}" k.wk 0
	wk rebind-slot -q "${C[@]}" "${NEW_PASS[@]}" k.wk 0
	[ "$(key_of k.wk "${PASS[@]}")" = "$key" ]
}

@test "the secret of another slot unlocks as well" {
	with_slots k.wk b c
	"$TOP/tests/slot_bytes.py" k.wk | grep -v '^1 ' >others
	wk rebind-slot "${A[@]}" "${NEW_D[@]}" k.wk 1
	[ "$output" = "slot 1 made anew, epoch 4, proved by slots 0, 1" ]
	"$TOP/tests/slot_bytes.py" k.wk | grep -v '^1 ' | diff others -
	opens k.wk 1 "${D[@]}"
	run ! loads k.wk "${B[@]}"
}

@test "label and priority stay unless they are given" {
	first k.wk
	wk add-slot "${A[@]}" -b soft "${NEW_B[@]}" --label desk --priority prefer k.wk
	wk rebind-slot "${A[@]}" "${NEW_C[@]}" k.wk 1
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:active:prefer:desk" ]
	wk rebind-slot "${A[@]}" "${NEW_D[@]}" --label "" --priority ignore k.wk 1
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:active:ignore:" ]
}

@test "--keep changes label and priority only" {
	with_slots k.wk b
	"$TOP/tests/slot_bytes.py" k.wk 0 >before
	wk rebind-slot --keep --label office --priority prefer "${A[@]}" k.wk 1
	[ "$output" = "slot 1 changed, epoch 3, proved by slot 0" ]
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:active:prefer:office" ]
	opens k.wk 1 "${B[@]}"
	# Its own secret is enough.
	wk rebind-slot --keep --priority normal "${B[@]}" k.wk 1
	"$TOP/tests/slot_bytes.py" k.wk 0 | diff before -
	unchanged k.wk refused 1 usage.missing-option "--keep alone" rebind-slot --keep "${A[@]}" k.wk 1
	unchanged k.wk refused 1 usage.conflict "--keep and --backend" rebind-slot --keep -b soft "${A[@]}" k.wk 1
	unchanged k.wk refused 1 usage.conflict "--keep and --new-wrapping-key-file" rebind-slot --keep \
		"${NEW_B[@]}" "${A[@]}" k.wk 1
	unchanged k.wk refused 1 usage.bad-value "--label" rebind-slot --keep --label $'\a' "${A[@]}" k.wk 1
	unchanged k.wk refused 4 keyfile.no-slot "no slot 5" rebind-slot --keep --label x "${A[@]}" k.wk 5
}

@test "a direct slot keeps its protection; label and priority may change" {
	local id
	vector slot-ice
	cp "$FILE" k.wk
	id=$("$WKEYCTL" --json slots k.wk | jq '.slots[] | select(.kind == "direct") | .id')
	"$TOP/tests/slot_bytes.py" k.wk 0 >before
	unchanged k.wk refused 10 slot.direct "slot $id wraps the storage key itself" \
		rebind-slot -b soft "${OPEN[@]}" "${NEW_B[@]}" k.wk "$id"
	wk rebind-slot --keep --label engine "${OPEN[@]}" k.wk "$id"
	[[ $(slots k.wk) == *"$id:ice:active:ignore:engine"* ]]
	"$TOP/tests/slot_bytes.py" k.wk 0 | diff before -
}

@test "a slot of an unknown type is made anew by a known one" {
	vector slot-unknown
	cp "$FILE" k.wk
	unchanged k.wk refused 1 usage.missing-option "what opens the slot is not said" \
		rebind-slot "${OPEN[@]}" k.wk 0
	wk rebind-slot -b soft "${OPEN[@]}" "${NEW_B[@]}" k.wk 0
	opens k.wk 0 "${B[@]}"
}

@test "another recovery key" {
	first k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=r1 --label safe k.wk
	unchanged k.wk refused 1 usage.missing-option "what opens the slot is not said" \
		rebind-slot "${A[@]}" k.wk 1
	wk rebind-slot "${A[@]}" --recovery --recovery-file=r2 k.wk 1
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:recovery:active:normal:safe" ]
	opens k.wk 1 --recovery-file r2
	run ! opens k.wk 1 --recovery-file r1
	# The old one unlocks, by another form: --recovery-file is where the new goes.
	wk rebind-slot --recovery --recovery-file=r3 --recovery-fd 9 k.wk 1 9<r2
	opens k.wk 1 --recovery-file r3
}

@test "the last way of recovery becomes no other kind without --force" {
	first k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=r1 k.wk
	unchanged k.wk refused 15 slot.last-recovery "the last way of recovery" \
		rebind-slot "${A[@]}" -b soft "${NEW_B[@]}" k.wk 1
	unchanged k.wk refused 15 slot.last-recovery "cannot be tested" \
		rebind-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk 1
	wk rebind-slot "${A[@]}" --recipient "$SECRETS/holder.pem" --proved k.wk 1
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:recipient:active:normal:holder" ]
	wk rebind-slot "${A[@]}" -b soft "${NEW_B[@]}" --force k.wk 1
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:active:normal:holder" ]
}

@test "the only slot does not go into escrow untested" {
	first k.wk
	unchanged k.wk refused 15 slot.no-remaining "no slot that is open here would remain" \
		rebind-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk 0
	[[ $output == *"--proved"* ]]
	wk rebind-slot "${A[@]}" --recipient "$SECRETS/holder.pem" --proved k.wk 0
	escrow k.wk 0 "$SECRETS/holder" >kek
	chmod 600 kek
	loads k.wk --kek-file kek
	# Another holder, by what the first one decrypted.
	wk rebind-slot --kek-file kek --recipient "$SECRETS/holder.pem" --proved k.wk 0
	loads k.wk --kek-file kek
}

@test "a staged slot is made anew and stays staged" {
	first k.wk
	wk rewrap --stage "${A[@]}" -b soft "${NEW_B[@]}" k.wk
	wk rebind-slot "${A[@]}" "${NEW_C[@]}" k.wk 1
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:staged>0:normal:" ]
	unchanged k.wk refused 15 slot.no-remaining "opens slot 0" rewrap --commit "${A[@]}" k.wk
	wk rewrap --commit "${C[@]}" k.wk
}

@test "refusals change not a byte" {
	first k.wk
	unchanged k.wk refused 2 auth.wrong-secret "wrong" rebind-slot "${B[@]}" "${NEW_C[@]}" k.wk 0
	unchanged k.wk refused 2 auth.no-secret "no new passphrase" rebind-slot --batch "${A[@]}" k.wk 0
	unchanged k.wk refused 4 keyfile.no-slot "no slot 3" rebind-slot "${A[@]}" "${NEW_B[@]}" k.wk 3
	unchanged k.wk refused 1 usage.bad-value "is no slot" rebind-slot "${A[@]}" "${NEW_B[@]}" k.wk x
	unchanged k.wk refused 10 backend.absent "tpm" rebind-slot "${A[@]}" -b tpm k.wk 0
	unchanged k.wk wk rebind-slot "${A[@]}" "${NEW_B[@]}" --dry-run k.wk 0
	[ "$output" = "dry run: slot 0 made anew, epoch 2, proved by slot 0" ]
	cp "$VALID/boot.wk" boot.wk
	unchanged boot.wk refused 1 keyfile.ephemeral "ephemeral" rebind-slot -b soft "${NEW_B[@]}" boot.wk 0
	cp "$VALID/opaque.wk" opaque.wk
	unchanged opaque.wk refused 1 keyfile.opaque "hardware alone" rebind-slot --keep --label x opaque.wk \
		"$("$WKEYCTL" --json slots opaque.wk | jq '.slots[0].id')"
	refused 4 file.not-found "none.wk" rebind-slot "${A[@]}" "${NEW_B[@]}" none.wk 0
	refused 1 usage.bad-value "standard input" rebind-slot "${A[@]}" "${NEW_B[@]}" - 0
}

@test "at a terminal: another passphrase" {
	wk generate -b soft "${PASS_FAST[@]}" k.wk
	works "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off send='correct horse\n' \
		expect="New passphrase for k.wk: " echo=off send='staple\n' \
		expect="Again: " echo=off send='staple\n' -- "$WKEYCTL" rebind-slot -q "${FAST[@]}" k.wk 0
	secret_file staple staple
	loads k.wk --passphrase-file staple
}
