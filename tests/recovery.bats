#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Recovery keys: made by add-slot --recovery, shown once, asked back, typed.

# slow: waits for terminals
load helpers
load commands

LETTERS=cbdefghijklnrtuv
TEXT_RE="^[$LETTERS]{9}(-[$LETTERS]{9}){7}\$"

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	"$WKEYCTL" generate -b soft "${KEY[@]}" plain.wk
	cp plain.wk kept.wk
	"$WKEYCTL" -q add-slot --batch --recovery --recovery-file kept.rec "${KEY[@]}" kept.wk
	# Says the group that the terminal asked for last.
	cat >group <<-'SCRIPT'
		awk '/^[a-v]+-[a-v]+-[-a-v]+\r?$/ { sub(/\r$/, ""); split($0, g, "-") }
			/Group [1-8] of/ { n = substr($0, index($0, "Group ") + 6, 1) }
			END { print g[n] }'
	SCRIPT
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	umask 022
	F=$BATS_FILE_TMPDIR
	cp "$F/plain.wk" "$F/kept.wk" .
	add=(add-slot --recovery "${KEY[@]}")
	PERSON=(/usr/bin/python3 "$TOP/tests/terminal.py")
	GROUP="answer=sh $F/group"
	WRONG='send=ccccccccc\n'
	TEXT=$(<"$F/kept.rec")
}

# unchanged FILE: is still as it was made.
unchanged() {
	cmp "$1" "$F/$1"
}

# typed TEXT [FILE]: opened by this, typed at the prompt; leaves what `tried` does.
typed() {
	tried "${PERSON[@]}" expect='Recovery key for plain: ' echo=off "send=$1\n" -- \
		"$WKEYCTL" test --slot 1 "${2:-kept.wk}"
}

# groups ORDER...: the groups of the kept key in this order.
groups() {
	local g out=()
	IFS=- read -ra g <<<"$TEXT"
	for n; do out+=("${g[n - 1]}"); done
	(IFS=-; echo "${out[*]}")
}

# --- making one ---------------------------------------------------------------------

@test "on a terminal it is shown once, and one group is asked back" {
	tried "${PERSON[@]}" --shown shown expect='Group ' echo=off "$GROUP" -- \
		"$WKEYCTL" "${add[@]}" plain.wk
	[ "$status" -eq 0 ] || bad "status 0"
	tr -d '\r' <shown >seen
	[ "$(grep -cE "$TEXT_RE" seen)" -eq 1 ]
	grep -qx 'Recovery key for plain.wk:' seen
	grep -qx 'Write it down; it is shown only this once.' seen
	grep -qE '^Group [1-8] of the recovery key: $' seen
	# It opens what it was made for.
	grep -E "$TEXT_RE" seen >rec
	chmod 600 rec
	wk test --slot 1 --recovery-file rec plain.wk
	wk inspect plain.wk
	[[ $output == *"Backend:          recovery"*"Secret:           recovery-key"* ]]
	no_secret_in plain.wk "$(cut -c 1-9 rec)"
}

@test "after wrong answers the right one counts" {
	tried "${PERSON[@]}" expect='Group ' "$WRONG" expect='not it' expect='Group ' 'send=\n' \
		expect='not it' expect='Group ' "$GROUP" -- "$WKEYCTL" -q "${add[@]}" plain.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(field plain.wk '.slots | length')" -eq 2 ]
}

@test "upper case and spaces are an answer as well" {
	tried "${PERSON[@]}" expect='Group ' "$GROUP | tr a-z A-Z | sed 's/.../& /g'" -- \
		"$WKEYCTL" -q "${add[@]}" plain.wk
	[ "$status" -eq 0 ] || bad "status 0"
}

@test "three wrong answers: nothing is changed, and that is said" {
	tried "${PERSON[@]}" expect='Group ' "$WRONG" expect='Group ' "$WRONG" expect='Group ' \
		"$WRONG" -- "$WKEYCTL" --json "${add[@]}" plain.wk
	[ "$status" -eq 1 ] || bad "status 1"
	is_answer add-slot false '.errors[0].code == "recovery.not-confirmed"'
	[[ $stderr == *"the recovery key that was shown opens nothing"* ]]
	unchanged plain.wk
	[ "$(entries)" -eq 2 ]
}

@test "interrupted while it asks: nothing is changed" {
	tried "${PERSON[@]}" expect='Group ' echo=off 'send=\x03' -- "$WKEYCTL" "${add[@]}" plain.wk
	[ "$status" -eq 130 ] || bad "status 130"
	unchanged plain.wk
	tried "${PERSON[@]}" expect='Group ' echo=off 'send=\x03' -- \
		"$WKEYCTL" "${add[@]}" --recovery-file rec plain.wk
	[ "$status" -eq 130 ] || bad "status 130"
	unchanged plain.wk
	tried "${PERSON[@]}" expect='Group ' -- \
		"$WKEYCTL" --timeout 1s "${add[@]}" --recovery-file rec plain.wk
	[ "$status" -eq 16 ] || bad "status 16"
	unchanged plain.wk
	[ "$(entries)" -eq 2 ]
}

@test "--recovery-file on a terminal: asked all the same" {
	tried "${PERSON[@]}" --shown shown expect='Group ' \
		"answer=(cat rec; cat) | sh $F/group" -- \
		"$WKEYCTL" -q "${add[@]}" --recovery-file rec plain.wk
	[ "$status" -eq 0 ] || bad "status 0"
	no_secret_in shown "$(cut -c 1-9 rec)"
	wk test --slot 1 --recovery-file rec plain.wk
	cp "$F/plain.wk" .
	tried "${PERSON[@]}" expect='Group ' "$WRONG" expect='Group ' "$WRONG" expect='Group ' \
		"$WRONG" -- "$WKEYCTL" -q "${add[@]}" --recovery-file other plain.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[ ! -e other ]
	unchanged plain.wk
}

@test "--batch --recovery-file: nobody is asked; the file is private" {
	umask 0
	wk "${add[@]}" --batch --recovery-file rec plain.wk
	[ "$(stat -c %a rec)" = 600 ]
	[ "$(wc -c <rec)" -eq 80 ]
	grep -qE "$TEXT_RE" rec
	[ "$(entries)" -eq 3 ]
	# Another time it is another key.
	wk "${add[@]}" --batch --recovery-file rec2 plain.wk
	[ "$(sort -u rec rec2 | wc -l)" -eq 2 ]
	wk test --slot 2 --recovery-file rec2 plain.wk
}

@test "nowhere to show it, or no file to write: refused before anything is done" {
	refused 1 usage.missing-option "shown on a terminal" "${add[@]}" --batch plain.wk
	tried setsid -w "$WKEYCTL" "${add[@]}" plain.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"hint: --recovery-file=FILE"* ]] || bad "the hint"
	refused 1 usage.bad-value "not written to standard output" \
		"${add[@]}" --batch --recovery-file - plain.wk
	echo precious >rec
	refused 5 file.exists "rec: exists already" "${add[@]}" --batch --recovery-file rec plain.wk
	[ "$(<rec)" = precious ]
	refused 4 file.no-directory "" "${add[@]}" --batch --recovery-file none/rec plain.wk
	unchanged plain.wk
}

@test "what fails leaves no recovery key behind" {
	refused 2 auth.wrong-secret "" add-slot --recovery --batch --recovery-file rec "${OTHER[@]}" plain.wk
	wk "${add[@]}" --batch --dry-run --recovery-file rec plain.wk
	unchanged plain.wk
	[ "$(entries)" -eq 2 ]
}

# --- opening with one -----------------------------------------------------------------

@test "it comes from a file, a descriptor, a credential or the terminal" {
	install -m 600 "$F/kept.rec" rec
	wk test --slot 1 --recovery-file rec kept.wk
	wk test --slot 1 --recovery-fd 7 kept.wk 7<rec
	wk test --slot 1 --recovery-file - kept.wk <rec
	mkdir creds
	cp rec creds/disk
	CREDENTIALS_DIRECTORY=$PWD/creds wk test --slot 1 --recovery-credential disk kept.wk
	typed "$TEXT"
	[ "$status" -eq 0 ] || bad "status 0"
	exits 2 "the secret of none was given" "$WKEYCTL" test --batch --slot 1 kept.wk
}

@test "typed in upper case, with spaces, or with nothing between" {
	typed "${TEXT^^}"
	[ "$status" -eq 0 ] || bad "status 0"
	typed " ${TEXT//-/ } "
	[ "$status" -eq 0 ] || bad "status 0"
	typed "${TEXT//-/}"
	[ "$status" -eq 0 ] || bad "status 0"
}

@test "a mistyped group is named: exit 2" {
	local bad
	bad=${TEXT:0:24}$(tr "$LETTERS" "${LETTERS:1}c" <<<"${TEXT:24:1}")${TEXT:25}
	typed "$bad"
	[ "$status" -eq 2 ] || bad "status 2"
	[[ $stderr == *"recovery key: group 3: mistyped"* ]] || bad "the group"
	typed "$(groups 1 2 5 4 3 6 7 8)"
	[ "$status" -eq 2 ] || bad "status 2"
	[[ $stderr == *"group 3: mistyped"* ]] || bad "the group"
	typed "$(groups 1 2 3 4 5 6 7)"
	[ "$status" -eq 2 ] || bad "status 2"
	[[ $stderr == *"63 letters, and not 72"* ]] || bad "the length"
	typed "${TEXT:0:40}x${TEXT:41}"
	[ "$status" -eq 2 ] || bad "status 2"
	[[ $stderr == *"group 5: a character"*"its letters are $LETTERS"* ]] || bad "the letter"
	# Another recovery key, without a mistake.
	typed "$(printf 'c%.0s' {1..9})-$(printf 'c%.0s' {1..8})b-ccccccccd-cccccccce-ccccccccf-ccccccccg-cccccccch-cccccccci"
	[ "$status" -eq 2 ] || bad "status 2"
}

@test "the published texts open, and mistyped ones are told apart" {
	local n count file code group
	count=$(jq '.valid | length' "$TOP/tests/vectors/recovery.json")
	[ "$count" -ge 10 ]
	for ((n = 0; n < count; n++)); do
		(umask 077 && jq -j ".valid[$n].text" "$TOP/tests/vectors/recovery.json" >rec)
		file=$(jq -r ".valid[$n].file" "$TOP/tests/vectors/recovery.json")
		wk test --recovery-file rec "$TOP/tests/vectors/$file"
	done
	count=$(jq '.mistyped | length' "$TOP/tests/vectors/recovery.json")
	[ "$count" -ge 25 ]
	for ((n = 0; n < count; n++)); do
		(umask 077 && jq -j ".mistyped[$n].text" "$TOP/tests/vectors/recovery.json" >rec)
		read -r code group < <(jq -r ".mistyped[$n] | \"\\(.code) \\(.group // \"\")\"" \
			"$TOP/tests/vectors/recovery.json")
		[ -s rec ] || code=input.empty
		tried "$WKEYCTL" --json inspect --batch --recovery-file rec "$VALID/recovery.wk"
		is_answer inspect false ".errors[0].code == \"$code\" and
			(.errors[0].detail | contains(\"${group:+group $group: }\"))"
	done
}

# --- where it must not be -----------------------------------------------------------

# secret_bytes: of the recovery key in the file rec, into the file bytes.
secret_bytes() {
	/usr/bin/python3 -c 'import sys
v = [sys.argv[1].index(c) for g in open("rec").read().split("-") for c in g[:8]]
sys.stdout.buffer.write(bytes(a << 4 | b for a, b in zip(v[::2], v[1::2])))' $LETTERS >bytes
	[ "$(stat -c %s bytes)" -eq 32 ]
}

@test "no output, no file and no message contains it" {
	local form group
	mkdir out
	for form in -v --json; do
		"$WKEYCTL" $form "${add[@]}" --batch --recovery-file rec$form plain.wk \
			>out/add$form 2>out/add-err$form
		"$WKEYCTL" $form test --all --recovery-file rec$form "${KEY[@]}" plain.wk \
			>out/test$form 2>out/test-err$form || :
		"$WKEYCTL" $form inspect --recovery-file rec$form plain.wk \
			>out/inspect$form 2>out/inspect-err$form
		sed 's/^.../ccc/' rec$form >wrong
		run -2 "$WKEYCTL" $form test --slot 1 --recovery-file wrong plain.wk
		echo "$output" >out/wrong$form
		for group in $(tr - ' ' <rec$form); do
			no_secret_in out plain.wk "$group"
		done
		cp rec$form rec
		secret_bytes
		run -1 grep -rlaF "$(hex bytes)" out plain.wk
		rm rec
	done
}

# stops NAME CALLS COMMAND...: what was in memory at each of these system calls.
stops() {
	local name=$1 calls=$2 core
	shift 2
	command -v gdb >/dev/null || skip "needs gdb"
	"${CC:-cc}" -D_GNU_SOURCE -O1 -o without "$TOP/tests/without.c"
	mkdir "$name"
	gdb -batch -nx -ex "python calls, folder = '$calls'.split(), '$name'" \
		-x "$TOP/tests/canary/stop.py" --args ./without secretmem -- "$@" \
		>"$name/log" 2>&1 </dev/null
	[ "$(cat "$name/status")" = 0 ] || { cat "$name/log"; return 1; }
	secret_bytes
	tr -d '\n' <rec >text
	for core in "$name"/*.core; do
		/usr/bin/python3 "$TOP/tests/canary/search.py" "$core" "${core%core}smaps" \
			text bytes >"${core%core}found" || { cat "${core%core}found"; return 1; }
		rm "$core"
	done
}

# tidy NAME: nowhere outside of the arena, and nowhere at all at the end.
tidy() {
	! grep ^outside "$1"/*.found || return 1
	! grep '^arena ' "$1"/*-exit_group.found || return 1
}

@test "in memory it is in the arena only, and wiped" {
	# While the file is made; and when all is over.
	stops make "fsync exit_group" "$WKEYCTL" "${add[@]}" --batch --recovery-file rec plain.wk
	grep -h '^arena .* 79 bytes of text' make/*-fsync.found | head -n 1 | grep -q .
	grep -h '^arena .* 32 bytes of bytes' make/*-fsync.found | head -n 1 | grep -q .
	tidy make
	stops open "exit_group" "$WKEYCTL" test --slot 1 --recovery-file rec plain.wk
	tidy open
}
