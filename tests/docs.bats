#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The manual against the program, both ways, and its examples as they stand.

# shares @u
# slow: runs every example of the manual
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	"$WKEYCTL" help --dump-cli >cli
}

teardown() {
	local key
	cd /
	mountpoint -q "$BATS_TEST_TMPDIR/mnt" && umount "$BATS_TEST_TMPDIR/mnt"
	# What a failed example left in the user keyring.
	for key in app a b c; do
		"$WKEYCTL" unload "wkeyctl:$key" >/dev/null 2>&1 || :
	done
}

# Of another command line: fscryptctl.bats compares it with that program's.
FOREIGN=wkeyctl-fscryptctl.1

commands() { awk -F '\t' '$1 == "command" { print $2 }' cli; }

# page COMMAND|-: its manual page; that of the tool.
page() {
	case $1 in
	-) echo "$TOP/man/wkeyctl.1" ;;
	*) echo "$TOP/man/wkeyctl-$1.1" ;;
	esac
}

# plain [FILE]: roff as it reads, as far as these pages use it.
plain() {
	sed -e 's/\\f[BRIP]//g' -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g' "$@"
}

# section NAME [FILE]: the lines of one section.
section() {
	awk -v name="$1" '/^\.SH / { on = $0 == ".SH " name; next } on' "${@:2}"
}

# declared COMMAND|-: "-b, --backend BACKEND" for each option, as dump-cli has it.
declared() {
	awk -F '\t' -v c="$1" '$1 == "option" && $2 == c {
		print ($4 == "-" ? "" : $4 ", ") $3 ($5 == "-" ? "" : " " $5)
	}' cli | sort
}

# documented COMMAND|-: the same, as the heads of its page's OPTIONS have it.
documented() {
	section OPTIONS "$(page "$1")" | plain | awk '
		head && /--/ { sub(/^\.B /, ""); print }
		{ head = /^\.T[PQ]/ }' | sort
}

@test "every command has a page and every page a command" {
	diff -u <(commands | sort) \
		<(cd "$TOP/man" && printf '%s\n' wkeyctl-*.1 | grep -vx "$FOREIGN" |
			sed 's/^wkeyctl-//; s/\.1$//' | sort)
}

@test "every option is documented in its page, and every documented one exists" {
	local c
	for c in - $(commands); do
		echo "page: $(page "$c")"
		# The one hidden option: this very file uses it.
		diff -u --label declared --label documented <(declared "$c") \
			<(documented "$c" | grep -vx -e --dump-cli)
	done
}

@test "the help of a command lists its options and the global ones, and no other" {
	local c
	for c in $(commands); do
		diff -u --label declared --label "help $c" \
			<(awk -F '\t' -v c="$c" '$1 == "option" && ($2 == c || $2 == "-") { print $3 }' cli | sort) \
			<("$WKEYCTL" help "$c" | sed -nE 's/^  (-.,|   ) (--[a-z0-9-]+).*/\2/p' | sort)
	done
}

@test "every option that a page mentions exists" {
	local f o known
	known=$(awk -F '\t' '$1 == "option" { print $3 }' cli; echo --dump-cli)
	for f in "$TOP"/man/wkeyctl*.1; do
		[ "${f##*/}" != "$FOREIGN" ] || continue
		while read -r o; do
			# "--raw-" stands for all that begin so.
			case $o in
			*-) grep -q -e "^$o" <<<"$known" ;;
			*) grep -qx -e "$o" <<<"$known" ;;
			esac || { echo "$f: $o does not exist"; return 1; }
		done < <(plain "$f" | grep -v '^\.\\"' | grep -oE -e '(^|[^-[:alnum:]])--[a-z][a-z-]*' |
			grep -oE -e '--[a-z-]*$')
	done
}

@test "the options of a backend stand under its name" {
	local o
	while read -r o; do
		section OPTIONS "$(page generate)" | plain |
			awk '/^\.SS / { on = /backend soft/ } on' | grep -q -e "$o" ||
			{ echo "$o stands outside of 'The backend soft'"; return 1; }
	done < <(awk -F '\t' '$1 == "option" && $8 ~ /^soft: / { print $3 }' cli | sort -u)
}

@test "names and summaries are those of the help" {
	local c summary
	for c in $(commands); do
		summary=$(awk -F '\t' -v c="$c" '$1 == "command" && $2 == c { print $4 }' cli)
		[ "$(section NAME "$(page "$c")" | plain)" = "wkeyctl-$c - $summary" ] ||
			{ echo "$c: NAME is not: $summary"; return 1; }
		[ "$(section COMMANDS "$(page -)" | plain | grep -A 1 -x -F ".BR wkeyctl-$c (1)" |
			tail -n 1)" = "$summary" ] ||
			{ echo "$c: COMMANDS of wkeyctl(1) does not say: $summary"; return 1; }
	done
}

@test "the table of exit codes is that of help exit-codes" {
	section "EXIT STATUS" "$(page -)" | plain | awk -F '\t' '
		/^[0-9]+[*]?\t/ { code = $1 + 0; retry = $2; next }
		code != "" { print code "\t" $0 "\t" retry; code = "" }' >documented
	awk -F '\t' '$1 == "exit" { print $2 "\t" $3 "\t" $4 }' cli >declared
	diff -u declared documented
}

@test "the codes that do not occur yet are those that no test reaches" {
	[ "$(section "EXIT STATUS" "$(page -)" | plain | sed -n 's/^\([0-9]*\)[*]\t.*/\1/p' | xargs)" = \
		"$(sed -n 's/^NOT_YET="\(.*\)"$/\1/p' "$TOP/tests/exit_codes.bats")" ]
}

@test "pages name exit codes that exist" {
	local c code
	for c in $(commands); do
		for code in $(section "EXIT STATUS" "$(page "$c")" | plain |
			awk 'head { print } { head = /^\.TP/ }' | grep -oE '[0-9]+'); do
			grep -q "^exit	$code	" cli || { echo "$c: $code"; return 1; }
		done
	done
}

@test "mandoc finds nothing to warn of" {
	run mandoc -T lint -W warning "$TOP"/man/*.[1-8]
	[ "$status" -eq 0 ] && [ -z "$output" ] || { echo "$output"; return 1; }
}

@test "every page is in SEE ALSO of wkeyctl(1)" {
	local f name
	for f in "$TOP"/man/*.[1-8]; do
		name=$(basename "$f")
		[ "$name" != wkeyctl.1 ] || continue
		section "SEE ALSO" "$(page -)" | plain | grep -q "^.BR ${name%.*} (${name##*.})" ||
			{ echo "$name is not there"; return 1; }
	done
}

@test "every reference to a page of ours leads somewhere" {
	local f ref
	for f in "$TOP"/man/*.[1-8]; do
		for ref in $(plain "$f" | sed -n 's/^\.BR \(wkeyctl[a-z-]*\) (\([1-8]\)).*/\1.\2/p'); do
			[ -e "$TOP/man/$ref" ] || { echo "$f: $ref"; return 1; }
		done
	done
}

@test "every command has its sections in order" {
	local c
	for c in $(commands); do
		diff -u <(printf '%s\n' NAME SYNOPSIS DESCRIPTION OPTIONS OUTPUT "EXIT STATUS" \
			EXAMPLES "SEE ALSO") \
			<(sed -n 's/^\.SH //p' "$(page "$c")" | grep -vx NOTES)
	done
}

@test "links of the documents lead somewhere" {
	local f link
	for f in "$TOP"/*.md; do
		while read -r link; do
			[ -e "$TOP/$link" ] || { echo "$f: $link"; return 1; }
		done < <(grep -oE '\]\([^)#]+' "$f" | cut -c3- | grep -v '://')
	done
}

@test "NEWS has the version that is built" {
	grep -qx "## $("$WKEYCTL" --version | sed -n '1s/^wkeyctl //p')" "$TOP/NEWS.md"
}

# examples [FILE...]: the lines that are to be typed.
examples() {
	cat "$@" | awk '/^\.EX/ { on = 1 } /^\.EE/ { on = 0 } on && /^[$] /'
}

# try PAGE: runs its examples in one shell in the present folder, as they stand,
# and compares what they print where the page shows it.
try() {
	awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0; next } on' "$1" | plain | awk '
		BEGIN { print "set -ev" }
		function finish() {
			if (shown != "")
				printf "diff -u - out <<\"SHOWN\"\n%sSHOWN\n", shown
			shown = ""
		}
		/^[$] / { finish(); typed = 1; printf "{ %s\n} >out\n", substr($0, 3); next }
		typed { shown = shown $0 "\n" }
		END { finish() }' >script
	echo "examples of $1"
	PATH=$BUILD:$PATH bash script
}

# tried PAGE...: each in a folder with the files that examples count on.
tried() {
	local f ran=0
	for f in "$@"; do
		(umask 077 && echo "correct horse" >pass.txt && head -c 32 /dev/urandom >wrap.key)
		try "$f"
		ran=$((ran + $(examples "$f" | wc -l)))
		find . -maxdepth 1 -type f ! -name cli -delete
	done
	echo "$ran" >>"$BATS_FILE_TMPDIR/ran"
}

@test "the examples that need no root work as they stand" {
	need keyring
	local f pages=()
	for f in "$TOP"/man/wkeyctl*.1; do
		examples "$f" | grep -q mnt || pages+=("$f")
	done
	tried "${pages[@]}"
}

@test "the examples with encrypted directories work as they stand" {
	need root fscrypt
	local f pages=()
	mkdir mnt
	for f in "$TOP"/man/wkeyctl*.1; do
		examples "$f" | grep -q mnt && pages+=("$f")
	done
	mount_encrypted "$BATS_FILE_TMPDIR/image" mnt
	tried "${pages[@]}"
}

@test "every example was run" {
	need root keyring fscrypt
	local all ran
	all=$(examples "$TOP"/man/*.[1-8] | wc -l)
	ran=$(awk '{ n += $1 } END { print n + 0 }' "$BATS_FILE_TMPDIR/ran")
	echo "# examples: $all in pages, $ran run" >&3
	# By name, only some of these tests are run.
	[ -n "${BATS_FILTER:-}" ] || [ "$ran" -eq "$all" ]
}

# What the first lines of README.md have, a person types: passphrases as well.
@test "the quick start of README.md works as it stands" {
	need root keyring fscrypt
	local line n=0 steps shell
	local -a type=(expect="assphrase for disk: " echo=off send="correct horse\\n")
	# The group that is asked for last, out of the file.
	local group="cut -d- -f\$(grep -ao 'Group [1-8]' | tail -n 1 | cut -d' ' -f2) recovery.txt"
	mkdir mnt run
	mount_encrypted "$BATS_FILE_TMPDIR/image" mnt
	while read -r line; do
		steps=()
		case $line in
		*" generate "*--wrapping-key-file* | *" load "*) ;;
		*" generate "*) steps=("${type[@]}" expect="Again: " echo=off send="correct horse\\n") ;;
		*" add-to-fscrypt disk.wk "* | *" ephemeralize disk.wk "*) steps=("${type[@]}") ;;
		*" add-slot --recovery "*) steps=("${type[@]}" expect="of the recovery key: " "answer=$group") ;;
		esac
		shell=${line//\/data/mnt}
		echo "typed: $line"
		PATH=$BUILD:$PATH "$TOP/tests/terminal.py" "${steps[@]}" -- sh -c "${shell//\/run\//run\/}"
		n=$((n + 1))
	done < <(awk '/^## / { on = $0 == "## Quick start" } on && /^    [$#] / { print substr($0, 7) }' \
		"$TOP/README.md")
	[ "$n" -ge 12 ]
}
