#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl slots: the table.

load helpers
load commands
load slots

setup_file() {
	make_slot_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "a line for each slot, and how many ways of recovery there are" {
	first k.wk
	wk slots k.wk
	[ "$output" = "\
SLOT  BACKEND    KIND      STATE          PRIORITY  NEEDS              LABEL
0     soft       envelope  active         normal    wrapping-key
0 ways of recovery" ]
	wk add-slot "${A[@]}" --recovery --recovery-file=rec --label "im Tresor, Tür 2" k.wk
	wk add-slot -b soft "${A[@]}" -q "${NEW_PASS[@]}" --priority prefer k.wk
	wk rewrap --stage -b soft "${A[@]}" "${NEW_B[@]}" --slot 0 k.wk
	wk slots k.wk
	[ "$output" = "\
SLOT  BACKEND    KIND      STATE          PRIORITY  NEEDS              LABEL
0     soft       envelope  active         normal    wrapping-key
1     recovery   envelope  active         normal    recovery-key       im Tresor, Tür 2
2     soft       envelope  active         prefer    passphrase
3     soft       envelope  staged for 0   normal    wrapping-key
1 way of recovery: 1 recovery key" ]
}

@test "escrow does not count: it is said not to be testable here" {
	first k.wk
	make_certificate Vault
	wk add-slot "${A[@]}" --recipient Vault.pem k.wk
	wk slots k.wk
	[ "${lines[2]}" = "1     recipient  envelope  active         normal    key-out-of-escrow  Vault" ]
	[ "${lines[3]}" = "0 ways of recovery; not counted: 1 in escrow (not testable here)" ]
	wk add-slot "${A[@]}" --recovery --recovery-file=rec k.wk
	wk slots k.wk
	[ "${lines[4]}" = "1 way of recovery: 1 recovery key; not counted: 1 in escrow (not testable here)" ]
	# What is not in use does not count.
	wk rewrap --stage --recovery --recovery-file=rec2 "${A[@]}" k.wk
	answers '.recovery == {"recovery_keys": 1, "recipients_not_testable": 1}
		and (.slots[3] | .state == "staged" and .replaces == 2)' slots k.wk
}

@test "--json has an object for each slot" {
	first k.wk
	wk add-slot -b soft "${A[@]}" "${NEW_B[@]}" --label two --priority ignore k.wk
	answers '.epoch == 2 and (.key_id | length == 32) and .slots == [
		{"id":0,"backend":"soft","kind":"envelope","state":"active","priority":"normal",
			"label":"","needs":"wrapping-key"},
		{"id":1,"backend":"soft","kind":"envelope","state":"active","priority":"ignore",
			"label":"two","needs":"wrapping-key"}]' slots k.wk
}

@test "-q leaves the slots, without heading and sum" {
	with_slots k.wk b
	wk -q slots k.wk
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} == "1     soft "* ]]
}

@test "what this version does not know, and what hardware opens, is shown" {
	wk slots "$VALID/slot-unknown.wk"
	[ "${lines[1]}" = "0     type 14    envelope  active         normal    unknown" ]
	answers '.slots[0] | .type == 14 and (has("backend") or has("needs") | not)' \
		slots "$VALID/slot-unknown.wk"
	wk slots "$VALID/slot-ice.wk"
	[ "${lines[2]}" = "1     ice        direct    active         ignore    hardware" ]
}

@test "what is no key file, or is not there" {
	echo nonsense >k.wk
	refused 13 keyfile.not-a-keyfile "k.wk" slots k.wk
	refused 4 file.not-found "nothing.wk" slots nothing.wk
}
