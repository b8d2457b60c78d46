#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl export: what it writes, against openssl and cryptsetup.

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	openssl req -x509 -nodes -days 30 -subj /CN=holder -newkey ec \
		-pkeyopt ec_paramgen_curve:P-256 -keyout c.key -out c.pem 2>/dev/null
	"$WKEYCTL" generate -b soft "${KEY[@]}" k.wk
	cp k.wk e.wk
	"$WKEYCTL" -q add-slot "${KEY[@]}" --recipient c.pem e.wk
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	cp "$BATS_FILE_TMPDIR"/{k,e}.wk .
}

@test "der: the key file, whatever it was in" {
	wk export --format=der -o a.der k.wk
	cmp a.der k.wk
	[ "$(stat -c %a a.der)" = 600 ]
	wk export --format=pem -o a.pem k.wk
	wk export --format der -o b.der a.pem
	cmp b.der k.wk
	"$WKEYCTL" export --format=der - <a.pem | cmp - k.wk
	"$WKEYCTL" export --format=der -o - a.pem | cmp - k.wk
}

@test "pem: as openssl reads it, and every command" {
	wk export --format=pem k.wk
	[ "${lines[0]}" = "-----BEGIN WKEYCTL KEY-----" ]
	printf '%s\n' "$output" >a.pem
	sed '1d;$d' a.pem | base64 -d | cmp - k.wk
	openssl asn1parse -in a.pem >/dev/null
	wk test "${KEY[@]}" a.pem
}

@test "cms: what is in the slot, byte for byte" {
	wk export --format=cms -o m.cms e.wk
	openssl cms -cmsout -inform DER -in m.cms -outform DER -out again.cms
	cmp m.cms again.cms
	"$WKEYCTL" export --format=cms e.wk | cmp - m.cms
	/usr/bin/python3 -c 'import sys; a, b = (open(f, "rb").read() for f in sys.argv[1:]); sys.exit(a not in b)' m.cms e.wk
	wk export --format=cms --slot 1 -o n.cms e.wk
	cmp m.cms n.cms
	answers '.format == "cms" and .slot == 1 and .size_bytes > 200' export --format=cms -o j.cms e.wk
	answers '.format == "der" and (has("slot") | not)' export --format=der -o j.der e.wk
}

@test "cms: no slot in escrow, or another one: 4; more than one: --slot" {
	refused 4 export.no-recipient "k.wk: no slot is in escrow.*hint:.*--recipient" export --format=cms -o m.cms k.wk
	refused 4 export.no-recipient "slot 0: not in escrow" export --format=cms --slot 0 -o m.cms e.wk
	refused 4 keyfile.no-slot "no slot 7" export --format=cms --slot 7 -o m.cms e.wk
	wk -q add-slot "${KEY[@]}" --recipient "$BATS_FILE_TMPDIR/c.pem" e.wk
	refused 1 usage.missing-option "more than one.*hint:.*--slot: 1, 2" export --format=cms -o m.cms e.wk
	wk export --format=cms --slot 2 -o m.cms e.wk
}

@test "luks2-token: its members, and the key file in it" {
	wk export --format=luks2-token -o t.json k.wk
	jq -e --arg id "$("$WKEYCTL" --json inspect k.wk | jq -r .key_id)" \
		'keys == ["keyslots", "type", "wkeyctl-key-id", "wkeyctl-keyfile"] and
		.type == "wkeyctl" and .keyslots == [] and ."wkeyctl-key-id" == $id' t.json
	jq -r '."wkeyctl-keyfile"' t.json | base64 -d | cmp - k.wk
	wk export --format=luks2-token k.wk
	[ "$output" = "$(cat t.json)" ] || bad "the same on standard output"
}

@test "luks2-token: cryptsetup takes it and gives it back" {
	command -v cryptsetup >/dev/null || skip "cryptsetup is not installed"
	wk export --format=luks2-token -o t.json e.wk
	truncate -s 20M image
	# Without a device mapper, and as anybody.
	cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
		--key-file "$SECRETS/key" image
	cryptsetup token import --token-id 3 --json-file t.json image
	cryptsetup luksDump image | grep -q "3: wkeyctl"
	cryptsetup token export --token-id 3 image >back.json
	[ "$(jq -S . back.json)" = "$(jq -S . t.json)" ]
	jq -r '."wkeyctl-keyfile"' back.json | base64 -d >back.wk
	wk test "${KEY[@]}" back.wk
}

@test "an ephemeral form: no token (10), anything else" {
	need keyring
	wk ephemeralize "${KEY[@]}" -o boot.wk k.wk
	refused 10 export.ephemeral "worth nothing after this boot" export --format=luks2-token -o t.json boot.wk
	wk export --format=der -o boot.der boot.wk
	cmp boot.der boot.wk
	refused 4 export.no-recipient "no slot is in escrow" export --format=cms -o m.cms boot.wk
}

@test "bytes are not written to a terminal, text is" {
	local format
	for format in der cms; do
		status=0
		"$TOP/tests/terminal.py" --stdio --shown shown -- \
			"$WKEYCTL" export --format=$format e.wk || status=$?
		[ "$status" -eq 15 ]
		grep -q "not written to a terminal" shown
		grep -q "hint: -o FILE" shown
	done
	for format in pem luks2-token; do
		"$TOP/tests/terminal.py" --stdio --shown shown -- "$WKEYCTL" export --format=$format e.wk
	done
	grep -q '"type":"wkeyctl"' shown
}

@test "an existing file stays (5); --force replaces it, but no key file (15)" {
	echo mine >a
	refused 5 file.exists "hint: --force" export --format=der -o a k.wk
	[ "$(cat a)" = mine ]
	wk export --format=der --force -o a k.wk
	cmp a k.wk
	refused 15 file.long-term "long-term key file" export --format=pem --force -o a e.wk
	cmp a k.wk
	cp e.wk damaged
	printf x | dd of=damaged bs=1 seek=60 conv=notrunc status=none
	refused 15 file.long-term "perhaps" export --format=cms --force -o damaged e.wk
}

@test "an older message is replaced with --force, and is told from a key file" {
	wk export --format=cms -o m.cms e.wk
	wk export --format=cms --force -o m.cms e.wk
	refused 13 keyfile.not-a-keyfile "m.cms: not a wkeyctl key file: it is a CMS message" inspect m.cms
	head -c 200 m.cms >part.cms
	refused 13 keyfile.crc "damaged" inspect part.cms
}

@test "a failure leaves nothing" {
	mkdir d
	refused 4 export.no-recipient "escrow" export --format=cms -o d/m k.wk
	refused 13 keyfile.not-a-keyfile "not a" export --format=der -o d/m "$SECRETS/key"
	refused 4 file.no-directory "none" export --format=der -o none/m k.wk
	refused 4 file.not-found "none.wk" export --format=der -o d/m none.wk
	[ -z "$(ls -A d)" ]
}

@test "options" {
	refused 1 usage.missing-option "--format.*hint:.*luks2-token" export k.wk
	refused 1 usage.bad-value "json" export --format=json k.wk
	refused 1 usage.conflict "--slot is for --format=cms" export --format=der --slot 0 k.wk
	refused 1 usage.conflict "--force goes with -o" export --format=pem --force k.wk
	refused 1 usage.missing-argument "KEYFILE" export --format=pem
	refused 1 usage.unknown-option "--passphrase-file" export --format=pem --passphrase-file x k.wk
	tried "$WKEYCTL" --json export --format=pem k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	is_answer export false '.errors[0].code == "usage.missing-option"'
}
