#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# restore: from backups and the other raw copy; sheet.bats has sheets.

load helpers
load commands

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	"$WKEYCTL" generate -q -b soft "${KEY[@]}" k.wk
	"$WKEYCTL" generate -q -b soft "${KEY[@]}" other.wk
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	cp "$BATS_FILE_TMPDIR"/*.wk .
}

@test "where there is nothing, it is written and proved" {
	wk restore k.wk new.wk
	[[ $output == *"Verified:"*"bytes" ]] || bad "what was verified"
	cmp k.wk new.wk
	[ "$(stat -c %a new.wk)" = 600 ]
	wk restore "${KEY[@]}" k.wk new2.wk
	[[ $output == *"Verified:"*"unlocked by slot 0" ]] || bad "what was verified"
	answers '.written and .verified == "unlocked" and .slot == 0' restore "${KEY[@]}" k.wk new3.wk
	wk restore - new4.wk <k.wk
	cmp k.wk new4.wk
	wk restore --pem k.wk new.pem
	grep -q 'BEGIN WKEYCTL KEY' new.pem
}

@test "what is there and identical stays as it is" {
	local before
	cp k.wk there.wk
	before=$(stat -c '%i %y' there.wk)
	wk restore k.wk there.wk
	[[ $output == *"Already there, and identical"* ]] || bad "that it says so"
	answers '.written == false' restore --force k.wk there.wk
	[ "$(stat -c '%i %y' there.wk)" = "$before" ]
	[ "$(entries)" -eq 3 ]
}

@test "another key that is there and intact is refused, and kept with --force" {
	cp other.wk before
	refused 15 restore.other-key "of another key.*hint: --force .*other.wk.old-1" \
		restore k.wk other.wk
	cmp other.wk before
	wk restore --force k.wk other.wk
	cmp k.wk other.wk
	cmp other.wk.old-1 before
}

@test "a newer state of the same key is refused, an older one needs --force" {
	local rec=$BATS_TEST_TMPDIR/rec
	secret_file rec "$(jq -r '.vectors[] | select(.name == "four-slots-recovery") |
		.unlock.recovery_key' "$TOP/tests/vectors/manifest.json")" >/dev/null
	cp "$VALID/four-slots-recovery.wk" old.wk
	cp old.wk now.wk
	wk remove-slot --recovery-file "$rec" now.wk 0
	[ "$(field now.wk .epoch)" -gt "$(field old.wk .epoch)" ]
	cp now.wk before
	refused 15 restore.newer "newer.*hint: --force .*now.wk.old-2" restore old.wk now.wk
	cmp now.wk before
	wk restore --force old.wk now.wk
	cmp old.wk now.wk
	cmp now.wk.old-2 before
	refused 5 file.exists "" restore before now.wk
	wk restore --force before now.wk
	cmp before now.wk
	cmp now.wk.old-1 old.wk
}

@test "a damaged file is replaced with --force, and kept" {
	head -c 100 k.wk >damaged.wk
	cp damaged.wk before
	refused 5 file.exists "" restore k.wk damaged.wk
	wk restore --force "${KEY[@]}" k.wk damaged.wk
	cmp k.wk damaged.wk
	cmp damaged.wk.old-damaged before
}

@test "a bad backup, or a secret that does not open it: nothing is touched" {
	mkdir d
	refused 13 keyfile.crc "" restore "$EVIL/crc-wrong.wk" d/k.wk
	refused 14 keyfile.too-new "" restore "$EVIL/reader-2.wk" d/k.wk
	refused 10 backup.ephemeral "" restore "$VALID/boot.wk" d/k.wk
	refused 4 file.not-found "" restore no.wk d/k.wk
	refused 2 auth.wrong-secret "k.wk: " restore "${OTHER[@]}" k.wk d/k.wk
	refused 2 auth.wrong-secret "" restore --force "${OTHER[@]}" k.wk other.wk
	cmp other.wk "$BATS_FILE_TMPDIR/other.wk"
	is_empty d
	[ "$(entries)" -eq 3 ]
}

@test "wrong usage" {
	refused 1 usage.missing-argument "FILE KEYFILE" restore
	refused 1 usage.missing-argument "argument missing: KEYFILE" restore k.wk
	refused 1 usage.missing-argument "argument missing: KEYFILE" restore --sheet s
	refused 1 usage.extra-argument "'b'" restore --sheet s a b
	refused 1 usage.extra-argument "'a'" restore --repair raw:x@0 a
	refused 1 usage.conflict "" restore --repair raw:x@0 --sheet s
	refused 1 usage.conflict "" restore --repair raw:x@0 --force
	refused 1 usage.bad-value "./-" restore k.wk -
	refused 1 usage.bad-value "" restore k.wk raw:image
}

@test "--dry-run: the same checks, and nothing written" {
	mkdir d
	wk restore --dry-run "${KEY[@]}" k.wk d/k.wk
	[ "$output" = "would restore d/k.wk" ] || bad "what would be done"
	answers '.dry_run' restore --dry-run k.wk d/k.wk
	refused 15 restore.other-key "" restore --dry-run k.wk other.wk
	refused 2 auth.wrong-secret "" restore --dry-run "${OTHER[@]}" k.wk d/k.wk
	is_empty d
}

@test "a result that nobody is told does not stay" {
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" restore k.wk new.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[ ! -e new.wk ]
}

# --- raw storage ------------------------------------------------------------------------

# damage IMAGE COPY: a byte of the key file there.
damage() {
	printf '\377' | dd of="$1" bs=1 seek=$(($2 * 131072 + 4096 + 50)) conv=notrunc status=none
}

@test "raw: into an empty region, over remains only with --force" {
	truncate -s 256K image
	wk restore "${KEY[@]}" k.wk raw:image@0
	wk restore k.wk raw:image@0
	[[ $output == *"Already there"* ]] || bad "that it says so"
	refused 15 restore.other-key "hint: a raw region keeps no old one" restore other.wk raw:image@0
	refused 15 raw.holds-key "" restore --force other.wk raw:image@0
	damage image 0
	damage image 1
	refused 5 file.exists "damaged.*hint: --force" restore k.wk raw:image@0
	wk restore --force "${KEY[@]}" k.wk raw:image@0
	wk test "${KEY[@]}" raw:image@0
}

@test "--repair: the damaged copy is written anew from the other" {
	local n
	truncate -s 256K image
	wk backup k.wk raw:image@0
	wk restore --repair raw:image@0
	[ "$output" = "both copies are in order" ] || bad "both in order"
	answers '.repaired == false and (has("copy") | not)' restore --repair raw:image@0
	for n in 0 1; do
		cp image whole
		damage image $n
		cp image broken
		wk restore --dry-run --repair raw:image@0
		[ "$output" = "would write copy $n anew from the other" ] || bad "copy $n"
		cmp image broken
		wk restore --repair raw:image@0
		[ "$output" = "copy $n was damaged: written anew from the other" ] || bad "copy $n"
		cmp image whole
		damage image $n
		answers ".repaired and .copy == $n" restore --repair raw:image@0
		cmp image whole
	done
	damage image 0
	damage image 1
	cp image broken
	tried "$WKEYCTL" restore --repair raw:image@0
	[ "$status" -eq 13 ] || bad "status 13"
	tried "$WKEYCTL" restore --dry-run --repair raw:image@0
	[ "$status" -eq 13 ] || bad "status 13"
	cmp image broken
	tried "$WKEYCTL" restore --repair k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	tried "$WKEYCTL" restore --dry-run --repair k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	refused 4 file.not-found "" restore --repair raw:no@0
}
