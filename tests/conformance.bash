# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every backend must do.  A backend is described by four functions:
#
#   make_args        options of generate and import that make its slot
#   open_args        options that unlock it
#   wrong_args       options with a wrong secret or state; empty: it has none
#   wrong_status     the exit status that this must give
#
# Each conformance_* function is one test, run in an empty folder for each
# backend by with_each_backend.

# with_each_backend CHECK: for every name of $BACKENDS its functions
# NAME_make_args and so on become make_args and so on.
with_each_backend() {
	local f
	for backend in "${BACKENDS[@]}"; do
		for f in make_args open_args wrong_args wrong_status; do
			eval "$f() { ${backend}_$f; }"
		done
		mkdir "$BATS_TEST_TMPDIR/$backend"
		cd "$BATS_TEST_TMPDIR/$backend" || return
		echo "backend: $backend"
		# Not part of a list: there a failed line inside would not count.
		"conformance_$1"
	done
}

# key_of FILE: the storage key in hex, read back from a kernel keyring.
key_of() {
	local serial
	# shellcheck disable=SC2046 # words on purpose
	serial=$("$WKEYCTL" load --batch -q $(open_args) --type user --keyring @s --force "$1") || return
	keyctl pipe "$serial" | od -An -v -tx1 | tr -d ' \n'
	keyctl unlink "$serial" @s >/dev/null
}

# shellcheck disable=SC2046 # words on purpose
conformance_generate_then_unlock() {
	works "$WKEYCTL" generate --batch $(make_args) k.wk
	[[ $output =~ ^[0-9a-f]{32}$ ]]
	works "$WKEYCTL" test --batch $(open_args) k.wk
	works "$WKEYCTL" --json inspect k.wk
	[ "$(jq -r .key_id <<<"$output")" != null ]
}

# shellcheck disable=SC2046
conformance_import_gives_back_the_bytes() {
	local size
	for size in 16 32 64 128; do
		head -c $size /dev/urandom >raw
		works "$WKEYCTL" import --batch $(make_args) --raw-file raw k$size.wk
		[ "$(key_of k$size.wk)" = "$(od -An -v -tx1 raw | tr -d ' \n')" ]
	done
}

# shellcheck disable=SC2046
conformance_two_keys_differ() {
	works "$WKEYCTL" generate --batch $(make_args) a.wk
	works "$WKEYCTL" generate --batch $(make_args) b.wk
	[ "$(key_of a.wk)" != "$(key_of b.wk)" ]
	run ! cmp -s a.wk b.wk
}

# shellcheck disable=SC2046
conformance_wrong_state_is_refused() {
	[ -n "$(wrong_args)" ] || return 0
	works "$WKEYCTL" generate --batch $(make_args) k.wk
	run --separate-stderr "$WKEYCTL" test --batch $(wrong_args) k.wk
	[ "$status" -eq "$(wrong_status)" ]
	run --separate-stderr "$WKEYCTL" load --batch $(wrong_args) k.wk
	[ "$status" -eq "$(wrong_status)" ]
	[ -z "$output" ]
}

# outcomes DIR: unlocks every file there in one process, and prints "EXIT FILE"
# for each: exit 0, or that of its first error.
outcomes() {
	local status=0
	# shellcheck disable=SC2046 # words on purpose
	find "$1" -type f | LC_ALL=C sort | "$WKEYCTL" load --json --dry-run --batch \
		$(open_args) --files-from - >outcomes.json || status=$?
	[ "$status" -lt 128 ] || { echo "crash: status $status"; return 1; }
	jq -r '.units[] | "\(.errors[0].exit // 0) \(.file)"' outcomes.json
}

# shellcheck disable=SC2046
conformance_every_truncation_is_damage() {
	works "$WKEYCTL" generate --batch $(make_args) k.wk
	mkdir cut
	/usr/bin/python3 - <<-'END'
		data = open("k.wk", "rb").read()
		for n in range(len(data)):
		    open("cut/%d" % n, "wb").write(data[:n])
	END
	outcomes cut >list
	[ "$(wc -l <list)" -eq "$(stat -c %s k.wk)" ]
	run -1 grep -v '^13 ' list
}

# Every byte, with the checksum made right again: an attacker, not an accident.
# shellcheck disable=SC2046
conformance_every_flipped_byte_is_noticed() {
	works "$WKEYCTL" generate --batch $(make_args) k.wk
	/usr/bin/python3 "$TOP/tests/flip.py" k.wk flips
	outcomes flips >list
	[ "$(wc -l <list)" -eq "$(($(stat -c %s k.wk) - 4))" ]
	run -1 grep '^0 ' list
}

# shellcheck disable=SC2046
conformance_failure_leaves_no_file() {
	mkdir d
	run "$WKEYCTL" generate --batch $(make_args) d/missing/k.wk
	[ "$status" -eq 4 ]
	run "$WKEYCTL" import --batch $(make_args) --raw-file /dev/null d/k.wk
	[ "$status" -eq 1 ]
	[ -z "$(ls -A d)" ]
}

# shellcheck disable=SC2046
conformance_existing_file_is_kept() {
	works "$WKEYCTL" generate --batch $(make_args) k.wk
	cp k.wk before
	fails 5 "exists" "$WKEYCTL" generate --batch $(make_args) k.wk
	cmp k.wk before
	works "$WKEYCTL" generate --batch $(make_args) --force k.wk
	run ! cmp -s k.wk before
	cmp k.wk.old-1 before
}

# Keys in the session keyring and descriptors are as before.
# shellcheck disable=SC2046
conformance_nothing_stays_behind() {
	local before after
	before=$(keyctl rlist @s)
	works "$WKEYCTL" generate --batch $(make_args) k.wk
	works "$WKEYCTL" test --batch $(open_args) k.wk
	after=$(keyctl rlist @s)
	[ "$before" = "$after" ]
	[ "$(ls -A)" = k.wk ]
}
