#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl test: which slots are tried, in which order, and what becomes of it.

load helpers
load commands

setup_file() {
	make_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# verdicts ARGS...: "ID=VERDICT/EXIT" of each slot.
verdicts() {
	tried "$WKEYCTL" --json test --batch "$@"
	jq -r '.slots | map("\(.id)=\(.verdict)/\(.errors[0].exit // 0)") | join(" ")' <<<"$output"
}

# fails_with STATUS CODE ARGS...: the failure, with the slots shown all the same.
fails_with() {
	local want=$1 code=$2
	shift 2
	tried "$WKEYCTL" test --batch "$@"
	[ "$status" -eq "$want" ] || bad "status $want"
	[[ $output == "slot "* ]] || bad "the slots on stdout"
	[[ $stderr == "wkeyctl: test: "* ]] || bad "a message"
	tried "$WKEYCTL" --json test --batch "$@"
	[ "$status" -eq "$want" ] || bad "status $want"
	is_answer test false ".errors[0].exit == $want and .errors[0].code == \"$code\" and
		(.slots | length > 0)"
}

@test "a slot that opens: exit 0, a line for it" {
	wk generate -b soft "${KEY[@]}" k.wk
	wk test "${KEY[@]}" k.wk
	[ "$output" = "slot 0 (soft): opens" ]
	wk --json test "${KEY[@]}" k.wk
	is_answer test true '.slots == [{"id":0,"backend":"soft","verdict":"opens"}]'
	wk test "${KEY[@]}" - <k.wk
}

@test "-q leaves the exit status alone" {
	wk generate -b soft "${KEY[@]}" k.wk
	wk -q test "${KEY[@]}" k.wk
	[ -z "$output" ]
}

@test "a wrong wrapping key or passphrase: exit 2, with the slot's failure" {
	wk generate -b soft "${KEY[@]}" k.wk
	wk generate -b soft "${PASS_FAST[@]}" p.wk
	fails_with 2 auth.wrong-secret "${OTHER[@]}" k.wk
	[[ $(jq -r '.slots[0].errors[0].code' <<<"$output") == auth.wrong-secret ]]
	fails_with 2 auth.wrong-secret --passphrase-file "$SECRETS/wrong" p.wk
	# The file is named.
	tried "$WKEYCTL" test "${OTHER[@]}" k.wk
	[[ $stderr == "wkeyctl: test: k.wk: "* ]] || bad "the file"
}

@test "no secret for any slot: exit 2, and what to give" {
	wk generate -b soft "${KEY[@]}" k.wk
	fails_with 2 auth.no-secret k.wk
	[[ $(jq -r '.errors[0].hint' <<<"$output") == *--wrapping-key-file* ]]
	fails_with 2 auth.no-secret "${PASS[@]}" k.wk
	[ "$(verdicts "${PASS[@]}" k.wk)" = "0=not-tried/2" ]
}

@test "of several slots the one whose secret was given is tried" {
	vector two-slots-key
	[ "$(verdicts "${OPEN[@]}" "$FILE")" = "0=opens/0 1=not-tried/0" ]
	vector two-slots-passphrase
	[ "$(verdicts "${OPEN[@]}" "$FILE")" = "0=not-tried/2 1=opens/0" ]
	wk test "${OPEN[@]}" "$FILE"
}

@test "one of two secrets wrong: the other slot opens" {
	vector two-slots-passphrase
	[ "$(verdicts "${OPEN[@]}" "${OTHER[@]}" "$FILE")" = "0=fails/2 1=opens/0" ]
	wk -q test "${OPEN[@]}" "${OTHER[@]}" "$FILE"
}

@test "the last of 32 slots" {
	vector slots-32
	tried "$WKEYCTL" test "${OPEN[@]}" "$FILE"
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(grep -c fails <<<"$output")" -eq 31 ]
	[ "$(tail -n 1 <<<"$output")" = "slot 31 (soft): opens" ]
	fails_with 2 auth.wrong-secret "${OTHER[@]}" "$FILE"
	# errors lists all, the one that counts first.
	tried "$WKEYCTL" --json test "${OTHER[@]}" "$FILE"
	[ "$(jq '.errors | length' <<<"$output")" -eq 32 ]
	[ "$(jq -r '.errors[0].detail' <<<"$output")" = "$FILE: slot 0: the wrapping key is wrong" ]
}

# Those of the vectors are under another secret: failing shows that they are tried.
@test "retired, staged and ignored slots are tried by --slot only" {
	vector slot-retired
	[ "$(verdicts "${OPEN[@]}" "$FILE")" = "0=not-tried/0 1=opens/0" ]
	[ "$(verdicts "${OPEN[@]}" --slot 0 "$FILE")" = "0=fails/2 1=not-tried/0" ]
	vector slot-staged
	[ "$(verdicts "${OPEN[@]}" --slot 1 "$FILE")" = "0=not-tried/0 1=fails/2" ]
	vector slot-ignored
	[ "$(verdicts "${OPEN[@]}" "$FILE")" = "0=not-tried/0 1=opens/0" ]
	[ "$(verdicts "${OPEN[@]}" --slot 0 "$FILE")" = "0=fails/2 1=not-tried/0" ]
}

@test "slots of unknown types and of backends that are not here: 10 unless another opens" {
	vector slot-unknown
	[ "$(verdicts "${OPEN[@]}" "$FILE")" = "0=not-tried/10 1=opens/0" ]
	fails_with 10 backend.unknown --slot 0 "$FILE"
	vector slot-unknown-only
	fails_with 10 backend.unknown "${KEY[@]}" "$FILE"
	vector slot-ice
	[ "$(verdicts "${OPEN[@]}" "$FILE")" = "0=opens/0 1=not-tried/0" ]
	tried "$WKEYCTL" test --batch --slot 1 "$FILE"
	[ "$status" -eq 10 ] || bad "status 10"
}

@test "--slot: a number from 0 to 31 that the file has" {
	vector slot-ids-sparse
	[ "$(verdicts "${OPEN[@]}" --slot 3 "$FILE")" = "3=opens/0 7=not-tried/0 31=not-tried/0" ]
	wk test "${OPEN[@]}" --slot 3 "$FILE"
	vector two-slots-key
	fails_with 2 auth.no-secret "${OPEN[@]}" --slot 1 "$FILE"
	local n
	for n in 32 -1 x 00 01 +1 1.0 "" 4294967296; do
		refused 1 usage.bad-value "from 0 to 31" test "${OPEN[@]}" --slot="$n" "$FILE"
	done
}

@test "--slot that the file does not have: exit 4" {
	vector two-slots-key
	tried "$WKEYCTL" --json test "${OPEN[@]}" --slot 7 "$FILE"
	[ "$status" -eq 4 ] || bad "status 4"
	is_answer test false '.errors[0].code == "keyfile.no-slot" and
		(.errors[0].detail | contains("no slot 7"))'
}

@test "--all demands that every slot opens" {
	vector two-slots-key
	fails_with 2 auth.no-secret "${OPEN[@]}" --all "$FILE"
	[ "$(verdicts "${OPEN[@]}" --all "$FILE")" = "0=opens/0 1=not-tried/2" ]
	fails_with 2 auth.wrong-secret "${OPEN[@]}" --passphrase-file "$SECRETS/wrong" --all "$FILE"
	vector full
	echo -n "correct horse battery staple" >pass
	chmod 600 pass
	tried "$WKEYCTL" test "${OPEN[@]}" --passphrase-file pass --all "$FILE"
	[[ $output == "slot 0 (soft): opens"* ]] || bad "slot 0 to open"
	vector slot-unknown
	fails_with 10 backend.unknown "${OPEN[@]}" --all "$FILE"
	wk generate -b soft "${KEY[@]}" k.wk
	wk test "${KEY[@]}" --all k.wk
}

@test "--all tries what is of priority ignore, too" {
	wk generate -b soft "${KEY[@]}" k.wk
	wk add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" --priority ignore k.wk
	wk test "${KEY[@]}" k.wk
	fails_with 2 auth.wrong-secret "${KEY[@]}" --all k.wk
	[ "$(verdicts "${KEY[@]}" --all k.wk)" = "0=opens/0 1=fails/2" ]
	# What is staged is not in use yet.
	wk remove-slot "${KEY[@]}" k.wk 1
	wk rewrap --stage -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" k.wk
	[ "$(verdicts "${KEY[@]}" --all k.wk)" = "0=opens/0 1=not-tried/0" ]
}

@test "the hint names what the slots need" {
	wk inspect "$VALID/recovery.wk"
	fails_with 2 auth.no-secret "$VALID/recovery.wk"
	[[ $(jq -r '.errors[0].hint' <<<"$output") == "give --recovery-file; "* ]]
	fails_with 2 auth.no-secret "$VALID/recipient.wk"
	[[ $(jq -r '.errors[0].hint' <<<"$output") == "give --kek-file; "* ]]
	vector two-slots-passphrase
	fails_with 2 auth.no-secret "$FILE"
	[[ $(jq -r '.errors[0].hint' <<<"$output") == "give --passphrase-file or --wrapping-key-file; "* ]]
	# A secret was given, and no slot takes it.
	wk generate -b soft "${KEY[@]}" k.wk
	wk rebind-slot --keep --priority ignore "${KEY[@]}" k.wk 0
	fails_with 2 auth.no-slot "${KEY[@]}" k.wk
	[[ $(jq -r '.errors[0].hint' <<<"$output") == *"rebind-slot --keep --priority normal"* ]]
	wk test --slot 0 "${KEY[@]}" k.wk
}

@test "--slot and --all exclude each other" {
	refused 1 usage.conflict "--slot and --all" test --slot 0 --all k.wk
}

@test "a file changed after it was written: the body tells (13), the slot too (2)" {
	vector tamper-kek-tag
	fails_with 2 auth.wrong-secret "${OPEN[@]}" "$FILE"
	vector tamper-body-tag
	fails_with 13 keyfile.body "${OPEN[@]}" "$FILE"
}

@test "an empty passphrase file is a failure of the input, told once for all slots" {
	vector two-slots-passphrase
	fails_with 1 input.empty --passphrase-file /dev/null "$FILE"
}

@test "the key goes nowhere" {
	need keyring
	local before
	before=$(keyctl rlist @s; keyctl rlist @u)
	wk generate -b soft "${KEY[@]}" k.wk
	wk test "${KEY[@]}" k.wk
	[ "$(keyctl rlist @s; keyctl rlist @u)" = "$before" ]
	[ "$(ls -A)" = k.wk ]
}

@test "one key file exactly, and unlocking options only" {
	refused 1 usage.missing-argument "KEYFILE" test
	refused 1 usage.extra-argument "'b'" test a b
	refused 1 usage.unknown-option "'--new-passphrase-file'" test --new-passphrase-file x a
	refused 1 usage.unknown-option "'--kdf-memory'" test --kdf-memory 1MiB a
}
