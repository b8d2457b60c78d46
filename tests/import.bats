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
