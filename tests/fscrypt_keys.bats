#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# fscrypt keys on ext4 with encryption: fscrypt-status, add-to-fscrypt
# --via-keyring, and what remove-from-fscrypt says of users and open files.

# shares @u
load helpers
load commands

setup_file() {
	make_secrets
	if ! lacks_fscrypt >/dev/null; then
		make_fscrypt_mount
		chmod 755 "$MNT"
		chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "${MNT%/mnt}"
	fi
}

teardown_file() {
	drop_fscrypt_mounts
}

setup() {
	need root keyring fscrypt
	cd "$BATS_TEST_TMPDIR"
	# Names of this run and test; @u is shared.
	N=wfk$$-$BATS_TEST_NUMBER
	add=(add-to-fscrypt "${KEY[@]}")
	via=(add-to-fscrypt --via-keyring "${KEY[@]}")
	"$WKEYCTL" generate -b soft "${KEY[@]}" --usage fscrypt --name "$N" k.wk
	ID=$(field k.wk .fscrypt_identifier)
	D=$MNT/$BATS_TEST_NUMBER
	mkdir "$D"
}

teardown() {
	local serial job
	for job in $(jobs -p); do kill "$job"; done 2>/dev/null || :
	wait
	! mountpoint -q bind || umount bind
	[ -z "${MNT:-}" ] || mountpoint -q "$MNT" || mount -o loop "${MNT%/mnt}/img" "$MNT"
	for serial in $(keyctl rlist @u 2>/dev/null; keyctl rlist @s 2>/dev/null); do
		if keyctl rdescribe "$serial" 2>/dev/null | grep -q ";wkeyctl:$N"; then
			keyctl unlink "$serial" @u || :
			keyctl unlink "$serial" @s || :
		fi
	done >/dev/null 2>&1
	[ -z "${MNT:-}" ] || "$WKEYCTL" -q remove-from-fscrypt --all-users "$ID" "$MNT" 2>/dev/null || :
}

# stored: the serials of this test's provisioning keys in @u.
stored() {
	local serial
	for serial in $(keyctl rlist @u); do
		keyctl rdescribe "$serial" 2>/dev/null |
			grep -q "^fscrypt-provisioning;.*;wkeyctl:$N\$" && echo "$serial"
	done
	return 0
}

# is PRESENCE SELF USERS: what fscrypt-status says of k.wk.
is() {
	tried "$WKEYCTL" --json fscrypt-status k.wk "$MNT"
	jq -e ".status == \"$1\" and .added_by_self == $2 and .user_count == $3" \
		<<<"$output" >/dev/null || bad "$*"
}

remount() {
	local img=${MNT%/mnt}/img
	umount "$MNT"
	mount -o loop "$img" "$MNT"
}

# encrypted: $D is encrypted under k.wk and has a file f.
encrypted() {
	wk set-fscrypt-policy k.wk "$D"
	echo secret >"$D/f"
}

# provisioning TYPE DESCRIPTION RING: a key of random bytes; $serial.
provisioning() {
	serial=$({ printf '%b\0\0\0\0\0\0\0' "$1"; head -c 64 /dev/urandom; } |
		keyctl padd fscrypt-provisioning "$2" "$3")
}

@test "fscrypt-status: absent 4, present 0, incompletely removed 5; by key file and identifier" {
	local what
	for what in k.wk "$ID"; do
		exits 4 "$MNT: the key is not there" "$WKEYCTL" fscrypt-status "$what" "$MNT"
		[[ $output == *"$ID"*"absent"*"no"*"0" ]] || bad "the fields"
		tried "$WKEYCTL" --json fscrypt-status "$what" "$MNT"
		[ "$status" -eq 4 ] || bad "status 4"
		is_answer fscrypt-status false ".identifier == \"$ID\" and .status == \"absent\" and
			.added_by_self == false and .user_count == 0 and
			.errors[0].code == \"fscrypt.no-key\""
		wk "${add[@]}" k.wk "$MNT"
		wk fscrypt-status "$what" "$D"
		[ "$output" = "Identifier:         $ID
Status:             present
Added by this user: yes
Users:              1" ] || bad "the text"
		answers '.status == "present" and .added_by_self and .user_count == 1' \
			fscrypt-status "$what" "$MNT"
		[ -e "$D/f" ] || encrypted
		exec 7<"$D/f"
		tried "$WKEYCTL" remove-from-fscrypt "$what" "$MNT"
		exits 5 "files that use it are open.*\($$|bash|cat).*hint: close them" \
			"$WKEYCTL" fscrypt-status "$what" "$MNT"
		[[ $output == *incompletely-removed* ]] || bad "the fields"
		tried "$WKEYCTL" --json fscrypt-status "$what" "$MNT"
		is_answer fscrypt-status false '.status == "incompletely-removed" and
			.errors[0].code == "fscrypt.busy" and .open_files_total > 0'
		exec 7<&-
		wk remove-from-fscrypt "$what" "$MNT"
	done
}

@test "fscrypt-status: what is wrong with key file or file system" {
	refused 4 file.not-found "no such file" fscrypt-status nothing.wk "$MNT"
	refused 4 errno.ENOENT "No such file" fscrypt-status k.wk "$MNT/nothing"
	refused 1 errno.ENOTDIR "Not a directory" fscrypt-status k.wk k.wk
	refused 10 fscrypt.no-support "type proc" fscrypt-status k.wk /proc
	wk generate -b soft "${KEY[@]}" --usage keyring o.wk
	refused 10 sink.usage "no fscrypt identifier" fscrypt-status o.wk "$MNT"
	# It needs no privilege.
	nobodys w
	cp k.wk w/k.wk
	chmod 644 w/k.wk
	wk "${add[@]}" k.wk "$MNT"
	tried as_nobody "$WKEYCTL" --json fscrypt-status w/k.wk "$MNT"
	is_answer fscrypt-status true '.status == "present" and .added_by_self == false'
}

@test "--via-keyring: added by its serial, and again after a remount without a secret" {
	local serial
	wk "${via[@]}" k.wk "$MNT"
	[ "$output" = "$ID" ] || bad "the identifier"
	serial=$(stored)
	[[ $serial =~ ^[0-9]+$ ]] || bad "one key in @u, not '$serial'"
	[[ " $(keyctl rlist @s) " == *" $serial "* ]] || bad "a link from @s"
	encrypted
	is present true 1
	remount
	is absent false 0
	# No secret: with --batch nobody could be asked for one.
	wk --batch add-to-fscrypt --via-keyring k.wk "$MNT"
	[ "$output" = "$ID" ] || bad "the identifier"
	[ "$(<"$D/f")" = secret ]
	[ "$(stored)" = "$serial" ] || bad "the same key"
	# And again while it is there.
	answers ".units == [{\"file\":\"k.wk\",\"serial\":$serial,\"loaded\":false,
		\"identifier\":\"$ID\",\"ok\":true}]" add-to-fscrypt --via-keyring k.wk "$MNT"
	# A secret that does not exist is not looked for.
	wk add-to-fscrypt --via-keyring --wrapping-key-file nothing k.wk "$MNT"
	# What load has made serves as well.
	wk unload "$serial"
	wk load "${KEY[@]}" --type fscrypt-provisioning --keyring @s k.wk
	remount
	wk --batch add-to-fscrypt --via-keyring k.wk "$MNT"
	[ "$(<"$D/f")" = secret ]
	[ -z "$(stored)" ] || bad "no key in @u"
}

@test "--via-keyring from another session, where only @u has the key" {
	wk "${via[@]}" k.wk "$MNT"
	wk -q remove-from-fscrypt k.wk "$MNT"
	tried keyctl session - "$WKEYCTL" --batch add-to-fscrypt --via-keyring k.wk "$MNT"
	[ "$status" -eq 0 ] || bad "status 0"
	is present true 1
}

@test "--via-keyring: a key that is unlinked, revoked or expired is loaded anew" {
	local serial way
	for way in unlink revoke timeout; do
		wk "${via[@]}" k.wk "$MNT"
		serial=$(stored)
		wk -q remove-from-fscrypt k.wk "$MNT"
		case $way in
		unlink) keyctl unlink "$serial" @s; keyctl unlink "$serial" @u ;;
		revoke) keyctl revoke "$serial" ;;
		timeout) keyctl timeout "$serial" 1; sleep 1.2 ;;
		esac
		# Now a secret is needed again.
		refused 2 auth.no-secret "k.wk: " add-to-fscrypt --batch --via-keyring k.wk "$MNT"
		is absent false 0
		answers '.units[0].loaded' "${via[@]}" k.wk "$MNT"
		[ "$(stored)" != "$serial" ] || bad "another key"
		is present true 1
		wk -q remove-from-fscrypt k.wk "$MNT"
		wk unload "$(stored)"
	done
}

@test "--via-keyring: a foreign key of that name is refused, its claim taken back" {
	local serial foreign
	provisioning '\0002' "wkeyctl:$N" @u
	refused 5 fscrypt.namesake "key $serial 'wkeyctl:$N' of the keyring has the identifier [0-9a-f]{32}.*unload $serial" \
		"${via[@]}" k.wk "$MNT"
	foreign=$("$WKEYCTL" "${via[@]}" k.wk "$MNT" 2>&1 | grep -oE 'identifier [0-9a-f]{32}' | cut -d' ' -f2)
	is absent false 0
	exits 4 "not there" "$WKEYCTL" fscrypt-status "$foreign" "$MNT"
	[ "$(stored)" = "$serial" ] || bad "the foreign key to be left alone"
	wk unload "$serial"
	wk "${via[@]}" k.wk "$MNT"
	is present true 1
}

@test "--via-keyring: the claim of a foreign key that was there before stays" {
	"$WKEYCTL" generate -b soft "${KEY[@]}" --usage fscrypt --name "$N" other.wk
	local theirs
	theirs=$(field other.wk .fscrypt_identifier)
	wk "${via[@]}" other.wk "$MNT"
	refused 5 fscrypt.namesake "identifier $theirs" "${via[@]}" k.wk "$MNT"
	wk fscrypt-status other.wk "$MNT"
	is absent false 0
	wk -q remove-from-fscrypt other.wk "$MNT"
}

@test "--via-keyring: a key for policies of version 1 is refused" {
	provisioning '\0001' "wkeyctl:$N" @u
	refused 10 fscrypt.key-type "key $serial: .*not one for policies of version 2.*unload $serial" \
		"${via[@]}" k.wk "$MNT"
	is absent false 0
	[ "$(stored)" = "$serial" ]
}

@test "--via-keyring: what fails leaves neither key nor claim" {
	refused 2 auth.wrong-secret "k.wk: " add-to-fscrypt --via-keyring "${OTHER[@]}" k.wk "$MNT"
	refused 4 errno.ENOENT "" "${via[@]}" k.wk "$MNT/nothing"
	refused 10 fscrypt.no-support "type proc" "${via[@]}" k.wk /proc
	# Nobody is asked for a secret that would be of no use.
	refused 10 fscrypt.no-support "type proc" add-to-fscrypt --batch k.wk /proc
	wk generate -b soft "${KEY[@]}" --usage keyring --name "$N" o.wk
	refused 10 sink.usage "made for keyring" add-to-fscrypt --batch --via-keyring o.wk "$MNT"
	[ -z "$(stored)" ] || bad "no key"
	is absent false 0
	# An identifier that nobody could read.
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${via[@]}" k.wk "$MNT"
	[ "$status" -eq 1 ] || bad "status 1"
	[ -z "$(stored)" ] || bad "no key"
	is absent false 0
	# What was there before stays, then.
	wk "${via[@]}" k.wk "$MNT"
	tried sh -c '"$0" "$@" >/dev/full' "$WKEYCTL" "${via[@]}" k.wk "$MNT"
	[ "$status" -eq 1 ] || bad "status 1"
	[ -n "$(stored)" ] || bad "the key"
	is present true 1
}

@test "--via-keyring: a header with another identifier: exit 13, nothing is left" {
	/usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip "needs python3-cryptography"
	/usr/bin/python3 - "$TOP/tests/vectors" "$N" <<-'END'
		import os, sys
		sys.path.insert(0, sys.argv[1])
		sys.dont_write_bytecode = True
		import model
		root = model.tree("forged", usage=1, bits=512, with_fscrypt_id=True)
		root.at("header.name").value = sys.argv[2].encode()
		root.at("header.fscryptId").value = bytes(16)
		model.seal(root)
		os.umask(0o77)
		open("forged.wk", "wb").write(model.finish(root))
		open("forged.key", "wb").write(model.random("forged", "slot 0 wrapping key", 32))
	END
	wk test --wrapping-key-file forged.key forged.wk
	refused 13 fscrypt.identifier "not the one in the key file" \
		add-to-fscrypt --via-keyring --wrapping-key-file forged.key forged.wk "$MNT"
	[ -z "$(stored)" ] || bad "no key"
}

@test "--via-keyring --dry-run says which way, and does nothing" {
	wk "${via[@]}" --dry-run k.wk "$MNT"
	[ "$output" = "would add to fscrypt k.wk and load it as key 'wkeyctl:$N'" ] || bad "the plan"
	[ -z "$(stored)" ] || bad "no key"
	refused 2 auth.no-secret "" add-to-fscrypt --batch --via-keyring --dry-run k.wk "$MNT"
	wk "${via[@]}" k.wk "$MNT"
	wk -q remove-from-fscrypt k.wk "$MNT"
	wk add-to-fscrypt --batch --via-keyring --dry-run k.wk "$MNT"
	[ "$output" = "would add to fscrypt k.wk by key $(stored) 'wkeyctl:$N' of the keyring" ] ||
		bad "the plan"
	answers '.units[0].dry_run' add-to-fscrypt --batch --via-keyring --dry-run k.wk "$MNT"
	is absent false 0
}

@test "--via-keyring: several processes at once load one key" {
	local i pids=()
	for i in 1 2 3 4; do
		"$WKEYCTL" "${via[@]}" k.wk "$MNT" >"out$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	for i in 1 2 3 4; do
		[ "$(<"out$i")" = "$ID" ] || { cat "out$i"; return 1; }
	done
	[ "$(stored | wc -l)" -eq 1 ] || bad "one key"
}

@test "--via-keyring without root" {
	nobodys w
	cp "$SECRETS/key" w/key
	cp k.wk w/k.wk
	chown -R 65534 w
	tried as_nobody keyctl session - sh -c '
		"$1" add-to-fscrypt --via-keyring --wrapping-key-file w/key w/k.wk "$2" &&
		"$1" -q remove-from-fscrypt w/k.wk "$2" &&
		"$1" --batch add-to-fscrypt --via-keyring w/k.wk "$2" &&
		"$1" -q remove-from-fscrypt w/k.wk "$2" &&
		"$1" unload "$3"' sh "$WKEYCTL" "$MNT" "$N"
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(grep -cx "$ID" <<<"$output")" -eq 2 ] || bad "the identifier, twice"
}

@test "remove-from-fscrypt leaves the key in the keyring, and says so" {
	local serial
	wk "${via[@]}" k.wk "$MNT"
	serial=$(stored)
	exits 0 "warning: key $serial 'wkeyctl:$N' stays in the keyring.*unload $serial" \
		"$WKEYCTL" remove-from-fscrypt k.wk "$MNT"
	[ "$(stored)" = "$serial" ]
	wk --batch add-to-fscrypt --via-keyring k.wk "$MNT"
	tried "$WKEYCTL" -q --json remove-from-fscrypt k.wk "$MNT"
	is_answer remove-from-fscrypt true ".keyring_serial == $serial"
	[ -z "$stderr" ] || bad "nothing on stderr"
	# By identifier its name is not known.
	wk --batch add-to-fscrypt --via-keyring k.wk "$MNT"
	wk remove-from-fscrypt "$ID" "$MNT"
	wk unload "$serial"
}

@test "remove-from-fscrypt does not promise what a key of that name is" {
	provisioning '\0002' "wkeyctl:$N" @s
	wk "${add[@]}" k.wk "$MNT"
	exits 0 "warning: key $serial 'wkeyctl:$N' stays in the keyring and, unless it is of another" \
		"$WKEYCTL" remove-from-fscrypt k.wk "$MNT"
	wk unload "$serial"
}

@test "--all-users: everybody's claims at once, with CAP_SYS_ADMIN" {
	nobodys w
	cp "$SECRETS/key" w/key
	cp k.wk w/k.wk
	chown -R 65534 w
	tried as_nobody "$WKEYCTL" add-to-fscrypt --wrapping-key-file w/key w/k.wk "$MNT"
	[ "$status" -eq 0 ] || bad "status 0"
	is present false 1
	refused 4 fscrypt.no-key "only other users added the key" \
		remove-from-fscrypt --dry-run k.wk "$MNT"
	wk "${add[@]}" k.wk "$MNT"
	is present true 2
	encrypted
	tried as_nobody "$WKEYCTL" remove-from-fscrypt --all-users w/k.wk "$MNT"
	[ "$status" -eq 17 ] || bad "status 17"
	[[ $stderr == *CAP_SYS_ADMIN*hint:* ]] || bad "what is missing"
	tried as_nobody "$WKEYCTL" remove-from-fscrypt --all-users --dry-run w/k.wk "$MNT"
	[ "$status" -eq 17 ] || bad "status 17, dry"
	[[ $stderr == *"$MNT: cannot"*CAP_SYS_ADMIN*hint:* ]] || bad "what is missing, dry"
	is present true 2
	exits 0 "warning: other users added the key as well" \
		"$WKEYCTL" remove-from-fscrypt k.wk "$MNT"
	is present false 1
	wk remove-from-fscrypt --all-users --dry-run k.wk "$MNT"
	[ "$output" = "would remove the key from $MNT for all users" ] || bad "the plan"
	is present false 1
	answers '.other_users == false' remove-from-fscrypt --all-users k.wk "$MNT"
	is absent false 0
	[ ! -e "$D/f" ] || bad "locked"
	refused 4 fscrypt.no-key "the key is not there" remove-from-fscrypt --all-users k.wk "$MNT"
}

# busy PATH [COMMAND...]: what the removal says while COMMAND, which writes a line when it is
# ready, runs; then that it is completed when it has ended.
busy() {
	local path=$1 pid name=${1##*/}
	shift
	mkfifo ready
	"$@" >ready &
	pid=$!
	read -r _ <ready
	rm ready
	tried "$WKEYCTL" --json remove-from-fscrypt k.wk "$MNT"
	[ "$status" -eq 5 ] || bad "status 5"
	is_answer remove-from-fscrypt false ".errors[0].code == \"fscrypt.busy\" and
		([.open_files[] | select(.pid == $pid) | .path] == [\"$path\"]) and
		.open_files_total == (.open_files | length)"
	exits 5 "stay readable: .*$pid \([a-z0-9.]+\): .*${name//[()]/.}.*hint: close them" \
		"$WKEYCTL" remove-from-fscrypt k.wk "$MNT"
	is incompletely-removed false 0
	kill "$pid"
	wait "$pid" || :
	wk remove-from-fscrypt k.wk "$MNT"
	is absent false 0
	wk "${add[@]}" k.wk "$MNT"
}

@test "busy: an open file, a current directory, a mapping, a program; told, and completed" {
	wk "${add[@]}" k.wk "$MNT"
	encrypted
	mkdir "$D/in side"
	cp "$(command -v sleep)" "$D/prog"
	sync -f "$D"
	busy "$D/f" bash -c 'exec 8<"$1"; echo; exec sleep 60 >/dev/null' bash "$D/f"
	busy "$D/in side" bash -c 'cd "$1"; echo; exec sleep 60 >/dev/null' bash "$D/in side"
	busy "$D/f" /usr/bin/python3 -c 'import mmap, sys, time
f = open(sys.argv[1])
m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
f.close()
print(flush=True)
time.sleep(60)' "$D/f"
	busy "$D/prog" bash -c 'echo; exec "$1" 60 >/dev/null' bash "$D/prog"
	# A file that has no name any more.
	busy "$D/g (deleted)" bash -c 'echo x >"$1"; exec 8<"$1"; rm "$1"; echo
		exec sleep 60 >/dev/null' bash "$D/g"
}

# Landlock rules of a tool that has ended hold their directory for a moment longer.
@test "busy: a command that wrote into the directory keeps nothing busy when it has ended" {
	local i
	for i in 1 2 3 4 5; do
		wk "${add[@]}" k.wk "$MNT"
		[ -e "$D/f" ] || encrypted
		wk generate -b soft "${KEY[@]}" "$D/$i.wk"
		wk remove-from-fscrypt k.wk "$MNT"
		is absent false 0
		[ ! -e "$D/$i.wk" ] || bad "locked, time $i"
	done
}

@test "busy: many files and strange names: five are told, 64 listed, the rest counted" {
	local pid i
	wk "${add[@]}" k.wk "$MNT"
	encrypted
	/usr/bin/python3 -c 'import os, sys, time
keep = []
for i in range(70):
    name = b"%s/\xff\x1b[31m%s-%03d" % (os.fsencode(sys.argv[1]), b"\xc3\xa4" * 60, i)
    keep.append(os.open(name, os.O_CREAT | os.O_RDWR))
os.write(1, b"\n")
os.close(1)
time.sleep(60)' "$D" >ready &
	pid=$!
	for i in {1..50}; do [ -s ready ] && break; sleep 0.1; done
	exits 5 "stay readable: $pid \(python3[.0-9]*\): \.\.\..*-0[0-9]+; .*; and 6[0-9] more" \
		"$WKEYCTL" remove-from-fscrypt k.wk "$MNT"
	[[ $stderr != *$'\e'* ]] || bad "no escape sequences"
	iconv -f utf-8 -t utf-8 <<<"$stderr" >/dev/null || bad "whole characters"
	tried "$WKEYCTL" --json remove-from-fscrypt k.wk "$MNT"
	is_answer remove-from-fscrypt false '(.open_files | length) == 64 and .open_files_total == 70
		and (.errors[0].detail | length) < 512'
	kill "$pid"
	wait "$pid" || :
	wk remove-from-fscrypt k.wk "$MNT"
}

@test "busy: other files of the file system, and of other keys, are not named" {
	wk generate -b soft "${KEY[@]}" --usage fscrypt other.wk
	wk "${add[@]}" k.wk other.wk "$MNT"
	encrypted
	mkdir "$D.other"
	wk set-fscrypt-policy other.wk "$D.other"
	echo x >"$D.other/f"
	echo x >"$MNT/$N"
	exec 6<"$D/f" 7<"$D.other/f" 8<"$MNT/$N"
	tried "$WKEYCTL" --json remove-from-fscrypt k.wk "$MNT"
	is_answer remove-from-fscrypt false "(.open_files | length) > 0 and
		([.open_files[].path] | unique) == [\"$D/f\"]"
	exec 6<&- 7<&- 8<&-
	wk remove-from-fscrypt k.wk "$MNT"
	wk remove-from-fscrypt other.wk "$MNT"
}

@test "busy, without root: own processes are named, and that there may be others" {
	nobodys w
	cp "$SECRETS/key" w/key
	cp k.wk w/k.wk
	chown -R 65534 w
	chown 65534 "$D"
	tried as_nobody bash -c '
		set -e
		"$1" add-to-fscrypt --wrapping-key-file w/key w/k.wk "$2"
		"$1" set-fscrypt-policy w/k.wk "$3"
		echo x >"$3/f"
		exec 8<"$3/f"
		echo "pid $$"
		"$1" remove-from-fscrypt w/k.wk "$2" || exit' bash "$WKEYCTL" "$MNT" "$D"
	[ "$status" -eq 5 ] || bad "status 5"
	local pid=${output##*pid }
	[[ $stderr =~ $pid\ \(bash\):\ [^\;]*/f.*hint:.*"may not look into" ]] || bad "pid $pid and its file"
	wk remove-from-fscrypt k.wk "$MNT"
}

@test "busy: the tool itself, which inherited the file from nobody who is left" {
	wk "${add[@]}" k.wk "$MNT"
	encrypted
	(exec 8<"$D/f"; exec "$WKEYCTL" remove-from-fscrypt k.wk "$MNT") >out 2>err && bad "a failure"
	grep -qE "\(wkeyctl\): .*$BATS_TEST_NUMBER/f" err || { cat err; return 1; }
	wk remove-from-fscrypt k.wk "$MNT"
}

# bound DIR: it is mounted at bind, before all of the file system is at $MNT.
bound() {
	local dev
	dev=$(findmnt -no SOURCE "$MNT")
	mkdir bind
	mount --bind "$1" bind
	umount "$MNT"
	mount "$dev" "$MNT"
}

@test "busy: a mount of an encrypted directory, in which the tool is not found itself" {
	wk "${add[@]}" k.wk "$MNT"
	encrypted
	bound "$D"
	tried "$WKEYCTL" --json remove-from-fscrypt k.wk "$D"
	[ "$status" -eq 5 ] || bad "status 5"
	is_answer remove-from-fscrypt false '.open_files_total == 0'
	umount bind
	wk remove-from-fscrypt k.wk "$D"
	is absent false 0
}

@test "an encrypted directory names its file system where only a part of it is mounted" {
	wk "${add[@]}" k.wk "$MNT"
	mkdir "$D/in"
	wk set-fscrypt-policy k.wk "$D/in"
	bound "$D"
	umount "$MNT"
	wk fscrypt-status k.wk bind/in
	wk remove-from-fscrypt k.wk bind/in
	exits 4 "the key is not there" "$WKEYCTL" fscrypt-status k.wk bind/in
	umount bind
	mount -o loop "${MNT%/mnt}/img" "$MNT"
}

# A signal at each ioctl and each call for a key, one after the other.
@test "a signal while a key is added: it is told, or nothing of it stays" {
	local how call n told=0
	for how in "" --via-keyring; do
		for call in ioctl keyctl; do
			for n in {1..20}; do
				tried strace -f -o trace -e trace=$call -e inject=$call:signal=TERM:when="$n" \
					"$WKEYCTL" "${add[@]}" $how k.wk "$MNT"
				if [ "$status" -eq 0 ]; then
					[ "$output" = "$ID" ] || bad "it is told"
					wk -q remove-from-fscrypt k.wk "$MNT"
					[ -z "$how" ] || wk unload "wkeyctl:$N"
				else
					[ "$status" -eq 143 ] || bad "$how $call $n: status 143"
				fi
				[ -z "$(stored)" ] || bad "$how $call $n: the key stays"
				is absent false 0
				grep -q SIGTERM trace || break
				told=$((told + 1))
			done
		done
	done
	[ "$told" -ge 8 ] || bad "only $told signals were in time"
}

@test "set-fscrypt-policy --dry-run: of another owner, on a read-only file system" {
	wk "${add[@]}" k.wk "$MNT"
	chmod 777 "$D"
	fails 17 "only the owner of the directory may encrypt it" as_nobody \
		"$WKEYCTL" set-fscrypt-policy --dry-run "$ID" "$D"
	mount -o remount,ro "$MNT"
	tried "$WKEYCTL" set-fscrypt-policy --dry-run "$ID" "$D"
	mount -o remount,rw "$MNT"
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"mounted read-only"* ]] || bad "why"
}
