#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl load, against the kernel's keyrings.  tests/run.sh gives this file a
# session keyring of its own that links @u; names are this run's alone, because
# @u is everybody's.

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	export N=wkt$$
	cd "$BATS_FILE_TMPDIR"
	(umask 077 && head -c 32 /dev/urandom >raw)
	"$WKEYCTL" import -b soft "${KEY[@]}" --raw-file raw --name "$N" k.wk
	local u
	for u in any fscrypt dm-crypt dm-inlinecrypt keyring; do
		"$WKEYCTL" generate -b soft "${KEY[@]}" --usage $u --name "$N-$u" $u.wk
	done
}

setup() {
	need keyring
	cd "$BATS_TEST_TMPDIR"
	K=$BATS_FILE_TMPDIR/k.wk
	load=(load "${KEY[@]}")
}

teardown() {
	# What a failed test left in @u.
	local serial
	while read -r serial; do
		keyctl unlink "$serial" @u || :
		keyctl unlink "$serial" @s || :
	done < <(ours) >/dev/null 2>&1
}

# ours: the serials of this run's keys in @u and @s, dead ones too.
ours() {
	local serial
	for serial in $(keyctl rlist @u 2>/dev/null; keyctl rlist @s 2>/dev/null); do
		! keyctl rdescribe "$serial" 2>/dev/null | grep -q "$N" || echo "$serial"
	done
}

# described SERIAL: "TYPE;DESCRIPTION" as the kernel has it.
described() {
	keyctl rdescribe "$1" ';' | cut -d ';' -f 1,5-
}

# is_in SERIAL RING
is_in() {
	[[ " $(keyctl rlist "$2") " == *" $1 "* ]] || bad "$1 in $2, which has $(keyctl rlist "$2")"
}

# is_not_in SERIAL RING
is_not_in() {
	[[ " $(keyctl rlist "$2") " != *" $1 "* ]] || bad "$1 not in $2"
}

# none_left: this run has no key there.
none_left() {
	[ -z "$(ours)" ] || { echo "left behind:"; ours | xargs -n 1 keyctl rdescribe; return 1; }
}

# gone: no key of this run lives anywhere.  The kernel collects in its own time.
gone() {
	local i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		# The second column: R revoked, D dead.
		awk -v n="wkeyctl:$N" 'index($0, n) && $2 !~ /[RD]/ { live = 1 } END { exit live }' \
			/proc/keys && return
		sleep 0.1
	done
	grep "wkeyctl:$N" /proc/keys
	return 1
}

@test "default: a logon key wkeyctl:NAME in @u, linked from @s; its serial is printed" {
	wk "${load[@]}" "$K"
	[[ $output =~ ^[0-9]+$ ]]
	[ "$(described "$output")" = "logon;wkeyctl:$N" ]
	is_in "$output" @u
	is_in "$output" @s
	# Nobody can read it.
	run ! keyctl pipe "$output"
	wk unload "$N"
	none_left
}

@test "--json gives serial, type and description" {
	answers ".units | length == 1 and (.[0] | .file == \"$K\" and .type == \"logon\" and
		.description == \"wkeyctl:$N\" and (.serial | type == \"number\") and .ok)" \
		"${load[@]}" "$K"
	[ "$(described "$(jq '.units[0].serial' <<<"$output")")" = "logon;wkeyctl:$N" ]
}

@test "-q prints the serial still" {
	wk -q "${load[@]}" "$K"
	[[ $output =~ ^[0-9]+$ ]]
}

@test "--type user: the payload is the key, byte for byte" {
	wk "${load[@]}" --type user --keyring @s "$K"
	[ "$(described "$output")" = "user;wkeyctl:$N" ]
	keyctl pipe "$output" | cmp - "$BATS_FILE_TMPDIR/raw"
	# The kernel's default: the possessor everything, the user to view.
	[[ $(keyctl rdescribe "$output") == *";3f010000;"* ]] || bad "3f010000"
}

@test "every size comes through" {
	local n
	umask 077
	for n in 16 17 32 63 64 128; do
		head -c $n /dev/urandom >raw
		wk import -b soft "${KEY[@]}" --raw-file raw --name "$N-$n" $n.wk
		wk "${load[@]}" --type user --keyring @s $n.wk
		keyctl pipe "$output" | cmp - raw
	done
}

@test "--type fscrypt-provisioning: the payload has the kernel's header" {
	keyctl add fscrypt-provisioning "$N-probe" x @s 2>&1 | grep -q "No such device" &&
		skip "needs fscrypt: this kernel has no type fscrypt-provisioning"
	wk "${load[@]}" --type fscrypt-provisioning --keyring @s "$K"
	[ "$(described "$output")" = "fscrypt-provisioning;wkeyctl:$N" ]
	# 8 bytes of header: version 2 identifier, no flags.  The kernel lets nobody
	# read it: its size is what it charges.  fscrypt.bats has it used.
	run ! keyctl pipe "$output"
	grep -qE "fscrypt-p wkeyctl:$N: 40( |\$)" /proc/keys ||
		{ grep "$N" /proc/keys; return 1; }
}

@test "an unknown type is refused" {
	refused 1 usage.bad-value "one of logon, user or fscrypt-provisioning" \
		"${load[@]}" --type big_key "$K"
	refused 1 usage.bad-value "did you mean 'logon'" "${load[@]}" --type login "$K"
	refused 1 usage.bad-value "" "${load[@]}" --type= "$K"
	none_left
}

@test "--keyring: each word, a serial and %:NAME; no link from @s then" {
	local ring serial
	wk "${load[@]}" --keyring @u "$K"
	is_in "$output" @u
	is_not_in "$output" @s
	wk unload "$output"
	wk "${load[@]}" --keyring @s "$K"
	is_in "$output" @s
	is_not_in "$output" @u
	wk unload "$output"
	wk "${load[@]}" --keyring @us "$K"
	is_in "$output" @us
	keyctl unlink "$output" @us >/dev/null
	ring=$(keyctl newring "$N-ring" @s)
	wk "${load[@]}" --keyring "$ring" "$K"
	is_in "$output" "$ring"
	serial=$output
	keyctl unlink "$serial" "$ring" >/dev/null
	wk "${load[@]}" --keyring "%:$N-ring" "$K"
	is_in "$output" "$ring"
	is_not_in "$output" @s
	keyctl unlink "$output" "$ring" >/dev/null
	# These would end with the process.
	refused 1 usage.bad-value "gone when" "${load[@]}" --keyring @p "$K"
	refused 1 usage.bad-value "gone when" "${load[@]}" --keyring @t "$K"
	gone
}

@test "--keyring refuses what is none" {
	local r
	for r in "" @ @x @S @ug u 0 -3 01 +5 " 5" 2147483648 99999999999 %: % %user:x; do
		refused 1 usage.bad-value "" "${load[@]}" --keyring="$r" "$K"
	done
	refused 4 keyring.no-ring "there is no such keyring" "${load[@]}" --keyring "%:$N-nothing" "$K"
	refused 4 keyring.no-ring "there is no such keyring" "${load[@]}" --keyring 2147483647 "$K"
	local key
	key=$(keyctl add user "$N-x" x @s)
	refused 1 keyring.not-a-ring "that of a key, not of a keyring" \
		"${load[@]}" --keyring "$key" "$K"
	keyctl unlink "$key" @s
	none_left
}

@test "--description is taken as it stands" {
	local d long
	long=$N:$(printf 'd%.0s' {1..4000})
	for d in "$N:a b" "$N: ü;%s" "x:$N" "$N:" "$long"; do
		wk "${load[@]}" --keyring @s --description "$d" "$K"
		[ "$(described "$output")" = "logon;$d" ]
	done
	wk "${load[@]}" --keyring @s --type user --description "$N no colon" "$K"
	[ "$(described "$output")" = "user;$N no colon" ]
}

@test "--description that the kernel does not take is refused with the reason" {
	refused 1 usage.bad-value "prefix that ends with ':'" "${load[@]}" --description "$N" "$K"
	refused 1 usage.bad-value "prefix that ends with ':'" "${load[@]}" --description ":$N" "$K"
	refused 1 usage.bad-value "description: empty" "${load[@]}" --description= "$K"
	refused 1 usage.bad-value "longer than 4095 bytes" \
		"${load[@]}" --description "$N:$(printf 'd%.0s' {1..4096})" "$K"
	refused 1 usage.conflict "--description would name 2 keys the same" \
		"${load[@]}" --description "$N:x" "$K" "$BATS_FILE_TMPDIR/any.wk"
	none_left
}

@test "a key of that name is left alone: exit 5" {
	wk "${load[@]}" --type user "$K"
	local serial=$output
	wk import -b soft "${KEY[@]}" --raw-file "$SECRETS/other" --name "$N" other.wk
	refused 5 keyring.exists "k.wk: key 'wkeyctl:$N': .*holds a key of that type" \
		"${load[@]}" --type user "$K"
	refused 5 keyring.exists "hint: .*--force.*wkeyctl unload" "${load[@]}" --type user other.wk
	keyctl pipe "$serial" | cmp - "$BATS_FILE_TMPDIR/raw"
	is_in "$serial" @u
	is_in "$serial" @s
	# Another type, another keyring: another key.
	wk "${load[@]}" --type logon "$K"
	wk unload "$serial"
	wk unload "$N"
	none_left
}

@test "--force replaces the key; user keys keep their serial" {
	wk "${load[@]}" --type user "$K"
	local serial=$output
	wk import -b soft "${KEY[@]}" --raw-file "$SECRETS/other" --name "$N" other.wk
	wk "${load[@]}" --type user --force other.wk
	[ "$output" = "$serial" ]
	keyctl pipe "$serial" | cmp - "$SECRETS/other"
	is_in "$serial" @u
	is_in "$serial" @s
	wk unload "$serial"
	# Where there is none, too.
	wk "${load[@]}" --force "$K"
	is_in "$output" @u
	is_in "$output" @s
	wk unload "$output"
	none_left
}

@test "a revoked key of that name does not stand in the way" {
	wk "${load[@]}" --type user "$K"
	keyctl revoke "$output"
	local dead=$output
	wk "${load[@]}" --type user "$K"
	[ "$output" != "$dead" ]
	keyctl pipe "$output" | cmp - "$BATS_FILE_TMPDIR/raw"
}

@test "--expire: the key is gone after it" {
	wk "${load[@]}" --type user --expire 1s "$K"
	local serial=$output
	keyctl pipe "$serial" | cmp - "$BATS_FILE_TMPDIR/raw"
	sleep 1.2
	run keyctl pipe "$serial"
	[ "$status" -ne 0 ]
	# And its name is free again, also with a lifetime for a replaced key.
	wk "${load[@]}" --type user "$K"
	wk "${load[@]}" --type user --force --expire 1h "$K"
	grep -qE "^$(printf %08x "$output") .* (59m|60m|1h) " /proc/keys || bad "an hour in /proc/keys"
}

@test "--expire counts whole seconds, rounded up" {
	wk "${load[@]}" --keyring @s --expire 999500ms "$K"
	grep -qE "^$(printf %08x "$output") .* 16m " /proc/keys || bad "16 minutes in /proc/keys"
}

@test "--expire refuses what is no lifetime" {
	local v
	for v in "" 0 0s 1 999ms 1x "1 s" -1s 1.5s 01s 4294967296s; do
		refused 1 usage.bad-value "a time with its unit" "${load[@]}" --expire="$v" "$K"
	done
	none_left
}

@test "--dry-run unlocks, checks and loads nothing" {
	wk "${load[@]}" --dry-run "$K"
	[ "$output" = "would load $K as logon key 'wkeyctl:$N'" ] || bad "what would be loaded"
	answers '.units[0] | .dry_run and .type == "user" and (has("serial") | not)' \
		"${load[@]}" --dry-run --type user "$K"
	refused 2 auth.wrong-secret "" load "${OTHER[@]}" --dry-run "$K"
	refused 10 sink.usage "" "${load[@]}" --dry-run --type user "$BATS_FILE_TMPDIR/fscrypt.wk"
	none_left
}

@test "each usage goes to the types that serve it, else exit 10" {
	local u t want
	for t in logon user fscrypt-provisioning; do
		for u in any fscrypt dm-crypt dm-inlinecrypt keyring; do
			case $t/$u in
			logon/* | user/any | user/keyring | user/dm-crypt) want=0 ;;
			fscrypt-*/any | fscrypt-*/keyring | fscrypt-*/fscrypt) want=0 ;;
			*) want=10 ;;
			esac
			tried "$WKEYCTL" --json "${load[@]}" --dry-run --type "$t" "$BATS_FILE_TMPDIR/$u.wk"
			[ "$status" -eq "$want" ] || bad "$u as $t: $want"
			[ "$want" = 0 ] || is_answer load false '.errors[0].code == "sink.usage"'
		done
	done
	refused 10 sink.usage "made for fscrypt, not for the key type user" \
		"${load[@]}" --type user "$BATS_FILE_TMPDIR/fscrypt.wk"
	none_left
}

@test "material that a keyring cannot use: exit 10" {
	wk generate -b soft "${KEY[@]}" --key-size 520bit --name "$N" big.wk
	refused 10 sink.size "65 bytes: one for fscrypt has 16 to 64" \
		"${load[@]}" --type fscrypt-provisioning big.wk
	vector engine-raw
	refused 10 sink.material "engine key" load "${OPEN[@]}" "$FILE"
	none_left
}

@test "a secret that is wrong or missing loads nothing" {
	refused 2 auth.wrong-secret "k.wk: slot 0: " load "${OTHER[@]}" "$K"
	refused 2 auth.no-secret "" load --batch "$K"
	refused 1 usage.missing-argument "no key file" "${load[@]}"
	none_left
}

@test "one of many that load the same name at once wins, the others say 5" {
	local i st wins=0 exists=0 pids=()
	for i in 1 2 3 4 5 6 7 8; do
		"$WKEYCTL" "${load[@]}" "$K" >"out$i" 2>/dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		st=0
		wait "$i" || st=$?
		case $st in
		0) wins=$((wins + 1)) ;;
		5) exists=$((exists + 1)) ;;
		*) echo "status $st"; return 1 ;;
		esac
	done
	[ "$wins $exists" = "1 7" ]
	[ "$(ours | sort -u | wc -l)" -eq 1 ]
	is_in "$(cat out?)" @s
}

@test "a session that does not link @u: loaded into @u and linked all the same" {
	tried keyctl session - sh -c '
		serial=$("$0" load --wrapping-key-file "$1" --type user "$2") || exit
		keyctl pipe "$serial" | cmp - "$3" || exit 99
		keyctl rlist @u | grep -qw "$serial" || exit 98
		"$0" unload "$serial" || exit 97' \
		"$WKEYCTL" "$SECRETS/key" "$K" "$BATS_FILE_TMPDIR/raw"
	[ "$status" -eq 0 ] || bad "status 0"
	none_left
}

# --- failure leaves nothing -------------------------------------------------------

@test "a link that is refused leaves no key: restricted session keyring" {
	tried keyctl session - sh -c '
		keyctl restrict_keyring @s || exit 99
		"$0" load --wrapping-key-file "$1" "$2"' "$WKEYCTL" "$SECRETS/key" "$K"
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *"k.wk: key 'wkeyctl:$N': cannot link it: the keyring refuses"* ]] || bad "the link"
	[ -z "$output" ] || bad "nothing on stdout"
	none_left
}

@test "a keyring that takes no more leaves no key, --force or not" {
	local ring
	ring=$(keyctl newring "$N-shut" @s)
	keyctl restrict_keyring "$ring"
	refused 17 keyring.restricted "refuses further links" "${load[@]}" --keyring "$ring" "$K"
	refused 17 keyring.restricted "refuses further links" \
		"${load[@]}" --keyring "$ring" --force "$K"
	refused 17 keyring.restricted "" "${load[@]}" --keyring "$ring" --expire 1h "$K"
	[ -z "$(keyctl rlist "$ring" 2>/dev/null | tr -d -c 0-9)" ]
	gone
}

@test "a revoked keyring: exit 4" {
	local ring
	ring=$(keyctl newring "$N-gone" @s)
	keyctl revoke "$ring"
	tried "$WKEYCTL" "${load[@]}" --keyring "$ring" "$K"
	[ "$status" -eq 4 ] || bad "status 4"
	gone
}

@test "a full quota leaves no key, and names the sysctls" {
	need root
	# A user of its own, so that nobody else's keys go missing.
	mkdir d
	cp "$SECRETS/key" "$K" d
	chown -R 65533 d
	chmod a+x "$BATS_RUN_TMPDIR"
	tried setpriv --reuid=65533 --regid=65533 --clear-groups keyctl session - sh -c '
		max=$(cat /proc/sys/kernel/keys/maxkeys)
		i=0
		while [ $i -lt "$max" ] && keyctl add user "fill$i" x @s >/dev/null 2>&1; do
			i=$((i + 1))
		done
		before=$(keyctl rlist @s; keyctl rlist @u)
		"$0" load --wrapping-key-file d/key d/k.wk
		st=$?
		[ "$before" = "$(keyctl rlist @s; keyctl rlist @u)" ] || exit 99
		exit $st' "$WKEYCTL"
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"the key quota of this user is used up"*kernel.keys.maxkeys* ]] || bad "the quota"
	gone
}

@test "a serial that nobody could read: the key is unloaded again" {
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${load[@]}" "$K"
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == "wkeyctl: load: standard output: "* ]] || bad "standard output"
	none_left
}

@test "a signal while a key is loaded: it is told, or nothing of it stays" {
	local n
	for n in {1..20}; do
		tried strace -f -o trace -e trace=add_key,keyctl \
			-e inject=add_key,keyctl:signal=TERM:when="$n" "$WKEYCTL" "${load[@]}" "$K"
		grep -q SIGTERM trace || break
		if [ "$status" -eq 0 ]; then
			[[ " $(ours | tr '\n' ' ') " == *" $output "* ]] || bad "it is told"
			wk unload "$output"
		else
			[ "$status" -eq 143 ] || bad "call $n: status 143"
		fi
		[ -z "$(ours)" ] || bad "call $n: the key stays"
	done
	[ "$n" -gt 2 ] || bad "the signals were in time"
}
