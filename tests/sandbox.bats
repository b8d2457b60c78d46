#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The sandbox of every command: what a process holds once it has entered, what it
# can still do, and that it does its work all the same.
#
# A new command needs its line in sandbox/holds and its function try_COMMAND.

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	export HELP=$BATS_FILE_TMPDIR/help
	mkdir "$HELP"
	"${CC:-cc}" -D_GNU_SOURCE -O1 -o "$HELP/without" "$TOP/tests/without.c"
	local o=$BUILD/obj/cmd
	# shellcheck disable=SC2086 # flags: those of the objects
	"${CC:-cc}" -D_GNU_SOURCE ${CFLAGS:-} -I"$TOP" -I"$TOP/lib" -I"$TOP/include" -o "$HELP/enter" \
		"$TOP/tests/sandbox/enter.c" "$o/sandbox_caps.o" "$o/sandbox_seccomp.o" ${LDFLAGS:-}
	lacks_fscrypt >/dev/null || make_fscrypt_mount sandbox
}

teardown_file() {
	drop_fscrypt_mounts
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	SANDBOX=$TOP/tests/sandbox
	mkdir elsewhere
	echo old >elsewhere/old
}

# What a sandbox with a hole left, which would fail every run after.
teardown() {
	cd /
	[ "$(id -u)" != 0 ] || rm -f /etc/wkeyctl-was-here
}

commands() { "$WKEYCTL" help --dump-cli | awk -F '\t' '$1 == "command" && $2 != "help" { print $2 }'; }
# held COMMAND: its line of the table.
held() { awk -v c="$1" '$1 == c' "$SANDBOX/holds"; }
landlock_abi() { "$WKEYCTL" --json probe | jq .landlock_abi; }
# there FEATURE: what probe says.
there() { "$WKEYCTL" --json probe | jq -e --arg n "$1" '.features[] | select(.name == $n) | .available' >/dev/null; }

# key NAME: a key file for fscrypt, made once; $id is its identifier.
key() {
	[ -e "$1.wk" ] || "$WKEYCTL" generate -q -b soft "${KEY[@]}" --usage fscrypt "$1.wk" >/dev/null
	id=$(field "$1.wk" .fscrypt_identifier)
}

# try_COMMAND: makes the files of a run, and sets args, and the folder where it
# may write, if there is one.
try_generate() { args=(-b soft "${KEY[@]}" place/new.wk); }
try_import() {
	head -c 64 /dev/zero >raw
	chmod 600 raw
	args=(-b soft "${KEY[@]}" --raw-file raw place/new.wk)
}
try_inspect() { key k; args=(k.wk); }
try_test() { key k; args=("${KEY[@]}" k.wk); }
try_load() { key k; args=("${KEY[@]}" --keyring @s --force k.wk); }
try_unload() {
	key k
	args=("$("$WKEYCTL" load -q "${KEY[@]}" --keyring @s --force k.wk)")
}
try_add_to_fscrypt() { key k; args=("${KEY[@]}" k.wk "$MNT"); }
try_remove_from_fscrypt() {
	key k
	"$WKEYCTL" add-to-fscrypt "${KEY[@]}" k.wk "$MNT"
	args=("$id" "$MNT")
}
try_fscrypt_status() { try_remove_from_fscrypt; }
try_set_fscrypt_policy() {
	key k
	"$WKEYCTL" add-to-fscrypt "${KEY[@]}" k.wk "$MNT"
	place=$MNT/$BATS_TEST_NUMBER
	rm -rf "$place"
	mkdir "$place"
	args=("$id" "$place")
}
try_get_fscrypt_policy() {
	try_set_fscrypt_policy
	"$WKEYCTL" set-fscrypt-policy "${args[@]}"
	args=("$place")
	place=$PWD/place
}
try_slots() { key k; args=(k.wk); }
try_add_slot() {
	"$WKEYCTL" generate -q -b soft "${KEY[@]}" place/k.wk >/dev/null
	args=("${KEY[@]}" -b soft --new-wrapping-key-file "$SECRETS/other" place/k.wk)
}
try_remove_slot() {
	try_add_slot
	"$WKEYCTL" add-slot -q "${args[@]}"
	args=("${KEY[@]}" place/k.wk 1)
}
try_rebind_slot() { try_add_slot; args+=(0); }
try_rewrap() { try_add_slot; args+=(--stage); }
try_ephemeralize() { key k; args=("${KEY[@]}" -o place/boot.wk --force k.wk); }
try_export() { key k; args=(--format pem -o place/k.pem k.wk); }
try_sheet() {
	cp "$VALID/recovery.wk" r.wk
	jq -j '.vectors[] | select(.name == "recovery") | .unlock.recovery_key' \
		"$TOP/tests/vectors/manifest.json" >recovery-key
	chmod 600 recovery-key
	args=(--recovery-file recovery-key -o place/sheet --force r.wk)
}
try_backup() { key k; args=("${KEY[@]}" --force k.wk place/copy.wk); }
try_restore() { key k; args=("${KEY[@]}" --force k.wk place/back.wk); }
try_derive() {
	key k
	args=("${KEY[@]}" --nonce 000102030405060708090a0b0c0d0e0f --show-keys
		-o place/keys --force k.wk)
}
try_probe() { args=(); }

# prepare COMMAND: sets args and place.
prepare() {
	local try=try_${1//-/_}
	[ "$(held "$1" | wc -l)" -eq 1 ] || { echo "$1: not in tests/sandbox/holds"; return 1; }
	declare -F "$try" >/dev/null || { echo "$1: tests/sandbox.bats has no $try"; return 1; }
	place=$PWD/place
	rm -rf place
	mkdir place
	"$try" >&2
}

# inside_program NAME LAST INPUT PROGRAM...: runs it in gdb; leaves in the folder
# NAME what inside.py found after the system call LAST.
inside_program() {
	mkdir "$1"
	local name=$1 last=$2 input=$3
	shift 3
	gdb -batch -nx -ex "python folder, place, elsewhere = '$name', '$place', '$PWD/elsewhere'" \
		-ex "python last = '$last'" \
		-x "$SANDBOX/inside.py" --args "$@" >"$name/log" 2>&1 <"$input"
}

# inside COMMAND
inside() {
	inside_program "$1" seccomp /dev/null "$WKEYCTL" "$1" --batch "${args[@]}"
	[ -s "$1/attempts" ] || { echo "$1 entered no sandbox:"; cat "$1/log"; return 1; }
	[ "$(cat "$1/exit")" = 0 ] || { echo "$1 failed:"; cat "$1/log"; return 1; }
}

# caps STATUS FIELD: names in lower case.
caps() {
	local bits name list=()
	bits=$((16#$(awk -v f="$2:" '$1 == f { print $2 }' "$1")))
	for name in chown:0 dac_override:1 dac_read_search:2 fowner:3 ipc_lock:14 sys_ptrace:19 sys_admin:21; do
		((bits >> ${name#*:} & 1)) && list+=("${name%:*}")
		bits=$((bits & ~(1 << ${name#*:})))
	done
	[ "$bits" = 0 ] || list+=("$(printf 'and %x' "$bits")")
	(IFS=,; echo "${list[*]}")
}

# expected_attempts PLACE
expected_attempts() {
	awk -v place="$1" '
		/^#   ATTEMPT/ { for (i = 3; i <= NF; i++) if ($i == place) column = i - 1 }
		!/^#/ && $column != "-" { print $1, $column }' "$SANDBOX/attempts"
}

# Older kernels' Landlock does not know these.
known_attempts() {
	sed -e 's/^terminal ok$/terminal ENXIO/' |
		if [ "$ABI" -lt 3 ]; then grep -vE '^(truncate|signal)'
		elif [ "$ABI" -lt 6 ]; then grep -v '^signal'
		else cat
		fi
}

# check_held COMMAND: what inside.py found is what the tables say.
check_held() {
	local want where
	read -r _ want where < <(held "$1")
	[ "$(caps "$1/status" CapEff)" = "$want" ] ||
		{ echo "$1 holds $(caps "$1/status" CapEff), not $want"; return 1; }
	[ "$(caps "$1/status" CapPrm)" = "$want" ]
	[ -z "$(caps "$1/status" CapInh)$(caps "$1/status" CapAmb)" ]
	grep -qx 'NoNewPrivs:.1' "$1/status"
	grep -qx 'Seccomp:.2' "$1/status"
	diff -u --label "expected of $1" --label "tried" <(expected_attempts "$where" | known_attempts) \
		<(known_attempts <"$1/attempts")
	/usr/bin/python3 "$SANDBOX/filter.py" "$1/filter" >"$1/answers"
	awk -v command="$1" -v place="$where" '
		FILENAME == ARGV[1] { if (!/^#/ && (NF == 2 || $3 == place)) want[$1] = $2; next }
		$2 != ($1 in want ? want[$1] : "allowed") {
			printf "%s: %s is %s\n", command, $1, $2
			bad = 1
		}
		END { exit bad }' "$SANDBOX/denied" "$1/answers"
}

@test "what each command holds, and what its process can still do" {
	need root keyring fscrypt
	there seccomp || skip "this build has no filter"
	ABI=$(landlock_abi)
	[ "$ABI" -gt 0 ] || skip "this kernel has no Landlock"
	local c n=0
	for c in $(commands); do
		prepare "$c"
		inside "$c"
		check_held "$c"
		n=$((n + 1))
	done
	[ "$n" -ge 10 ]
	[ "$(cat elsewhere/old)" = old ]
	[ "$(ls elsewhere)" = old ]
	[ ! -e /etc/wkeyctl-was-here ]
}

@test "what fscryptctl holds, which has no filter" {
	need root keyring fscrypt
	ABI=$(landlock_abi)
	[ "$ABI" -gt 0 ] || skip "this kernel has no Landlock"
	local id
	umask 077
	place=$PWD/place
	mkdir place
	ln -s "$WKEYCTL" fscryptctl
	head -c 64 /dev/urandom >raw
	inside_program fs capset raw ./fscryptctl add_key "$MNT"
	[ "$(cat fs/exit)" = 0 ] || { cat fs/log; return 1; }
	[ "$(caps fs/status CapEff)$(caps fs/status CapInh)" = ipc_lock ]
	grep -qx 'NoNewPrivs:.1' fs/status
	diff -u --label expected --label tried <(expected_attempts brief | known_attempts) \
		<(known_attempts <fs/attempts)
	[ "$(ls elsewhere)" = old ]
	id=$(./fscryptctl add_key "$MNT" <raw)
	works ./fscryptctl remove_key --all-users "$id" "$MNT"
}

# What is no business of a process that has not entered yet, reading a key file
# included: names are strace's.
WORK='^(add_key|linkat|renameat|unlinkat|mkdirat|fsync|write\(1,|keyctl\(KEYCTL_(REVOKE|UNLINK|LINK|MOVE|SET_TIMEOUT)|ioctl\(.*(ENCRYPT|0x66, 0x1[3-9a])|openat\(.*(O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|\.wk"))'

@test "each command enters once, and works after that" {
	need root keyring fscrypt
	there seccomp || skip "this build has no filter"
	local c
	for c in $(commands); do
		prepare "$c"
		works strace -o trace "$WKEYCTL" "$c" --batch "${args[@]}"
		[ "$(grep -c '^seccomp(SECCOMP_SET_MODE_FILTER' trace)" -eq 1 ] ||
			{ echo "$c: not once"; return 1; }
		sed '/^seccomp(/q' trace >before
		run grep -E "$WORK" before
		[ "$status" -ne 0 ] || { echo "$c: $output"; return 1; }
		sed '1,/^seccomp(/d' trace | grep -qE "$WORK" || { echo "$c: no work"; return 1; }
	done
}

@test "without Landlock and seccomp every command works, and probe says so" {
	need root keyring fscrypt
	local c
	for c in $(commands); do
		prepare "$c"
		works "$HELP/without" landlock seccomp -- "$WKEYCTL" "$c" "${args[@]}"
		[ -z "$stderr" ] || bad "no warning"
	done
	tried "$HELP/without" landlock seccomp -- "$WKEYCTL" --json probe
	is_answer probe true '.landlock_abi == 0 and (.features |
		map(select(.name == "landlock" or .name == "seccomp") | .available) == [false, false])'
	tried "$HELP/without" landlock -- "$WKEYCTL" -v probe
	[[ $stderr == *"sandbox: no Landlock: Function not implemented"* ]] || bad "a trace"
}

@test "what is there and fails is warned of, and the work goes on" {
	local call n=0
	key k
	for call in seccomp landlock_restrict_self prctl:when=2 capset; do
		tried strace -o trace -e "inject=${call%%:*}:error=ENOMEM${call#"${call%%:*}"}" \
			"$WKEYCTL" inspect k.wk
		[ "$status" -eq 0 ] || bad "status 0"
		grep -q INJECTED trace || continue
		[[ $stderr == *"warning: sandbox: no "*": Cannot allocate memory"* ]] || bad "a warning"
		n=$((n + 1))
	done
	[ "$n" -ge 2 ]
}

@test "capabilities: a program that is executed gets none back" {
	need root
	works "$HELP/enter" caps cat /proc/self/status
	echo "$output" >status
	[ "$(caps status CapEff)" = dac_read_search,ipc_lock ]
	[ "$(caps status CapPrm)" = dac_read_search,ipc_lock ]
}

@test "sockets are left to whoever asks for them" {
	there seccomp || skip "this build has no filter"
	works "$HELP/enter" sockets
}

@test "root without its capabilities still works in folders of others" {
	need root
	nobodys other
	chmod 700 other
	wk generate -b soft "${KEY[@]}" other/k.wk
	chown 65534 other/k.wk
	wk test "${KEY[@]}" other/k.wk
	wk generate -b soft "${KEY[@]}" --force other/k.wk
	[ "$(entries other)" -eq 2 ]
	# In a sticky folder only its owner, or CAP_FOWNER, replaces a file.
	mkdir -m 1777 sticky
	chown 65534 sticky
	as_nobody sh -c 'echo >sticky/k.wk' || { chown 65533 sticky; : >sticky/k.wk; chown 65534 sticky/k.wk; }
	wk generate -b soft "${KEY[@]}" --force sticky/k.wk
}

@test "root without its capabilities still locks memory beyond the limit" {
	need root
	key k
	ulimit -l 0
	tried "$HELP/without" secretmem -- "$WKEYCTL" test "${KEY[@]}" k.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ -z "$stderr" ] || bad "no warning"
}

@test "set-fscrypt-policy proves the policy in a folder of another user" {
	need root keyring fscrypt
	key k
	wk add-to-fscrypt "${KEY[@]}" k.wk "$MNT"
	mkdir "$MNT/theirs"
	chown 65534:65534 "$MNT/theirs"
	chmod 700 "$MNT/theirs"
	wk set-fscrypt-policy "$id" "$MNT/theirs"
	[ "$(entries "$MNT/theirs")" -eq 0 ]
}

@test "--force replaces the file behind a symbolic link, in its own folder" {
	mkdir a b
	wk generate -b soft "${KEY[@]}" b/k.wk
	ln -s ../b/k.wk a/k.wk
	wk generate -b soft "${KEY[@]}" --force a/k.wk
	[ -L a/k.wk ]
	[ "$(entries b)" -eq 2 ]
}

@test "a batch writes into each of its folders" {
	mkdir a b
	wk generate -b soft "${KEY[@]}" a/1.wk b/1.wk a/2.wk ./3.wk "$PWD/4.wk"
	[ "$(entries a)" -eq 2 ]
	[ -e b/1.wk ] && [ -e 3.wk ] && [ -e 4.wk ]
}

@test "what could not be told is taken back: it lies where writing is allowed" {
	[ -e /dev/full ] || skip "no /dev/full"
	mkdir out
	run -1 --separate-stderr sh -c '"$@" >/dev/full' sh "$WKEYCTL" generate -b soft "${KEY[@]}" out/k.wk
	is_empty out
}

@test "WITH_SECCOMP=0 builds without a filter and says so" {
	local b=$BATS_TEST_TMPDIR/b
	env -u MAKEFLAGS -u MAKELEVEL make -C "$TOP" BUILD="$b" WITH_SECCOMP=0 CFLAGS=-O0 WERROR=0 -j2 "$b/wkeyctl"
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$b" WITH_SECCOMP=0 config
	[[ $output == *"seccomp       no (WITH_SECCOMP=0)"* ]]
	tried "$b/wkeyctl" probe --require seccomp
	[ "$status" -eq 10 ] || bad "status 10"
	[[ $stderr == *"seccomp: the filter is not in this build"* ]] || bad "the reason"
}
