#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The key check: what it is, inspect that shows it, and --expect-key-check, which
# keeps a substituted key file from doing anything.

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	mkdir ours theirs
	# The same name and the same secret: what a substitution needs.
	"$WKEYCTL" generate -b soft "${KEY[@]}" --usage fscrypt ours/disk.wk
	"$WKEYCTL" generate -b soft "${KEY[@]}" --usage fscrypt theirs/disk.wk
}

setup() {
	need keyring
	cd "$BATS_TEST_TMPDIR"
	OURS=$BATS_FILE_TMPDIR/ours/disk.wk
	THEIRS=$BATS_FILE_TMPDIR/theirs/disk.wk
	CHECK=$(check_of "$OURS" "${KEY[@]}")
	OTHER_CHECK=$(check_of "$THEIRS" "${KEY[@]}")
	EXPECT=(--expect-key-check "$CHECK")
}

teardown() {
	drop_fscrypt_mounts
}

# check_of FILE OPTION...: the key check that inspect shows.
check_of() {
	"$WKEYCTL" --json inspect "$@" | jq -r .key_check
}

# --- what it is -----------------------------------------------------------------

@test "it is HKDF-SHA256 of the storage key, as openssl computes it" {
	local want
	secret_file raw 0123456789abcdef0123456789abcdef >/dev/null
	wk import -b soft "${KEY[@]}" --raw-file raw raw.wk
	want=$(openssl kdf -keylen 16 -kdfopt digest:SHA256 -kdfopt hexkey:"$(hex raw)" \
		-kdfopt salt:'wkeyctl key check v1' HKDF)
	want=${want//:/}
	[ "$(check_of raw.wk "${KEY[@]}")" = "${want,,}" ]
}

@test "the published key files have the published key checks" {
	local name want
	for name in wrapping-key passphrase engine-raw bits-128 bits-1024; do
		vector "$name"
		want=$(jq -r --arg name "$name" '.vectors[] | select(.name == $name) |
			.key_check_hex' "$TOP/tests/vectors/manifest.json")
		[ "$(check_of "$FILE" "${OPEN[@]}")" = "$want" ]
	done
}

# --- inspect ----------------------------------------------------------------------

@test "inspect opens nothing that it is not asked to" {
	answers 'has("key_check") | not' inspect "$OURS"
	wk inspect "$OURS"
	[[ $output != *"Key check"* ]]
	# Nothing but the file is looked at: a limit that no KDF fits is no matter.
	vector passphrase
	wk inspect --kdf-max-memory 1KiB "$FILE"
}

@test "inspect: a secret, or --unlock, shows the key check" {
	wk inspect "${KEY[@]}" "$OURS"
	[[ $output == *$'\n'"Key check:          $CHECK"$'\n'* ]] || bad "the key check"
	answers '.key_check | test("^[0-9a-f]{32}$")' inspect --unlock "${KEY[@]}" "$OURS"
	[ "$CHECK" != "$OTHER_CHECK" ]
	wk generate "${PASS_FAST[@]}" -b soft pass.wk
	tried /usr/bin/python3 "$TOP/tests/terminal.py" expect='Passphrase for pass: ' \
		echo=off 'send=correct horse\n' -- "$WKEYCTL" -q inspect --unlock pass.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[[ $output == *"Key check: "* ]] || bad "the key check"
}

@test "inspect: what cannot be unlocked is shown without --unlock only" {
	refused 2 auth.wrong-secret "disk.wk: slot 0" inspect "${OTHER[@]}" "$OURS"
	refused 2 auth.no-secret "disk.wk: " inspect --batch --unlock "$OURS"
	wk generate "${PASS_FAST[@]}" -b soft pass.wk
	refused 3 kdf.cost "limit of 1 KiB" inspect "${PASS[@]}" --kdf-max-memory 1KiB pass.wk
	refused 10 backend.absent "not in this build" inspect --batch --unlock "$VALID/opaque.wk"
}

# --- the expectation ----------------------------------------------------------------

@test "test and derive: the right key passes, another does not" {
	wk test "${KEY[@]}" "${EXPECT[@]}" "$OURS"
	wk test "${KEY[@]}" --expect-key-check "${CHECK^^}" "$OURS"
	exits 7 "theirs/disk.wk: holds another key: its key check is $OTHER_CHECK, not $CHECK" \
		"$WKEYCTL" test "${KEY[@]}" "${EXPECT[@]}" "$THEIRS"
	exits 7 "hint: the file was put in the place" \
		"$WKEYCTL" test --all "${KEY[@]}" "${EXPECT[@]}" "$THEIRS"
	# A file that does not open is no other key.
	exits 2 "wrong" "$WKEYCTL" test "${OTHER[@]}" "${EXPECT[@]}" "$THEIRS"
	wk derive "${KEY[@]}" "${EXPECT[@]}" "$OURS"
	refused 7 key-check.other "$OTHER_CHECK, not $CHECK" \
		derive "${KEY[@]}" "${EXPECT[@]}" "$THEIRS"
}

@test "load: a substituted file is refused, and nothing loaded" {
	local ring
	ring=$(keyctl newring key-check @s)
	refused 7 key-check.other "theirs/disk.wk: holds another key" \
		load "${KEY[@]}" "${EXPECT[@]}" --keyring "$ring" "$THEIRS"
	refused 7 key-check.other "" \
		load "${KEY[@]}" "${EXPECT[@]}" --dry-run --keyring "$ring" "$THEIRS"
	[ -z "$(keyctl rlist "$ring" | tr -d -c 0-9)" ] || bad "an empty keyring"
	wk load "${KEY[@]}" "${EXPECT[@]}" --keyring "$ring" "$OURS"
	[ -n "$(keyctl rlist "$ring" | tr -d -c 0-9)" ] || bad "the key"
	# What is replaced stays, then.
	local before
	before=$(keyctl rdescribe "$(keyctl rlist "$ring")")
	refused 7 key-check.other "" \
		load --force "${KEY[@]}" "${EXPECT[@]}" --keyring "$ring" "$THEIRS"
	[ "$(keyctl rdescribe "$(keyctl rlist "$ring")")" = "$before" ]
	keyctl unlink "$ring" @s
}

@test "ephemeralize: a substituted file is refused, nothing is made" {
	local boot
	boot=$(keyctl search @u user wkeyctl:boot 2>/dev/null || echo none)
	mkdir out
	refused 7 key-check.other "theirs/disk.wk: holds another key" \
		ephemeralize "${KEY[@]}" "${EXPECT[@]}" -o out/e.wk "$THEIRS"
	refused 7 key-check.other "" \
		ephemeralize "${KEY[@]}" "${EXPECT[@]}" --dry-run -o out/e.wk "$THEIRS"
	is_empty out
	[ "$(keyctl search @u user wkeyctl:boot 2>/dev/null || echo none)" = "$boot" ]
	wk ephemeralize "${KEY[@]}" "${EXPECT[@]}" --dry-run -o out/e.wk "$OURS"
}

@test "a value that is none, and one value for several files: wrong usage" {
	local bad
	for bad in '' "${CHECK:1}" "${CHECK}0" "g${CHECK:1}" "0x$CHECK" "${CHECK:0:30} 0"; do
		refused 1 usage.bad-value "not a key check of 32 hexadecimal digits" \
			test "${KEY[@]}" --expect-key-check "$bad" "$OURS"
	done
	refused 1 usage.conflict "2 key files" load "${KEY[@]}" "${EXPECT[@]}" "$OURS" "$THEIRS"
	printf '%s\n' "$OURS" "$THEIRS" >list
	refused 1 usage.conflict "2 key files" \
		add-to-fscrypt "${KEY[@]}" "${EXPECT[@]}" --files-from list .
}

# --- fscrypt ---------------------------------------------------------------------------

# forged: forged.wk, whose header claims our identifier, and forged.key.
forged() {
	/usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip "needs python3-cryptography"
	/usr/bin/python3 - "$TOP/tests/vectors" "$(field "$OURS" .fscrypt_identifier)" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		sys.dont_write_bytecode = True
		import model
		root = model.tree("forged", usage=1, bits=512, with_fscrypt_id=True)
		root.at("header.name").value = b"disk"
		root.at("header.fscryptId").value = bytes.fromhex(sys.argv[2])
		model.seal(root)
		open("forged.wk", "wb").write(model.finish(root))
		open("forged.key", "wb").write(model.random("forged", "slot 0 wrapping key", 32))
	END
}

# presence FILE: of its key, on the file system.
presence() {
	"$WKEYCTL" --json fscrypt-status "$1" "$MNT" | jq -r .status
}

@test "add-to-fscrypt: a substituted file is refused, and nothing added" {
	need root fscrypt
	make_fscrypt_mount plain
	refused 7 key-check.other "theirs/disk.wk: holds another key" \
		add-to-fscrypt "${KEY[@]}" "${EXPECT[@]}" "$THEIRS" "$MNT"
	refused 7 key-check.other "" \
		add-to-fscrypt "${KEY[@]}" "${EXPECT[@]}" --dry-run "$THEIRS" "$MNT"
	[ "$(presence "$THEIRS")" = absent ]
	wk add-to-fscrypt "${KEY[@]}" "${EXPECT[@]}" "$OURS" "$MNT"
	[ "$(presence "$OURS")" = present ]
}

# By another user, whose user keyring nobody else uses.
@test "add-to-fscrypt --via-keyring: never without the check" {
	need root fscrypt
	make_fscrypt_mount via
	chmod 755 "$MNT"
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "${MNT%/mnt}"
	nobodys pub
	cd pub
	cp "$OURS" ours.wk
	cp "$THEIRS" theirs.wk
	cp "$SECRETS/key" key
	forged
	chmod 644 -- *
	local via=(as_nobody "$WKEYCTL" -q --batch add-to-fscrypt --via-keyring) serial
	# What a run that failed has left in nobody's keyring.
	serial=$(as_nobody keyctl search @u fscrypt-provisioning wkeyctl:disk 2>/dev/null) &&
		as_nobody keyctl unlink "$serial" @u
	works "${via[@]}" --wrapping-key-file key "${EXPECT[@]}" ours.wk "$MNT"
	serial=$(as_nobody keyctl search @u fscrypt-provisioning wkeyctl:disk)
	# The keyring has the key; to check it the secret is needed all the same.
	works "${via[@]}" ours.wk "$MNT"
	fails 2 "ours.wk: no slot was tried" "${via[@]}" "${EXPECT[@]}" ours.wk "$MNT"
	works "${via[@]}" --wrapping-key-file key "${EXPECT[@]}" ours.wk "$MNT"
	works "${via[@]}" --wrapping-key-file key "${EXPECT[@]}" --dry-run ours.wk "$MNT"
	fails 7 "holds another key" "${via[@]}" --wrapping-key-file key "${EXPECT[@]}" theirs.wk "$MNT"
	fails 7 "holds another key" \
		"${via[@]}" --wrapping-key-file key "${EXPECT[@]}" --dry-run theirs.wk "$MNT"
	# The key that was checked, and not one that the header merely claims.
	local forged
	forged=$(check_of forged.wk --wrapping-key-file forged.key 2>/dev/null)
	for dry in "" --dry-run; do
		# shellcheck disable=SC2086 # one word or none
		fails 13 "forged.wk: the key has another identifier" "${via[@]}" $dry \
			--wrapping-key-file forged.key --expect-key-check "$forged" forged.wk "$MNT"
	done
	as_nobody keyctl unlink "$serial" @u
	as_nobody keyctl unlink "$serial" @s || :
	fails 7 "holds another key" "${via[@]}" --wrapping-key-file key "${EXPECT[@]}" theirs.wk "$MNT"
	run -1 as_nobody keyctl search @u fscrypt-provisioning wkeyctl:disk
}
