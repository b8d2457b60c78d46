#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl generate: options, names, files.  Secrets are tested in
# secrets_in.bats, Argon2id costs in kdf.bats, many files in batch.bats.

load helpers
load commands

setup_file() {
	make_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	gen=(generate -b soft "${KEY[@]}")
}

teardown() {
	if mountpoint -q mnt; then
		umount mnt
	fi
}

# fill DIR: not a block is left there.
fill() {
	cat /dev/zero >"$1/filler" 2>/dev/null || :
	while dd if=/dev/zero of="$1/filler" bs=512 count=1 oflag=append,sync \
		conv=notrunc status=none 2>/dev/null; do :; done
}

@test "prints the key id and nothing else, and makes a file of mode 0600" {
	umask 0
	wk "${gen[@]}" k.wk
	[[ $output =~ ^[0-9a-f]{32}$ ]]
	[ "$(stat -c '%a %h %F' k.wk)" = "600 1 regular file" ]
	[ "$(field k.wk .key_id)" = "$output" ]
	[ "$(ls -A)" = k.wk ]
	wk test "${KEY[@]}" k.wk
}

@test "--json prints the unit" {
	answers '.units | length == 1 and (.[0] | .file == "k.wk" and .ok
		and (.key_id | test("^[0-9a-f]{32}$")))' "${gen[@]}" k.wk
	[ "$(field k.wk .key_id)" = "$(jq -r '.units[0].key_id' <<<"$output")" ]
}

@test "-q prints the key id still" {
	wk -q "${gen[@]}" k.wk
	[[ $output =~ ^[0-9a-f]{32}$ ]]
}

@test "defaults: usage any, 512bit, the name of the file, one slot, epoch 1" {
	mkdir d
	wk "${gen[@]}" d/k.1.wk
	[ "$(field d/k.1.wk '"\(.name) \(.usage) \(.key_size_bits) \(.epoch) \(.form)"')" = \
		"k.1 any 512 1 raw" ]
	[ "$(field d/k.1.wk '.slots | map([.id, .backend, .kind, .state, .priority, .secret])
		| tojson')" = '[[0,"soft","envelope","active","normal","wrapping-key"]]' ]
	[[ $(field d/k.1.wk .made_by) =~ ^wkeyctl\ [0-9.]+$ ]]
	[ "$(field d/k.1.wk .volume)" = null ]
	# The time is now, give or take a slow machine.
	local age=$(($(date +%s) - $(date -d "$(field d/k.1.wk .created)" +%s)))
	[ "$age" -ge 0 ]
	[ "$age" -lt 60 ]
}

@test "--usage is recorded, with its own default size" {
	local u want
	for u in any=512 fscrypt=512 dm-crypt=512 dm-inlinecrypt=512 keyring=256; do
		want=${u#*=} u=${u%=*}
		wk "${gen[@]}" --usage "$u" "$u.wk"
		[ "$(field "$u.wk" '"\(.usage) \(.key_size_bits)"')" = "$u $want" ]
	done
	# Only where fscrypt may use the key is there an identifier of its.
	[[ $(field any.wk .fscrypt_identifier) =~ ^[0-9a-f]{32}$ ]]
	[[ $(field fscrypt.wk .fscrypt_identifier) =~ ^[0-9a-f]{32}$ ]]
	[ "$(field dm-crypt.wk .fscrypt_identifier)" = null ]
	[ "$(field dm-inlinecrypt.wk .fscrypt_identifier)" = null ]
	[ "$(field keyring.wk .fscrypt_identifier)" = null ]
}

@test "an unknown usage is refused, with a guess" {
	refused 1 usage.bad-value "did you mean 'fscrypt'" "${gen[@]}" --usage fscript k.wk
	refused 1 usage.bad-value "one of any, fscrypt, dm-crypt, dm-inlinecrypt or keyring" \
		"${gen[@]}" --usage Any k.wk
	refused 1 usage.bad-value "" "${gen[@]}" --usage= k.wk
	refused 1 usage.missing-value "'--usage' needs a value" "${gen[@]}" k.wk --usage
	is_empty .
}

@test "--key-size takes bits and bytes from 128bit to 1024bit" {
	local s
	for s in 128bit=128 16byte=128 136bit=136 256bit=256 33byte=264 64byte=512 \
		1024bit=1024 128byte=1024; do
		wk "${gen[@]}" --key-size "${s%=*}" "${s%=*}.wk"
		[ "$(field "${s%=*}.wk" .key_size_bits)" = "${s#*=}" ]
	done
	# Larger than fscrypt takes, so it has no identifier there.
	[ "$(field 1024bit.wk .fscrypt_identifier)" = null ]
}

@test "--key-size refuses what is no size, with the units and the range" {
	local s
	for s in 256 120bit 15byte 1032bit 129byte 129bit 255bit 0bit 256Bit 256bits 32bytes \
		32B 256KiB -256bit 2e2bit; do
		refused 1 usage.bad-value "256bit or 32byte, from 128bit to 1024bit" \
			"${gen[@]}" --key-size="$s" k.wk
	done
	is_empty .
}

@test "a size that the usage cannot have is refused" {
	refused 1 usage.key-size "fscrypt takes keys of at most 512bit, not 520bit" \
		"${gen[@]}" --usage fscrypt --key-size 520bit k.wk
	refused 1 usage.key-size "dm-inlinecrypt takes keys of 512bit, not 256bit" \
		"${gen[@]}" --usage dm-inlinecrypt --key-size 256bit k.wk
	is_empty .
	wk "${gen[@]}" --usage keyring --key-size 1024bit a.wk
	wk "${gen[@]}" --usage fscrypt --key-size 128bit b.wk
}

@test "--name is recorded; the characters and the length are those of a name" {
	local long
	long=$(printf 'n%.0s' {1..64})
	wk "${gen[@]}" --name 'Az09._+:@-' k.wk
	[ "$(field k.wk .name)" = 'Az09._+:@-' ]
	wk "${gen[@]}" --name "$long" long.wk
	[ "$(field long.wk .name)" = "$long" ]
	wk "${gen[@]}" --name=-n dash.wk
	[ "$(field dash.wk .name)" = -n ]
}

@test "names that cannot be are refused, given or from the file" {
	local n long
	long=$(printf 'n%.0s' {1..65})
	for n in "" "a b" a/b $'a\nb' 'ä' 'a;b' "$long" $'\e[31m' '%s'; do
		refused 1 usage.bad-value "cannot be the name of a key" "${gen[@]}" --name="$n" k.wk
		[[ $stderr != *$'\e'* ]]
	done
	for n in "a b.wk" 'ä' "$long.wk" "a,b" "a;b.wk"; do
		refused 1 usage.bad-value "cannot be the name of a key" "${gen[@]}" "$n"
	done
	is_empty .
	# The way out that the hint names.
	[[ $(jq -r '.errors[0].hint' <<<"$output") == *--name* ]]
	wk "${gen[@]}" --name other "a b.wk"
	[ "$(field "a b.wk" .name)" = other ]
}

@test "the file that is called like an option is reached by --" {
	wk "${gen[@]}" -- --force
	[ -f ./--force ]
	[ "$(field ./--force .name)" = --force ]
}

@test "a key file does not go to standard output" {
	refused 1 usage.bad-value "not written to standard output" "${gen[@]}" -
	refused 1 usage.bad-value "not written to standard output" "${gen[@]}" --if-absent -
	refused 1 usage.bad-value "not written to standard output" "${gen[@]}" --name n -
	is_empty .
	wk "${gen[@]}" ./-
}

@test "--for binds to a volume" {
	wk "${gen[@]}" --for 0f8fad5b-d9cb-469f-a165-70867728950e k.wk
	[ "$(field k.wk .volume.uuid)" = 0f8fad5b-d9cb-469f-a165-70867728950e ]
	wk "${gen[@]}" --for 0F8FAD5B-D9CB-469F-A165-70867728950E upper.wk
	[ "$(field upper.wk .volume.uuid)" = 0f8fad5b-d9cb-469f-a165-70867728950e ]
}

@test "--for refuses what is no UUID" {
	local u
	for u in "" 0f8fad5b 0f8fad5bd9cb469fa16570867728950e \
		0f8fad5b-d9cb-469f-a165-70867728950 0f8fad5b-d9cb-469f-a165-70867728950e0 \
		0f8fad5b-d9cb-469f-a165-7086772895zz '{0f8fad5b-d9cb-469f-a165-70867728950e}'; do
		refused 1 usage.bad-value "a UUID" "${gen[@]}" --for="$u" k.wk
	done
	is_empty .
}

@test "--pem writes text that every command reads" {
	wk "${gen[@]}" --pem k.pem
	local id=$output
	[ "$(head -n 1 k.pem)" = "-----BEGIN WKEYCTL KEY-----" ]
	[ "$(tail -n 1 k.pem)" = "-----END WKEYCTL KEY-----" ]
	[ "$(awk '{ if (length > max) max = length } END { print max }' k.pem)" = 64 ]
	[ "$(field k.pem '"\(.key_id) \(.name)"')" = "$id k.pem" ]
	wk test "${KEY[@]}" k.pem
	# The same file as DER, by other means.
	sed '1d;$d' k.pem | base64 -d >k.wk
	[ "$(field k.wk .key_id)" = "$id" ]
	wk test "${KEY[@]}" k.wk
}

@test "two keys share nothing" {
	wk "${gen[@]}" --name k a.wk
	wk "${gen[@]}" --name k b.wk
	[ "$(field a.wk .key_id)" != "$(field b.wk .key_id)" ]
	[ "$(field a.wk .fscrypt_identifier)" != "$(field b.wk .fscrypt_identifier)" ]
}

@test "-b is required, known, in this build, and named once" {
	refused 1 usage.missing-option "no backend is named" generate "${KEY[@]}" k.wk
	[[ $(jq -r '.errors[0].hint' <<<"$output") == *"-b soft"* ]]
	refused 1 usage.bad-value "unknown backend 'foo': there are soft, tpm, caam, ice" \
		generate -b foo "${KEY[@]}" k.wk
	refused 1 usage.bad-value "unknown backend ''" generate --backend= "${KEY[@]}" k.wk
	refused 1 usage.bad-value "unknown backend 'Soft'" generate -b Soft "${KEY[@]}" k.wk
	refused 1 usage.repeated-option "backend 'soft' is named twice" \
		generate -b soft -b soft "${KEY[@]}" k.wk
	is_empty .
	wk generate --backend soft "${KEY[@]}" a.wk
	wk generate --backend=soft "${KEY[@]}" b.wk
	wk generate -bsoft "${KEY[@]}" c.wk
}

@test "backends that are not in this build: exit 10, before anything is asked" {
	local b
	for b in tpm caam ice; do
		wk --json probe
		jq -e --arg b $b '.features[] | select(.name == $b) | .available | not' \
			<<<"$output" >/dev/null || continue
		refused 10 backend.absent "backend '$b' is not in this build" generate -b $b k.wk
		refused 10 backend.absent "backend '$b'" generate -b soft -b $b "${KEY[@]}" k.wk
		refused 10 backend.absent "backend '$b'" import -b $b --raw-file "$SECRETS/key" k.wk
	done
	is_empty .
}

@test "no key file, and unknown or repeated options" {
	refused 1 usage.missing-argument "no key file is named" "${gen[@]}"
	refused 1 usage.repeated-option "'--pem' is given twice" "${gen[@]}" --pem --pem k.wk
	refused 1 usage.repeated-option "'--usage' is given twice" \
		"${gen[@]}" --usage any --usage any k.wk
	refused 1 usage.unexpected-value "'--force' takes no value" "${gen[@]}" --force=yes k.wk
	refused 1 usage.unknown-option "'--size'" "${gen[@]}" --size 256bit k.wk
	is_empty .
}

# --- --dry-run, --if-absent, --force ------------------------------------------

@test "--dry-run says what would be written, asks for nothing and writes nothing" {
	wk generate -b soft --dry-run --usage keyring k.wk </dev/null
	[ "$output" = "would write k.wk: key 'k', 256bit, usage keyring, 1 slot" ]
	wk generate -b soft --dry-run --passphrase-file nothing-here a.wk b.wk
	[ "$(wc -l <<<"$output")" -eq 2 ]
	answers '.units[0] | .dry_run and .name == "k" and .file == "k.wk" and (has("key_id") | not)' \
		generate -b soft --dry-run k.wk
	is_empty .
}

@test "--dry-run finds what would fail" {
	wk "${gen[@]}" k.wk
	cp k.wk before
	refused 5 file.exists "k.wk: exists already" "${gen[@]}" --dry-run k.wk
	refused 4 file.no-directory "no directory 'd'" "${gen[@]}" --dry-run d/k.wk
	refused 1 usage.bad-value "cannot be the name" "${gen[@]}" --dry-run "a b"
	wk "${gen[@]}" --dry-run --force k.wk
	cmp k.wk before
	[ ! -e k.wk.old-1 ]
}

@test "a file that exists is kept" {
	wk "${gen[@]}" k.wk
	cp -a k.wk before
	refused 5 file.exists "k.wk: exists already" "${gen[@]}" k.wk
	[[ $(jq -r '.errors[0].hint' <<<"$output") == *--force* ]]
	cmp k.wk before
	: >empty.wk
	refused 5 file.exists "empty.wk: exists already" "${gen[@]}" empty.wk
	[ ! -s empty.wk ]
}

@test "--if-absent makes the file, and leaves an intact one of the same kind" {
	wk "${gen[@]}" --if-absent k.wk
	local id=$output was
	was=$(stat -c '%i %y %z' k.wk)
	wk "${gen[@]}" --if-absent k.wk
	[ "$output" = "$id" ]
	[ "$(stat -c '%i %y %z' k.wk)" = "$was" ]
	# No secret is needed for that.
	wk --batch generate -b soft --if-absent k.wk
	[ "$output" = "$id" ]
	answers ".units[0].key_id == \"$id\"" "${gen[@]}" --if-absent k.wk
	wk "${gen[@]}" --pem --name k --if-absent k.wk
	[ "$output" = "$id" ]
}

@test "--if-absent refuses a file of another name, usage or size" {
	wk "${gen[@]}" k.wk
	cp k.wk before
	refused 5 file.exists "k.wk: exists, but its name is another" \
		"${gen[@]}" --if-absent --name other k.wk
	refused 5 file.exists "its usage is another" "${gen[@]}" --if-absent --usage keyring k.wk
	refused 5 file.exists "its key size is another" \
		"${gen[@]}" --if-absent --key-size 256bit k.wk
	cmp k.wk before
}

@test "--if-absent refuses a file that is damaged, too new, or none of ours" {
	cp "$EVIL/crc-wrong.wk" damaged.wk
	refused 13 keyfile.crc "damaged.wk: " "${gen[@]}" --if-absent damaged.wk
	cp "$EVIL/critical-1.wk" new.wk
	refused 14 keyfile.too-new "new.wk: " "${gen[@]}" --if-absent new.wk
	echo hello >text.wk
	refused 13 keyfile.not-a-keyfile "text.wk: " "${gen[@]}" --if-absent text.wk
	mkdir folder.wk
	refused 1 file.not-regular "folder.wk: " "${gen[@]}" --if-absent folder.wk
	cmp damaged.wk "$EVIL/crc-wrong.wk"
	[ "$(<text.wk)" = hello ]
}

@test "--if-absent and --force exclude each other" {
	refused 1 usage.conflict "--if-absent and --force" "${gen[@]}" --if-absent --force k.wk
	is_empty .
}

@test "--force keeps the old file under its epoch" {
	wk "${gen[@]}" --force k.wk
	[ "$(ls -A)" = k.wk ]
	chmod 644 k.wk
	cp -a k.wk before
	wk "${gen[@]}" --force k.wk
	run ! cmp -s k.wk before
	cmp k.wk.old-1 before
	[ "$(field k.wk .epoch)" -eq 2 ]
	[ "$(stat -c %a k.wk)" = 600 ]
	[ "$(stat -c '%a %Y' k.wk.old-1)" = "$(stat -c '%a %Y' before)" ]
	wk test "${KEY[@]}" k.wk
	wk test "${KEY[@]}" k.wk.old-1
	# And so on: every one is kept.
	wk "${gen[@]}" --force k.wk
	[ "$(field k.wk .epoch)" -eq 3 ]
	[ -f k.wk.old-2 ]
	cmp k.wk.old-1 before
}

@test "--force does nothing when the name for the old file is taken" {
	wk "${gen[@]}" k.wk
	echo mine >k.wk.old-1
	cp k.wk before
	refused 5 file.old-exists "kept as 'k.wk.old-1', which exists" "${gen[@]}" --force k.wk
	cmp k.wk before
	[ "$(<k.wk.old-1)" = mine ]
	[ "$(entries)" -eq 3 ]
}

@test "--force keeps what is no key file, too, and reads its epoch where there is one" {
	echo precious >k.wk
	wk "${gen[@]}" --force k.wk
	[ "$(<k.wk.old-0)" = precious ]
	cp "$VALID/epoch-max.wk" max.wk
	wk "${gen[@]}" --force max.wk
	cmp max.wk.old-9223372036854775807 "$VALID/epoch-max.wk"
}

# --- files ----------------------------------------------------------------------

@test "a symbolic link is followed by --force only, and stays" {
	mkdir d
	wk "${gen[@]}" d/k.wk
	cp d/k.wk before
	ln -s d/k.wk link.wk
	refused 5 file.exists "link.wk: exists already" "${gen[@]}" link.wk
	cmp d/k.wk before
	wk "${gen[@]}" --force link.wk
	[ "$(readlink link.wk)" = d/k.wk ]
	[ "$(stat -c %F d/k.wk)" = "regular file" ]
	run ! cmp -s d/k.wk before
	cmp d/k.wk.old-1 before
	[ "$(field d/k.wk .name)" = link ]
}

@test "a link that leads nowhere is refused, either way" {
	ln -s nowhere link.wk
	ln -s loop.wk loop.wk
	refused 5 file.exists "link.wk: exists already" "${gen[@]}" link.wk
	refused 4 file.dangling-link "link.wk: " "${gen[@]}" --force link.wk
	tried "$WKEYCTL" "${gen[@]}" --force loop.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[ "$(entries)" -eq 2 ]
}

@test "--force replaces regular files only" {
	mkdir folder.wk
	mkfifo fifo.wk
	refused 1 file.not-regular "folder.wk: not a regular file" "${gen[@]}" --force folder.wk
	refused 1 file.not-regular "fifo.wk: not a regular file" "${gen[@]}" --force fifo.wk
	refused 1 file.not-regular "/dev/null: not a regular file" "${gen[@]}" --force /dev/null
	[ -c /dev/null ]
	[ -p fifo.wk ]
}

@test "a missing folder is named" {
	: >file
	refused 4 file.no-directory "d/k.wk: there is no directory 'd'" "${gen[@]}" d/k.wk
	refused 4 file.no-directory "no directory 'file'" "${gen[@]}" file/k.wk
	refused 4 file.no-directory "no directory 'd'" "${gen[@]}" --force d/k.wk
	refused 1 usage.bad-value "" "${gen[@]}" d/
	refused 1 usage.bad-value "" "${gen[@]}" ""
	refused 1 file.name "name too long" "${gen[@]}" --name n "$(printf 'x%.0s' {1..256})"
	[ "$(ls -A)" = file ]
}

@test "the longest file name has room beside it for the work" {
	local n
	n=$(printf 'x%.0s' {1..255})
	wk "${gen[@]}" --name n "$n"
	wk test "${KEY[@]}" "$n"
	# The old one would need a longer name.
	refused 1 file.name "name too long" "${gen[@]}" --name n --force "$n"
	wk test "${KEY[@]}" "$n"
	[ "$(entries)" -eq 1 ]
}

@test "one of many that make the same file at once wins, the others say 5" {
	local i st wins=0 exists=0 pids=()
	for i in 1 2 3 4 5 6 7 8; do
		"$WKEYCTL" "${gen[@]}" k.wk >"id$i" 2>/dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		st=0
		wait "$i" || st=$?
		case $st in
		0) wins=$((wins + 1)) ;;
		5) exists=$((exists + 1)) ;;
		*) echo "status $st"; return 1 ;;
		esac
	done
	[ "$wins $exists" = "1 7" ]
	[ "$(field k.wk .key_id)" = "$(cat id?)" ]
	[ "$(entries)" -eq 9 ]
}

@test "a folder that may not be written: exit 17, naming it" {
	nobodys d
	(umask 0 && cp "$SECRETS/key" key)
	chmod a+r key
	if [ "$(id -u)" = 0 ]; then
		chown 65534 d
	fi
	chmod 500 d
	tried as_nobody "$WKEYCTL" -q generate -b soft --wrapping-key-file key d/k.wk
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *"d/k.wk: permission to write in the directory 'd' is denied"* ]] || bad "the folder"
	is_empty d
	chmod 700 d
	tried as_nobody "$WKEYCTL" -q generate -b soft --wrapping-key-file key d/k.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(stat -c '%u %a' d/k.wk)" = "$(as_nobody id -u) 600" ]
}

# leaves_nothing: on the full file system at mnt, which then is unmounted.
leaves_nothing() {
	fill mnt
	refused 1 file.no-space "mnt/k.wk: no space is left" "${gen[@]}" mnt/k.wk
	rm mnt/filler
	[ -z "$(find mnt -type f)" ] || { find mnt -type f; return 1; }
	wk "${gen[@]}" mnt/k.wk
	umount mnt
}

@test "a full file system leaves nothing: tmpfs" {
	need root
	mkdir mnt
	mount -t tmpfs -o size=4k,mode=755 tmpfs mnt
	leaves_nothing
}

@test "a full file system leaves nothing: ext4" {
	need root fscrypt
	mkdir mnt
	truncate -s 1M img
	mkfs.ext4 -q -F -m 0 -O ^has_journal img
	mount -o loop img mnt
	leaves_nothing
}

@test "a full file system keeps the old file with --force" {
	need root
	mkdir mnt
	mount -t tmpfs -o size=8k,mode=755 tmpfs mnt
	wk "${gen[@]}" mnt/k.wk
	cp mnt/k.wk before
	fill mnt
	refused 1 file.no-space "mnt/k.wk: no space is left" "${gen[@]}" --force mnt/k.wk
	[ "$(ls -A mnt)" = $'filler\nk.wk' ]
	cmp mnt/k.wk before
}

@test "a read-only file system is named" {
	need root
	mkdir mnt
	mount -t tmpfs -o ro tmpfs mnt
	refused 1 file.read-only "mnt/k.wk: the file system is read-only" "${gen[@]}" mnt/k.wk
}

@test "a key id that nobody could read: the file goes again, the replaced one stays" {
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${gen[@]}" a.wk b.wk
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == "wkeyctl: generate: standard output: "* ]] || bad "standard output"
	is_empty .
	wk "${gen[@]}" k.wk
	cp k.wk before
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${gen[@]}" --if-absent k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	cmp k.wk before
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${gen[@]}" --force k.wk
	[ "$status" -eq 1 ] || bad "status 1"
	cmp k.wk.old-1 before
	wk test "${KEY[@]}" k.wk
}

@test "a secret that fails leaves no file" {
	refused 4 errno.ENOENT "'nothing-here': No such file" generate -b soft \
		--wrapping-key-file nothing-here k.wk
	refused 1 input.wrapping-key-size "" generate -b soft --wrapping-key-file /dev/null k.wk
	refused 1 input.empty "" generate -b soft --passphrase-file /dev/null k.wk
	refused 2 auth.no-secret "no passphrase is supplied" generate --batch -b soft k.wk
	is_empty .
}
