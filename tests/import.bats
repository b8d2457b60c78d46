#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl import: raw bytes become a key file.  What it shares with generate is
# tested in generate.bats; that the bytes come back, in conformance.bats, too.

load helpers
load commands

setup_file() {
	make_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	imp=(import -b soft "${KEY[@]}")
	umask 077
	# Every hard byte: NUL, line feeds, 0xff, a line feed at the end.
	printf '\0\n\r\t\xff\x80\xc3\x28 "\\%%s\0\0\x1b[31m0123456789a\n' >raw
	[ "$(stat -c %s raw)" -eq 32 ]
}

# identifier FILE: what the kernel's fscrypt would call these bytes.
identifier() {
	/usr/bin/python3 - "$1" <<-'END'
		import hashlib, hmac, sys
		key = open(sys.argv[1], "rb").read()
		prk = hmac.new(bytes(64), key, hashlib.sha512).digest()
		print(hmac.new(prk, b"fscrypt\0" + b"\1" + b"\1", hashlib.sha512).hexdigest()[:32])
	END
}

# is_raw FILE: the key file holds the bytes of ./raw: its identifier says so.
is_raw() {
	[ "$(field "$1" .fscrypt_identifier)" = "$(identifier raw)" ]
}

@test "raw bytes come from stdin, a file, a descriptor or a credential" {
	wk "${imp[@]}" stdin.wk <raw
	[[ $output =~ ^[0-9a-f]{32}$ ]]
	[ "$(field stdin.wk .key_id)" = "$output" ]
	is_raw stdin.wk
	wk "${imp[@]}" --raw-file - dash.wk <raw
	is_raw dash.wk
	wk "${imp[@]}" --raw-file raw file.wk </dev/null
	is_raw file.wk
	wk "${imp[@]}" --raw-fd 7 fd.wk 7<raw </dev/null
	is_raw fd.wk
	wk "${imp[@]}" --raw-fd 0 zero.wk <raw
	is_raw zero.wk
	mkdir creds
	cp raw creds/disk
	CREDENTIALS_DIRECTORY=$PWD/creds wk "${imp[@]}" --raw-credential disk cred.wk </dev/null
	is_raw cred.wk
	# A pipe that gives a byte at a time.
	# shellcheck disable=SC2094
	while IFS= read -r b; do
		printf '%b' "\\x$b"
	done < <(od -An -v -tx1 -w1 raw | tr -d ' ') | "$WKEYCTL" "${imp[@]}" slow.wk
	is_raw slow.wk
}

@test "a FIFO is a file like any other for the raw key" {
	mkfifo fifo
	cat raw >fifo &
	wk "${imp[@]}" --raw-file fifo k.wk
	is_raw k.wk
}

@test "the size is that of the bytes, 16 to 128" {
	local n
	for n in 16 17 31 32 33 64 65 127 128; do
		head -c $n /dev/urandom >raw
		wk "${imp[@]}" --raw-file raw $n.wk
		[ "$(field $n.wk .key_size_bits)" -eq $((8 * n)) ]
		[ $n -gt 64 ] || is_raw $n.wk
	done
	# Only a key that fscrypt can take has an identifier.
	[ "$(field 65.wk .fscrypt_identifier)" = null ]
}

@test "too few and too many bytes are refused, with the number" {
	local n
	for n in 0 1 15; do
		head -c $n /dev/urandom >raw
		refused 1 input.too-short "'raw': the raw key has $n bytes, 16 to 128 are needed" \
			"${imp[@]}" --raw-file raw k.wk
	done
	head -c 129 /dev/zero >raw
	refused 1 input.too-long "more than 128 bytes" "${imp[@]}" --raw-file raw k.wk
	# Without end.
	refused 1 input.too-long "'/dev/zero': .*more than 128 bytes" \
		"${imp[@]}" --raw-file /dev/zero k.wk
	tried "$WKEYCTL" "${imp[@]}" k.wk < <(yes)
	[ "$status" -eq 1 ] || bad "status 1"
	[ "$(ls -A)" = raw ]
}

@test "a line feed too many is named, never removed" {
	{ head -c 128 /dev/zero; echo; } >raw
	refused 1 input.too-long "hint: .*line feed" "${imp[@]}" --raw-file raw k.wk
	# 32 hexadecimal digits are 32 bytes: taken as they stand.
	echo 0123456789abcdef0123456789abcde >raw
	wk "${imp[@]}" --raw-file raw k.wk
	is_raw k.wk
}

@test "--key-size must be what the bytes have" {
	wk "${imp[@]}" --raw-file raw --key-size 256bit a.wk
	wk "${imp[@]}" --raw-file raw --key-size 32byte b.wk
	refused 1 import.size "the raw key has 256bit, --key-size says 512bit" \
		"${imp[@]}" --raw-file raw --key-size 512bit k.wk
	[ ! -e k.wk ]
}

@test "usage, name, volume and PEM as in generate" {
	wk "${imp[@]}" --raw-file raw --usage fscrypt --name n --pem \
		--for 0f8fad5b-d9cb-469f-a165-70867728950e k.wk
	[ "$(field k.wk '"\(.usage) \(.name) \(.volume.uuid)"')" = \
		"fscrypt n 0f8fad5b-d9cb-469f-a165-70867728950e" ]
	[ "$(head -n 1 k.wk)" = "-----BEGIN WKEYCTL KEY-----" ]
	[ "$(stat -c %a k.wk)" = 600 ]
	is_raw k.wk
	refused 1 usage.key-size "dm-inlinecrypt takes keys of 512bit, not 256bit" \
		"${imp[@]}" --raw-file raw --usage dm-inlinecrypt i.wk
	head -c 72 /dev/zero >raw
	refused 1 usage.key-size "fscrypt takes keys of at most 512bit, not 576bit" \
		"${imp[@]}" --raw-file raw --usage fscrypt f.wk
	[ ! -e i.wk ]
	[ ! -e f.wk ]
}

@test "--json: one unit with the key id" {
	wk --json "${imp[@]}" --raw-file raw k.wk
	is_answer import true ".key_id == \"$(field k.wk .key_id)\""
}

@test "the same bytes twice are two files that share no byte of secret" {
	wk "${imp[@]}" --raw-file raw --name k a.wk
	wk "${imp[@]}" --raw-file raw --name k b.wk
	[ "$(field a.wk .key_id)" != "$(field b.wk .key_id)" ]
	[ "$(field a.wk .fscrypt_identifier)" = "$(field b.wk .fscrypt_identifier)" ]
}

@test "a file that exists is kept; --force keeps it beside" {
	wk "${imp[@]}" --raw-file raw k.wk
	cp k.wk before
	refused 5 file.exists "k.wk: exists already" "${imp[@]}" --raw-file raw k.wk
	cmp k.wk before
	wk "${imp[@]}" --raw-file raw --force k.wk
	cmp k.wk.old-1 before
	[ "$(field k.wk .epoch)" -eq 2 ]
	is_raw k.wk
}

@test "--dry-run writes nothing" {
	wk "${imp[@]}" --raw-file raw --dry-run k.wk
	[ "$output" = "would write k.wk: key 'k', 256bit, usage any, 1 slot" ]
	wk --json "${imp[@]}" --raw-file raw --dry-run k.wk
	is_answer import true '.dry_run and .name == "k" and (has("key_id") | not)'
	[ "$(ls -A)" = raw ]
}

@test "one key file, and none of generate's own options" {
	refused 1 usage.missing-argument "KEYFILE" "${imp[@]}" --raw-file raw
	refused 1 usage.extra-argument "'b.wk'" "${imp[@]}" --raw-file raw a.wk b.wk
	refused 1 usage.unknown-option "'--if-absent'" "${imp[@]}" --raw-file raw --if-absent k.wk
	refused 1 usage.unknown-option "'--files-from'" "${imp[@]}" --files-from x k.wk
	refused 1 usage.missing-option "no backend" import "${KEY[@]}" --raw-file raw k.wk
	refused 1 usage.bad-value "not written to standard output" "${imp[@]}" --raw-file raw -
	[ "$(ls -A)" = raw ]
}

@test "a raw key that cannot be read leaves no file" {
	refused 4 errno.ENOENT "'nothing-here': No such file" "${imp[@]}" --raw-file nothing-here k.wk
	refused 1 input.directory "'/': is a directory" "${imp[@]}" --raw-file / k.wk
	refused 1 errno.EBADF "descriptor 9: Bad file descriptor" "${imp[@]}" --raw-fd 9 k.wk
	[ "$(ls -A)" = raw ]
}

@test "an unreadable raw key: exit 17" {
	nobodys d
	cp raw d/raw
	chmod 0 d/raw
	tried as_nobody "$WKEYCTL" import -b soft --raw-file d/raw --passphrase-file /dev/null d/k.wk
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *"'d/raw': Permission denied"* ]] || bad "the file"
	[ "$(ls -A d)" = raw ]
}

@test "a raw key that others can read is used with a warning" {
	chmod 644 raw
	tried "$WKEYCTL" "${imp[@]}" --raw-file raw k.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$stderr" = "wkeyctl: import: warning: 'raw': can be read by others (mode 644)" ] ||
		bad "a warning"
	wk -q "${imp[@]}" --raw-file raw q.wk
	chmod 640 raw
	tried "$WKEYCTL" "${imp[@]}" --raw-file raw group.wk
	[[ $stderr == *"(mode 640)"* ]] || bad "a warning"
	# A pipe has no mode that would mean anything.
	wk "${imp[@]}" --raw-file <(cat raw) pipe.wk
}

@test "a full disk under stdout takes the file back" {
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${imp[@]}" --raw-file raw k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[ "$(ls -A)" = raw ]
}

# --- --from ----------------------------------------------------------------------

# from FORMAT FILE: the import of it holds the bytes of ./raw.
from() {
	wk "${imp[@]}" --from "$1" --raw-file "$2" --force k.wk
	is_raw k.wk || bad "the bytes of ./raw"
}

# no FORMAT REGEX: ./in is refused, and nothing made.
no() {
	refused 1 "${3:-import.format}" "'in': .*$2" "${imp[@]}" --from "$1" --raw-file in no.wk
	[ ! -e no.wk ]
}

# u32 N...: in the byte order of this machine.
u32() {
	/usr/bin/python3 -c 'import struct, sys
sys.stdout.buffer.write(b"".join(struct.pack("=I", int(n)) for n in sys.argv[1:]))' "$@"
}

@test "--from raw is byte for byte, as without it" {
	from raw raw
	hex raw >in
	cp in raw
	from raw in
}

@test "--from hex: one line of digits, with or without its end" {
	local n
	for n in 16 32 64; do
		head -c $n /dev/urandom >raw
		hex raw >in
		from hex in
		tr a-f A-F <in >upper
		from hex upper
		{ cat in; echo; } >line
		from hex line
		printf '%s\r\n' "$(<in)" >dos
		from hex dos
	done
	# As others write it.
	/usr/bin/python3 -c 'print(open("raw", "rb").read().hex())' >in
	from hex in
	head -c 128 /dev/urandom >raw
	hex raw >in
	wk "${imp[@]}" --from hex --raw-file in big.wk
	[ "$(field big.wk .key_size_bits)" -eq 1024 ]
}

@test "--from hex: anything else is refused" {
	local bad
	: >in && no hex "no hexadecimal digits"
	echo >in && no hex "no hexadecimal digits"
	hex raw >in && printf 0 >>in && no hex "an odd number"
	{ hex raw && printf '\n\n'; } >in && no hex "more than one line"
	{ hex raw && echo && hex raw; } >in && no hex "more than one line"
	for bad in '0x' 'g0' ' 0' '0 ' $'0\xb0' '0`'; do
		{ printf '%s' "$bad" && hex raw; } >in && no hex "no hexadecimal digit"
	done
	{ printf '0\0' && hex raw; } >in && no hex "no hexadecimal digit"
	hex raw | head -c 30 >in && no hex "has 15 bytes, 16 to 128 are needed" input.too-short
	head -c 129 /dev/urandom >long && hex long >in &&
		no hex "has 129 bytes, 16 to 128 are needed" input.too-long
	head -c 513 /dev/zero >in && no hex "more than 512 bytes" input.too-long
	refused 1 input.too-long "/dev/zero" "${imp[@]}" --from hex --raw-file /dev/zero no.wk
}

@test "--from base64: one line or several" {
	local n
	for n in 16 17 18 32 64; do
		head -c $n /dev/urandom >raw
		base64 -w 0 raw >in && from base64 in
		base64 -w 64 raw >in && from base64 in
		base64 -w 16 raw >in && from base64 in
		base64 -w 4 raw | sed 's/$/\r/' >in && from base64 in
		openssl base64 -in raw -out in && from base64 in
	done
	# All of the alphabet.
	/usr/bin/python3 -c 'import base64, string
open("raw", "wb").write(base64.b64decode(string.ascii_uppercase + string.ascii_lowercase + "0123456789+/"))'
	base64 -w 0 raw >in && from base64 in
	head -c 128 /dev/urandom >raw
	base64 -w 4 raw | sed 's/$/\r/' >in
	wk "${imp[@]}" --from base64 --raw-file in big.wk
	[ "$(field big.wk .key_size_bits)" -eq 1024 ]
}

@test "--from base64: anything else is refused" {
	local good bad
	good=$(base64 -w 0 raw)
	for bad in '' "${good%=}" "A$good"; do
		printf '%s' "$bad" >in && no base64 "no multiple of 4 characters"
	done
	# 32 bytes end in one '=', with two unused bits before it.
	for bad in "${good:0:40}$(tr 'A-Za-z0-9+/' 'B-Za-z0-9+/A' <<<"${good:40:3}")=" \
		"${good:0:20}=${good:21}" "${good:0:20}==${good:22}" "=${good:1}" \
		"${good:0:40}====" "${good:0:40}A===" "${good:0:8}-${good:9}" \
		"${good:0:8}_${good:9}" "${good:0:8} ${good:9}" "$good$good"; do
		printf '%s' "$bad" >in && no base64 "not of base64, or unused bits"
	done
	printf '%s\n%s\n' "${good:0:7}" "${good:7}" >in && no base64 "a line .* no multiple of 4"
	printf '%s\n\n%s\n' "${good:0:8}" "${good:8}" >in && no base64 "an empty line"
	printf '\n%s\n' "$good" >in && no base64 "an empty line"
	printf '%s\n\n' "$good" >in && no base64 "an empty line"
	printf '%s\r%s\n' "${good:0:8}" "${good:8}" >in && no base64 "no multiple of 4"
	printf '%s' "${good:0:20}" >in && no base64 "has 15 bytes" input.too-short
}

@test "--from fscrypt-payload: what policies of version 1 have in the keyring" {
	local n
	for n in 16 32 64; do
		head -c $n /dev/urandom >raw
		# What is behind a shorter key is not the key.
		{ u32 1 && cat raw && head -c $((64 - n)) /dev/urandom && u32 $n; } >in
		[ "$(stat -c %s in)" -eq 72 ]
		from fscrypt-payload in
	done
	for n in 0 15 65 1073741824; do
		{ u32 1 && head -c 64 /dev/urandom && u32 $n; } >in
		no fscrypt-payload "of a key of $n bytes; 16 to 64"
	done
	head -c 71 in >short && mv short in && no fscrypt-payload "has 72 bytes, here are 71"
	head -c 73 /dev/zero >in && no fscrypt-payload "has 72 bytes, here are 73"
	: >in && no fscrypt-payload "here are 0"
}

@test "--from fscrypt-provisioning: by identifier or descriptor" {
	local n
	for n in 16 32 64; do
		head -c $n /dev/urandom >raw
		{ u32 2 0 && cat raw; } >in && from fscrypt-provisioning in
		{ u32 1 0 && cat raw; } >in && from fscrypt-provisioning in
	done
	{ u32 3 0 && cat raw; } >in && no fscrypt-provisioning "neither 1 nor 2"
	{ u32 2 2 && cat raw; } >in && no fscrypt-provisioning "flags that are not known"
	{ u32 2 0 && cat raw && printf x; } >in && no fscrypt-provisioning "24 to 72 bytes, here are 73"
	{ u32 2 0 && head -c 15 raw; } >in && no fscrypt-provisioning "here are 23"
	u32 2 0 >in && no fscrypt-provisioning "too short"
	{ u32 2 1 && cat raw; } >in
	refused 10 import.hardware "'in': a key that hardware wrapped" \
		"${imp[@]}" --from fscrypt-provisioning --raw-file in no.wk
	[ ! -e no.wk ]
}

@test "--from: formats that need hardware are known, others are not" {
	local word
	for word in caam-bb tss2-pem trusted-hex; do
		refused 10 import.hardware "only the backend (caam|tpm) could open it" \
			"${imp[@]}" --from $word --raw-file raw no.wk
	done
	refused 1 usage.bad-value "--from" "${imp[@]}" --from pem --raw-file raw no.wk
	[ ! -e no.wk ]
}

@test "--from: no other size than --key-size says" {
	hex raw >in
	wk "${imp[@]}" --from hex --raw-file in --key-size 256bit k.wk
	refused 1 import.size "the raw key has 256bit, --key-size says 512bit" \
		"${imp[@]}" --from hex --raw-file in --key-size 512bit no.wk
}
