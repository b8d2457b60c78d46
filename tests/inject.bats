#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A key file is there whole or not at all: with failing system calls, with
# SIGKILL, with an output that cannot be written, and with rivals.

# slow: a fault at every system call
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR"
	secret_file wrapping-key 0123456789abcdef0123456789abcdef >/dev/null
	make=("$WKEYCTL" generate --batch -q -b soft --wrapping-key-file wrapping-key)
}

@test "a fault in any write-side system call leaves whole files only" {
	need keyring
	export WITHOUT=$BATS_TEST_TMPDIR/without
	"${CC:-cc}" -D_GNU_SOURCE -O1 -o "$WITHOUT" "$TOP/tests/without.c"
	mkdir faults
	run bash "$TOP/tests/inject.sh" faults
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} =~ ^([0-9]+)\ points\ ×\ 4\ faults\ =\ ([0-9]+)\ runs,\ ([0-9]+)\ whole$ ]]
	[ "${BASH_REMATCH[1]}" -ge 100 ]
	echo "# ${lines[-1]}" >&3
}

# unprinted WHY COMMAND...: fails because standard output does, and says WHY.
unprinted() {
	local why=$1
	shift
	run --separate-stderr "$@"
	[ "$status" -eq 1 ] || { show; return 1; }
	[[ $stderr == *"standard output: $why"* ]] || { show; return 1; }
}

@test "when the key id cannot be printed, the new file is taken back" {
	local full='"$@" >/dev/full'
	# The reader is gone before the writer starts.
	local pipe='mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; rm pipe; "$@" >&4 4>&-'
	unprinted "No space left on device" bash -c "$full" sh "${make[@]}" k.wk
	unprinted "No space left on device" bash -c "$full" sh "${make[@]}" --json k.wk
	unprinted "No space left on device" bash -c "$full" sh "${make[@]}" a.wk b.wk
	unprinted "Broken pipe" bash -c "$pipe" sh "${make[@]}" k.wk
	[ -z "$(find . -name '*.wk*')" ]
}

@test "when the key id cannot be printed, what was replaced stays, the old file is kept" {
	works "${make[@]}" k.wk
	cp k.wk old
	unprinted "No space left on device" bash -c '"$@" >/dev/full' sh "${make[@]}" --force k.wk
	cmp k.wk.old-1 old
	run ! cmp -s k.wk old
	works "$WKEYCTL" test --batch --wrapping-key-file wrapping-key k.wk
}

@test "of 50 that make the same key file at once, one wins" {
	local i n=50 winner
	for ((i = 0; i < n; i++)); do
		{
			status=0
			"${make[@]}" same.wk >"out.$i" 2>"err.$i" || status=$?
			echo $status >"status.$i"
		} 3>&- &
	done
	wait
	[ "$(cat status.* | sort | uniq -c | xargs)" = "1 0 49 5" ] || { cat status.* err.*; return 1; }
	winner=$(cat out.*)
	[[ $winner =~ ^[0-9a-f]{32}$ ]]
	[ "$("$WKEYCTL" --json inspect same.wk | jq -r .key_id)" = "$winner" ]
	works "$WKEYCTL" test --batch --wrapping-key-file wrapping-key same.wk
	[ "$(grep -l 'exists already' err.* | wc -l)" -eq 49 ]
	[ -z "$(find . -name '.same*')" ]
}
