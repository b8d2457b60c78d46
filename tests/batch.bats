#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Many key files in one process: generate, load and add-to-fscrypt (fscrypt.bats).

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	gen=(generate -b soft "${KEY[@]}")
	load=(load --dry-run "${KEY[@]}")
}

@test "generate makes each, and prints a line for each in order" {
	wk "${gen[@]}" a.wk b.wk c.wk
	[ "$output" = "$(for f in a b c; do field $f.wk .key_id; done)" ]
	[ "$(sort -u <<<"$output" | wc -l)" -eq 3 ]
	[ "$(for f in a b c; do field $f.wk .name; done | tr '\n' ' ')" = "a b c " ]
}

@test "--json: one object with a unit for each" {
	answers '(.units | map(.file)) == ["a.wk", "b.wk"] and all(.units[]; .ok and
		(.key_id | length == 32) and (has("errors") | not))' "${gen[@]}" a.wk b.wk
}

@test "one that fails does not stop the others: exit 12" {
	: >b.wk
	tried "$WKEYCTL" "${gen[@]}" a.wk b.wk d/c.wk e.wk
	[ "$status" -eq 12 ] || bad "status 12"
	[ "$output" = "$(field a.wk .key_id; field e.wk .key_id)" ] || bad "two key ids"
	# A message for each, and the sum.
	[ "$(grep -v ^hint: <<<"$stderr")" = "wkeyctl: generate: b.wk: exists already
wkeyctl: generate: d/c.wk: there is no directory 'd'
wkeyctl: generate: 2 of 4 key files failed" ] || bad "three messages"
	[ ! -s b.wk ]
}

@test "--json of that: the units' errors in the units, the sum on top" {
	: >b.wk
	tried "$WKEYCTL" --json "${gen[@]}" a.wk b.wk d/c.wk
	[ "$status" -eq 12 ] || bad "status 12"
	[ -z "$stderr" ] || bad "nothing on stderr"
	is_answer generate false '(.units | map(.ok)) == [true, false, false] and
		(.units | map(.errors[0].exit)) == [null, 5, 4] and
		(.units | map(.errors[0].code)) == [null, "file.exists", "file.no-directory"] and
		.errors[0].code == "batch.partial" and .errors[0].exit == 12'
}

@test "all of them fail: exit 12; one alone: its own" {
	: >a.wk
	: >b.wk
	tried "$WKEYCTL" "${gen[@]}" a.wk b.wk
	[ "$status" -eq 12 ] || bad "status 12"
	tried "$WKEYCTL" "${gen[@]}" a.wk
	[ "$status" -eq 5 ] || bad "status 5"
	echo a.wk >list
	tried "$WKEYCTL" "${gen[@]}" --files-from list
	[ "$status" -eq 5 ] || bad "status 5"
}

@test "--files-from: a file, standard input, and arguments before it" {
	printf 'a.wk\nb.wk\n' >list
	wk "${gen[@]}" --files-from list
	[ "$(wc -l <<<"$output")" -eq 2 ]
	answers '(.units | map(.file)) == ["x.wk", "c.wk", "d.wk"]' "${gen[@]}" \
		--files-from - x.wk < <(printf 'c.wk\nd.wk\n')
	# No newline at the end, empty lines, blanks that belong to the name.
	printf '\n\n e .wk\n\nf.wk' >list
	tried "$WKEYCTL" --json "${load[@]}" --files-from list
	[ "$(jq -c '.units | map(.file)' <<<"$output")" = '[" e .wk","f.wk"]' ] || bad "both names"
}

@test "--null: names end with NUL, and may hold a newline" {
	printf 'a\nb.wk\0c.wk\0' >list
	wk "${gen[@]}" c.wk
	cp c.wk $'a\nb.wk'
	answers '(.units | map(.file)) == ["a\nb.wk", "c.wk"]' "${load[@]}" --files-from list --null
	answers '.units | length == 2' "${load[@]}" --files-from list -0
	answers '.units | length == 2' "${load[@]}" -0 --files-from=- <list
	# In text one of them is one line.
	wk "${load[@]}" --files-from list -0
	[ "$(wc -l <<<"$output")" -eq 2 ] || bad "two lines"
}

@test "the list: NUL in lines, empty, missing, a folder" {
	printf 'a.wk\0b.wk\0' >list
	refused 1 usage.bad-value "list: a NUL byte in a list of lines" "${load[@]}" --files-from list
	[[ $(jq -r '.errors[0].hint' <<<"$output") == *--null* ]]
	: >empty
	refused 1 usage.missing-argument "no key file is named" "${load[@]}" --files-from empty
	refused 4 file.not-found "nothing: no such file" "${load[@]}" --files-from nothing
	refused 1 file.not-regular "not a regular file" "${load[@]}" --files-from .
	refused 1 usage.missing-option "--null needs --files-from" "${load[@]}" --null a.wk
	refused 1 usage.bad-value "" "${load[@]}" --files-from= a.wk
}

@test "a list may be 16 MiB, not more" {
	head -c $((16 << 20)) /dev/zero | tr '\0' '\n' >list
	refused 1 usage.missing-argument "no key file is named" "${load[@]}" --files-from list
	echo >>list
	tried "$WKEYCTL" "${load[@]}" --files-from list
	[ "$status" -ne 0 ]
	[[ $stderr == *"list: longer than"* ]] || bad "the limit"
	[ "$status" -eq 1 ] || [ "$status" -eq 13 ] || bad "status 1 or 13"
}

@test "the list and a secret cannot both come from standard input" {
	tried "$WKEYCTL" load --files-from - --wrapping-key-file - <<<a.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"asked for twice: by --files-from and --wrapping-key-file" ]] || bad "both"
	tried "$WKEYCTL" --json load --files-from - "${KEY[@]}" - <<<a.wk
	is_answer load false '.units[0].errors[0] | .code == "usage.conflict" and
		(.detail | contains("--files-from and the key file"))'
}

@test "a secret is read once for all" {
	wk "${gen[@]}" a.wk b.wk
	wk load --dry-run --wrapping-key-fd 5 a.wk b.wk 5<"$SECRETS/key"
	[ "$(wc -l <<<"$output")" -eq 2 ]
	wk generate -b soft --wrapping-key-file - c.wk d.wk <"$SECRETS/key"
	wk load --dry-run "${KEY[@]}" c.wk d.wk
}

@test "a secret that fails, fails for each file" {
	tried "$WKEYCTL" --json generate -b soft --passphrase-file /dev/null a.wk b.wk
	[ "$status" -eq 12 ] || bad "status 12"
	is_answer generate false '.units | map(.errors[0].code) == ["input.empty", "input.empty"]'
	is_empty .
}

@test "files of several secrets: each opens with its own" {
	wk "${gen[@]}" a.wk
	wk generate -b soft "${PASS_FAST[@]}" b.wk
	wk generate -b soft "${OTHER[@]}" c.wk
	tried "$WKEYCTL" --json load --dry-run "${KEY[@]}" "${PASS[@]}" a.wk b.wk c.wk
	[ "$status" -eq 12 ] || bad "status 12"
	is_answer load false '(.units | map(.errors[0].exit)) == [null, null, 2]'
}

@test "options that would name all the same are refused" {
	refused 1 usage.conflict "--name would name 2 keys the same" "${gen[@]}" --name n a.wk b.wk
	printf 'a.wk\nb.wk\nc.wk\n' >list
	refused 1 usage.conflict "--name would name 3 keys the same" \
		"${gen[@]}" --name n --files-from list
	[ "$(ls -A)" = list ]
}

@test "--status-fd: a JSON object on a line for each file, when it is done" {
	: >b.wk
	tried bash -c 'exec "$@" 5>status' bash "$WKEYCTL" "${gen[@]}" --status-fd 5 a.wk b.wk c.wk
	[ "$status" -eq 12 ] || bad "status 12"
	jq -se '. == [
		{"event":"unit","file":"a.wk","ok":true,"done":1,"total":3,"failed":0},
		{"event":"unit","file":"b.wk","ok":false,"done":2,"total":3,"failed":1},
		{"event":"unit","file":"c.wk","ok":true,"done":3,"total":3,"failed":1}]' status ||
		{ cat status; return 1; }
	[ "$(wc -l <status)" -eq 3 ]
	# One file alone, too; and stdout is what it was.
	tried bash -c 'exec "$@" 5>status' bash "$WKEYCTL" --json "${gen[@]}" --status-fd 5 d.wk
	is_answer generate true '.units | length == 1'
	[ "$(jq -r '"\(.done) \(.total)"' status)" = "1 1" ]
}

@test "--status-fd is looked at before any work: open for writing, no secret's" {
	refused 1 usage.bad-value "not open for writing" "${gen[@]}" --status-fd 9 z.wk
	cp "${KEY[1]}" mine
	tried bash -c 'exec "$@" 7<>mine' bash "$WKEYCTL" generate -b soft --wrapping-key-fd 7 \
		--status-fd 7 z.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"name the same descriptor"* ]] || bad "the conflict"
	cmp mine "${KEY[1]}"
	[ ! -e z.wk ]
}

@test "--status-fd that cannot be written to is a failure" {
	tried bash -c 'exec "$@" 5>/dev/full' bash "$WKEYCTL" "${gen[@]}" --status-fd 5 x.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"--status-fd 5: cannot be written to"* ]] || bad "the descriptor"
	refused 1 usage.bad-value "number of an open file" "${gen[@]}" --status-fd x a.wk
}

@test "progress is shown on a terminal only, and wiped" {
	wk "${gen[@]}" a.wk b.wk c.wk
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" "${load[@]}" a.wk b.wk c.wk
	[ "$status" -eq 0 ] || bad "status 0"
	# The last that is said of it is that its line is empty.
	[[ $(<shown) == *$'\r\e[K'?" of 3"*$'\r\e[K'[!0-9]* ]] || { cat -v shown; return 1; }
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" -q "${load[@]}" a.wk b.wk c.wk
	run -1 grep -a ' of 3' shown
}

@test "the same file twice: the second finds it there" {
	tried "$WKEYCTL" --json "${gen[@]}" a.wk a.wk
	[ "$status" -eq 12 ] || bad "status 12"
	is_answer generate false '(.units | map(.errors[0].exit)) == [null, 5]'
	wk "${gen[@]}" --if-absent b.wk b.wk
	[ "$(uniq <<<"$output" | wc -l)" -eq 1 ]
}

@test "500 key files in one process" {
	local i
	for ((i = 0; i < 500; i++)); do echo "k$i.wk"; done >list
	wk "${gen[@]}" --files-from list
	[ "$(sort -u <<<"$output" | wc -l)" -eq 500 ]
	[ "$(entries)" -eq 501 ]
	answers '.units | length == 500 and all(.[]; .ok)' "${load[@]}" --files-from list
}

@test "500 keys into a keyring, and no descriptor is left open" {
	need keyring
	local i ring
	for ((i = 0; i < 500; i++)); do echo "k$i.wk"; done >list
	wk "${gen[@]}" --files-from list
	ring=$(keyctl newring "wkb$$" @s)
	# The quota of a user other than root holds fewer.
	[ "$(id -u)" = 0 ] || { head -n 50 list >few; mv few list; }
	# A process that leaked one for each file would run out of them.
	wk_limited() { (ulimit -n 32; wk "$@"); }
	wk_limited load "${KEY[@]}" --keyring "$ring" --files-from list
	[ "$(keyctl rlist "$ring" | wc -w)" -eq "$(wc -l <list)" ]
	keyctl unlink "$ring" @s
}

@test "a batch that waits, for a secret or for who reads the status, can be ended" {
	wk "${gen[@]}" a.wk
	wk generate -b soft "${PASS_FAST[@]}" p.wk
	# The first has failed by then: signals only end a batch between two units.
	tried /usr/bin/python3 "$TOP/tests/terminal.py" expect='Passphrase for' 'send=\x03' -- \
		"$WKEYCTL" load none.wk p.wk
	[ "$status" -eq 130 ] || bad "status 130"
	mkfifo secret
	exec 7<>secret
	tried timeout -s KILL 10 "$WKEYCTL" --timeout 500ms load --wrapping-key-fd 7 none.wk a.wk
	[ "$status" -eq 16 ] || bad "status 16"
	exec 7>&-
	# Named, and nobody ever writes to it: opening it must not wait.
	tried timeout -s KILL 10 "$WKEYCTL" --timeout 500ms load --wrapping-key-file secret none.wk a.wk
	[ "$status" -eq 16 ] || bad "status 16"
	# A pipe holds 64 KiB, each line more than 60 bytes.
	mkfifo full
	exec 7<>full
	yes a.wk | head -n 2000 >list
	tried timeout -s KILL 20 "$WKEYCTL" --timeout 800ms load --dry-run "${KEY[@]}" \
		--status-fd 7 --files-from list
	[ "$status" -eq 16 ] || bad "status 16"
	exec 7>&-
	# The same for who reads the answer, in lines and as one object.
	local json
	for json in "" --json; do
		mkfifo "out$json"
		exec 7<>"out$json"
		tried timeout -s KILL 20 bash -c 'exec "$@" >&7' bash "$WKEYCTL" $json --timeout 800ms \
			load --dry-run "${KEY[@]}" --files-from list
		[ "$status" -eq 16 ] || bad "status 16"
		exec 7>&-
	done
	# The time ends among the keys, and then nobody reads what was done.
	mkfifo late
	exec 7<>late
	head -c 65536 /dev/zero >&7
	yes a.wk | head -n 20000 >list
	tried timeout -s KILL 20 bash -c 'exec "$@" >&7' bash "$WKEYCTL" --json --timeout 150ms \
		load --dry-run "${KEY[@]}" --files-from list
	[ "$status" -eq 16 ] || bad "status 16"
	# Nor does anybody read that it ended, before there was anything to tell.
	tried timeout -s KILL 20 bash -c 'exec "$@" >&7' bash "$WKEYCTL" --json --timeout 150ms \
		load --wrapping-key-file secret a.wk
	[ "$status" -eq 16 ] || bad "status 16"
	exec 7>&-
}
