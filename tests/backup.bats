#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# backup: a second copy that is proved, or none.

load helpers
load commands

setup_file() {
	make_secrets
	"$WKEYCTL" generate -q -b soft "${KEY[@]}" "$BATS_FILE_TMPDIR/k.wk"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	cp "$BATS_FILE_TMPDIR/k.wk" .
}

@test "a copy: the bytes are compared, and with a secret it is unlocked" {
	wk backup k.wk copy.wk
	[[ $output == *"Verified:"*"bytes" ]] || bad "what was verified"
	cmp k.wk copy.wk
	[ "$(stat -c %a copy.wk)" = 600 ]
	wk backup "${KEY[@]}" k.wk copy2.wk
	[[ $output == *"Verified:"*"unlocked by slot 0" ]] || bad "what was verified"
	cmp k.wk copy2.wk
	answers ".key_id == \"$(field k.wk .key_id)\" and .epoch == 1 and .verified == \"bytes\"
		and (has(\"slot\") | not)" backup k.wk copy3.wk
	answers '.verified == "unlocked" and .slot == 0' backup "${KEY[@]}" k.wk copy4.wk
}

@test "PEM becomes DER, and DER PEM where it is asked for" {
	wk backup --pem k.wk copy.pem
	grep -q '^-----BEGIN WKEYCTL KEY-----' copy.pem
	wk backup copy.pem copy.wk
	cmp k.wk copy.wk
}

@test "from standard input" {
	wk backup - copy.wk <k.wk
	cmp k.wk copy.wk
	refused 1 usage.conflict "standard input is asked for twice" \
		backup --wrapping-key-file - - other.wk <k.wk
}

@test "into a raw region, and out of one" {
	truncate -s 1M image
	wk backup "${KEY[@]}" k.wk raw:image@512KiB
	[[ $output == *"unlocked by slot 0" ]] || bad "what was verified"
	wk test "${KEY[@]}" raw:image@512KiB
	wk backup raw:image@512KiB copy.wk
	cmp k.wk copy.wk
	refused 5 file.exists "a key file is there" backup k.wk raw:image@512KiB
	refused 15 raw.holds-key "" backup --force k.wk raw:image@512KiB
	refused 1 raw.too-small "" backup k.wk raw:image@896KiB
}

@test "what is there is kept, with --force under another name" {
	wk generate -b soft "${KEY[@]}" other.wk
	cp other.wk before
	refused 5 file.exists "" backup k.wk other.wk
	cmp other.wk before
	wk backup --force k.wk other.wk
	cmp k.wk other.wk
	cmp other.wk.old-1 before
	# What is no key file, or a damaged one, is kept as well.
	echo something >x
	wk backup --force k.wk x
	[ "$(cat x.old-damaged)" = something ]
	refused 5 file.exists "" backup k.wk k.wk
	refused 5 file.old-exists "" backup --force other.wk.old-1 other.wk
}

@test "what cannot be a backup: ephemeral, damaged, newer, absent" {
	mkdir d
	refused 10 backup.ephemeral "ephemeral form.*hint: name the long-term" \
		backup "$VALID/boot.wk" d/b.wk
	refused 13 keyfile.crc "" backup "$EVIL/crc-wrong.wk" d/b.wk
	refused 14 keyfile.too-new "" backup "$EVIL/reader-2.wk" d/b.wk
	refused 4 file.not-found "" backup no.wk d/b.wk
	refused 4 file.no-directory "" backup k.wk no/b.wk
	refused 1 usage.bad-value "hint: a file of that name is ./-" backup k.wk -
	refused 1 usage.missing-argument "" backup k.wk
	is_empty d
}

@test "a secret that does not open it: no copy" {
	mkdir d
	refused 2 auth.wrong-secret "k.wk: " backup "${OTHER[@]}" k.wk d/b.wk
	refused 2 auth.no-secret "k.wk: " backup --batch "${PASS[@]}" k.wk d/b.wk
	truncate -s 1M image
	cp image before
	refused 2 auth.wrong-secret "" backup "${OTHER[@]}" k.wk raw:image@0
	cmp image before
	is_empty d
}

@test "an opaque key, whose one slot is of hardware, is copied byte for byte" {
	wk backup "$VALID/opaque.wk" o.wk
	cmp "$VALID/opaque.wk" o.wk
	[[ $output == *"Verified:"*"bytes" ]] || bad "what was verified"
}

@test "--dry-run: the same checks, and no file" {
	mkdir d
	wk backup --dry-run "${KEY[@]}" k.wk d/b.wk
	[ "$output" = "would copy k.wk d/b.wk" ] || bad "what would be done"
	answers '.dry_run' backup --dry-run k.wk d/b.wk
	refused 2 auth.wrong-secret "" backup --dry-run "${OTHER[@]}" k.wk d/b.wk
	is_empty d
	refused 5 file.exists "" backup --dry-run k.wk k.wk
}

@test "a copy that nobody is told of does not stay" {
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" backup k.wk copy.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[ ! -e copy.wk ]
}

@test "a disk that gives back something else is found out" {
	local n
	# Its first read after the caches were told to let go of the copy.
	strace -o clean "$WKEYCTL" backup k.wk copy.wk
	n=$(awk '/^fadvise64/ { seen = 1 } /^pread64/ { n++; if (seen) { print n; exit } }' clean)
	rm copy.wk
	# Nothing is read back.
	exits 1 "copy.wk: what was read back is not what was written" \
		strace -o log -e trace=pread64 -e "inject=pread64:retval=0:when=$n" \
		"$WKEYCTL" backup k.wk copy.wk
	[ ! -e copy.wk ]
	wk backup k.wk copy.wk
}
