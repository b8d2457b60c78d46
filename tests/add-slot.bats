#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl add-slot: which slot is made, who may make it, and what stays.

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
	add=(add-slot -b soft "${A[@]}" "${NEW_B[@]}")
}

@test "says which slot, which epoch and what proved it" {
	first k.wk
	wk "${add[@]}" k.wk
	[ "$output" = "slot 1 added, epoch 2, proved by slots 0, 1" ]
	answers '.slot == 2 and .epoch == 3 and .proved == [0, 2] and (has("dry_run") | not)
		and (.key_id | length == 32)' add-slot -b soft "${A[@]}" "${NEW_C[@]}" k.wk
	wk -q add-slot -b soft "${A[@]}" "${NEW_D[@]}" k.wk
	[ -z "$output" ]
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:active:normal: 2:soft:active:normal: 3:soft:active:normal:" ]
}

@test "every slot opens the same key, which is that of before" {
	need keyring
	local key
	first k.wk
	key=$(key_of k.wk "${A[@]}")
	wk "${add[@]}" k.wk
	wk add-slot -q -b soft "${B[@]}" "${NEW_PASS[@]}" k.wk
	wk add-slot "${PASS[@]}" --recovery --recovery-file=rec k.wk
	[ "$(key_of k.wk "${A[@]}")" = "$key" ]
	[ "$(key_of k.wk "${B[@]}")" = "$key" ]
	[ "$(key_of k.wk "${PASS[@]}")" = "$key" ]
	[ "$(key_of k.wk --recovery-file rec)" = "$key" ]
}

@test "what is not at hand stays byte for byte" {
	with_slots k.wk b
	"$TOP/tests/slot_bytes.py" k.wk >before
	wk add-slot -b soft "${B[@]}" "${NEW_C[@]}" k.wk
	"$TOP/tests/slot_bytes.py" k.wk | head -n 2 | diff before -
	wk test --slot 0 "${A[@]}" k.wk
}

@test "slots that this version does not know survive, with their extensions" {
	local name
	for name in slot-unknown slot-unknown-nested full slot-unknown-direct slot-extensions; do
		vector "$name"
		cp "$FILE" k.wk
		"$TOP/tests/slot_bytes.py" k.wk >before
		wk add-slot "${OPEN[@]}" -b soft "${NEW_B[@]}" k.wk
		"$TOP/tests/slot_bytes.py" k.wk | grep -Fxf before | diff before - ||
			{ echo "$name"; return 1; }
		wk inspect k.wk
		loads k.wk "${OPEN[@]}"
		loads k.wk "${B[@]}"
	done
}

@test "the header stays, but for the epoch" {
	vector full
	cp "$FILE" k.wk
	wk add-slot "${OPEN[@]}" -b soft "${NEW_B[@]}" k.wk
	diff <("$WKEYCTL" --json inspect "$FILE" | jq 'del(.slots, .epoch)') \
		<("$WKEYCTL" --json inspect k.wk | jq 'del(.slots, .epoch)')
	[ "$(field k.wk .epoch)" = $(($(field "$FILE" .epoch) + 1)) ]
}

@test "the lowest free id is taken" {
	with_slots k.wk b c d
	wk remove-slot "${A[@]}" k.wk 1
	wk remove-slot "${A[@]}" k.wk 2
	wk "${add[@]}" k.wk
	[[ $output == "slot 1 added"* ]]
	[ "$(ids k.wk)" = "0 1 3" ]
	wk remove-slot "${B[@]}" k.wk 0
	wk add-slot -b soft "${B[@]}" "${NEW_A[@]}" k.wk
	[ "$(ids k.wk)" = "0 1 3" ]
}

@test "32 slots are all; nobody is asked for more" {
	cp "$VALID/slots-32.wk" k.wk
	chmod 600 k.wk
	unchanged k.wk refused 1 slot.full "all 32 slots are taken" add-slot -b soft "${A[@]}" \
		"${NEW_B[@]}" k.wk
	[[ $stderr == *"remove-slot"* ]] || [[ $output == *"remove-slot"* ]]
}

@test "what does not fit into 64 KiB is refused" {
	vector largest
	cp "$FILE" k.wk
	unchanged k.wk refused 1 keyfile.invalid "k.wk: .*too large" add-slot -b soft \
		"${OPEN[@]}" "${NEW_B[@]}" k.wk
	[[ $output == *"remove-slot"* ]]
	loads k.wk "${OPEN[@]}"
}

@test "label and priority" {
	first k.wk
	wk "${add[@]}" --label 'Büro 🔑' --priority prefer k.wk
	wk add-slot -b soft "${A[@]}" "${NEW_C[@]}" --label "" --priority ignore k.wk
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:soft:active:prefer:Büro 🔑 2:soft:active:ignore:" ]
	wk add-slot -b soft "${A[@]}" "${NEW_D[@]}" --label "$(printf '%064d' 0)" k.wk
	# Ignored is for loading commands: by its id it opens.
	run ! loads k.wk "${C[@]}"
	opens k.wk 2 "${C[@]}"
	# And it may change the file: it is named by no one else.
	wk add-slot -b soft "${C[@]}" "${NEW_C[@]}" k.wk
}

@test "labels that the format does not take" {
	local l
	first k.wk
	for l in "$(printf '%065d' 0)" $'a\nb' $'\t' $'\x7f' $'\xc2\x80' $'\xff' $'\xed\xa0\x80'; do
		unchanged k.wk refused 1 usage.bad-value "--label" "${add[@]}" --label "$l" k.wk
	done
	refused 1 usage.bad-value "ignore, normal or prefer" "${add[@]}" --priority high k.wk
}

@test "a dry run proves all and changes not a byte" {
	first k.wk
	unchanged k.wk wk "${add[@]}" --dry-run k.wk
	[ "$output" = "dry run: slot 1 added, epoch 2, proved by slots 0, 1" ]
	unchanged k.wk answers '.dry_run and .slot == 1 and .proved == [0, 1]' "${add[@]}" --dry-run k.wk
	unchanged k.wk wk add-slot "${A[@]}" --recovery --recovery-file=rec --dry-run k.wk
	[ ! -e rec ]
	unchanged k.wk refused 2 auth.wrong-secret "slot 0: the wrapping key is wrong" add-slot \
		-b soft "${C[@]}" "${NEW_B[@]}" --dry-run k.wk
}

@test "a wrong secret, or none, changes not a byte" {
	first k.wk
	unchanged k.wk refused 2 auth.wrong-secret "k.wk: slot 0: the wrapping key is wrong" \
		add-slot -b soft "${C[@]}" "${NEW_B[@]}" k.wk
	unchanged k.wk refused 2 auth.no-secret "k.wk: no slot was tried" add-slot --batch -b soft \
		"${NEW_B[@]}" k.wk
	unchanged k.wk refused 2 auth.no-secret "no new passphrase is supplied" add-slot --batch \
		-b soft "${A[@]}" k.wk
	[[ $output == *"--new-passphrase-file"* ]]
	unchanged k.wk refused 1 input.wrapping-key-size "32 bytes" add-slot -b soft "${A[@]}" \
		--new-wrapping-key-file "$SECRETS/pass" k.wk
}

@test "what a slot is made of" {
	first k.wk
	unchanged k.wk refused 1 usage.missing-option "what opens the slot is not said" add-slot "${A[@]}" k.wk
	unchanged k.wk refused 1 usage.conflict "takes one" add-slot "${A[@]}" -b soft --recovery k.wk
	unchanged k.wk refused 1 usage.conflict "takes one" add-slot "${A[@]}" \
		--recipient x.pem --recovery k.wk
	unchanged k.wk refused 1 usage.bad-value "unknown backend 'hard'" add-slot "${A[@]}" -b hard k.wk
	unchanged k.wk refused 10 backend.absent "ice" add-slot "${A[@]}" -b ice k.wk
	unchanged k.wk refused 1 usage.conflict "--new-wrapping-key-file goes with -b" add-slot \
		"${A[@]}" "${NEW_B[@]}" --recovery --recovery-file=rec k.wk
	unchanged k.wk refused 1 usage.missing-option "needs --recipient" add-slot "${A[@]}" \
		-b soft "${NEW_B[@]}" --accept-certificate k.wk
	unchanged k.wk refused 1 usage.conflict "one or the other" add-slot "${A[@]}" -b soft \
		"${NEW_B[@]}" "${NEW_PASS[@]}" k.wk
	[ ! -e rec ]
}

@test "ephemeral forms and opaque keys have one slot" {
	cp "$VALID/boot.wk" "$VALID/opaque.wk" .
	unchanged boot.wk refused 1 keyfile.ephemeral "an ephemeral form has one slot" \
		add-slot -b soft "${A[@]}" "${NEW_B[@]}" boot.wk
	unchanged opaque.wk refused 1 keyfile.opaque "hardware alone holds" \
		add-slot -b soft "${A[@]}" "${NEW_B[@]}" opaque.wk
}

@test "an epoch that cannot be counted on" {
	vector epoch-max
	cp "$FILE" k.wk
	unchanged k.wk refused 1 keyfile.epoch "as often as" add-slot -b soft "${OPEN[@]}" "${NEW_B[@]}" k.wk
}

@test "files that are not there, damaged or too new" {
	refused 4 file.not-found "no such file" "${add[@]}" k.wk
	refused 1 usage.bad-value "standard input" "${add[@]}" -
	first k.wk
	printf x | dd of=k.wk bs=1 seek=30 conv=notrunc status=none
	unchanged k.wk refused 13 keyfile.crc "k.wk" "${add[@]}" k.wk
	cp "$EVIL/reader-2.wk" n.wk
	unchanged n.wk refused 14 keyfile.too-new "n.wk" "${add[@]}" n.wk
	vector tamper-body-box
	cp "$FILE" body.wk
	unchanged body.wk refused 13 keyfile.body "body.wk" add-slot -b soft "${OPEN[@]}" \
		"${NEW_B[@]}" body.wk
}

@test "PEM stays PEM, and mode, owner and the way by a symbolic link stay" {
	wk generate -b soft "${A[@]}" --pem k.pem
	chmod 640 k.pem
	[ "$(id -u)" != 0 ] || chown 12:34 k.pem 2>/dev/null || :
	local rights
	rights=$(stat -c '%a %u %g' k.pem)
	mkdir d
	ln -s ../k.pem d/link
	wk "${add[@]}" d/link
	[ -L d/link ]
	[ "$(head -n 1 k.pem)" = "-----BEGIN WKEYCTL KEY-----" ]
	[ "$(stat -c '%a %u %g' k.pem)" = "$rights" ]
	loads k.pem "${B[@]}"
	[ "$(entries)" -eq 2 ]
	[ "$(entries d)" -eq 1 ]
}

@test "a slot in escrow: openssl opens it, and what it yields unlocks" {
	first k.wk
	answers '.slot == 1 and .certificate_subject == "holder"
		and (.certificate_sha256 | length == 64)' \
		add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" k.wk
	[ "$(slots k.wk)" = "0:soft:active:normal: 1:recipient:active:normal:holder" ]
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" --label mine k.wk
	[[ $(slots k.wk) == *"2:recipient:active:normal:mine" ]]
	# Only its holder can prove what was sealed to him.
	[[ $output == "slot 2 added, epoch 3, proved by slot 0" ]]
	escrow k.wk 1 "$SECRETS/holder" >kek
	chmod 600 kek
	opens k.wk 1 --kek-file kek
	wk add-slot --kek-file kek -b soft "${NEW_B[@]}" k.wk
	loads k.wk "${B[@]}"
	# That of another file is said to be that.
	first other.wk
	wk add-slot "${A[@]}" --recipient "$SECRETS/holder.pem" other.wk
	unchanged other.wk refused 2 auth.other-key "other.wk: slot 1: .*of another key file" \
		add-slot --kek-file kek -b soft "${NEW_B[@]}" other.wk
}

@test "certificates that are not taken" {
	first k.wk
	unchanged k.wk refused 4 file.not-found "no-such" add-slot "${A[@]}" --recipient no-such.pem k.wk
	echo nonsense >bad.pem
	unchanged k.wk refused 1 certificate.damaged "bad.pem" add-slot "${A[@]}" --recipient bad.pem k.wk
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=signer -days 3 -keyout s.key -out s.pem \
		-addext keyUsage=critical,digitalSignature 2>/dev/null
	unchanged k.wk refused 15 certificate.usage "s.pem" add-slot "${A[@]}" --recipient s.pem k.wk
	[[ $output == *"--accept-certificate"* ]]
	wk add-slot "${A[@]}" --recipient s.pem --accept-certificate k.wk
}

@test "a recovery key: to a file, and to the terminal" {
	first k.wk
	wk add-slot "${A[@]}" --recovery --recovery-file=rec k.wk
	[ "$(stat -c %a rec)" = 600 ]
	opens k.wk 1 --recovery-file rec
	unchanged k.wk refused 5 file.exists "rec" add-slot "${A[@]}" --recovery --recovery-file=rec k.wk
	unchanged k.wk refused 1 usage.missing-option "terminal" add-slot --batch "${A[@]}" --recovery k.wk
	# Nothing is shown to who does not unlock.
	unchanged k.wk refused 2 auth.wrong-secret "wrong" add-slot "${C[@]}" --recovery --recovery-file=new k.wk
	[ ! -e new ]
}

@test "at a terminal: first what unlocks, then the new passphrase, twice" {
	wk generate -b soft "${PASS_FAST[@]}" k.wk
	works "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off send='correct horse\n' \
		expect="New passphrase for k.wk: " echo=off send='staple\n' \
		expect="Again: " echo=off send='staple\n' -- "$WKEYCTL" add-slot -q -b soft "${FAST[@]}" k.wk
	secret_file staple staple
	opens k.wk 1 --passphrase-file staple
	# Whoever does not know the first is not asked for the second.
	unchanged k.wk exits 2 "slot 0: the passphrase is wrong" "$TOP/tests/terminal.py" \
		expect="Passphrase for k: " echo=off send='nonsense\n' -- \
		"$WKEYCTL" add-slot -q -b soft "${FAST[@]}" k.wk
	unchanged k.wk exits 1 "do not match|differ" "$TOP/tests/terminal.py" \
		expect="Passphrase for k: " echo=off send='staple\n' \
		expect="New passphrase" echo=off send='one\n' \
		expect="Again: " echo=off send='two\n' -- "$WKEYCTL" add-slot -q -b soft "${FAST[@]}" k.wk
}

@test "at a terminal: the recovery key unlocks when no passphrase does" {
	wk generate -b soft "${PASS_FAST[@]}" k.wk
	wk add-slot "${PASS[@]}" --recovery --recovery-file=rec k.wk
	works "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off send='forgotten\n' \
		expect="Recovery key for k: " echo=off send="$(cat rec)\\n" -- \
		"$WKEYCTL" add-slot -b soft "${NEW_B[@]}" k.wk
	[[ $output == "slot 2 added, epoch 3, proved by slots 1, 2" ]] || bad "slot 2"
	loads k.wk "${B[@]}"
	# Who knows the passphrase is not asked for it.
	works "$TOP/tests/terminal.py" expect="Passphrase for k: " echo=off send='correct horse\n' -- \
		"$WKEYCTL" add-slot -b soft "${NEW_C[@]}" k.wk
}

@test "a new recovery key on the terminal: one group is asked back" {
	first k.wk

	unchanged k.wk exits 1 "three answers were wrong" "$TOP/tests/terminal.py" \
		expect="Recovery key for k.wk" expect="Group " echo=off send='x\n' \
		expect="Group " echo=off send='x\n' expect="Group " echo=off send='x\n' -- \
		"$WKEYCTL" add-slot "${A[@]}" --recovery k.wk
}

@test "a result that cannot be told: it is said that the change stands" {
	first k.wk
	run --separate-stderr bash -c '"$@" >/dev/full' sh "$WKEYCTL" add-slot -b soft "${A[@]}" "${NEW_B[@]}" k.wk
	[ "$status" -eq 1 ]
	[[ $stderr == *"warning: k.wk: the change was made all the same"* ]] || bad "the warning"
	wk test "${B[@]}" k.wk
}

@test "a label that turns the direction of text does so on no terminal" {
	first k.wk
	wk add-slot -b soft "${A[@]}" "${NEW_B[@]}" --label $'a\xe2\x80\xaeb\xe2\x81\xa9' k.wk
	wk slots k.wk
	[[ $output == *'a\xe2\x80\xaeb\xe2\x81\xa9'* ]] || bad "no raw U+202E"
	answers '.slots[1].label == "a\u202eb\u2069"' slots k.wk
}

@test "nothing is done twice: one Argon2 run for each slot" {
	wk generate -b soft "${PASS_FAST[@]}" k.wk
	wk add-slot -q -b soft "${PASS[@]}" --new-passphrase-file "$SECRETS/wrong" "${FAST[@]}" k.wk
	local one two
	one=$(runs "$WKEYCTL" test -q "${PASS[@]}" k.wk)
	two=$(runs "$WKEYCTL" add-slot -q -b soft "${PASS[@]}" "${NEW_PASS[@]}" k.wk)
	[ "$one" -ge 1 ]
	[ "$two" -eq $((2 * one)) ] || { echo "$one for test, $two for add-slot"; return 1; }
}

# runs COMMAND...: how often the memory of Argon2 was mapped, 64 KiB at a time.
runs() {
	strace -f -e trace=mmap -o trace "$@" >/dev/null || return
	grep -cE 'mmap\(NULL, (65536|69632|73728),.*MAP_ANONYMOUS' trace
}
