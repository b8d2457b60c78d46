#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# add-to-fscrypt, remove-from-fscrypt and set-fscrypt-policy on ext4 with
# encryption: the kernel's, on a loop device.

load helpers
load commands

setup_file() {
	make_secrets
	if ! lacks_fscrypt >/dev/null; then
		make_fscrypt_mount
		chmod 755 "$MNT"
	fi
}

teardown_file() {
	drop_fscrypt_mounts
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	[[ $BATS_TEST_DESCRIPTION == *"without a mount"* ]] || need root fscrypt
	gens=(generate -b soft "${KEY[@]}" --usage fscrypt)
	# A name of this run: keyrings may have keys of common ones.
	gen=("${gens[@]}" --name "wkf$$")
	add=(add-to-fscrypt "${KEY[@]}")
	# Each test has its own directory of the file system.
	D=${MNT:-}/$BATS_TEST_NUMBER
	[ -z "${MNT:-}" ] || mkdir "$D"
}

# identifier FILE: what HKDF-SHA512 gives for these bytes; RFC 5869 without a
# salt, info "fscrypt\0" 1 (the identifier of version 2).
identifier() {
	/usr/bin/python3 - "$1" <<-'END'
		import hashlib, hmac, sys
		key = open(sys.argv[1], "rb").read()
		prk = hmac.new(bytes(64), key, hashlib.sha512).digest()
		print(hmac.new(prk, b"fscrypt\0" + b"\1" + b"\1", hashlib.sha512).digest()[:16].hex())
	END
}

# locked DIR NAME...: the names are not readable, nor the contents of what is there.
locked() {
	local dir=$1 f
	shift
	for f in "$@"; do
		[ ! -e "$dir/$f" ] || bad "$dir/$f not to be there"
	done
	[ "$(entries "$dir")" -eq $# ] || bad "$# entries in $dir"
	for f in "$dir"/*; do
		run cat "$f"
		[ "$status" -ne 0 ] || bad "$f unreadable"
		[[ $output == *"Required key not available"* ]] || bad "ENOKEY"
	done
	run touch "$dir/new"
	[[ $output == *"Required key not available"* ]] || bad "ENOKEY for a new file"
}

@test "the identifier is that of an independent HKDF, for every size" {
	local n
	umask 077
	for n in 16 17 31 32 33 48 63 64; do
		head -c $n /dev/urandom >raw
		wk import -b soft "${KEY[@]}" --raw-file raw --usage fscrypt $n.wk
		wk "${add[@]}" $n.wk "$MNT"
		[ "$output" = "$(identifier raw)" ] || bad "$(identifier raw)"
		[ "$(field $n.wk .fscrypt_identifier)" = "$output" ]
		wk remove-from-fscrypt "$output" "$MNT"
	done
}

@test "add, policy, write, lock, unlock, read" {
	local id
	wk "${gen[@]}" k.wk
	wk "${add[@]}" k.wk "$MNT"
	id=$output
	wk set-fscrypt-policy k.wk "$D"
	[ -z "$output" ] || bad "nothing on stdout"
	head -c 100000 /dev/urandom >plain
	cp plain "$D/readable name"
	wk remove-from-fscrypt k.wk "$MNT"
	[ -z "$output" ] || bad "nothing on stdout"
	locked "$D" "readable name"
	wk "${add[@]}" k.wk "$D"
	[ "$output" = "$id" ]
	cmp plain "$D/readable name"
	# From inside as well, where the tool itself has the directory open.
	wk remove-from-fscrypt k.wk "$D"
	locked "$D" "readable name"
}

@test "the disk holds neither the name nor the contents" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" k.wk "$MNT"
	wk set-fscrypt-policy k.wk "$D"
	printf 'needle-of-contents%.0s' {1..1000} >"$D/needle-of-a-name"
	sync -f "$D"
	wk remove-from-fscrypt k.wk "$MNT"
	run -1 grep -acF -e needle-of-contents -e needle-of-a-name "${MNT%/mnt}/img"
}

@test "--json of the three commands" {
	wk "${gen[@]}" k.wk
	local id
	id=$(field k.wk .fscrypt_identifier)
	answers ".units == [{\"file\":\"k.wk\",\"identifier\":\"$id\",\"ok\":true}]" \
		"${add[@]}" k.wk "$MNT"
	answers ".identifier == \"$id\" and .dry_run" set-fscrypt-policy --dry-run k.wk "$D"
	answers ".identifier == \"$id\" and (has(\"dry_run\") | not)" set-fscrypt-policy k.wk "$D"
	answers ".identifier == \"$id\" and .other_users == false" remove-from-fscrypt k.wk "$MNT"
}

@test "adding twice succeeds; once removed it is gone" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" k.wk "$MNT"
	wk "${add[@]}" k.wk "$MNT"
	wk remove-from-fscrypt k.wk "$MNT"
	refused 4 fscrypt.no-key "cannot remove the key: the key is not there" \
		remove-from-fscrypt k.wk "$MNT"
}

@test "many key files at once; one that fails does not stop the others" {
	local i ids
	wk "${gens[@]}" 1.wk 2.wk 3.wk 4.wk 5.wk
	wk "${add[@]}" 1.wk 2.wk 3.wk 4.wk 5.wk "$MNT"
	ids=$(for i in 1 2 3 4 5; do field $i.wk .fscrypt_identifier; done)
	[ "$output" = "$ids" ]
	for i in $ids; do
		wk remove-from-fscrypt "$i" "$MNT"
	done
	cp "$EVIL/crc-wrong.wk" 3.wk
	printf '1.wk\0002.wk\0003.wk\0004.wk' >list
	tried "$WKEYCTL" --json "${add[@]}" --files-from list --null 5.wk "$MNT"
	[ "$status" -eq 12 ] || bad "status 12"
	is_answer add-to-fscrypt false '(.units | map(.ok)) == [true,true,true,false,true] and
		.units[0].file == "5.wk" and .units[3].errors[0].exit == 13'
	for i in $ids; do
		"$WKEYCTL" remove-from-fscrypt "$i" "$MNT" || [ "$i" = "$(sed -n 3p <<<"$ids")" ]
	done
}

@test "a key of another usage, size or kind: exit 10, nothing is added" {
	local u
	for u in dm-crypt dm-inlinecrypt keyring; do
		wk generate -b soft "${KEY[@]}" --usage $u $u.wk
		refused 10 sink.usage "made for $u, not for fscrypt" "${add[@]}" $u.wk "$MNT"
		refused 10 sink.usage "has no fscrypt identifier" remove-from-fscrypt $u.wk "$MNT"
		refused 10 sink.usage "has no fscrypt identifier" set-fscrypt-policy $u.wk "$D"
	done
	wk generate -b soft "${KEY[@]}" --key-size 520bit big.wk
	refused 10 sink.size "key of 65 bytes: fscrypt takes 16 to 64" "${add[@]}" big.wk "$MNT"
	refused 10 sink.usage "520bit" remove-from-fscrypt big.wk "$MNT"
	wk generate -b soft "${KEY[@]}" any.wk
	wk "${add[@]}" any.wk "$MNT"
	wk remove-from-fscrypt any.wk "$MNT"
}

@test "a wrong secret adds nothing" {
	wk "${gen[@]}" k.wk
	refused 2 auth.wrong-secret "k.wk: slot 0: " add-to-fscrypt "${OTHER[@]}" k.wk "$MNT"
	refused 2 auth.no-secret "k.wk: " add-to-fscrypt --batch k.wk "$MNT"
	refused 4 fscrypt.no-key "" remove-from-fscrypt k.wk "$MNT"
}

@test "a KDF above the limit: exit 3, nothing is added" {
	wk generate -b soft --name "wkf$$" --kdf-memory 64MiB --kdf-passes 1 --kdf-lanes 1 \
		--usage fscrypt "${PASS[@]}" k.wk
	tried "$WKEYCTL" add-to-fscrypt "${PASS[@]}" --kdf-max-memory 63MiB k.wk "$MNT"
	[ "$status" -eq 3 ] || bad "status 3"
	wk add-to-fscrypt "${PASS[@]}" --kdf-max-memory 64MiB k.wk "$MNT"
	wk remove-from-fscrypt k.wk "$MNT"
}

@test "a header with another identifier: exit 13, and the key is taken out again" {
	/usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip "needs python3-cryptography"
	local id
	# Sealed by who knows the secret, so that only the kernel can tell.
	/usr/bin/python3 - "$TOP/tests/vectors" >raw-key-hex <<-'END'
		import os, sys
		sys.path.insert(0, sys.argv[1])
		sys.dont_write_bytecode = True
		import model
		root = model.tree("forged", usage=1, bits=512, with_fscrypt_id=True)
		root.at("header.fscryptId").value = bytes(16)
		model.seal(root)
		os.umask(0o77)
		open("forged.wk", "wb").write(model.finish(root))
		open("forged.key", "wb").write(model.random("forged", "slot 0 wrapping key", 32))
		open("forged.raw", "wb").write(root.key)
	END
	wk test --wrapping-key-file forged.key forged.wk
	id=$(identifier forged.raw)
	refused 13 fscrypt.identifier "has the identifier $id, which is not the one in the key file" \
		add-to-fscrypt --wrapping-key-file forged.key forged.wk "$MNT"
	refused 4 fscrypt.no-key "" remove-from-fscrypt "$id" "$MNT"
}

@test "a file system without fscrypt: exit 10, naming its type" {
	wk "${gen[@]}" k.wk
	mkdir t
	mount -t tmpfs tmpfs t
	refused 10 fscrypt.no-support "file systems of type tmpfs have no fscrypt" "${add[@]}" k.wk t
	refused 10 fscrypt.no-support "type tmpfs" remove-from-fscrypt k.wk t
	refused 10 fscrypt.no-support "type tmpfs" set-fscrypt-policy k.wk t
	refused 10 fscrypt.no-support "type proc" "${add[@]}" k.wk /proc
	umount t
}

@test "ext4 without the feature: exit 10, and the tune2fs that switches it on" {
	local dev
	wk "${gen[@]}" k.wk
	mkdir t
	truncate -s 8M img
	mkfs.ext4 -q -F -b 4096 img
	mount -o loop img t
	dev=$(findmnt -no SOURCE t)
	refused 10 fscrypt.feature "hint: tune2fs -O encrypt $dev" "${add[@]}" k.wk t
	refused 10 fscrypt.feature "ext4 file system on $dev does not have" \
		set-fscrypt-policy k.wk t/lost+found
	refused 10 fscrypt.feature "tune2fs" remove-from-fscrypt k.wk t
	# What the hint says helps.
	tune2fs -O encrypt "$dev" >/dev/null
	umount t
	mount -o loop img t
	wk "${add[@]}" k.wk t
	rmdir t/lost+found
	refused 1 fscrypt.root-directory "the root directory of an ext4 file system cannot be encrypted" \
		set-fscrypt-policy k.wk t
	umount t
}

@test "a read-only file system takes the key, but no policy" {
	wk "${gen[@]}" k.wk
	mount -o remount,ro "$MNT"
	tried "$WKEYCTL" "${add[@]}" k.wk "$MNT"
	local st=$status
	tried "$WKEYCTL" set-fscrypt-policy k.wk "$D"
	mount -o remount,rw "$MNT"
	[ "$st" -eq 0 ] || bad "the key to be added, not $st"
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"mounted read-only"* ]] || bad "read-only"
}

@test "the mount point: missing, not a directory" {
	wk "${gen[@]}" k.wk
	refused 4 errno.ENOENT "nothing: No such file or directory" "${add[@]}" k.wk "$MNT/nothing"
	refused 1 errno.ENOTDIR "k.wk: Not a directory" "${add[@]}" k.wk k.wk
	refused 4 errno.ENOENT "" remove-from-fscrypt k.wk "$MNT/nothing"
	refused 4 errno.ENOENT "" set-fscrypt-policy k.wk "$MNT/nothing"
	refused 1 errno.ENOTDIR "" set-fscrypt-policy k.wk k.wk
}

@test "a busy file: exit 5; closed, removed again, locked" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" k.wk "$MNT"
	wk set-fscrypt-policy k.wk "$D"
	echo secret >"$D/f"
	exec 7<"$D/f"
	tried "$WKEYCTL" remove-from-fscrypt k.wk "$MNT"
	[ "$status" -eq 5 ] || bad "status 5"
	[[ $stderr == *"files that use it are open"*"(bash): "*hint:*"remove the key again"* ]] || bad "the way out"
	tried "$WKEYCTL" --json remove-from-fscrypt k.wk "$MNT"
	[ "$status" -eq 5 ] || bad "status 5"
	is_answer remove-from-fscrypt false '.errors[0].code == "fscrypt.busy"'
	[ "$(cat <&7)" = secret ]
	exec 7<&-
	wk remove-from-fscrypt k.wk "$MNT"
	locked "$D" f
}

@test "by identifier instead of the key file" {
	local id
	wk "${gen[@]}" k.wk
	id=$(field k.wk .fscrypt_identifier)
	wk "${add[@]}" k.wk "$MNT"
	wk set-fscrypt-policy "$id" "$D"
	echo x >"$D/f"
	wk remove-from-fscrypt "$id" "$MNT"
	locked "$D" f
	refused 4 fscrypt.no-key "" remove-from-fscrypt 0123456789abcdef0123456789abcdef "$MNT"
	# What is no identifier is the name of a file.
	refused 4 file.not-found "0123: no such file" remove-from-fscrypt 0123 "$MNT"
	refused 4 file.not-found "no such file" remove-from-fscrypt "${id}0" "$MNT"
	refused 4 file.not-found "no such file" remove-from-fscrypt "${id:0:31}g" "$MNT"
	# And a file that has such a name is reached with ./
	cp k.wk "$id"
	refused 4 fscrypt.no-key "" remove-from-fscrypt "./$id" "$MNT"
}

@test "a key file on standard input" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" - "$MNT" <k.wk
	wk set-fscrypt-policy - "$D" <k.wk
	wk remove-from-fscrypt - "$MNT" <k.wk
}

@test "set-fscrypt-policy: the same again succeeds, another is refused" {
	wk "${gens[@]}" k.wk other.wk
	wk "${add[@]}" k.wk other.wk "$MNT"
	wk set-fscrypt-policy k.wk "$D"
	echo x >"$D/f"
	wk set-fscrypt-policy k.wk "$D"
	refused 5 fscrypt.other-policy "encrypted already, with another key or policy" \
		set-fscrypt-policy other.wk "$D"
	mkdir "$D/below"
	refused 5 fscrypt.other-policy "" set-fscrypt-policy other.wk "$D/below"
}

@test "set-fscrypt-policy: version 2, AES-256-XTS, AES-256-CTS, padding 32" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" k.wk "$MNT"
	wk set-fscrypt-policy k.wk "$D"
	# FS_IOC_GET_ENCRYPTION_POLICY_EX: a size, then version, modes, flags, four
	# reserved bytes and the identifier.
	/usr/bin/python3 - "$D" "$(field k.wk .fscrypt_identifier)" <<-'END'
		import fcntl, os, sys
		arg = bytearray((24).to_bytes(8, "little") + bytes(24))
		fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0xc0096616, arg)
		assert arg[8:16] == bytes([2, 1, 4, 3, 0, 0, 0, 0]), arg.hex()
		assert arg[16:32].hex() == sys.argv[2], arg.hex()
	END
}

@test "set-fscrypt-policy refuses a directory with files, the root, and a file" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" k.wk "$MNT"
	echo x >"$D/f"
	refused 1 fscrypt.not-empty "the directory is not empty" set-fscrypt-policy k.wk "$D"
	refused 1 errno.ENOTDIR "$D/f: Not a directory" set-fscrypt-policy k.wk "$D/f"
	# lost+found stands in the root directory.
	refused 1 fscrypt.not-empty "not empty" set-fscrypt-policy k.wk "$MNT"
	[ "$(<"$D/f")" = x ]
}

@test "set-fscrypt-policy refuses a key that is too short for its ciphers" {
	umask 077
	head -c 31 /dev/urandom >raw
	wk import -b soft "${KEY[@]}" --raw-file raw --usage fscrypt short.wk
	wk "${add[@]}" short.wk "$MNT"
	refused 10 sink.size "a key of 248bit is too short for this policy, which needs 256bit" \
		set-fscrypt-policy short.wk "$D"
	echo x >"$D/f"
	wk remove-from-fscrypt short.wk "$MNT"
	[ "$(<"$D/f")" = x ]
}

@test "set-fscrypt-policy proves it: a key that is absent or too short sets nothing" {
	local id
	# The kernel itself would take both from root, and refuse every file later.
	refused 4 fscrypt.no-key "add-to-fscrypt" \
		set-fscrypt-policy 0123456789abcdef0123456789abcdef "$D"
	wk "${gen[@]}" --key-size 128bit short.wk
	wk "${add[@]}" short.wk "$MNT"
	id=$output
	refused 4 fscrypt.no-key "too short" set-fscrypt-policy "$id" "$D"
	[ -z "$(ls -A "$D")" ] || bad "nothing left of the trial"
	touch "$D/plain"
	wk remove-from-fscrypt "$id" "$MNT"
	[ -e "$D/plain" ] || bad "the directory not to be encrypted"
}

@test "--dry-run of the three: says it, finds what would fail, does nothing" {
	wk "${gen[@]}" k.wk
	wk "${add[@]}" --dry-run k.wk "$MNT"
	[ "$output" = "would add to fscrypt k.wk" ] || bad "what would be added"
	answers '.units[0] | .dry_run and .ok' "${add[@]}" --dry-run k.wk "$MNT"
	refused 4 fscrypt.no-key "the key is not there" remove-from-fscrypt --dry-run k.wk "$MNT"
	refused 2 auth.wrong-secret "" add-to-fscrypt "${OTHER[@]}" --dry-run k.wk "$MNT"
	refused 4 errno.ENOENT "" "${add[@]}" --dry-run k.wk "$MNT/nothing"
	refused 10 fscrypt.no-support "type proc" "${add[@]}" --dry-run k.wk /proc
	wk "${add[@]}" k.wk "$MNT"
	wk set-fscrypt-policy --dry-run k.wk "$D"
	[ "$output" = "would set a v2 policy (AES-256-XTS, AES-256-CTS, padding 32) on $D" ] ||
		bad "what would be set"
	refused 4 errno.ENOENT "" set-fscrypt-policy --dry-run k.wk "$MNT/nothing"
	refused 10 fscrypt.no-support "type proc" set-fscrypt-policy --dry-run k.wk /proc
	echo x >"$D/f"
	wk remove-from-fscrypt --dry-run k.wk "$MNT"
	[ "$output" = "would remove the key from $MNT" ] || bad "what would be removed"
	answers '.dry_run and (.identifier | length == 32)' remove-from-fscrypt --dry-run k.wk "$MNT"
	wk remove-from-fscrypt k.wk "$MNT"
	[ "$(<"$D/f")" = x ]
}

@test "users: each has a claim of its own, and a policy needs one" {
	local d=$D
	nobodys w
	cp "$SECRETS/key" w/key
	wk "${gen[@]}" w/k.wk
	wk "${gen[@]}" w/mine.wk
	chown -R 65534 w
	chmod a+x "$BATS_FILE_TMPDIR" "$MNT"
	mkdir "$d/nobodys"
	chown 65534 "$d/nobodys"
	wk "${add[@]}" w/k.wk "$MNT"
	# Not his claim, not his directory.
	tried as_nobody "$WKEYCTL" set-fscrypt-policy w/k.wk "$d/nobodys"
	[ "$status" -eq 4 ] || bad "status 4"
	[[ $stderr == *"this user has not added the key"*hint:*add-to-fscrypt* ]] || bad "the claim"
	tried as_nobody "$WKEYCTL" set-fscrypt-policy w/k.wk "$d"
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *"only the owner of the directory may encrypt it"* ]] || bad "the owner"
	tried as_nobody "$WKEYCTL" remove-from-fscrypt w/k.wk "$MNT"
	[ "$status" -eq 4 ] || bad "status 4"
	[[ $stderr == *"another user added it"* ]] || bad "another user"
	# Adding needs no root.
	tried as_nobody "$WKEYCTL" -q add-to-fscrypt --wrapping-key-file w/key w/k.wk "$MNT"
	[ "$status" -eq 0 ] || bad "status 0"
	tried as_nobody "$WKEYCTL" set-fscrypt-policy w/k.wk "$d/nobodys"
	[ "$status" -eq 0 ] || bad "status 0"
	echo x >"$d/nobodys/f"
	# While another has it, it stays.
	tried "$WKEYCTL" remove-from-fscrypt w/k.wk "$MNT"
	[ "$status" -eq 0 ] || bad "status 0"
	[[ $stderr == *"warning: other users added the key as well"* ]] || bad "a warning"
	[ -e "$d/nobodys/f" ]
	wk "${add[@]}" w/k.wk "$MNT"
	tried "$WKEYCTL" --json -q remove-from-fscrypt w/k.wk "$MNT"
	is_answer remove-from-fscrypt true .other_users
	[ -z "$stderr" ] || bad "nothing on stderr"
	tried as_nobody "$WKEYCTL" remove-from-fscrypt w/k.wk "$MNT"
	[ "$status" -eq 0 ] || bad "status 0"
	locked "$d/nobodys" f
}

@test "a key of load --type fscrypt-provisioning is taken by its serial" {
	need keyring
	local serial
	wk "${gen[@]}" k.wk
	wk load "${KEY[@]}" --type fscrypt-provisioning --keyring @s \
		--description "wkf$$:$BATS_TEST_NUMBER" k.wk
	serial=$output
	# FS_IOC_ADD_ENCRYPTION_KEY with key_id; the specifier comes back.
	/usr/bin/python3 - "$MNT" "$serial" "$(field k.wk .fscrypt_identifier)" <<-'END'
		import fcntl, os, struct, sys
		arg = bytearray(struct.pack("<II32xII32x", 2, 0, 0, int(sys.argv[2])))
		assert len(arg) == 80
		fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0xc0506617, arg)
		assert arg[8:24].hex() == sys.argv[3], arg.hex()
	END
	wk unload "$serial"
	wk set-fscrypt-policy k.wk "$D"
	echo x >"$D/f"
	wk remove-from-fscrypt k.wk "$MNT"
	locked "$D" f
}

@test "an identifier that nobody could read: the key is removed again" {
	wk "${gen[@]}" k.wk
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${add[@]}" k.wk "$MNT"
	[ "$status" -eq 1 ] || bad "status 1"
	refused 4 fscrypt.no-key "" remove-from-fscrypt k.wk "$MNT"
	# But not when it was there before.
	wk "${add[@]}" k.wk "$MNT"
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${add[@]}" k.wk "$MNT"
	[ "$status" -eq 1 ] || bad "status 1"
	wk remove-from-fscrypt k.wk "$MNT"
}

@test "arguments, without a mount" {
	wk generate -b soft "${KEY[@]}" k.wk
	refused 1 usage.missing-argument "KEYFILE... MOUNTPOINT" add-to-fscrypt
	refused 1 usage.missing-argument "no key file is named" add-to-fscrypt .
	refused 1 usage.missing-argument "MOUNTPOINT" remove-from-fscrypt k.wk
	refused 1 usage.extra-argument "'c'" remove-from-fscrypt k.wk . c
	refused 1 usage.missing-argument "DIR" set-fscrypt-policy k.wk
	refused 1 usage.extra-argument "'c'" set-fscrypt-policy k.wk . c
	refused 1 usage.unknown-option "'--usage'" add-to-fscrypt --usage fscrypt k.wk .
}

@test "a file system that cannot, without a mount" {
	wk generate -b soft "${KEY[@]}" k.wk
	refused 10 fscrypt.no-support "type proc have no fscrypt" "${add[@]}" k.wk /proc
	refused 10 fscrypt.no-support "type proc" remove-from-fscrypt k.wk /proc
	refused 10 fscrypt.no-support "type proc" set-fscrypt-policy k.wk /proc
}
