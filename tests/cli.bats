#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Manners that hold for every command: options, help, version, output, exit
# status.  What one command does is tested in the file of its name.

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# usage CODE REGEX CMD...: refused as wrong usage: exit 1, one message, and with
# --json the code.
usage() {
	local code=$1 regex=$2
	shift 2
	fails 1 "$regex" "$@"
	run --separate-stderr "$1" --json "${@:2}"
	[ "$status" -eq 1 ] || { show; return 1; }
	[ "$(jq -r '.errors[0].code' <<<"$output")" = "$code" ] || { show; return 1; }
	[ "$(jq -r '.ok' <<<"$output")" = false ] || { show; return 1; }
}

# commands: the names that help lists.
commands() {
	"$WKEYCTL" help --json | jq -r '.commands[].name'
}

@test "--version prints name and version" {
	works "$WKEYCTL" --version
	[[ ${lines[0]} =~ ^wkeyctl\ [0-9]+\.[0-9]+\.[0-9]+ ]] || { show; return 1; }
	[ -z "$stderr" ]
}

@test "--version --json is one object" {
	works "$WKEYCTL" --version --json
	[[ $(jq -r .version <<<"$output") =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { show; return 1; }
}

@test "no command is wrong usage, with the way to the help" {
	usage usage.no-command 'hint: .*wkeyctl help' "$WKEYCTL"
}

@test "help lists every command" {
	works "$WKEYCTL" help
	local id
	while read -r id; do
		grep -qE "^ +${id//_/-}( |$)" <<<"$output" || { echo "no $id"; show; return 1; }
	done < <(sed -n 's/^WK_COMMAND(\(.*\))/\1/p' "$TOP/cmd/commands.def")
}

@test "--help, -h and help say the same" {
	works "$WKEYCTL" help
	local help=$output
	works "$WKEYCTL" --help
	[ "$output" = "$help" ]
	works "$WKEYCTL" -h
	[ "$output" = "$help" ]
}

@test "each command explains itself on stdout, three ways" {
	local c help
	for c in $(commands); do
		works "$WKEYCTL" help "$c"
		help=$output
		[[ $help == *"wkeyctl $c"* ]] || { show; return 1; }
		works "$WKEYCTL" "$c" --help
		[ "$output" = "$help" ] || { show; return 1; }
		works "$WKEYCTL" --help "$c"
		[ "$output" = "$help" ] || { show; return 1; }
	done
}

@test "help lines fit into 80 columns" {
	local c
	for c in "" $(commands); do
		# shellcheck disable=SC2086 # empty is no argument
		works "$WKEYCTL" help $c
		run -1 grep -nE '^.{81}' <<<"$output"
	done
}

@test "an unknown command is refused, with a guess" {
	usage usage.unknown-command "did you mean 'generate'\?" "$WKEYCTL" genrate
	usage usage.unknown-command "unknown command 'zzzzzz'" "$WKEYCTL" zzzzzz
	usage usage.unknown-command "unknown command ''" "$WKEYCTL" ""
}

@test "a command is never abbreviated and never in capitals" {
	usage usage.unknown-command "did you mean" "$WKEYCTL" gen
	usage usage.unknown-command "unknown command" "$WKEYCTL" Generate
}

@test "every command refuses an unknown option, naming it" {
	local c
	for c in $(commands); do
		usage usage.unknown-option "$c: unknown option '--frobnicate'" \
			"$WKEYCTL" "$c" --frobnicate
		usage usage.unknown-option "unknown option '-Z'" "$WKEYCTL" "$c" -Z
	done
}

@test "an option is never abbreviated; the near one is named" {
	usage usage.unknown-option "did you mean '--passphrase-file'\?" \
		"$WKEYCTL" generate --passphrase-fil x -b soft k.wk
	usage usage.unknown-option "did you mean '--json'\?" "$WKEYCTL" --jso probe
	[ ! -e k.wk ]
}

@test "a repeated option is refused" {
	usage usage.repeated-option "'--name'" \
		"$WKEYCTL" generate -b soft --name a --name b k.wk
	usage usage.repeated-option "'--batch'" "$WKEYCTL" --batch probe --batch
	[ ! -e k.wk ]
}

@test "a missing or unexpected value is refused" {
	usage usage.missing-value "'--name'" "$WKEYCTL" generate -b soft k.wk --name
	usage usage.unexpected-value "'--batch'" "$WKEYCTL" probe --batch=yes
}

@test "numbers are strict: units, whole strings, ranges" {
	local v
	for v in 256 256b 256bits 256BIT "256 bit" 0x100bit -256bit +256bit 256.0bit "" 99999999999999999999bit; do
		usage usage.bad-value "key-size" "$WKEYCTL" generate -b soft --key-size "$v" k.wk
	done
	for v in "" " 1" 1x +1 -1 01x 1e1; do
		usage usage.bad-value "kdf-passes" "$WKEYCTL" generate -b soft --kdf-passes "$v" k.wk
	done
	[ ! -e k.wk ]
}

@test "missing and extra arguments are refused" {
	usage usage.missing-argument "KEYFILE" "$WKEYCTL" inspect
	usage usage.missing-argument "" "$WKEYCTL" generate -b soft
	usage usage.extra-argument "" "$WKEYCTL" remove-from-fscrypt a b c
}

@test "global options stand before or after the command" {
	works "$WKEYCTL" --json probe
	local before=$output
	works "$WKEYCTL" probe --json
	[ "$(jq -r .schema <<<"$output")" = "$(jq -r .schema <<<"$before")" ]
}

@test "-- ends the options" {
	fails 4 "'?--json'?" "$WKEYCTL" inspect -- --json
}

@test "an option that carries a secret does not exist, and the value is not repeated" {
	local o
	for o in --passphrase --password --wrapping-key --pin --raw-key; do
		fails 1 "secret on the command line" "$WKEYCTL" generate -b soft "$o=hunter2" k.wk
		[[ $stderr != *hunter2* ]] || { show; return 1; }
	done
}

@test "messages are one line and at most one hint" {
	local n
	fails 1 . "$WKEYCTL" genrate
	n=$(grep -c . <<<"$stderr")
	[ "$n" -le 2 ] || { show; return 1; }
	[[ ${stderr_lines[0]} != *. ]] || { show; return 1; }
	[ "$n" -eq 1 ] || [[ ${stderr_lines[1]} == *hint:* ]] || { show; return 1; }
}

@test "control characters in a name do not reach the terminal" {
	fails 4 . "$WKEYCTL" inspect $'evil\e[31m\nname'
	[[ $stderr != *$'\e'* ]] || { show; return 1; }
	[ "$(grep -c . <<<"$stderr")" -le 2 ] || { show; return 1; }
}

@test "a full disk under stdout is a failure" {
	run --separate-stderr sh -c '"$WKEYCTL" --version >/dev/full'
	[ "$status" -eq 1 ] || { show; return 1; }
	[[ $stderr == "wkeyctl: "* ]] || { show; return 1; }
	run --separate-stderr sh -c '"$WKEYCTL" help >/dev/full'
	[ "$status" -eq 1 ] || { show; return 1; }
	run --separate-stderr sh -c '"$WKEYCTL" probe >/dev/full'
	[ "$status" -eq 1 ] || { show; return 1; }
	run --separate-stderr sh -c '"$WKEYCTL" probe --json >/dev/full'
	[ "$status" -eq 1 ] || { show; return 1; }
}

@test "closed standard descriptors harm nothing" {
	run sh -c '"$WKEYCTL" --version >&- 2>&-'
	[ "$status" -eq 1 ] || { show; return 1; }
	run sh -c '"$WKEYCTL" --version <&-'
	[ "$status" -eq 0 ] || { show; return 1; }
}

@test "help exit-codes lists every code with whether to retry" {
	works "$WKEYCTL" help exit-codes
	works "$WKEYCTL" help exit-codes --json
	[ "$(jq -r '[.exit_codes[].code] | sort | join(" ")' <<<"$output")" = \
		"0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 128" ] || { show; return 1; }
	jq -e 'all(.exit_codes[]; .retry | IN("never", "now", "after-reboot", "after-change"))' \
		<<<"$output" >/dev/null || { show; return 1; }
}

@test "every JSON answer has schema, ok and errors" {
	local c
	for c in "--version" "help" "probe" "inspect nothing-here" "genrate" "generate --frob"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$WKEYCTL" --json $c
		jq -e '(.schema | startswith("wkeyctl/")) and (.ok | type == "boolean")
			and (.errors | type == "array") and (.ok == (.errors == []))' \
			<<<"$output" >/dev/null || { show; return 1; }
		[ "$(jq -s length <<<"$output")" -eq 1 ] || { show; return 1; }
	done
}

@test "capabilities that it inherited are not passed on" {
	need root
	cd "$BATS_TEST_TMPDIR"
	works setpriv --inh-caps=+ipc_lock --ambient-caps=+ipc_lock \
		strace -e trace=capset -o trace "$WKEYCTL" probe
	grep -q '^capset(.*permitted=.*CAP_IPC_LOCK, inheritable=0}) = 0' trace || { cat trace; return 1; }
}

@test "the process is not dumpable and leaves no core" {
	# Seen from outside: a tool that waits for its input.
	# The kernel gives its files to root then, so it must not be root's anyway.
	local nobody=() pid
	[ "$(id -u)" != 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	mkfifo in
	exec 8<>in
	"${nobody[@]}" "$WKEYCTL" test --batch --wrapping-key-fd 8 - <in 2>/dev/null 3>&- &
	pid=$!
	exec 8>&-
	no_core() { grep -q '^Max core file size *0 *0' "/proc/$pid/limits"; }
	of_root() { [ "$(stat -c %u "/proc/$pid/environ")" = 0 ]; }
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		no_core && of_root && break
		sleep 0.1
	done
	no_core
	of_root
	kill "$pid"
	wait "$pid" || :
}
