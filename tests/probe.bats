#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl probe: what it claims, compared with what then works or not.

load helpers
load commands

setup_file() {
	make_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# available NAME: what --json says.
available() {
	"$WKEYCTL" --json probe | jq -r --arg n "$1" '.features[] | select(.name == $n) | .available'
}

@test "text: a line for each feature" {
	wk probe
	local names
	names=$(awk '{ print $1 }' <<<"$output")
	[ "$(tr '\n' ' ' <<<"$names")" = \
		"soft tpm caam ice module-crypto module-argon2 module-cms module-qr keyring secretmem locked-memory no-new-privs landlock seccomp " ]
	run -1 grep -vE '^[a-z0-9-]+ +(yes|no ) +[^ ]' <<<"$output"
}

@test "--json: the same, a reason where something is missing" {
	local text
	wk probe
	text=$(awk '{ print $1, $2 }' <<<"$output")
	answers '.features | all(.[]; (.name | type == "string") and
		(.available | type == "boolean") and (.available != has("reason")))' probe
	[ "$(jq -r '.features[] | "\(.name) \(if .available then "yes" else "no" end)"' \
		<<<"$output")" = "$text" ]
}

@test "-q prints nothing; --require speaks by the exit status" {
	wk -q probe --require soft
	[ -z "$output" ]
}

@test "-v says no more on stdout" {
	wk probe
	local want=$output
	tried "$WKEYCTL" -v probe
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$output" = "$want" ] || bad "the same list"
}

@test "--require: all of a list" {
	wk probe --require soft
	wk probe --require soft,module-crypto,module-argon2,module-cms
	answers '.features | length == 14' probe --require soft
}

@test "--require: a feature that is missing, exit 10, with the list all the same" {
	local b
	for b in tpm caam ice; do
		[ "$(available $b)" = false ] || continue
		tried "$WKEYCTL" probe --require "soft,$b"
		[ "$status" -eq 10 ] || bad "status 10"
		[[ $stderr == "wkeyctl: probe: $b: backend '$b' is not in this build" ]] || bad "the reason"
		[ "$(wc -l <<<"$output")" -eq 14 ] || bad "the list"
		tried "$WKEYCTL" --json probe --require "soft,$b"
		[ "$status" -eq 10 ] || bad "status 10"
		is_answer probe false '(.features | length == 14) and .errors[0].code == "probe.missing"'
	done
}

@test "--require: a feature that does not exist is wrong usage" {
	local f
	for f in foo "" "soft," ,soft soft,,tpm "soft, tpm" Soft sof softer; do
		tried "$WKEYCTL" --json probe --require="$f"
		[ "$status" -eq 1 ] || bad "status 1 for '$f'"
		is_answer probe false '.errors[0].code == "usage.bad-value"'
	done
	tried "$WKEYCTL" probe --require foo
	[[ $stderr == *"unknown feature 'foo'"*hint:* ]] || bad "the feature"
}

@test "no arguments" {
	refused 1 usage.extra-argument "'x'" probe x
}

@test "module-*: a tool without its modules says so, and so does using them" {
	[ -d "$BUILD/modules" ] || { wk probe --require module-crypto,module-argon2; return; }
	cp "$WKEYCTL" .
	tried ./wkeyctl --json probe
	[ "$status" -eq 0 ] || bad "status 0"
	is_answer probe true '.features | map(select(.name | startswith("module-")) |
		.available) == [false, false, false, false]'
	tried ./wkeyctl generate -b soft "${KEY[@]}" k.wk
	[ "$status" -eq 10 ] || bad "status 10"
	[[ $stderr == *"the crypto module is not installed"* ]] || bad "the module"
	mkdir modules
	cp "$BUILD/modules/crypto.so" modules
	tried ./wkeyctl generate -b soft "${KEY[@]}" k.wk
	[ "$status" -eq 0 ] || bad "status 0"
	# A passphrase needs the other one.
	# shellcheck disable=SC2086 # words
	tried ./wkeyctl generate -b soft -q "${PASS[@]}" $KDF_FAST p.wk
	[ "$status" -eq 10 ] || bad "status 10"
	[[ $stderr == *"the argon2 module is not installed"* ]] || bad "the module"
	[ ! -e p.wk ]
}

@test "keyring: as keyctl sees it" {
	if keyctl rdescribe @u >/dev/null 2>&1; then
		[ "$(available keyring)" = true ]
	else
		[ "$(available keyring)" = false ]
	fi
}

@test "landlock: the ABI that the kernel itself tells" {
	local abi
	abi=$(/usr/bin/python3 -c 'import ctypes
print(max(0, ctypes.CDLL(None).syscall(444, None, 0, 1)))')
	answers ".landlock_abi == $abi" probe
	[ "$(available landlock)" = "$([ "$abi" -gt 0 ] && echo true || echo false)" ]
}

@test "secretmem and locked-memory follow RLIMIT_MEMLOCK where it binds" {
	local out
	out=$(ulimit -l 0 && as_nobody "$WKEYCTL" --json probe)
	jq -e '.features | map(select(.name == "secretmem" or .name == "locked-memory")) |
		all(.[]; .available == false and (.reason | contains("RLIMIT_MEMLOCK")))' \
		<<<"$out" >/dev/null || { echo "$out"; return 1; }
	# It is said, not swallowed, and works all the same.
	nobodys d
	cp "$SECRETS/key" d/key
	[ "$(id -u)" != 0 ] || chown 65534 d/key
	(
		ulimit -l 0
		tried as_nobody "$WKEYCTL" generate -b soft --wrapping-key-file d/key d/k.wk
		[ "$status" -eq 0 ] || bad "status 0"
		[[ $stderr == *"warning: "*[Mm]emory* || $stderr == *"warning: "*lock* ]] || bad "a warning"
	)
}
