#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl ephemeralize, and what the others make of ephemeral forms: against the
# kernel's keyrings.  A reboot is played: another boot id in a mount namespace,
# and another boot key, or none.

# shares @u
load helpers
load commands

BOOT=wkeyctl:boot
BOOT_ID=/proc/sys/kernel/random/boot_id

setup_file() {
	make_secrets
	export N=wke$$
	cd "$BATS_FILE_TMPDIR"
	(umask 077 && head -c 64 /dev/urandom >raw)
	"$WKEYCTL" import -b soft "${KEY[@]}" --raw-file raw --name "$N" k.wk
	lacks_keyring >/dev/null && return
	# A boot key that is in use comes back.
	KEPT=$(keyctl newring "$N-kept" @s)
	export KEPT
	keyctl search @u user $BOOT "$KEPT" >/dev/null 2>&1 || :
	no_boot_key
}

teardown_file() {
	local serial
	[ -n "${KEPT:-}" ] || return 0
	serial=$(keyctl rlist "$KEPT" 2>/dev/null | tr -d -c 0-9)
	[ -z "$serial" ] || keyctl link "$serial" @u
	keyctl unlink "$KEPT" @s
}

setup() {
	need keyring
	cd "$BATS_TEST_TMPDIR"
	K=$BATS_FILE_TMPDIR/k.wk
	eph=(ephemeralize "${KEY[@]}")
}

teardown() {
	local serial
	no_boot_key
	for serial in $(keyctl rlist @s 2>/dev/null); do
		! keyctl rdescribe "$serial" 2>/dev/null | grep -q "$N\$" ||
			keyctl unlink "$serial" @s || :
	done >/dev/null 2>&1
	drop_fscrypt_mounts
}

no_boot_key() {
	local serial
	for serial in $(keyctl rlist @u 2>/dev/null); do
		! keyctl rdescribe "$serial" 2>/dev/null | grep -q ";$BOOT\$" ||
			keyctl unlink "$serial" @u || :
	done >/dev/null 2>&1
}

# boot_keys: how many keys of that name are in @u and in this session.
boot_keys() {
	local serial n=0
	for serial in $(keyctl rlist @u 2>/dev/null); do
		! keyctl rdescribe "$serial" 2>/dev/null | grep -q ";$BOOT\$" || n=$((n + 1))
	done
	echo $n
}

boot_key() {
	keyctl search @u user $BOOT
}

# put_boot_key SIZE|FILE
put_boot_key() {
	no_boot_key
	if [ -e "$1" ]; then
		keyctl padd user $BOOT @u <"$1"
	else
		head -c "$1" /dev/urandom | keyctl padd user $BOOT @u
	fi >/dev/null
}

# in_boot ID CMD...: the command, where the boot has that id.
in_boot() {
	local id=$1
	shift
	echo "$id" >"$BATS_TEST_TMPDIR/boot_id"
	unshare -m --propagation unchanged sh -c \
		'mount --make-rprivate /proc && mount --bind "$0" '"$BOOT_ID"' && exec "$@"' \
		"$BATS_TEST_TMPDIR/boot_id" "$@"
}
OTHER_BOOT=11111111-2222-4333-8444-555555555555

# gives_key FILE: the file alone gives back the key.
gives_key() {
	wk load --batch --type user --keyring @s --force "$1"
	keyctl pipe "$output" | cmp - "$BATS_FILE_TMPDIR/raw"
	keyctl unlink "$output" @s
}

@test "-o FILE: a key file that opens without a secret; text says nothing" {
	wk "${eph[@]}" -o e.wk "$K"
	[ -z "$output" ] || bad "nothing on stdout"
	[ "$(stat -c %a e.wk)" = 600 ]
	[ "$(entries)" -eq 1 ]
	gives_key e.wk
	# The key file is as it was.
	wk test "${KEY[@]}" "$K"
}

@test "standard output, PEM, the alias, '-' as output and as key file" {
	"$WKEYCTL" "${eph[@]}" "$K" >1.wk
	"$WKEYCTL" prepare "${KEY[@]}" -o - "$K" >2.wk
	"$WKEYCTL" "${eph[@]}" --pem "$K" >3.pem
	"$WKEYCTL" "${eph[@]}" -q - <"$K" >4.wk
	wk "${eph[@]}" --pem -o 5.pem "$K"
	grep -qx -e '-----BEGIN WKEYCTL KEY-----' 3.pem 5.pem
	local f
	for f in 1.wk 2.wk 3.pem 4.wk 5.pem; do
		gives_key $f
	done
	# Each has a KEK, nonces and a body of its own.
	run -1 cmp -s 1.wk 2.wk
}

@test "a pipe: ephemeralize | load -" {
	"$WKEYCTL" "${eph[@]}" "$K" | "$WKEYCTL" load --batch --type user --keyring @s - >serial
	keyctl pipe "$(cat serial)" | cmp - "$BATS_FILE_TMPDIR/raw"
	keyctl unlink "$(cat serial)" @s
}

@test "--json names the key id and needs -o" {
	answers ".key_id == \"$(field "$K" .key_id)\"" "${eph[@]}" -o e.wk "$K"
	tried "$WKEYCTL" --json "${eph[@]}" "$K"
	[ "$status" -eq 1 ] || bad "status 1"
	is_answer ephemeralize false '.errors[0].code == "usage.missing-option"'
	tried "$WKEYCTL" --json prepare "${KEY[@]}" -o - "$K"
	[ "$status" -eq 1 ] || bad "status 1"
	is_answer ephemeralize false '.errors[0].code == "usage.missing-option"'
}

@test "the header is that of the key file; inspect tells the form and its boot" {
	local f=.key_id,.name,.usage,.key_size_bits,.epoch,.created,.made_by,.volume,.fscrypt_identifier
	wk generate -b soft "${KEY[@]}" --usage dm-crypt --for 3d3f7c0a-b2f1-4c5e-9a6b-0f1e2d3c4b5a v.wk
	local k
	for k in "$K" v.wk; do
		wk "${eph[@]}" --force -o e.wk "$k"
		[ "$(field e.wk "$f")" = "$(field "$k" "$f")" ]
		[ "$(field e.wk '"\(.form) \(.material) \(.slots | length) \(.slots[0].backend)"')" = \
			"ephemeral raw 1 boot" ]
		[ "$(field e.wk .boot_id)" = "$(cat $BOOT_ID)" ]
		[ "$(field e.wk .this_boot)" = true ]
	done
	wk inspect e.wk
	[[ $output == *"Form:               ephemeral"*"Of this boot:       yes"* ]] || bad "the form"
	# The id in it is HKDF of the boot key, which stands nowhere.
	[ "$(field e.wk .boot_key_id)" = "$(keyctl pipe "$(boot_key)" | boot_key_id)" ]
}

# boot_key_id: of the boot key on standard input; RFC 5869 by another program.
boot_key_id() {
	/usr/bin/python3 -c 'if True:
		import hashlib, hmac, sys
		prk = hmac.new(b"wkeyctl boot key v1", sys.stdin.buffer.read(), hashlib.sha256).digest()
		print(hmac.new(prk, b"id\1", hashlib.sha256).digest()[:16].hex())'
}

@test "inspect shows a form of another boot as one, without boot key or /proc" {
	need root
	wk "${eph[@]}" -o e.wk "$K"
	no_boot_key
	[ "$(field e.wk .this_boot)" = true ]
	tried in_boot $OTHER_BOOT "$WKEYCTL" inspect e.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[[ $output == *"Of this boot:       no"* ]] || bad "another boot"
	# Where nothing tells the boot, nothing is said.
	tried in_boot nonsense "$WKEYCTL" --json inspect e.wk
	is_answer inspect true '.form == "ephemeral" and (has("this_boot") | not)'
	[ "$(boot_keys)" -eq 0 ]
}

@test "every command that unlocks takes it and asks nothing" {
	wk "${eph[@]}" -o e.wk "$K"
	wk test --batch e.wk
	[ "$output" = "slot 0 (boot): opens" ]
	wk test --batch --all e.wk
	wk test --batch --slot 0 e.wk
	wk load --batch --dry-run e.wk
	# A secret that is named is not read.
	wk load --batch --dry-run --passphrase-file "$BATS_TEST_TMPDIR/nothing" e.wk
	wk load --batch --dry-run "${OTHER[@]}" e.wk
	# Batches mix the forms.
	wk load --batch --dry-run "${KEY[@]}" e.wk "$K"
	# The same keys follow from it.
	wk derive --batch "${NONCE[@]}" --show-keys -o ephemeral.txt e.wk
	wk derive "${KEY[@]}" "${NONCE[@]}" --show-keys -o long-term.txt "$K"
	cmp ephemeral.txt long-term.txt
	no_boot_key
	refused 7 boot.no-key "" derive --batch "${NONCE[@]}" e.wk
}
NONCE=(--nonce 00112233445566778899aabbccddeeff)

@test "add-to-fscrypt: the same identifier, and no Argon2 is opened" {
	need root fscrypt
	local id
	make_fscrypt_mount
	wk generate -q -b soft "${PASS[@]}" "${FAST[@]}" --usage fscrypt f.wk
	wk ephemeralize "${PASS[@]}" -o e.wk f.wk
	id=$(field f.wk .fscrypt_identifier)
	works strace -f -o trace "$WKEYCTL" add-to-fscrypt --batch e.wk "$MNT"
	[ "$output" = "$id" ]
	run -1 grep -E 'argon2' trace
	# The boot key is looked for, read and let go of, once.
	[ "$(grep -c '^[0-9]* *keyctl(' trace)" -eq 3 ]
	wk remove-from-fscrypt e.wk "$MNT"
	no_boot_key
	refused 7 boot.no-key "" add-to-fscrypt --batch e.wk "$MNT"
}

@test "prepare is another name of the same command" {
	works "$WKEYCTL" help ephemeralize
	local help=$output
	works "$WKEYCTL" help prepare
	[ "$output" = "$help" ]
	[[ $help == *"Usage: wkeyctl ephemeralize "*"Also called 'prepare'"* ]] || bad "both names"
	works "$WKEYCTL" help
	[[ $output == *"ephemeralize (prepare)"* ]] || bad "both names"
	works "$WKEYCTL" help --json
	[ "$(jq -r '.commands[] | select(.alias) | "\(.name) \(.alias)"' <<<"$output")" = \
		"ephemeralize prepare" ]
	fails 10 "^wkeyctl: ephemeralize: " "$WKEYCTL" prepare --bare -o e.wk "$K"
	fails 1 "did you mean 'prepare'" "$WKEYCTL" prepar
	tried "$WKEYCTL" --json prepare --bare -o e.wk "$K"
	is_answer ephemeralize false true
}

# --- staleness -----------------------------------------------------------------

# stale CODE REGEX: e.wk is refused by all, with 7, whatever secrets are given.
stale() {
	local args
	for args in "load --keyring @s" "load --passphrase-file nothing --keyring @s"; do
		# shellcheck disable=SC2086 # words
		refused 7 "$1" "$2" $args --batch e.wk
	done
	exits 7 "$2.*hint: ephemeralize the key file again" "$WKEYCTL" test --batch e.wk
	tried "$WKEYCTL" --json load --batch - <e.wk
	is_answer load false ".errors[0].code == \"$1\" and .errors[0].exit == 7"
	# To look is not to make.
	[ "$(boot_keys)" -eq "${3:-0}" ]
}

@test "the boot key is gone: 7, and nobody makes it by looking" {
	wk "${eph[@]}" -o e.wk "$K"
	no_boot_key
	stale boot.no-key "e.wk: .*no boot key"
}

@test "another boot key: 7" {
	wk "${eph[@]}" -o e.wk "$K"
	put_boot_key 32
	stale boot.other-key "under another boot key" 1
	# A new one, and the old form stays stale.
	no_boot_key
	wk "${eph[@]}" -o new.wk "$K"
	stale boot.other-key "under another boot key" 1
	gives_key new.wk
}

@test "a revoked and an expired boot key: 7, and the next one takes its place" {
	wk "${eph[@]}" -o e.wk "$K"
	keyctl revoke "$(boot_key)"
	stale boot.no-key "no boot key"
	wk "${eph[@]}" -o f.wk "$K"
	gives_key f.wk
	keyctl timeout "$(boot_key)" 1
	sleep 1.2
	refused 7 boot.no-key "no boot key" load --batch f.wk
	wk "${eph[@]}" -o g.wk "$K"
	gives_key g.wk
	# The way out that the manual names.
	wk unload $BOOT
	refused 7 boot.no-key "" load --batch g.wk
	[ "$(boot_keys)" -eq 0 ]
}

@test "a key of that name that is no boot key: 7 to open, 5 to make" {
	local n
	wk "${eph[@]}" -o e.wk "$K"
	for n in 1 31 33 64; do
		put_boot_key $n
		refused 7 boot.bad-key "has $n bytes, not 32" load --batch e.wk
		refused 5 boot.bad-key "has $n bytes, not 32.*another program" "${eph[@]}" -o f.wk "$K"
		[ "$(boot_keys)" -eq 1 ]
	done
	[ ! -e f.wk ]
}

@test "another boot: 7, before the boot key is looked at" {
	need root
	local cmd code
	wk "${eph[@]}" -o e.wk "$K"
	for cmd in "load --batch" "load --batch --passphrase-file nothing" "test --batch" \
		"load --dry-run --batch"; do
		# shellcheck disable=SC2086 # words
		tried in_boot $OTHER_BOOT "$WKEYCTL" $cmd e.wk
		[ "$status" -eq 7 ] || bad "status 7"
		[[ $stderr == *"of another boot"*"hint: ephemeralize the key file again in this boot"* ]] ||
			bad "what to do"
	done
	no_boot_key
	tried in_boot $OTHER_BOOT "$WKEYCTL" --json load --batch e.wk
	is_answer load false '.errors[0] | .code == "boot.other" and .exit == 7'
	# And a form of that boot is good in it, with its key.
	tried in_boot $OTHER_BOOT "$WKEYCTL" "${eph[@]}" -o o.wk "$K"
	[ "$status" -eq 0 ] || bad "status 0"
	tried in_boot $OTHER_BOOT "$WKEYCTL" test --batch o.wk
	[ "$status" -eq 0 ] || bad "status 0"
	refused 7 boot.other "" load --batch o.wk
}

@test "a boot that cannot be told: 10" {
	need root
	wk "${eph[@]}" -o e.wk "$K"
	for code in nonsense "" 11111111-2222-4333-8444-55555555555; do
		tried in_boot "$code" "$WKEYCTL" --json load --batch e.wk
		is_answer load false '.errors[0] | .code == "boot.no-id" and .exit == 10'
	done
	tried in_boot nonsense "$WKEYCTL" "${eph[@]}" -o f.wk "$K"
	[ "$status" -eq 10 ] || bad "status 10"
	[ ! -e f.wk ]
}

@test "the published vector opens in its boot, with its boot key" {
	need root
	local name id key want
	for name in boot boot-full; do
		read -r id key want < <(jq -r --arg n "$name" '.vectors[] | select(.name == $n) |
			"\(.unlock.boot_id_hex) \(.unlock.boot_key_hex) \(.key_hex)"' \
			"$TOP/tests/vectors/manifest.json")
		# shellcheck disable=SC2059 # the bytes
		printf "$(printf '%s' "$key" | sed 's/../\\x&/g')" >bytes
		put_boot_key bytes
		id=${id:0:8}-${id:8:4}-${id:12:4}-${id:16:4}-${id:20}
		tried in_boot "$id" "$WKEYCTL" test --batch "$VALID/$name.wk"
		[ "$status" -eq 0 ] || bad "status 0"
		[ "$name" = boot ] || continue
		tried in_boot "$id" "$WKEYCTL" load --type user --keyring @s \
			--description "$N" "$VALID/$name.wk"
		[ "$status" -eq 0 ] || bad "status 0"
		[ "$(keyctl pipe "$output" | od -An -v -tx1 | tr -d ' \n')" = "$want" ]
	done
}

@test "every changed bit is noticed: 13, or stale" {
	local f n=0 untried=0
	wk "${eph[@]}" -o e.wk "$K"
	/usr/bin/python3 "$TOP/tests/flip.py" e.wk flipped
	for f in flipped/*; do
		status=0
		"$WKEYCTL" -q test --batch "$f" >/dev/null 2>&1 || status=$?
		case $status in
		7) n=$((n + 1)) ;;
		# Made a slot that is not tried: staged, or ignored.
		2) untried=$((untried + 1)) ;;
		10 | 13 | 14) ;;
		*) bad "13, not $status for $f" ;;
		esac
	done
	# Boot id and boot key id have 16 bytes each.
	[ "$n" -eq 32 ]
	[ "$untried" -le 2 ]
}

# --- the boot key ----------------------------------------------------------------

@test "one boot key, made once; nothing of it is linked elsewhere" {
	local first
	[ "$(boot_keys)" -eq 0 ]
	wk "${eph[@]}" -o 1.wk "$K"
	first=$(boot_key)
	wk "${eph[@]}" -o 2.wk "$K"
	[ "$(boot_key)" = "$first" ]
	[ "$(boot_keys)" -eq 1 ]
	[ "$(keyctl rdescribe "$first" ';' | cut -d ';' -f 1,4,5)" = "user;3f010000;$BOOT" ]
	[ "$(keyctl pipe "$first" | wc -c)" -eq 32 ]
	[[ " $(keyctl rlist @s) " != *" $first "* ]]
}

# alive: how many keys of that name the kernel has, for whomever.
alive() {
	awk -v n=" $BOOT:" 'index($0, n) && $2 !~ /[RD]/ { k++ } END { print k + 0 }' /proc/keys
}

# alive_are N: within 5 s, because the kernel collects in its own time.
alive_are() {
	local i
	for ((i = 0; i < 50; i++)); do
		[ "$(alive)" -ne "$1" ] || return 0
		sleep 0.1
	done
	grep "$BOOT" /proc/keys
	return 1
}

@test "many at once make one boot key, and all results open" {
	local i before pids=()
	before=$(alive)
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		"$WKEYCTL" "${eph[@]}" -o $i.wk "$K" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	[ "$(boot_keys)" -eq 1 ]
	wk test --batch 1.wk
	answers '.units | length == 16 and all(.ok)' load --dry-run --batch ./*.wk
	# The losers' keys are nowhere.
	alive_are $((before + 1))
}

@test "a session that does not link @u: it is made, and opened" {
	tried keyctl session - sh -c '
		"$0" ephemeralize --wrapping-key-file "$1" "$2" >e.wk &&
			"$0" test --batch e.wk && "$0" inspect e.wk >/dev/null' \
		"$WKEYCTL" "$SECRETS/key" "$K"
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(boot_keys)" -eq 1 ]
	gives_key e.wk
}

@test "another user has another boot key: 7" {
	need root
	nobodys d
	cp "$K" "$SECRETS/key" d
	chmod a+r d/*
	wk "${eph[@]}" -o d/e.wk "$K"
	chmod a+r d/e.wk
	tried as_nobody "$WKEYCTL" load --batch --keyring @s d/e.wk
	[ "$status" -eq 7 ] || bad "status 7"
	tried as_nobody sh -c '"$0" ephemeralize --wrapping-key-file d/key -o d/n.wk d/k.wk &&
		"$0" load --batch --keyring @s d/e.wk' "$WKEYCTL"
	[ "$status" -eq 7 ] || bad "status 7"
	[[ $stderr == *"that of another user"* ]] || bad "whose it is"
	as_nobody "$WKEYCTL" unload $BOOT
}

@test "load does not put a storage key in its place" {
	wk import -b soft "${KEY[@]}" --raw-file "$SECRETS/other" --name boot boot.wk
	refused 1 usage.bad-value "is the boot key" load "${KEY[@]}" --type user boot.wk
	refused 1 usage.bad-value "is the boot key" load "${KEY[@]}" --type user --force --keyring @s boot.wk
	refused 1 usage.bad-value "is the boot key" \
		load "${KEY[@]}" --type user --description $BOOT "$K"
	[ "$(boot_keys)" -eq 0 ]
	# Another type is another key.
	wk load "${KEY[@]}" --keyring @s boot.wk
	keyctl unlink "$output" @s
}

# --- refusals ----------------------------------------------------------------------

@test "an ephemeral form is not ephemeralized, also a stale one: 10" {
	wk "${eph[@]}" -o e.wk "$K"
	refused 10 ephemeral.already "e.wk: it is an ephemeral form already" ephemeralize --batch -o f.wk e.wk
	no_boot_key
	refused 10 ephemeral.already "" ephemeralize --batch -o f.wk e.wk
	[ "$(entries)" -eq 1 ]
	[ "$(boot_keys)" -eq 0 ]
}

@test "--bare: 10 for what software wraps" {
	refused 10 ephemeral.no-bare "only hardware" "${eph[@]}" --bare -o f.wk "$K"
	[ "$(entries)" -eq 0 ]
	[ "$(boot_keys)" -eq 0 ]
}

@test "a terminal is refused, with the way out" {
	status=0
	"$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" "${eph[@]}" "$K" || status=$?
	[ "$status" -eq 15 ] || bad "status 15"
	grep -q "not written to a terminal" shown
	grep -q "hint: -o FILE" shown
	status=0
	"$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" "${eph[@]}" --pem -o - "$K" || status=$?
	[ "$status" -eq 15 ] || bad "status 15"
	[ "$(boot_keys)" -eq 0 ]
	"$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" "${eph[@]}" -o e.wk "$K"
	gives_key e.wk
}

@test "the passphrase is asked for on the terminal, while a pipe gets the form" {
	wk generate -q -b soft "${PASS[@]}" "${FAST[@]}" p.wk
	"$TOP/tests/terminal.py" expect="Passphrase for p: " echo=off send="correct horse\\n" -- \
		"$WKEYCTL" ephemeralize p.wk >e.wk
	wk test --batch e.wk
}

@test "a file that is there stays, but for --force: 5" {
	echo mine >e.wk
	refused 5 file.exists "e.wk: exists.*hint: --force replaces it, unless" "${eph[@]}" -o e.wk "$K"
	[ "$(cat e.wk)" = mine ]
	[ "$(boot_keys)" -eq 0 ]
	wk "${eph[@]}" --force -o e.wk "$K"
	gives_key e.wk
	cp e.wk old
	wk "${eph[@]}" --force -o e.wk "$K"
	run -1 cmp -s e.wk old
	gives_key e.wk
	# The old one was worth nothing: it is not kept.
	[ "$(entries)" -eq 2 ]
	refused 1 usage.conflict "--force goes with -o" "${eph[@]}" --force "$K"
}

@test "a long-term key file is never replaced: 15" {
	local f
	cp "$K" k.wk
	cp "$EVIL/crc-wrong.wk" damaged.wk
	cp "$EVIL/reader-2.wk" newer.wk
	for f in k.wk damaged.wk newer.wk; do
		cp $f before
		refused 15 file.long-term "$f: .*long-term key file" "${eph[@]}" --force -o $f k.wk
		cmp $f before
	done
	ln -s k.wk link
	refused 15 file.long-term "" "${eph[@]}" --force -o link k.wk
	[ "$(boot_keys)" -eq 0 ]
}

@test "a file that cannot be read may be a long-term key file: 15" {
	need root
	nobodys w
	cp "$K" w/theirs.wk
	install -m 644 "$K" w/k.wk
	install -o 65534 -m 600 "$SECRETS/key" w/key
	fails 15 "w/theirs.wk: perhaps a long-term key file" as_nobody "$WKEYCTL" ephemeralize \
		--wrapping-key-file w/key --force -o w/theirs.wk w/k.wk
	cmp w/theirs.wk "$K"
}

@test "--dry-run makes nothing" {
	wk "${eph[@]}" --dry-run -o e.wk "$K"
	[ "$output" = "would ephemeralize $K e.wk" ] || bad "what would be made"
	answers .dry_run "${eph[@]}" --dry-run -o e.wk "$K"
	refused 2 auth.wrong-secret "" ephemeralize "${OTHER[@]}" --dry-run -o e.wk "$K"
	[ "$(entries)" -eq 0 ]
	[ "$(boot_keys)" -eq 0 ]
}

@test "failures leave neither file nor boot key" {
	refused 2 auth.wrong-secret "k.wk: slot 0" ephemeralize "${OTHER[@]}" -o e.wk "$K"
	refused 2 auth.no-secret "" ephemeralize --batch -o e.wk "$K"
	refused 4 file.not-found "" "${eph[@]}" -o e.wk nothing
	refused 4 file.no-directory "" "${eph[@]}" -o d/e.wk "$K"
	refused 13 keyfile.crc "" "${eph[@]}" -o e.wk "$EVIL/crc-wrong.wk"
	refused 10 backend.absent "" ephemeralize -o e.wk "$VALID/opaque.wk"
	refused 1 usage.missing-argument "" "${eph[@]}"
	refused 1 usage.extra-argument "" "${eph[@]}" "$K" "$K"
	[ "$(entries)" -eq 0 ]
	[ "$(boot_keys)" -eq 0 ]
}

@test "standard output that takes nothing: 1, and -o --json leaves no file" {
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${eph[@]}" "$K"
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == "wkeyctl: ephemeralize: standard output: "* ]] || bad "standard output"
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" --json "${eph[@]}" -o e.wk "$K"
	[ "$status" -eq 1 ] || bad "status 1"
	[ "$(entries)" -eq 0 ]
}

@test "a user keyring that takes no more: 17, and nothing is left" {
	need root
	local before
	before=$(alive)
	cp "$SECRETS/key" "$K" .
	chown 65534 . key "${K##*/}"
	# That of nobody, without the right to write for as long as it takes.
	tried as_nobody keyctl session - sh -c '
		keyctl link @u @s
		keyctl purge -s user wkeyctl:boot
		perm=$(keyctl rdescribe @u | cut -d ";" -f 4)
		before=$(keyctl rlist @u)
		keyctl setperm @u 0x3b1b0000 || exit 99
		"$0" ephemeralize --wrapping-key-file "$1" "$2" >form
		st=$?
		keyctl setperm @u "0x$perm"
		[ "$(keyctl rlist @u)" = "$before" ] || exit 98
		exit $st' "$WKEYCTL" key "${K##*/}"
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *"the boot key: cannot put it in the keyring: "* ]] || bad "the boot key"
	[ ! -s form ]
	alive_are "$before"
}

@test "signals: no file, whenever they come" {
	mkfifo in
	env --default-signal "$WKEYCTL" ephemeralize --wrapping-key-file in -o e.wk "$K" 2>err &
	local pid=$!
	exec 8>in
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	exec 8>&-
	[ "$status" -eq 143 ] || bad "status 143"
	[ ! -e e.wk ]
	[ "$(boot_keys)" -eq 0 ]
}

@test "no output and no file has a secret in it" {
	local secret
	printf '%s' 0123456789abcdefGHIJKLMNOPQRSTUV >marker
	put_boot_key marker
	printf '%s' raw0marker1raw2marker3raw4marker5 >rawkey
	chmod 600 rawkey
	wk import -b soft "${KEY[@]}" --raw-file rawkey m.wk
	mkdir out
	"$WKEYCTL" -v "${eph[@]}" -o out/e.wk m.wk >out/1 2>out/2
	"$WKEYCTL" -v "${eph[@]}" m.wk >out/3.wk 2>out/4
	"$WKEYCTL" --json -v test out/e.wk >out/5 2>out/6
	"$WKEYCTL" --json inspect out/e.wk >out/7 2>out/8
	"$WKEYCTL" -v load --keyring @s --description "$N:x$N" out/e.wk >out/9 2>out/10
	for secret in marker rawkey; do
		no_secret_in out "$(cat $secret)"
	done
}
