#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# derive: the keys of fscrypt against an independent HKDF, and against what the
# kernel's encryption leaves on an ext4 image.

# slow: file systems and other programs
load helpers
load commands

setup_file() {
	make_secrets
	if ! lacks_fscrypt >/dev/null; then
		make_fscrypt_mount
	fi
}

teardown_file() {
	drop_fscrypt_mounts
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	FSCRYPT=(/usr/bin/python3 "$TOP/tests/derive/fscrypt.py")
	PY_TERMINAL=(/usr/bin/python3 "$TOP/tests/terminal.py")
	derive=(derive "${KEY[@]}")
	umask 077
}

# counting N: bytes 1 to N in the file raw, and its key file k.wk.
counting() {
	local i
	for ((i = 1; i <= $1; i++)); do
		# shellcheck disable=SC2059 # a byte
		printf "\\x$(printf %02x "$i")"
	done >raw
	wk import -b soft "${KEY[@]}" --raw-file raw --usage fscrypt k.wk
}

# same_keys ARGS...: what derive writes is what the independent HKDF gives.
same_keys() {
	rm -f keys
	"$WKEYCTL" --json "${derive[@]}" "$@" >meta
	wk "${derive[@]}" --show-keys -o keys "$@"
	[ "$(stat -c %a keys)" = 600 ] || bad "mode 600"
	"${FSCRYPT[@]}" keys raw meta >expected
	diff -u expected keys
}

@test "the identifier of a published vector" {
	counting 64
	wk "${derive[@]}" k.wk
	[[ $output == *"69b2f6edeee720cce0577937eb8a6751"* ]] || bad "the identifier"
	answers '.identifier == "69b2f6edeee720cce0577937eb8a6751" and .keys == []' "${derive[@]}" k.wk
	[ "$(field k.wk .fscrypt_identifier)" = 69b2f6edeee720cce0577937eb8a6751 ]
}

@test "every kind of key is that of an independent HKDF" {
	local size nonce=00112233445566778899aabbccddeeff
	local uuid=01234567-89ab-cdef-fedc-ba9876543210
	for size in 32 33 64; do
		rm -f k.wk
		counting $size
		same_keys --nonce $nonce k.wk
		[ "$(wc -l <keys)" -eq 4 ] || bad "4 lines"
		same_keys --nonce ${nonce^^} --contents Adiantum --filenames Adiantum k.wk
		same_keys --nonce $nonce --contents AES-128-CBC --filenames AES-128-CTS k.wk
		same_keys --nonce $nonce --contents SM4-XTS --filenames SM4-CTS k.wk
		same_keys --nonce $nonce --contents AES-256-XTS --filenames AES-256-HCTR2 k.wk
		same_keys --direct-key --contents Adiantum --filenames Adiantum k.wk
		same_keys --direct-key --contents Adiantum --filenames Adiantum --nonce $nonce k.wk
		same_keys --iv-ino-lblk-64 --fs-uuid $uuid k.wk
		same_keys --iv-ino-lblk-64 --fs-uuid ${uuid^^} --nonce $nonce k.wk
		same_keys --iv-ino-lblk-32 --fs-uuid $uuid k.wk
		[ "$(wc -l <keys)" -eq 4 ] || bad "4 lines"
		same_keys --iv-ino-lblk-32 --fs-uuid $uuid --nonce $nonce k.wk
		[ "$(wc -l <keys)" -eq 5 ] || bad "5 lines"
	done
	rm -f k.wk
	counting 16
	same_keys --nonce $nonce --contents AES-128-CBC --filenames AES-128-CTS k.wk
}

# --- against the disk --------------------------------------------------------

# encrypted NAME CONTENTS FILENAMES FLAGS LOG2_UNIT: the directory $D and its key
# file k.wk; the image that it is on is $IMAGE.
encrypted() {
	D=$MNT/$1
	IMAGE=${MNT%/mnt}/img
	mkdir "$D"
	rm -f k.wk
	head -c 64 /dev/urandom >raw
	wk import -b soft "${KEY[@]}" --raw-file raw --usage fscrypt k.wk
	wk add-to-fscrypt "${KEY[@]}" k.wk "$MNT"
	"${FSCRYPT[@]}" policy "$D" "$output" "${@:2}"
	# A block of AES is 16 bytes, a padded name 4 to 32.
	NAMES=(whole part "a name of more than thirty-two bytes, with spaces" $'l\xc3\xa4nge')
}

# filled: files of known contents, and names, in $D.
filled() {
	head -c 20480 /dev/urandom >whole
	head -c 10001 /dev/urandom >part
	touch "${NAMES[@]/#/$D/}"
	cp whole part "$D"
	sync -f "$D"
}

# no_cipher: the kernel lacks the one for contents; a bats test then does what
# else it can.
no_cipher() {
	! touch "$D/whole" 2>why && grep -q "Package not installed" why &&
		echo "# not on this kernel: contents, $BATS_TEST_DESCRIPTION" >&3
}

# blocks INODE: where its data lie on the image.
blocks() {
	debugfs -R "blocks <$1>" "$IMAGE" 2>/dev/null
}

# decrypts FILE: its blocks, with keys that are derived by its path.
decrypts() {
	local list
	same_keys k.wk "$D/$1"
	jq -e --argjson inode "$(stat -c %i "$D/$1")" --arg nonce "$("${FSCRYPT[@]}" nonce "$D/$1")" \
		'.inode == $inode and .nonce == $nonce and .kind == "file"' meta
	read -ra list < <(blocks "$(stat -c %i "$D/$1")")
	"${FSCRYPT[@]}" contents keys meta "$IMAGE" "$1" "${list[@]}"
}

# decrypts_names: those of the directory.
decrypts_names() {
	same_keys k.wk "$D"
	jq -e --arg uuid "$(blkid -p -s UUID -o value "$IMAGE")" \
		'.fs_uuid == $uuid and .kind == "directory"' meta
	"${FSCRYPT[@]}" names keys meta "$IMAGE" "$(blocks "$(stat -c %i "$D")" | tr -d ' ')" "${NAMES[@]}"
}

# verified CONTENTS FILENAMES FLAGS LOG2_UNIT
verified() {
	encrypted "$BATS_TEST_NUMBER-$4" "$@"
	filled
	decrypts whole
	decrypts part
	decrypts_names
	wk -q remove-from-fscrypt k.wk "$MNT"
}

@test "ciphertext on the disk: the default policy" {
	need root fscrypt
	verified AES-256-XTS AES-256-CTS 3 0
	[ "$(jq -r .padding_bytes meta)" = 32 ]
}

@test "ciphertext on the disk: IV_INO_LBLK_64" {
	need root fscrypt
	verified AES-256-XTS AES-256-CTS 0x0b 0
	[ "$(jq -r .flags[] meta)" = IV_INO_LBLK_64 ]
}

@test "ciphertext on the disk: IV_INO_LBLK_32" {
	need root fscrypt
	verified AES-256-XTS AES-256-CTS 0x13 0
	[ "$(jq -r .flags[] meta)" = IV_INO_LBLK_32 ]
}

@test "ciphertext on the disk: AES-128-CBC-ESSIV and AES-128-CTS, names padded to 4" {
	need root fscrypt
	encrypted aes128 AES-128-CBC AES-128-CTS 0 0
	mkdir "${NAMES[@]/#/$D/}"
	sync -f "$D"
	decrypts_names
	[ "$(jq -r .padding_bytes meta)" = 4 ]
	rmdir "$D"/*
	if ! no_cipher; then
		filled
		decrypts whole
		decrypts part
	fi
	wk -q remove-from-fscrypt k.wk "$MNT"
}

@test "ciphertext on the disk: data units of 512 and of 1024 bytes" {
	need root fscrypt
	verified AES-256-XTS AES-256-CTS 3 9
	[ "$(jq -r .data_unit_bytes meta)" = 512 ]
	verified AES-256-XTS AES-256-CTS 2 10
	[ "$(jq -r .data_unit_bytes meta)" = 1024 ]
}

@test "DIRECT_KEY with Adiantum: keys by path" {
	need root fscrypt
	encrypted direct Adiantum Adiantum 0x07 0
	same_keys k.wk "$D"
	jq -e '.flags == ["DIRECT_KEY"] and (.keys | map(.context) == [3, 3, 5])' meta
	if ! no_cipher; then
		same_keys k.wk "$D/whole"
	fi
	wk -q remove-from-fscrypt k.wk "$MNT"
}

@test "a locked file, by its directory and its nonce; a locked directory" {
	need root fscrypt
	local nonce inode list
	encrypted locked AES-256-XTS AES-256-CTS 3 0
	filled
	nonce=$("${FSCRYPT[@]}" nonce "$D/whole")
	inode=$(stat -c %i "$D/whole")
	wk -q remove-from-fscrypt k.wk "$MNT"
	decrypts_names
	refused 4 fscrypt.no-key "" "${derive[@]}" k.wk "$(find "$D" -type f -size 20k)"
	same_keys --nonce "$nonce" k.wk "$D"
	jq -e 'has("inode") or has("kind") | not' meta
	jq ".inode = $inode" meta >with-inode
	read -ra list < <(blocks "$inode")
	"${FSCRYPT[@]}" contents keys with-inode "$IMAGE" whole "${list[@]}"
}

@test "a key that is not the policy's, and a path that is not encrypted" {
	need root fscrypt
	encrypted other AES-256-XTS AES-256-CTS 3 0
	wk generate -b soft "${KEY[@]}" --usage fscrypt other.wk
	refused 1 derive.other-key "$(field k.wk .fscrypt_identifier).*$(field other.wk .fscrypt_identifier)" \
		"${derive[@]}" --show-keys -o keys other.wk "$D"
	[ ! -e keys ]
	refused 4 fscrypt.not-encrypted "$MNT" "${derive[@]}" k.wk "$MNT"
	refused 1 usage.conflict "" "${derive[@]}" --iv-ino-lblk-64 k.wk "$D"
	wk -q remove-from-fscrypt k.wk "$MNT"
}

# --- secrets out -----------------------------------------------------------------

N=(--nonce 00112233445566778899aabbccddeeff)

@test "without --show-keys nothing secret is said" {
	counting 64
	"$WKEYCTL" --json "${derive[@]}" "${N[@]}" k.wk >meta
	"${FSCRYPT[@]}" keys raw meta >secret
	answers '.keys | map([.name, .algorithm, .size_bytes, .context, .scope]) == [
		["contents", "AES-256-XTS", 64, 2, "file"],
		["filenames", "AES-256-CTS", 32, 2, "file"],
		["dirhash", "SipHash-2-4", 16, 5, "file"]]' "${derive[@]}" "${N[@]}" k.wk
	answers '.keys[0].info == "66736372797074000200112233445566778899aabbccddeeff"' \
		"${derive[@]}" "${N[@]}" k.wk
	wk -v "${derive[@]}" "${N[@]}" k.wk || [ -n "$stderr" ]
	[[ $output == *"contents key: "*"AES-256-XTS, 64byte, context 2"* ]] || bad "the contents key"
	while IFS=' ' read -r name value; do
		[ "$name" = identifier: ] || [[ $output$stderr != *"$value"* ]] || bad "no $name"
	done <secret
}

@test "keys go to a terminal, after what is public" {
	counting 64
	"$WKEYCTL" --json "${derive[@]}" "${N[@]}" k.wk >meta
	"${FSCRYPT[@]}" keys raw meta >expected
	works "${PY_TERMINAL[@]}" --stdio --shown shown -- \
		"$WKEYCTL" "${derive[@]}" "${N[@]}" --show-keys k.wk
	tr -d '\r' <shown | tail -n 4 | diff -u expected -
	grep -q 'Identifier:' shown
}

@test "keys go to no pipe, no file without -o, and not into JSON" {
	counting 64
	refused 15 output.secret "terminal only.*hint:.*-o FILE" "${derive[@]}" "${N[@]}" --show-keys k.wk
	tried "${PY_TERMINAL[@]}" --stdio --shown shown -- \
		"$WKEYCTL" --json "${derive[@]}" "${N[@]}" --show-keys k.wk
	[ "$status" -eq 15 ] || bad "status 15"
	grep -q '"output.secret"' shown
	# With -o, the object on standard output has none.
	answers '[.. | strings | select(test("^[0-9a-f]{64,}$"))] == []' \
		"${derive[@]}" "${N[@]}" --show-keys -o keys k.wk
	refused 1 usage.bad-value "./-" "${derive[@]}" "${N[@]}" --show-keys -o - k.wk
}

@test "the file is whole or absent, and is not overwritten" {
	local f
	counting 64
	show_keys=("${derive[@]}" "${N[@]}" --show-keys)
	umask 0
	wk "${show_keys[@]}" -o keys k.wk
	[ "$(stat -c %a keys)" = 600 ] || bad "mode 600"
	umask 022
	cp keys before
	refused 5 file.exists "" "${show_keys[@]}" -o keys k.wk
	cmp keys before
	wk "${show_keys[@]}" -o keys --force --contents Adiantum --filenames Adiantum k.wk
	run -1 cmp keys before
	refused 4 file.no-directory "" "${show_keys[@]}" -o no/keys k.wk
	# A key file is no output to be replaced, in whatever state.
	refused 5 file.exists "--force replaces it, unless it is a long-term key file" "${show_keys[@]}" -o k.wk k.wk
	cp "$EVIL/reader-2.wk" newer.wk
	cp "$EVIL/crc-wrong.wk" damaged.wk
	ln -s k.wk link
	for f in k.wk newer.wk damaged.wk link; do
		cp $f was
		refused 15 file.long-term "$f: .*long-term key file" "${show_keys[@]}" -o $f --force k.wk
		cmp $f was
	done
	refused 2 auth.wrong-secret "" derive "${OTHER[@]}" "${N[@]}" --show-keys -o new k.wk
	[ ! -e new ]
	# Nobody could read what was derived: nothing stays.
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${show_keys[@]}" -o new k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[ ! -e new ]
}

@test "what is refused" {
	local uuid=01234567-89ab-cdef-fedc-ba9876543210
	counting 64
	refused 1 usage.missing-argument "no file is named.*--nonce" "${derive[@]}" --show-keys -o keys k.wk
	refused 1 derive.no-uuid "--fs-uuid" "${derive[@]}" --iv-ino-lblk-64 k.wk
	refused 1 usage.bad-value "'12'" "${derive[@]}" --nonce 12 k.wk
	refused 1 usage.bad-value "" "${derive[@]}" --fs-uuid 12 k.wk
	refused 1 usage.conflict "--output" "${derive[@]}" -o keys k.wk
	refused 1 usage.conflict "--force" "${derive[@]}" "${N[@]}" --show-keys --force k.wk
	refused 1 usage.missing-argument "KEYFILE" derive
	refused 1 usage.extra-argument "'c'" derive k.wk a c
	refused 4 errno.ENOENT "no/such" "${derive[@]}" k.wk no/such
	rm k.wk
	counting 16
	refused 10 sink.size "128bit is too short.*256bit" "${derive[@]}" "${N[@]}" --show-keys -o keys k.wk
	wk generate -b soft "${KEY[@]}" --usage dm-crypt d.wk
	refused 10 sink.usage "not for fscrypt" "${derive[@]}" "${N[@]}" d.wk
	[ ! -e keys ]
}
