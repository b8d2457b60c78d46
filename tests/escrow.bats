#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Escrow: slots that are sealed to a certificate.  The certificates are made, and
# the messages opened, by the openssl program.

# slow: makes certificates
load helpers
load commands

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	mkdir certs
	cd certs
	local n
	for n in 2048 3072 4096; do
		certificate "rsa$n" -newkey "rsa:$n"
	done
	for n in 256 384 521; do
		certificate "p$n" -newkey ec -pkeyopt "ec_paramgen_curve:P-$n"
	done
	certificate rsa-usage -key rsa2048.key -addext keyUsage=keyEncipherment
	certificate p256-usage -key p256.key -addext keyUsage=keyAgreement
	certificate rsa-sign -key rsa2048.key -addext keyUsage=digitalSignature
	certificate p256-sign -key p256.key -addext keyUsage=digitalSignature,keyEncipherment
	dated past 20200101000000Z 20210101000000Z
	dated future 20990101000000Z 20991231000000Z
	certificate pss -newkey rsa-pss -pkeyopt rsa_keygen_bits:2048
	certificate weak -newkey rsa:1024
	certificate ed -newkey ed25519
	certificate x -newkey ec -pkeyopt ec_paramgen_curve:secp256k1
	cat p256.pem p384.pem >two.pem
	cat p256.pem p256.key >private.pem
	cd "$BATS_FILE_TMPDIR" || return
	"$WKEYCTL" generate -b soft "${KEY[@]}" --usage keyring k.wk
}

# certificate NAME OPTIONS...: NAME.pem of CN=NAME; NAME.key unless a key is given.
certificate() {
	openssl req -x509 -nodes -days 3650 -subj "/O=Escrow/CN=$1" -keyout "$1.key" \
		-out "$1.pem" "${@:2}" 2>log || { cat log; return 1; }
}

# dated NAME FROM TO: of the key p256.
dated() {
	mkdir "$1.ca"
	: >"$1.ca/index"
	cat >"$1.ca/cnf" <<-CNF
		[ca]
		default_ca = own
		[own]
		database = $1.ca/index
		new_certs_dir = $1.ca
		rand_serial = yes
		default_md = sha256
		policy = any
		[any]
		commonName = supplied
	CNF
	openssl req -new -key p256.key -subj "/CN=$1" -out "$1.csr"
	openssl ca -batch -config "$1.ca/cnf" -selfsign -keyfile p256.key -in "$1.csr" \
		-startdate "$2" -enddate "$3" -notext -out "$1.pem" 2>log || { cat log; return 1; }
	cp p256.key "$1.key"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	C=$BATS_FILE_TMPDIR/certs
	cp "$BATS_FILE_TMPDIR/k.wk" .
	add=(add-slot "${KEY[@]}" --recipient)
}

# opened NAME [CMS]: what the holder of NAME's certificate decrypts, into kek.bin.
opened() {
	rm -f kek.bin
	(umask 077 && openssl cms -decrypt -inform DER -in "${2:-m.cms}" -binary \
		-recip "$C/$1.pem" -inkey "$C/$1.key" -out kek.bin) 2>log ||
		{ cat log; return 1; }
}

# escrow NAME [OPTIONS...]: a slot for NAME in k.wk, and what its holder gets.
escrow() {
	wk -q "${add[@]}" "$C/$1.pem" "${@:2}" k.wk
	wk export --format=cms --force -o m.cms k.wk
	opened "$1"
}

key_id() {
	"$WKEYCTL" --json inspect "$1" | jq -r .key_id
}

# message: what is in m.cms, as openssl prints it.
message() {
	openssl cms -cmsout -print -inform DER -in m.cms -noout
}

# refused_slots STATUS CODE REGEX ARGS...: a failed test, which also prints.
refused_slots() {
	local want=$1 code=$2 regex=$3
	shift 3
	exits "$want" "$regex" "$WKEYCTL" test "$@"
	tried "$WKEYCTL" --json test "$@"
	is_answer test false ".errors[0].code == \"$code\""
}

# --- sealing and opening --------------------------------------------------------

# round_trip NAME: from the certificate to the opened key file, and the bytes.
round_trip() {
	escrow "$1"
	[ "$(stat -c %s kek.bin)" -eq 48 ]
	[ "$(hex kek.bin | tail -c 32)" = "$(key_id k.wk)" ]
	wk test --kek-file kek.bin --slot 1 k.wk
	[[ $output == *"slot 1 (recipient): opens"* ]] || bad "slot 1 to open"
	message >print
	grep -q 'contentType: id-smime-ct-authEnvelopedData' print
	grep -q 'algorithm: aes-256-gcm' print
	[ "$(grep -c issuerAndSerialNumber print)" -eq 1 ]
}

@test "RSA: OAEP with SHA-256 in both places" {
	local n
	for n in rsa2048 rsa3072 rsa4096 rsa-usage; do
		cp "$BATS_FILE_TMPDIR/k.wk" .
		round_trip $n
		grep -q 'algorithm: rsaesOaep' print
		[ "$(grep -c ':sha256$' print)" -eq 2 ]
		grep -q ':mgf1$' print
		run -1 grep -q 'sha1$' print
	done
}

@test "EC: ephemeral ECDH, the KDF with SHA-256, AES-256 key wrap" {
	local n
	for n in p256 p384 p521 p256-usage; do
		cp "$BATS_FILE_TMPDIR/k.wk" .
		round_trip $n
		grep -q 'algorithm: dhSinglePass-stdDH-sha256kdf-scheme' print
		grep -q ':id-aes256-wrap$' print
	done
}

@test "the private key alone finds the message, too" {
	escrow rsa2048
	openssl cms -decrypt -inform DER -in m.cms -binary -inkey "$C/rsa2048.key" -out again
	cmp kek.bin again
	cp "$BATS_FILE_TMPDIR/k.wk" .
	escrow p384
	openssl cms -decrypt -inform DER -in m.cms -binary -inkey "$C/p384.key" -out again
	cmp kek.bin again
}

@test "a certificate in DER is the same" {
	openssl x509 -in "$C/p256.pem" -outform DER -out c.der
	wk -q "${add[@]}" c.der k.wk
	wk export --format=cms -o m.cms k.wk
	opened p256
	wk test --kek-file kek.bin k.wk
}

@test "another holder cannot open it, and a changed message opens for nobody" {
	escrow p256
	run ! opened p384
	run ! opened rsa2048
	local size at
	size=$(stat -c %s m.cms)
	# The content, its tag and the wrapped key are the end of it.
	for at in 1 17 40 70 110; do
		/usr/bin/python3 - m.cms $((size - at)) <<-'PY'
			import sys
			b = bytearray(open(sys.argv[1], "rb").read())
			b[int(sys.argv[2])] ^= 4
			open("bad.cms", "wb").write(b)
		PY
		run ! opened p256 bad.cms
	done
}

@test "what comes out opens the key file wherever it is opened" {
	need keyring
	escrow rsa2048
	local serial
	wk load --keyring @s --type user --kek-file kek.bin k.wk
	serial=$output
	keyctl pipe "$serial" >a
	wk load --keyring @s --type user --force "${KEY[@]}" k.wk
	keyctl pipe "$output" >b
	keyctl unlink "$output" @s
	cmp a b
	wk test --kek-fd 3 k.wk 3<kek.bin
	mkdir creds
	mv kek.bin creds/kek
	CREDENTIALS_DIRECTORY=$PWD/creds wk test --kek-credential kek k.wk
}

@test "with what comes out, the other slots go and new ones come" {
	escrow p256
	wk -q add-slot --kek-file kek.bin --new-wrapping-key-file "$SECRETS/other" -b soft k.wk
	wk test "${OTHER[@]}" k.wk
	wk -q remove-slot --kek-file kek.bin k.wk 0
	refused_slots 2 auth.wrong-secret "slot 2" "${KEY[@]}" k.wk
	wk test --kek-file kek.bin k.wk
	wk test "${OTHER[@]}" k.wk
	# What was decrypted before is good after every change.
	[ "$(key_id k.wk)" = "$(hex kek.bin | tail -c 32)" ]
}

@test "several holders: each has a message of his own" {
	wk -q "${add[@]}" "$C/p256.pem" k.wk
	wk -q "${add[@]}" "$C/rsa2048.pem" k.wk
	wk export --format=cms --slot 1 -o 1.cms k.wk
	wk export --format=cms --slot 2 -o 2.cms k.wk
	opened p256 1.cms
	mv kek.bin one
	opened rsa2048 2.cms
	# The KEK is that of the file.
	cmp kek.bin one
	wk test --kek-file one --slot 2 k.wk
	run ! opened p256 2.cms
}

# --- what is not right -----------------------------------------------------------

@test "the KEK of another key file: 2, and whose it is" {
	escrow p256
	wk generate -b soft "${KEY[@]}" other.wk
	wk -q "${add[@]}" "$C/p256.pem" other.wk
	refused_slots 2 auth.other-key "of another key file.*$(key_id k.wk)" --kek-file kek.bin other.wk
}

# changed AT: kek.bin with a bit of that byte changed, as bad.bin.
changed() {
	(umask 077 && /usr/bin/python3 - "$1" <<-'PY')
		import sys
		b = bytearray(open("kek.bin", "rb").read())
		b[int(sys.argv[1])] ^= 16
		open("bad.bin", "wb").write(b)
	PY
}

@test "a KEK with a changed bit: 2" {
	escrow p256
	local at
	for at in 0 15 31; do
		changed $at
		refused_slots 2 auth.wrong-secret "slot 1: the key out of escrow is wrong" --kek-file bad.bin k.wk
	done
	for at in 32 47; do
		changed $at
		refused_slots 2 auth.other-key "of another key file" --kek-file bad.bin k.wk
	done
}

@test "a KEK of another size: 1" {
	escrow p256
	local n
	for n in 0 32 47; do
		(umask 077 && head -c $n kek.bin >bad.bin)
		refused_slots 1 input.kek-size "48 bytes" --kek-file bad.bin k.wk
	done
	(umask 077 && { cat kek.bin; echo; } >long.bin)
	refused_slots 1 input.kek-size "48 bytes" --kek-file long.bin k.wk
}

@test "a slot whose message was changed opens no more: 2" {
	escrow p256
	/usr/bin/python3 "$TOP/tests/flip.py" k.wk flipped
	local n f hits=0
	n=$(LC_ALL=C grep -obUaP '\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17' k.wk | head -n 1)
	n=${n%%:*}
	for f in $(seq $((n + 60)) 20 $((n + 300))); do
		tried "$WKEYCTL" test --slot 1 --kek-file kek.bin "$(printf 'flipped/%05d' "$f")"
		[[ $status == 2 || $status == 13 ]] || bad "status 2 or 13 for byte $f"
		hits=$((hits + 1))
	done
	[ $hits -gt 10 ]
}

# rejected STATUS CODE REGEX CERT OPTIONS...: and the key file stays as it was.
rejected() {
	local want=$1 code=$2 regex=$3 cert=$4
	shift 4
	refused "$want" "$code" "$regex" "${add[@]}" "$cert" "$@" k.wk
	cmp k.wk "$BATS_FILE_TMPDIR/k.wk"
	[ "$(ls -A)" = k.wk ]
}

@test "key usage that is for something else: 15, and --accept-certificate" {
	rejected 15 certificate.usage "keyEncipherment.*hint:.*--accept-certificate" "$C/rsa-sign.pem"
	rejected 15 certificate.usage "keyAgreement.*hint:.*--accept-certificate" "$C/p256-sign.pem"
	escrow rsa-sign --accept-certificate
	wk test --kek-file kek.bin k.wk
}

@test "dates: 15, and --accept-certificate" {
	rejected 15 certificate.expired "expired: 2021-01-01T00:00:00Z.*hint:.*--accept-certificate" \
		"$C/past.pem"
	rejected 15 certificate.not-yet "2099-01-01T00:00:00Z.*hint:.*--accept-certificate" \
		"$C/future.pem"
	escrow past --accept-certificate
	wk test --kek-file kek.bin k.wk
}

@test "keys that cannot be sealed to: 10, whatever is accepted" {
	local n
	for n in pss ed x; do
		rejected 10 certificate.algorithm "hint: RSA from 2048" "$C/$n.pem" --accept-certificate
	done
	rejected 10 certificate.weak "1024 bit" "$C/weak.pem" --accept-certificate
}

@test "a file that is not one certificate: 1" {
	rejected 1 certificate.many "more than one" "$C/two.pem"
	rejected 1 certificate.private-key "private key" "$C/private.pem"
	rejected 1 certificate.private-key "private key" "$C/p256.key"
	openssl pkey -in "$C/p256.key" -pubout -out "$BATS_FILE_TMPDIR/public.pem"
	rejected 1 certificate.damaged "PEM without a certificate" "$BATS_FILE_TMPDIR/public.pem"
	rejected 1 certificate.damaged "certificate" "$BATS_FILE_TMPDIR/k.wk"
	rejected 4 file.not-found "none.pem" "$C/none.pem"
}

# --- what is told -----------------------------------------------------------------

@test "inspect: the certificate's fingerprint, and its common name as the label" {
	wk -q "${add[@]}" "$C/p384.pem" k.wk
	local print
	print=$(openssl x509 -in "$C/p384.pem" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f)
	answers ".slots[1] | .backend == \"recipient\" and .kind == \"envelope\" and
		.label == \"p384\" and .certificate_sha256 == \"$print\" and .cms_bytes > 200" inspect k.wk
	wk inspect k.wk
	[[ $output == *"Certificate:"*"$print"* ]] || bad "the fingerprint"
}

@test "test: not testable here, and --all does not demand it" {
	wk -q "${add[@]}" "$C/p256.pem" k.wk
	wk test "${KEY[@]}" k.wk
	[[ $output == *"slot 1 (recipient): not-tried (2): slot 1: not testable here: its holder opens it"* ]] ||
		bad "the verdict"
	answers '[.slots[].verdict] == ["opens", "not-tried"] and
		.slots[1].errors[0].code == "escrow.not-here"' test --all "${KEY[@]}" k.wk
	refused_slots 2 escrow.not-here "not testable here.*hint:.*--kek-file" --slot 1 "${KEY[@]}" k.wk
	# With a KEK it is demanded as any other.
	wk export --format=cms -o m.cms k.wk
	opened p256
	wk test --all "${KEY[@]}" --kek-file kek.bin k.wk
	changed 3
	refused_slots 2 auth.wrong-secret "slot 1" --all "${KEY[@]}" --kek-file bad.bin k.wk
}

# --- beside it ---------------------------------------------------------------------

@test "openssl.cnf is not read" {
	echo "nonsense = = [" >conf
	OPENSSL_CONF=$PWD/conf works strace -f -e trace=openat,open -o trace \
		"$WKEYCTL" -q "${add[@]}" "$C/rsa2048.pem" k.wk
	grep -q 'cms\.so\|certs/rsa2048' trace
	run -1 grep -E 'openssl\.cnf|/conf"' trace
}

@test "the module is for sealing only: opening needs none, its lack is said (10)" {
	[ -d "$BUILD/modules" ] || skip "this build is static"
	escrow p256
	mkdir modules
	cp "$WKEYCTL" .
	cp "$BUILD"/modules/{crypto,argon2}.so modules
	works ./wkeyctl test --kek-file kek.bin k.wk
	fails 10 "the cms module is not installed" ./wkeyctl "${add[@]}" "$C/p256.pem" k.wk
	works strace -f -e trace=openat -o trace "$WKEYCTL" test "${KEY[@]}" k.wk
	run -1 grep 'cms\.so' trace
}
