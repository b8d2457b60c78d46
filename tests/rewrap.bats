#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl rewrap: staged, committed, aborted.

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
	stage=(rewrap --stage -b soft "${A[@]}" "${NEW_B[@]}")
}

@test "staged: proved, but not tried" {
	first k.wk
	wk "${stage[@]}" k.wk
	[ "$output" = "slot 1 staged to replace slot 0, epoch 2, proved by slots 0, 1" ]
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:staged>0:normal:" ]
	run ! loads k.wk "${B[@]}"
	loads k.wk "${A[@]}"
	opens k.wk 1 "${B[@]}"
}

@test "committed: by the staged slot itself, which takes the place of the old" {
	need keyring
	local key
	first k.wk
	key=$(key_of k.wk "${A[@]}")
	wk "${stage[@]}" k.wk
	unchanged k.wk refused 15 slot.no-remaining "opens slot 0, which cannot unlock" rewrap --commit "${A[@]}" k.wk
	[[ $output == *"give the secret of slot 1"* ]]
	unchanged k.wk refused 2 auth.wrong-secret "slot 1: the wrapping key is wrong" rewrap --commit "${C[@]}" k.wk
	wk rewrap --commit "${B[@]}" k.wk
	[ "$output" = "slot 1 in the place of slot 0, epoch 3, proved by slot 1" ]
	[ "$(slots k.wk)" = "1:soft:active:normal:" ]
	[ "$(key_of k.wk "${B[@]}")" = "$key" ]
	run ! loads k.wk "${A[@]}"
}

@test "--retire keeps the old one, which is tried by its id only" {
	first k.wk
	wk "${stage[@]}" k.wk
	answers '.slot == 1 and .replaced == 0 and .retired and .proved == [1]' rewrap --commit --retire "${B[@]}" k.wk
	[ "$(slots k.wk)" = "0:soft:retired:normal: 1:soft:active:normal:" ]
	run ! loads k.wk "${A[@]}"
	opens k.wk 0 "${A[@]}"
	# It unlocks no change.
	unchanged k.wk refused 2 auth.wrong-secret "slot 1" add-slot -b soft "${A[@]}" "${NEW_C[@]}" k.wk
}

@test "aborted: as before, but for the epoch" {
	first k.wk
	"$TOP/tests/slot_bytes.py" k.wk >before
	wk "${stage[@]}" k.wk
	wk rewrap --abort "${A[@]}" k.wk
	[ "$output" = "staged 1 taken out, epoch 3, proved by slot 0" ]
	"$TOP/tests/slot_bytes.py" k.wk | diff before -
	# The staged slot's own secret is no way: it would go.
	wk "${stage[@]}" k.wk
	unchanged k.wk refused 2 auth.wrong-secret "slot 0" rewrap --abort "${B[@]}" k.wk
	answers '.removed == [1] and .proved == [0] and (has("slot") | not)' rewrap --abort "${A[@]}" k.wk
}

@test "label and priority: its own, else those of the old" {
	first k.wk
	wk rebind-slot --keep --label desk --priority prefer "${A[@]}" k.wk 0
	wk "${stage[@]}" k.wk
	wk rewrap --commit "${B[@]}" k.wk
	[ "$(slots k.wk)" = "1:soft:active:prefer:desk" ]
	wk rewrap --stage -b soft "${B[@]}" "${NEW_A[@]}" --label shelf --priority normal k.wk
	wk rewrap --commit "${A[@]}" k.wk
	[ "$(slots k.wk)" = "0:soft:active:normal:shelf" ]
}

@test "which slot is replaced" {
	with_slots k.wk b
	unchanged k.wk refused 1 slot.ambiguous "it could be 0, 1" rewrap --stage -b soft "${A[@]}" "${NEW_C[@]}" k.wk
	[[ $output == *"--slot"* ]]
	unchanged k.wk refused 1 slot.ambiguous "it could be 0, 1" rewrap --stage --recovery \
		--recovery-file=r "${A[@]}" k.wk
	[ ! -e r ]
	wk rewrap --stage --slot 1 -b soft "${A[@]}" "${NEW_C[@]}" k.wk
	[[ $(slots k.wk) == *"2:soft:staged>1:normal:" ]]
	# The one of its kind.
	wk add-slot "${A[@]}" --recovery --recovery-file=r1 k.wk
	wk rewrap --stage --recovery --recovery-file=r2 "${A[@]}" k.wk
	[[ $(slots k.wk) == *"4:recovery:staged>3:normal:" ]]
	unchanged k.wk refused 5 slot.staged "slot 2 is staged to take the place of slot 1" \
		rewrap --stage --slot 1 -b soft "${A[@]}" "${NEW_D[@]}" k.wk
	unchanged k.wk refused 4 keyfile.no-slot "no slot 9" rewrap --stage --slot 9 -b soft "${A[@]}" \
		"${NEW_D[@]}" k.wk
	unchanged k.wk refused 1 slot.not-active "slot 2 is not in use" rewrap --stage --slot 2 -b soft \
		"${A[@]}" "${NEW_D[@]}" k.wk
}

@test "two are staged: --slot names the one" {
	with_slots k.wk b
	wk rewrap --stage --slot 0 -b soft "${A[@]}" "${NEW_C[@]}" k.wk
	wk rewrap --stage --slot 1 -b soft "${A[@]}" "${NEW_D[@]}" k.wk
	unchanged k.wk refused 1 slot.ambiguous "several slots are staged: 2, 3" rewrap --commit "${C[@]}" k.wk
	unchanged k.wk refused 4 slot.none-staged "slot 1 is not staged" rewrap --commit --slot 1 "${C[@]}" k.wk
	[[ $output == *"2, 3"* ]]
	unchanged k.wk refused 4 slot.none-staged "slot 8 is not staged" rewrap --abort --slot 8 "${A[@]}" k.wk
	cp k.wk both.wk
	wk rewrap --commit --slot 3 "${D[@]}" k.wk
	[ "$(slots k.wk)" = "0:soft:active:normal: 2:soft:staged>0:normal: 3:soft:active:normal:" ]
	wk rewrap --commit "${C[@]}" k.wk
	[ "$(slots k.wk)" = "2:soft:active:normal: 3:soft:active:normal:" ]
	wk rewrap --abort --slot 2 "${A[@]}" both.wk
	[ "$(ids both.wk)" = "0 1 3" ]
	wk rewrap --stage --slot 0 -b soft "${A[@]}" "${NEW_C[@]}" both.wk
	wk rewrap --abort "${A[@]}" both.wk
	[[ $output == "staged 2, 3 taken out, epoch "*", proved by slot 0" ]]
	[ "$(ids both.wk)" = "0 1" ]
}

@test "other changes are free meanwhile" {
	first k.wk
	wk "${stage[@]}" k.wk
	wk add-slot -b soft "${A[@]}" "${NEW_C[@]}" k.wk
	wk rebind-slot "${C[@]}" "${NEW_D[@]}" k.wk 2
	wk rebind-slot "${D[@]}" "${NEW_C[@]}" k.wk 0
	wk remove-slot "${C[@]}" k.wk 2
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:staged>0:normal:" ]
	wk rewrap --commit "${B[@]}" k.wk
	[ "$(slots k.wk)" = "1:soft:active:normal:" ]
}

@test "nothing is staged" {
	first k.wk
	unchanged k.wk refused 4 slot.none-staged "no slot is staged" rewrap --commit "${A[@]}" k.wk
	unchanged k.wk refused 4 slot.none-staged "no slot is staged" rewrap --abort "${A[@]}" k.wk
	[[ $output == *"--stage"* ]]
}

@test "exactly one step, and options of the others" {
	first k.wk
	unchanged k.wk refused 1 usage.missing-option "one of --stage" rewrap "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.missing-option "one of --stage" rewrap --stage --abort "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.conflict "--retire goes with --commit" rewrap --abort --retire "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.conflict "--force goes with --commit" rewrap --stage --force "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.conflict "--label goes with --stage" rewrap --commit --label x "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.conflict "--backend goes with --stage" rewrap --abort -b soft "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.conflict "goes with --stage" rewrap --commit "${NEW_B[@]}" "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.missing-option "what opens the slot" rewrap --stage "${A[@]}" k.wk
}

@test "dry runs change not a byte" {
	first k.wk
	unchanged k.wk wk "${stage[@]}" --dry-run k.wk
	wk "${stage[@]}" k.wk
	unchanged k.wk wk rewrap --commit --dry-run "${B[@]}" k.wk
	unchanged k.wk wk rewrap --abort --dry-run "${A[@]}" k.wk
	unchanged k.wk refused 2 auth.wrong-secret "" rewrap --commit --dry-run "${C[@]}" k.wk
}

@test "a recovery key is replaced by another; by another kind with --force only" {
	first k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=r1 k.wk
	wk rewrap --stage --recovery --recovery-file=r2 "${A[@]}" k.wk
	wk rewrap --commit --recovery-file r2 k.wk
	[ "$(slots k.wk)" = "0:soft:active:normal: 2:recovery:active:normal:" ]
	wk rewrap --stage --slot 2 -b soft "${NEW_B[@]}" "${A[@]}" k.wk
	unchanged k.wk refused 15 slot.last-recovery "the last way" rewrap --commit "${B[@]}" k.wk
	wk rewrap --commit --force "${B[@]}" k.wk
}

@test "into escrow: committed by what the holder decrypted, or by his word" {
	first k.wk
	wk rewrap --stage --recipient "$SECRETS/holder.pem" "${A[@]}" k.wk
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:recipient:staged>0:normal:holder" ]
	cp k.wk l.wk
	unchanged k.wk refused 15 slot.no-remaining "in escrow" rewrap --commit "${A[@]}" k.wk
	escrow k.wk 1 "$SECRETS/holder" >kek
	chmod 600 kek
	wk rewrap --commit --kek-file kek k.wk
	loads k.wk --kek-file kek
	wk rewrap --commit --proved "${A[@]}" l.wk
	[ "$(slots l.wk)" = "1:recipient:active:normal:holder" ]
	loads l.wk --kek-file kek
}

@test "direct slots are replaced by none of software" {
	local id
	vector slot-ice
	cp "$FILE" k.wk
	id=$("$WKEYCTL" --json slots k.wk | jq '.slots[] | select(.kind == "direct") | .id')
	unchanged k.wk refused 10 slot.direct "slot $id" rewrap --stage --slot "$id" -b soft "${OPEN[@]}" \
		"${NEW_B[@]}" k.wk
}

@test "a staged slot that replaces none is committed, too" {
	vector slot-staged
	cp "$FILE" k.wk
	slots k.wk
	local id
	id=$("$WKEYCTL" --json slots k.wk | jq '.slots[] | select(.state == "staged") | .id')
	wk rebind-slot "${OPEN[@]}" -b soft "${NEW_B[@]}" k.wk "$id"
	unchanged k.wk refused 4 slot.replaces-none "replaces none" rewrap --commit --retire "${B[@]}" k.wk
	wk rewrap --commit "${B[@]}" k.wk
	[[ $output == "slot $id in use,"* ]]
	loads k.wk "${B[@]}"
}
