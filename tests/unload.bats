#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl unload, against the kernel's keyrings.

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	export N=wku$$
	"$WKEYCTL" generate -b soft "${KEY[@]}" --name "$N" "$BATS_FILE_TMPDIR/k.wk"
}

setup() {
	need keyring
	cd "$BATS_TEST_TMPDIR"
	K=$BATS_FILE_TMPDIR/k.wk
}

teardown() {
	local serial
	for serial in $(keyctl rlist @u 2>/dev/null; keyctl rlist @s 2>/dev/null); do
		if keyctl rdescribe "$serial" 2>/dev/null | grep -q "$N"; then
			keyctl unlink "$serial" @u || :
			keyctl unlink "$serial" @s || :
		fi
	done >/dev/null 2>&1
}

# loaded ARGS...: loads the key; $serial.
loaded() {
	wk load "${KEY[@]}" "$@" "$K"
	serial=$output
}

# is_gone SERIAL: revoked, and linked from neither keyring.
is_gone() {
	run keyctl describe "$1"
	[ "$status" -ne 0 ] || bad "no key $1"
	[[ " $(keyctl rlist @s 2>/dev/null) $(keyctl rlist @u 2>/dev/null) " != *" $1 "* ]] ||
		bad "$1 to be unlinked"
}

# lives SERIAL
lives() {
	keyctl describe "$1" >/dev/null || bad "$1 alive"
}

@test "by serial, by description and by the name in the key file" {
	local what
	for what in serial "wkeyctl:$N" "$N"; do
		loaded
		[ "$what" != serial ] || what=$serial
		wk unload "$what"
		[ -z "$output" ] || bad "nothing on stdout"
		is_gone "$serial"
	done
}

@test "--json gives the serial" {
	loaded
	answers ".serial == $serial" unload "$N"
}

@test "every type that load makes" {
	local t
	for t in logon user fscrypt-provisioning; do
		tried "$WKEYCTL" load "${KEY[@]}" --type $t "$K"
		[ "$status" -ne 10 ] || continue
		serial=$output
		wk unload "wkeyctl:$N"
		is_gone "$serial"
		loaded --type $t
		wk unload "$serial"
		is_gone "$serial"
	done
}

@test "from the session keyring alone, the user keyring alone, another by serial" {
	local ring
	loaded --keyring @s
	wk unload "$N"
	is_gone "$serial"
	loaded --keyring @u
	wk unload "$N"
	is_gone "$serial"
	ring=$(keyctl newring "$N-ring" @s)
	loaded --keyring "$ring"
	wk unload "$serial"
	is_gone "$serial"
	# By name as well: searching descends.
	loaded --keyring "$ring"
	wk unload "$N"
	is_gone "$serial"
}

@test "revoked everywhere: who has linked it loses it, too" {
	local ring
	ring=$(keyctl newring "$N-ring" @s)
	loaded --type user
	keyctl link "$serial" "$ring"
	wk unload "$serial"
	run ! keyctl pipe "$serial"
}

@test "the description as it stands comes before wkeyctl:NAME" {
	local own
	loaded --type user
	own=$serial
	loaded --type user --description "$N"
	wk unload "$N"
	is_gone "$serial"
	lives "$own"
	wk unload "$N"
	is_gone "$own"
}

@test "logon comes before user; a namesake stays" {
	local user
	loaded --type user
	user=$serial
	loaded --type logon
	wk unload "$N"
	is_gone "$serial"
	lives "$user"
	[ "$(keyctl rlist @s | tr ' ' '\n' | grep -cx "$user")" -eq 1 ]
	wk unload "$N"
	is_gone "$user"
}

@test "by serial a namesake in another keyring stays" {
	local first
	loaded --type user --keyring @s
	first=$serial
	loaded --type user --keyring @u
	wk unload "$first"
	is_gone "$first"
	lives "$serial"
	[[ " $(keyctl rlist @u) " == *" $serial "* ]]
	wk unload "$serial"
}

@test "what is not there: exit 4" {
	refused 4 keyring.no-key "key '$N': not in the session or the user keyring" unload "$N"
	refused 4 keyring.no-key "key 2147483647: .*there is no such key" unload 2147483647
	refused 4 keyring.no-key "" unload ""
	refused 4 keyring.no-key "" unload 99999999999
	refused 4 keyring.no-key "" unload -- -3
	refused 4 keyring.no-key "" unload "$(printf 'd%.0s' {1..5000})"
}

@test "twice, and after the end of its lifetime: exit 4" {
	loaded
	wk unload "$serial"
	tried "$WKEYCTL" unload "$serial"
	[ "$status" -eq 4 ] || bad "status 4"
	refused 4 keyring.no-key "" unload "$N"
	loaded --expire 1s
	sleep 1.2
	tried "$WKEYCTL" unload "$serial"
	[ "$status" -eq 4 ] || bad "status 4"
	refused 4 keyring.no-key "" unload "$N"
}

@test "a keyring is refused, with the way to do it all the same: exit 15" {
	local ring
	ring=$(keyctl newring "$N-ring" @s)
	refused 15 keyring.foreign-type "key $ring: a keyring, with all that it holds" unload "$ring"
	refused 15 keyring.foreign-type "hint: .*keyctl revoke $ring" unload "$ring"
	keyctl rlist "$ring"
	# A name does not lead to one.
	refused 4 keyring.no-key "" unload "$N-ring"
}

@test "a key of a type that load does not make is refused: exit 15" {
	local key
	key=$(keyctl add user "$N:kmk" 0123456789abcdef0123456789abcdef @s)
	if ! key=$(keyctl add encrypted "$N-e" "new user:$N:kmk 32" @s 2>&1); then
		echo "no encrypted keys here ($key): a keyring stands for them"
		key=$(keyctl newring "$N-e" @s)
		refused 15 keyring.foreign-type "key $key: a keyring" unload "$key"
		return
	fi
	refused 15 keyring.foreign-type "key $key: of type encrypted, which load does not make" \
		unload "$key"
	lives "$key"
	refused 4 keyring.no-key "" unload "$N-e"
}

@test "the key of another session: exit 17" {
	# The user keyring would vouch for it: so it lies in the other session only.
	keyctl session - sh -c '"$0" load --wrapping-key-file "$1" --keyring @s "$2"; exec sleep 60' \
		"$WKEYCTL" "$SECRETS/key" "$K" >out 2>/dev/null 3>&- &
	local pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -s out ] || break
		sleep 0.1
	done
	refused 17 keyring.not-possessed "the key is not in a keyring of this session" \
		unload "$(cat out)"
	kill "$pid"
	wait "$pid" || :
}

@test "--dry-run says it, finds what would fail, does nothing" {
	local ring
	loaded
	wk unload --dry-run "$N"
	[ "$output" = "would revoke and unlink the key $N" ] || bad "what would be revoked"
	answers ".dry_run and .serial == $serial" unload --dry-run "$serial"
	lives "$serial"
	wk unload "$N"
	refused 4 keyring.no-key "" unload --dry-run "$N"
	ring=$(keyctl newring "$N-ring" @s)
	refused 15 keyring.foreign-type "" unload --dry-run "$ring"
}

@test "one key, and no other option" {
	refused 1 usage.missing-argument "SERIAL|DESCRIPTION" unload
	refused 1 usage.extra-argument "'b'" unload a b
	refused 1 usage.unknown-option "'--force'" unload --force a
}
