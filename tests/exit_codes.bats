#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# One test at least for each exit code that this version can end with: what
# `wkeyctl help exit-codes` lists, reached.  The first words of a test's name are
# "exit N:".  The others cannot come up yet:
#
#   6   hardware rejects a blob            needs the backend tpm, caam or ice
#   8   a policy is not satisfied          TPM policies
#   9   locked out                         TPM dictionary attack protection
NOT_YET="6 8 9"

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	"$WKEYCTL" generate -b soft "${KEY[@]}" "$BATS_FILE_TMPDIR/k.wk"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	K=$BATS_FILE_TMPDIR/k.wk
	gen=(generate -b soft "${KEY[@]}")
}

teardown() {
	if [ -n "${pid:-}" ]; then
		kill -KILL "$pid" 2>/dev/null || :
	fi
}

@test "every code of help exit-codes is reached here, or is one that cannot come up yet" {
	local code
	works "$WKEYCTL" help exit-codes --json
	[ "$(jq -r '[.exit_codes[].code] | map(select(. < 128)) | join(" ")' <<<"$output")" = \
		"0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17" ]
	for code in $(jq -r '.exit_codes[].code' <<<"$output"); do
		if [[ " $NOT_YET " == *" $code "* ]]; then
			run -1 grep "^@test \"exit $code:" "$BATS_TEST_FILENAME"
		else
			grep -q "^@test \"exit ${code}[:+]" "$BATS_TEST_FILENAME" || bad "a test for $code"
		fi
	done
}

@test "exit 0: done" {
	wk test "${KEY[@]}" "$K"
}

@test "exit 1: wrong usage, and what has no code of its own" {
	refused 1 usage.unknown-option "" test --frob "$K"
	refused 1 input.empty "" "${gen[@]:0:3}" --passphrase-file /dev/null x.wk
	refused 1 file.not-regular "" inspect .
}

@test "exit 2: wrong secret, or none" {
	tried "$WKEYCTL" test "${OTHER[@]}" "$K"
	[ "$status" -eq 2 ] || bad "status 2"
	refused 2 auth.no-secret "" load --batch "$K"
	# It is checked before anything else is tried: no key, no file.
	refused 2 auth.no-secret "" generate --batch -b soft x.wk
	is_empty .
}

@test "exit 3: the KDF asks for more than allowed, or memory runs out" {
	vector passphrase
	refused 3 kdf.cost "above the limit" load "${OPEN[@]}" --kdf-max-memory 63KiB "$FILE"
	tried prlimit --as=$((40 << 20)) "$WKEYCTL" -q generate -b soft "${PASS[@]}" \
		--kdf-memory 64MiB --kdf-passes 1 --kdf-max-memory 1GiB x.wk
	[ "$status" -eq 3 ] || bad "status 3"
	[ ! -e x.wk ]
}

@test "exit 4: nothing there" {
	refused 4 file.not-found "" inspect nothing
	refused 4 file.no-directory "" "${gen[@]}" d/x.wk
	refused 4 errno.ENOENT "" "${gen[@]:0:3}" --passphrase-file nothing x.wk
	if ! lacks_keyring >/dev/null; then
		refused 4 keyring.no-key "" unload "no such key $$"
	fi
}

@test "exit 5: exists already" {
	wk "${gen[@]}" x.wk
	refused 5 file.exists "" "${gen[@]}" x.wk
}

@test "exit 7: of another boot" {
	refused 7 boot.other "hint: ephemeralize the key file again" load --batch "$VALID/boot.wk"
}

@test "exit 10: not in this build, not by this kernel, not for this sink" {
	refused 10 backend.absent "" generate -b ice x.wk
	refused 10 fscrypt.no-support "" remove-from-fscrypt "$K" /proc
	if ! "$WKEYCTL" -q probe --require tpm 2>/dev/null; then
		refused 10 backend.absent "--tcti|tpm" probe --tcti device:/dev/tpmrm0
	fi
	wk "${gen[@]}" --usage keyring r.wk
	refused 10 sink.usage "" add-to-fscrypt "${KEY[@]}" r.wk /
}

@test "exit 11: the boot key is removed by somebody while it is made" {
	need keyring
	local before st said
	before=$(keyctl search @u user wkeyctl:boot 2>/dev/null || :)
	# Its searches find nothing, also after it was put there.
	tried strace -f -o trace -e trace=keyctl -e inject=keyctl:error=ENOKEY:when=1+2 \
		"$WKEYCTL" ephemeralize "${KEY[@]}" -o x.wk "$K"
	st=$status said=$stderr
	[ -n "$before" ] || wk unload wkeyctl:boot
	grep -q INJECTED trace
	[ "$st" -eq 11 ] || bad "status 11, not $st"
	[[ $said == *"removed while it was made"*"hint: run the command again"* ]] || bad "$said"
	[ "$(keyctl search @u user wkeyctl:boot 2>/dev/null || :)" = "$before" ]
	[ ! -e x.wk ]
}

@test "exit 12: some of a batch" {
	tried "$WKEYCTL" load --dry-run "${KEY[@]}" "$K" nothing
	[ "$status" -eq 12 ] || bad "status 12"
}

@test "exit 13: damaged" {
	refused 13 keyfile.crc "" inspect "$EVIL/crc-wrong.wk"
	vector tamper-header-name
	refused 13 keyfile.body "" load "${OPEN[@]}" "$FILE"
}

@test "exit 14: too new" {
	refused 14 keyfile.too-new "" inspect "$EVIL/reader-2.wk"
}

# copied: the tool and its modules, beside each other.
copied() {
	cp "$WKEYCTL" .
	cp -r "$BUILD/modules" .
	chmod -R go-w .
}

@test "exit 15: a module that others can change, or its folder" {
	[ -d "$BUILD/modules" ] || { echo "a static build has no modules: 15 is unload's alone"; return; }
	local what
	umask 022
	copied
	tried ./wkeyctl test "${KEY[@]}" "$K"
	[ "$status" -eq 0 ] || bad "status 0"
	for what in modules/crypto.so modules .; do
		chmod o+w $what
		tried ./wkeyctl test "${KEY[@]}" "$K"
		[ "$status" -eq 15 ] || bad "status 15 for $what"
		[[ $stderr == *"can be changed by other users"*hint:*"chmod go-w"* ]] || bad "the way out"
		tried ./wkeyctl --json "${gen[@]}" x.wk
		is_answer generate false '.errors[0].code == "module.unsafe" and .errors[0].exit == 15'
		chmod o-w $what
		chmod g+w $what
		tried ./wkeyctl test "${KEY[@]}" "$K"
		[ "$status" -eq 15 ] || bad "status 15 for $what"
		chmod g-w $what
	done
	# A sticky folder is nobody's to change but its owner's.
	chmod 1777 modules
	tried ./wkeyctl test "${KEY[@]}" "$K"
	[ "$status" -eq 0 ] || bad "status 0"
	[ ! -e x.wk ]
}

@test "exit 15: a module that belongs to a third user" {
	need root
	[ -d "$BUILD/modules" ] || return 0
	copied
	chown 65533 modules/crypto.so
	tried ./wkeyctl test "${KEY[@]}" "$K"
	[ "$status" -eq 15 ] || bad "status 15"
	[[ $stderr == *"belongs to user 65533"* ]] || bad "the owner"
}

@test "exit 15: a kernel key that load does not make" {
	need keyring
	local ring
	ring=$(keyctl newring "wkx$$" @s)
	refused 15 keyring.foreign-type "hint: .*keyctl revoke $ring" unload "$ring"
	keyctl unlink "$ring" @s
}

@test "exit 17: permission denied" {
	umask 022
	nobodys d
	chmod 500 d
	cp "$SECRETS/key" key
	chmod a+r key
	tried as_nobody "$WKEYCTL" -q generate -b soft --wrapping-key-file key d/x.wk
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *"permission to write in the directory 'd' is denied"* ]] || bad "what is missing"
}

# --- time limit and signals ---------------------------------------------------------

# until_true CMD...: looks again and again, for 10 s at most.
until_true() {
	local end=$((SECONDS + 10))
	while ! "$@"; do
		[ $SECONDS -lt $end ] || { echo "never: $*"; cat err; return 1; }
	done
}

# waiting ARGS...: the tool in the background, reading ./in that gives nothing;
# $pid.  Both ends are open when this returns.  A shell lets its background
# ignore SIGINT and SIGQUIT: put back.
waiting() {
	[ -p in ] || mkfifo in
	env --default-signal "$WKEYCTL" "$@" >out 2>err &
	pid=$!
	exec 8>in
}

# limited ARGUMENTS...: the same where the time may be over before it reads.
limited() {
	[ -p in ] || mkfifo in
	exec 8<>in
	waiting "$@"
}

# ended STATUS REGEX: how it ended.
ended() {
	status=0
	wait "$pid" || status=$?
	pid=
	exec 8>&-
	output=$(<out) stderr=$(<err)
	[ "$status" -eq "$1" ] || bad "status $1"
	[[ $stderr =~ $2 ]] || bad "stderr to match $2"
	[ "$(find . -type f ! -name out ! -name err)" = "" ] || { ls -lA; return 1; }
}

@test "exit 16: the time limit, while it reads a pipe" {
	limited --timeout 120ms import -b soft "${KEY[@]}" --raw-file in x.wk
	ended 16 "^wkeyctl: import: the time limit of --timeout passed\$"
	limited --timeout 120ms generate -b soft --passphrase-file in x.wk
	ended 16 "^wkeyctl: generate: the time limit of --timeout passed\$"
	limited --json --timeout 120ms load --wrapping-key-file in "$K"
	ended 16 "^\$"
	is_answer load false '.errors == [{"code":"timeout.deadline","exit":16,
		"detail":"the time limit of --timeout passed"}]'
}

@test "exit 16: while it waits for the other end of a FIFO" {
	mkfifo in
	tried timeout 5 "$WKEYCTL" --timeout 120ms import -b soft "${KEY[@]}" --raw-file in x.wk
	[ "$status" -eq 16 ] || bad "status 16"
	tried timeout 5 "$WKEYCTL" generate -b soft --passphrase-file in x.wk --timeout 120ms
	[ "$status" -eq 16 ] || bad "status 16"
	[ "$(ls -A)" = in ]
}

@test "exit 16: while it computes" {
	tried timeout 20 "$WKEYCTL" --timeout 120ms generate -b soft "${PASS[@]}" \
		--kdf-memory 256MiB --kdf-passes 64 x.wk
	[ "$status" -eq 16 ] || bad "status 16"
	is_empty .
}

@test "exit 16: not when it is done in time; the value is a duration" {
	wk --timeout 1min test "${KEY[@]}" "$K"
	local v
	for v in "" 0 0s 5 5x -1s 1.5s 367d; do
		refused 1 usage.bad-value "from 1ms to 366d" test --timeout="$v" "${KEY[@]}" "$K"
	done
}

@test "exit 128+N: signals, while it reads a pipe" {
	local s
	for s in INT=130 QUIT=131 TERM=143 HUP=129; do
		waiting import -b soft "${KEY[@]}" --raw-file in x.wk
		kill -"${s%=*}" "$pid"
		ended "${s#*=}" "^wkeyctl: import: interrupted by signal $((${s#*=} - 128))\$"
		[ -z "$output" ] || bad "nothing on stdout"
	done
	waiting --json import -b soft "${KEY[@]}" --raw-file in x.wk
	kill -TERM "$pid"
	ended 143 "^\$"
	is_answer import false '.errors[0] | .code == "signal.caught" and .exit == 143'
}

@test "exit 128+N: what the parent ignores stays ignored" {
	waiting --timeout 5s import -b soft "${KEY[@]}" --raw-file in x.wk
	kill -TERM "$pid"
	ended 143 ""
	mkfifo -m 600 in2
	(trap '' HUP; exec "$WKEYCTL" import -b soft "${KEY[@]}" --raw-file in2 x.wk) >out 2>err &
	pid=$!
	exec 8>in2
	kill -HUP "$pid"
	cat "$SECRETS/other" >&8
	exec 8>&-
	wait "$pid"
	pid=
	wk test "${KEY[@]}" x.wk
}

@test "exit 128+N: a batch that is interrupted leaves whole files only" {
	local i n f
	mkdir d
	for ((i = 0; i < 3000; i++)); do echo "d/$i.wk"; done >list
	env --default-signal "$WKEYCTL" "${gen[@]}" --files-from list >out 2>err &
	pid=$!
	until_true [ -e d/20.wk ]
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 130 ] || bad "status 130"
	n=$(entries d)
	[ "$n" -ge 20 ]
	[ "$n" -lt 3000 ]
	# What was done is told.
	[ "$(grep -cE '^[0-9a-f]{32}$' out)" -eq "$n" ]
	grep -qx "wkeyctl: generate: $n of 3000 key files done: interrupted by signal 2" err ||
		{ cat err; return 1; }
	# No name but those of the list, and each opens.
	[ "$(find d -name '[0-9]*.wk' | wc -l)" -eq "$n" ]
	for f in d/*; do echo "$f"; done >made
	answers "all(.units[]; .ok) and (.units | length == $n)" load --dry-run "${KEY[@]}" --files-from made
}

@test "exit 128+N: a load that is interrupted leaves whole keys only" {
	need keyring
	local ring i s
	# Each takes some ms, so that there is something to interrupt.
	for ((i = 0; i < 50; i++)); do echo "k$i.wk"; done >list
	wk -q generate -b soft "${PASS[@]}" --kdf-memory 4MiB --kdf-passes 4 --kdf-lanes 1 \
		--files-from list
	ring=$(keyctl newring "wkx$$" @s)
	env --default-signal "$WKEYCTL" load "${PASS[@]}" --type user --keyring "$ring" \
		--files-from list >out 2>err &
	pid=$!
	has_two() { [ "$(keyctl rlist "$ring" 2>/dev/null | wc -w)" -ge 2 ]; }
	until_true has_two
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 143 ] || bad "status 143"
	for s in $(keyctl rlist "$ring"); do
		[ "$(keyctl pipe "$s" | wc -c)" -eq 64 ]
	done
	keyctl unlink "$ring" @s
}
