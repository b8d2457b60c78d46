#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# How secrets come in: file, descriptor, systemd credential, standard input and
# the terminal; and how they do not.

load helpers
load commands

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	"$WKEYCTL" generate -b soft "${KEY[@]}" key.wk
	"$WKEYCTL" generate -b soft "${PASS_FAST[@]}" pass.wk
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	umask 077
	KEY_WK=$BATS_FILE_TMPDIR/key.wk
	PASS_WK=$BATS_FILE_TMPDIR/pass.wk
	gen=(generate -q -b soft "${FAST[@]}")
}

# at_terminal STEP... -- ARGS...: the tool with a person before it; what the
# terminal showed is in ./shown.
at_terminal() {
	local steps=()
	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	shift
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --shown shown "${steps[@]}" -- \
		"$WKEYCTL" "$@"
	[ "$status" -ne 99 ] || bad "the steps at the terminal"
}

# exits_with STATUS [REGEX]: of what was just tried.
exits_with() {
	[ "$status" -eq "$1" ] || bad "status $1"
	[[ $stderr =~ ${2-} ]] || bad "stderr to match ${2-}"
}

# --- where from -------------------------------------------------------------------

@test "file, descriptor, credential and standard input, for both kinds" {
	local kind file from
	mkdir creds
	cp "$SECRETS/key" "$SECRETS/pass" creds
	export CREDENTIALS_DIRECTORY=$PWD/creds
	for kind in passphrase=pass wrapping-key=key; do
		file=${kind#*=} kind=${kind%=*}
		for from in "file $SECRETS/$file" "file=$SECRETS/$file" "file -" "fd 5" "fd 0" \
			"credential $file"; do
			# shellcheck disable=SC2086 # words
			wk test --batch --$kind-$from "$BATS_FILE_TMPDIR/$file.wk" \
				<"$SECRETS/$file" 5<"$SECRETS/$file"
		done
	done
}

@test "what was made by one way opens by every other" {
	local from i=0
	for from in "file $SECRETS/pass" "file -" "fd 5" "fd 0"; do
		i=$((i + 1))
		# shellcheck disable=SC2086
		wk "${gen[@]}" --passphrase-$from $i.wk <"$SECRETS/pass" 5<"$SECRETS/pass"
		wk test "${PASS[@]}" $i.wk
	done
}

@test "a FIFO, and a pipe that stutters" {
	mkfifo fifo
	cat "$SECRETS/pass" >fifo &
	wk test --passphrase-file fifo "$PASS_WK"
	wk test --passphrase-file - "$PASS_WK" < <(printf correct; sleep 0.1; printf ' hor'; sleep 0.1; printf 'se\n')
}

@test "credentials: only by a name, only of an absolute folder" {
	mkdir creds
	cp "$SECRETS/pass" creds/p
	tried "$WKEYCTL" test --passphrase-credential p "$PASS_WK"
	exits_with 4 "credential 'p': no credentials directory"
	export CREDENTIALS_DIRECTORY=creds
	tried "$WKEYCTL" test --passphrase-credential p "$PASS_WK"
	exits_with 4 "no credentials directory"
	export CREDENTIALS_DIRECTORY=$PWD/creds
	wk test --passphrase-credential p "$PASS_WK"
	tried "$WKEYCTL" test --passphrase-credential q "$PASS_WK"
	exits_with 4 "credential 'q': No such file"
	local n
	for n in "" . .. ../creds/p /etc/passwd p/; do
		tried "$WKEYCTL" test --passphrase-credential="$n" "$PASS_WK"
		exits_with 1 "credential '.*': not the name of a file"
	done
	CREDENTIALS_DIRECTORY=/$(printf 'd%.0s' {1..4090}) \
		tried "$WKEYCTL" test --passphrase-credential p "$PASS_WK"
	exits_with 1 "credential 'p'"
}

@test "descriptors: only numbers, open, for reading" {
	local n
	for n in -1 x "" 3x 03 2147483648; do
		refused 1 usage.bad-value "not the number of an open file" \
			test --passphrase-fd="$n" "$PASS_WK"
	done
	tried "$WKEYCTL" test --passphrase-fd 9 "$PASS_WK"
	exits_with 1 "descriptor 9: Bad file descriptor"
	tried "$WKEYCTL" test --passphrase-fd 9 "$PASS_WK" 9>out
	exits_with 1 "descriptor 9: Bad file descriptor"
	tried "$WKEYCTL" test --passphrase-fd 9 "$PASS_WK" 9<.
	exits_with 1 "descriptor 9: is a directory"
}

@test "files: missing, a folder, unreadable" {
	tried "$WKEYCTL" test --passphrase-file nothing "$PASS_WK"
	exits_with 4 "'nothing': No such file"
	tried "$WKEYCTL" test --passphrase-file . "$PASS_WK"
	exits_with 1 "'.': is a directory"
	refused 1 usage.bad-value "a path" test --passphrase-file= "$PASS_WK"
	umask 022
	nobodys d
	cp "$SECRETS/pass" "$PASS_WK" d
	chmod 0 d/pass
	chmod 644 d/pass.wk
	tried as_nobody "$WKEYCTL" test --passphrase-file d/pass d/pass.wk
	exits_with 17 "'d/pass': Permission denied"
}

# --- which of them ----------------------------------------------------------------

@test "several forms of one secret are refused" {
	refused 1 usage.conflict "'--passphrase-file' and '--passphrase-fd' exclude each other" \
		test --passphrase-file a --passphrase-fd 0 "$PASS_WK"
	refused 1 usage.conflict "'--wrapping-key-file' and '--wrapping-key-credential' exclude" \
		test --wrapping-key-file a --wrapping-key-credential b "$KEY_WK"
	refused 1 usage.conflict "'--raw-file' and '--raw-fd' exclude" \
		import -b soft "${KEY[@]}" --raw-file a --raw-fd 0 k.wk
	refused 1 usage.repeated-option "'--passphrase-file' is given twice" \
		test --passphrase-file a --passphrase-file b "$PASS_WK"
}

@test "--new- means the same where a slot is made; both spellings are refused" {
	wk "${gen[@]}" --new-passphrase-file "$SECRETS/pass" p.wk
	wk test "${PASS[@]}" p.wk
	wk "${gen[@]}" --new-wrapping-key-fd 5 k.wk 5<"$SECRETS/key"
	wk test "${KEY[@]}" k.wk
	wk import -q -b soft --raw-file "$SECRETS/other" --new-wrapping-key-file "$SECRETS/key" i.wk
	wk test "${KEY[@]}" i.wk
	refused 1 usage.conflict "'--passphrase-file' and '--new-passphrase-file' exclude" \
		"${gen[@]}" "${PASS[@]}" --new-passphrase-file "$SECRETS/pass" x.wk
	refused 1 usage.conflict "'--wrapping-key-file' and '--new-wrapping-key-fd' exclude" \
		"${gen[@]}" "${KEY[@]}" --new-wrapping-key-fd 5 x.wk
	[ ! -e x.wk ]
}

@test "a slot is made under a passphrase or a wrapping key, not both" {
	refused 1 usage.conflict "a slot is made under one or the other" \
		"${gen[@]}" "${PASS[@]}" "${KEY[@]}" k.wk
	refused 1 usage.conflict "'--passphrase-file' and '--new-wrapping-key-file'" \
		"${gen[@]}" "${PASS[@]}" --new-wrapping-key-file "$SECRETS/key" k.wk
	is_empty .
	# Unlocking takes both: each for its slots.
	wk test "${PASS[@]}" "${KEY[@]}" "$PASS_WK"
	wk test "${PASS[@]}" "${KEY[@]}" "$KEY_WK"
}

@test "standard input is read for one purpose only" {
	local twice="asked for twice: by"
	refused 1 usage.conflict "$twice --passphrase-file and --wrapping-key-fd" \
		test --passphrase-file - --wrapping-key-fd 0 "$PASS_WK"
	tried "$WKEYCTL" import -b soft --passphrase-file - k.wk <"$SECRETS/key"
	exits_with 1 "$twice the raw key and --passphrase-file"
	tried "$WKEYCTL" import -b soft --raw-file - --wrapping-key-file - k.wk <"$SECRETS/key"
	exits_with 1 "$twice --raw-file and --wrapping-key-file"
	refused 1 usage.conflict "$twice --passphrase-fd and the key file" \
		test --passphrase-fd 0 -
	is_empty .
}

# --- what is taken of it ----------------------------------------------------------

# same A B: what printf makes of A and of B is the same passphrase.
same() {
	# shellcheck disable=SC2059 # escapes on purpose
	{ printf "$1" >a; printf "$2" >b; }
	rm -f k.wk
	wk "${gen[@]}" --passphrase-file a k.wk
	wk test --passphrase-file b k.wk
}

# other A B: they are not.
other() {
	# shellcheck disable=SC2059
	{ printf "$1" >a; printf "$2" >b; }
	rm -f k.wk
	wk "${gen[@]}" --passphrase-file a k.wk
	tried "$WKEYCTL" test --passphrase-file b k.wk
	exits_with 2 "wrong"
}

@test "of a passphrase exactly one line feed at the end is removed" {
	same 'pw' 'pw\n'
	same 'pw\n\n' 'pw\n\n'
	other 'pw' 'pw\n\n'
	other 'pw\n' 'pw\n\n'
	same 'pw\nline two\n' 'pw\nline two'
}

@test "nothing else is changed: carriage return, blanks, case, every byte" {
	other 'pw' 'pw\r\n'
	same 'pw\r' 'pw\r\n'
	other 'pw' 'pw '
	other 'pw' ' pw'
	other 'pw' 'pw\t'
	other 'pw' 'PW'
	other '\xc3\xa4' 'a\xcc\x88'
	same '\xff\xfe\x01\x1b[31m' '\xff\xfe\x01\x1b[31m\n'
}

@test "empty passphrases are refused" {
	local p
	for p in '' '\n'; do
		# shellcheck disable=SC2059
		printf "$p" >p
		tried "$WKEYCTL" test --passphrase-file p "$PASS_WK"
		exits_with 1 "'p': the passphrase is empty"
		refused 1 input.empty "'p': the passphrase is empty" "${gen[@]}" --passphrase-file p k.wk
	done
	# Two line feeds are a passphrase of one.
	same '\n\n' '\n\n'
}

@test "a NUL byte is refused" {
	printf 'pass\0word' >p
	refused 1 input.nul "'p': the passphrase contains a NUL byte" "${gen[@]}" --passphrase-file p k.wk
	printf '\0' >p
	refused 1 input.nul "NUL byte" "${gen[@]}" --passphrase-file p k.wk
	printf 'pass\n\0' >p
	refused 1 input.nul "NUL byte" "${gen[@]}" --passphrase-file p k.wk
}

@test "a passphrase has 4096 bytes at most" {
	head -c 4096 /dev/zero | tr '\0' x >p
	wk "${gen[@]}" --passphrase-file p k.wk
	echo >>p
	wk test --passphrase-file p k.wk
	# All of them count.
	head -c 4095 /dev/zero | tr '\0' x >q
	tried "$WKEYCTL" test --passphrase-file q k.wk
	exits_with 2
	echo >>p
	refused 1 input.too-long "longer than 4096 bytes" "${gen[@]}" --passphrase-file p l.wk
	head -c 4097 /dev/zero | tr '\0' x >p
	refused 1 input.too-long "longer than 4096 bytes" "${gen[@]}" --passphrase-file p l.wk
	refused 1 input.too-long "longer than 4096 bytes" "${gen[@]}" --passphrase-file /dev/zero l.wk
	tried "$WKEYCTL" "${gen[@]}" --passphrase-file - l.wk < <(yes)
	exits_with 1 "standard input: the passphrase is longer"
	[ ! -e l.wk ]
}

@test "a wrapping key has 32 bytes, every one of them as it is" {
	local n
	for n in 0 1 31; do
		head -c $n "$SECRETS/key" >k
		refused 1 input.wrapping-key-size "'k': a wrapping key has 32 bytes, here are $n" \
			generate -b soft --wrapping-key-file k x.wk
	done
	{ cat "$SECRETS/key"; echo; } >k
	refused 1 input.wrapping-key-size "here are more than 32.*hint: byte 33 is a line feed" \
		generate -b soft --wrapping-key-file k x.wk
	head -c 33 /dev/zero >k
	refused 1 input.wrapping-key-size "here are more than 32" \
		generate -b soft --wrapping-key-file k x.wk
	[ "$(grep -c . <<<"$stderr")" -le 1 ] || bad "no hint about a line feed"
	refused 1 input.wrapping-key-size "here are more than 32" \
		generate -b soft --wrapping-key-file /dev/zero x.wk
	[ ! -e x.wk ]
	# A line feed at the end and NULs belong to it.
	printf '\0%030d\n' 0 >k
	wk generate -b soft --wrapping-key-file k y.wk
	wk test --wrapping-key-file k y.wk
	{ head -c 31 k; printf '\r'; } >l
	tried "$WKEYCTL" test --wrapping-key-file l y.wk
	exits_with 2
}

@test "a file that others can read is used with a warning; -q leaves it out" {
	local m
	cp "$SECRETS/pass" p
	for m in 644 640 604 444; do
		chmod $m p
		tried "$WKEYCTL" test --passphrase-file p "$PASS_WK"
		exits_with 0
		[ "$stderr" = "wkeyctl: test: warning: 'p': can be read by others (mode $m)" ] ||
			bad "a warning"
		wk -q test --passphrase-file p "$PASS_WK"
	done
	# JSON stays one object.
	tried "$WKEYCTL" --json test --passphrase-file p "$PASS_WK"
	is_answer test true .slots
	for m in 600 400 700 620; do
		chmod $m p
		wk test --passphrase-file p "$PASS_WK"
	done
	cp "$SECRETS/key" k
	chmod 644 k
	tried "$WKEYCTL" test --wrapping-key-file k "$KEY_WK"
	exits_with 0 "'k': can be read by others"
}

# --- never on the command line ----------------------------------------------------

@test "an option that takes the secret itself does not exist; the word is not repeated" {
	local o
	for o in --passphrase --password --new-passphrase --wrapping-key --raw --raw-key --pin --recovery --key; do
		tried "$WKEYCTL" generate -b soft $o hunter2 k.wk
		exits_with 1 "option '$o' does not exist: a secret on the command line"
		[[ $output$stderr != *hunter2* ]] || bad "hunter2 not to be repeated"
		tried "$WKEYCTL" --json generate -b soft $o=hunter2 k.wk
		exits_with 1
		is_answer generate false '.errors[0].code == "usage.secret-on-command-line"'
		[[ $output$stderr != *hunter2* ]] || bad "hunter2 not to be repeated"
	done
	tried "$WKEYCTL" generate -b soft --passphrase hunter2 k.wk
	[[ $stderr == *"hint: use --passphrase-file FILE, --passphrase-fd N or --passphrase-credential NAME" ]] ||
		bad "the way"
	tried "$WKEYCTL" test --passphrase-fd hunter2 "$PASS_WK"
	exits_with 1
	[[ $stderr != *hunter2* ]] || bad "hunter2 not to be repeated"
	is_empty .
}

@test "no environment variable carries a secret" {
	tried env PASSPHRASE=x WKEYCTL_PASSPHRASE=x PASSWORD=x "$WKEYCTL" --batch test "$PASS_WK"
	exits_with 2 "no slot was tried"
}

# --- the terminal -----------------------------------------------------------------

@test "a prompt: on the terminal, without echo, and nothing of it on stdout or stderr" {
	at_terminal "expect=Passphrase for pass: " echo=off 'send=correct horse\n' -- test "$PASS_WK"
	exits_with 0
	[ "$output" = "slot 0 (soft): opens" ] || bad "the slot and nothing else"
	[ -z "$stderr" ] || bad "nothing on stderr"
	run -1 grep -a horse shown
	at_terminal "expect=Passphrase for pass: " 'send=wrong horse\n' -- test "$PASS_WK"
	exits_with 2 "wrong"
	run -1 grep -a horse shown
}

@test "a prompt with --json and with standard input that is a file" {
	at_terminal "expect=Passphrase for pass: " echo=off 'send=correct horse\n' -- \
		--json test - <"$PASS_WK"
	exits_with 0
	is_answer test true '.slots[0].verdict == "opens"'
}

@test "a new passphrase is asked for twice" {
	at_terminal "expect=New passphrase for k: " echo=off 'send=one\n' \
		"expect=Again: " echo=off 'send=one\n' -- "${gen[@]}" k.wk
	exits_with 0
	[[ $output =~ ^[0-9a-f]{32}$ ]] || bad "the key id"
	printf one >p
	wk test --passphrase-file p k.wk
	at_terminal "expect=New passphrase for l: " 'send=one\n' "expect=Again: " 'send=two\n' -- \
		"${gen[@]}" l.wk
	exits_with 1 "the two entries differ"
	[ ! -e l.wk ]
}

@test "it is asked for once for many files" {
	at_terminal "expect=New passphrase for a: " 'send=one\n' "expect=Again: " 'send=one\n' -- \
		"${gen[@]}" a.wk b.wk
	exits_with 0
	at_terminal "expect=Passphrase for a: " 'send=one\n' -- load --dry-run a.wk b.wk
	exits_with 0
	[ "$(grep -ac Passphrase shown)" -eq 1 ]
}

@test "nobody is asked where a secret was given, nor for a wrapping key" {
	at_terminal -- test "${PASS[@]}" "$PASS_WK"
	exits_with 0
	at_terminal -- generate -b soft "${KEY[@]}" k.wk
	exits_with 0
	at_terminal -- test "$KEY_WK"
	exits_with 2 "no slot was tried"
	[ ! -s shown ]
}

@test "what was given is tried before anybody is asked" {
	vector two-slots-passphrase
	# shellcheck disable=SC2153 # vector sets it
	at_terminal "expect=Passphrase for disk: " "send=$(cat "${OPEN[1]}")\n" -- \
		test "${OTHER[@]}" "$FILE"
	exits_with 0
	[[ $output == *"slot 1 (soft): opens"* ]] || bad "slot 1"
	vector two-slots-key
	at_terminal -- test "${OPEN[@]}" "$FILE"
	exits_with 0
	[ ! -s shown ]
}

@test "--batch asks nothing" {
	at_terminal -- --batch test "$PASS_WK"
	exits_with 2 "no slot was tried: the secret of none was given"
	at_terminal -- --batch "${gen[@]}" k.wk
	exits_with 2 "no passphrase is supplied"
	[ ! -s shown ]
	is_empty . || [ "$(ls -A)" = shown ]
}

@test "without a terminal nobody is asked" {
	tried setsid -w "$WKEYCTL" test "$PASS_WK" </dev/null
	exits_with 2 "no slot was tried"
	tried setsid -w "$WKEYCTL" "${gen[@]}" k.wk </dev/null
	exits_with 2 "no passphrase is supplied"
	is_empty .
}

@test "nothing entered, and the end of the input" {
	at_terminal "expect=Passphrase" 'send=\n' -- test "$PASS_WK"
	exits_with 1 "terminal: nothing was entered"
	at_terminal "expect=Passphrase" echo=off 'send=\x04' -- test "$PASS_WK"
	exits_with 1 "terminal: nothing was entered"
	at_terminal "expect=New passphrase" echo=off 'send=\x04' -- "${gen[@]}" k.wk
	exits_with 1 "terminal: nothing was entered"
	[ ! -e k.wk ]
}

@test "a line as long as a terminal passes on, and longer" {
	local line
	line=$(printf 'x%.0s' {1..4094})
	printf '%s' "$line" >p
	wk "${gen[@]}" --passphrase-file p k.wk
	at_terminal "expect=Passphrase" echo=off "send=$line\n" -- test k.wk
	exits_with 0
	at_terminal "expect=Passphrase" echo=off "send=${line}yz\n" -- test k.wk
	exits_with 1 "terminal: more than 4094 bytes"
}

@test "the line editing of the terminal works: erase and kill" {
	at_terminal "expect=Passphrase" echo=off 'send=junk\x15correct horsee\x7f\n' -- test "$PASS_WK"
	exits_with 0
}

@test "^C, a signal and the time limit: the echo comes back, nothing is left" {
	at_terminal "expect=New passphrase" echo=off 'send=half\x03' -- "${gen[@]}" k.wk
	exits_with 130 "interrupted by signal 2"
	at_terminal "expect=New passphrase" 'send=one\n' "expect=Again" echo=off 'send=\x1c' -- "${gen[@]}" k.wk
	exits_with 131 "interrupted by signal 3"
	at_terminal "expect=New passphrase" echo=off signal=TERM -- "${gen[@]}" k.wk
	exits_with 143 "interrupted by signal 15"
	at_terminal "expect=New passphrase" echo=off signal=HUP -- "${gen[@]}" k.wk
	exits_with 129
	at_terminal "expect=New passphrase" echo=off -- --timeout 300ms "${gen[@]}" k.wk
	exits_with 16 "the time limit of --timeout passed"
	at_terminal "expect=Passphrase" echo=off 'send=\x03' -- --json test "$PASS_WK"
	exits_with 130
	is_answer test false '.errors[0] | .code == "signal.caught" and .exit == 130'
	[ "$(ls -A)" = shown ]
}

@test "^Z: the echo comes back while it is stopped, and goes when it goes on" {
	at_terminal "expect=Passphrase" echo=off 'send=half\x1a' stopped echo=on \
		signal=CONT "expect=Passphrase" echo=off 'send=correct horse\n' -- test "$PASS_WK"
	exits_with 0
}

@test "control characters in a name do not reach the terminal" {
	at_terminal "expect=New passphrase for a.b" 'send=x\n' 'expect=Again' 'send=x\n' -- \
		"${gen[@]}" --name a.b $'\e[31m.wk'
	exits_with 0
	run -1 grep -a $'\e' shown
}

@test "a terminal is no file: what is typed would show" {
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" import -b soft "${KEY[@]}" k.wk
	exits_with 1
	grep -aq "standard input: is a terminal, where secrets would show" shown
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" test --passphrase-file - "$PASS_WK"
	exits_with 1
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --stdio --shown shown -- \
		"$WKEYCTL" test --passphrase-file /dev/tty "$PASS_WK"
	exits_with 1
	grep -aq "'/dev/tty': is a terminal" shown
	[ ! -e k.wk ]
}
