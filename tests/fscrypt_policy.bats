#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# set-fscrypt-policy and get-fscrypt-policy on ext4 with encryption: every mode
# that the kernel has, every flag and size, every rule.

load helpers
load commands

setup_file() {
	make_secrets
	if ! lacks_fscrypt >/dev/null; then
		make_fscrypt_mount
		chmod 755 "$MNT"
		export K=$BATS_FILE_TMPDIR/k.wk
		# A name of this run: keyrings may have keys of common ones.
		"$WKEYCTL" generate -b soft "${KEY[@]}" --usage fscrypt \
			--name "wfp$$" "$K"
		ID=$("$WKEYCTL" add-to-fscrypt "${KEY[@]}" "$K" "$MNT")
		export ID
	fi
}

teardown_file() {
	drop_fscrypt_mounts
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	[[ $BATS_TEST_DESCRIPTION == *"without a mount"* ]] || need root fscrypt
	D=${MNT:-}/$BATS_TEST_NUMBER
	[ -z "${MNT:-}" ] || mkdir "$D"
}

teardown() {
	cd /
	! mountpoint -q "$BATS_TEST_TMPDIR/mnt" || umount "$BATS_TEST_TMPDIR/mnt"
}

# policy_of PATH: the bytes of its policy; FS_IOC_GET_ENCRYPTION_POLICY_EX has a
# size before them, which comes back.
policy_of() {
	/usr/bin/python3 - "$1" <<-'END'
		import fcntl, os, sys
		arg = bytearray((24).to_bytes(8, "little") + bytes(24))
		try:
		    fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0xc0096616, arg)
		except OSError as e:
		    print("errno", e.errno)
		else:
		    print(arg[8:8 + int.from_bytes(arg[:8], "little")].hex())
	END
}

# set_policy HEX DIR: FS_IOC_SET_ENCRYPTION_POLICY.
set_policy() {
	/usr/bin/python3 -c 'import fcntl, os, sys
fcntl.ioctl(os.open(sys.argv[2], os.O_RDONLY), 0x800c6613, bytes.fromhex(sys.argv[1]))' "$@"
}

# has_policy HEX-OF-8-BYTES DIR: these modes, flags and sizes, for the key.
has_policy() {
	local is
	is=$(policy_of "$2")
	[ "$is" = "$1$ID" ] || { echo "policy of $2 is $is, not $1$ID"; return 1; }
}

# untouched DIR: empty, and not encrypted.
untouched() {
	is_empty "$1"
	[ "$(policy_of "$1")" = "errno 61" ] || { echo "$1 is encrypted"; return 1; }
}

# survives DIR KEYFILE MOUNTPOINT: what is written can be read after the key was
# away, and not in between.
survives() {
	head -c 10000 /dev/urandom >random
	cp random "$1/a-file"
	mkdir "$1/below"
	ln -s target "$1/link"
	sync -f "$1"
	wk remove-from-fscrypt "$2" "$3"
	[ ! -e "$1/a-file" ] || { echo "names are readable without the key"; return 1; }
	wk add-to-fscrypt "${KEY[@]}" "$2" "$3"
	cmp random "$1/a-file"
	[ "$(readlink "$1/link")" = target ]
}

# image MKFS-OPTION...: another file system, at mnt.
image() {
	truncate -s 16M img
	mkfs.ext4 -q -F "$@" img
	mkdir -p mnt
	mount -o loop img mnt
	wk add-to-fscrypt "${KEY[@]}" "$K" mnt
}

# number_of MODE: the kernel's, include/uapi/linux/fscrypt.h.
number_of() {
	case $1 in
	AES-256-XTS) echo 1 ;;
	AES-256-CTS) echo 4 ;;
	AES-128-CBC) echo 5 ;;
	AES-128-CTS) echo 6 ;;
	SM4-XTS) echo 7 ;;
	SM4-CTS) echo 8 ;;
	Adiantum) echo 9 ;;
	AES-256-HCTR2) echo 10 ;;
	esac
}

# lacks_mode CONTENTS FILENAMES DIR: the kernel takes the policy, and no file.
lacks_mode() {
	mkdir "$3"
	set_policy "02$(printf %02x%02x "$(number_of "$1")" "$(number_of "$2")")0300000000$ID" "$3"
	! touch "$3/f" 2>why
	grep -q "Package not installed" why
}

@test "every pair of modes: what the kernel has works, the rest is named" {
	local contents filenames head d n=0
	while read -r contents filenames; do
		d=$D/$contents-$filenames
		mkdir "$d"
		tried "$WKEYCTL" set-fscrypt-policy --contents "$contents" \
			--filenames "$filenames" "$K" "$d"
		if [ "$status" -eq 0 ]; then
			n=$((n + 1))
			head=02$(printf %02x%02x "$(number_of "$contents")" "$(number_of "$filenames")")
			has_policy "${head}0300000000" "$d"
			survives "$d" "$K" "$MNT"
			answers ".version == 2 and .identifier == \"$ID\" and .padding_bytes == 32 and
				.contents == \"$contents\" and .filenames == \"$filenames\" and
				.flags == [] and (has(\"data_unit_bytes\") | not)" \
				get-fscrypt-policy "$d/a-file"
		else
			[ "$status" -eq 10 ] || bad "status 10"
			[[ $stderr == *"the kernel lacks the cipher "@("$contents"|"$filenames")$'\n'* ]] ||
				bad "$contents or $filenames"
			[[ $stderr == *"hint: the kernel needs CONFIG_CRYPTO_"* ]] || bad "the option"
			untouched "$d"
			lacks_mode "$contents" "$filenames" "$d/x" ||
				bad "the kernel to have no $contents with $filenames"
		fi
	done <<-'END'
		AES-256-XTS AES-256-CTS
		AES-256-XTS AES-256-HCTR2
		AES-128-CBC AES-128-CTS
		SM4-XTS SM4-CTS
		Adiantum Adiantum
	END
	[ "$n" -gt 0 ] || bad "one pair to work"
}

@test "one mode brings the other" {
	local said
	while read -r opt mode said; do
		wk set-fscrypt-policy --dry-run "$opt" "$mode" "$K" "$D"
		[ "$output" = "would set a v2 policy (${said/-and-/, }, padding 32) on $D" ] ||
			bad "$said"
	done <<-'END'
		--contents AES-256-XTS AES-256-XTS-and-AES-256-CTS
		--contents AES-128-CBC AES-128-CBC-and-AES-128-CTS
		--contents SM4-XTS SM4-XTS-and-SM4-CTS
		--contents Adiantum Adiantum-and-Adiantum
		--filenames AES-256-CTS AES-256-XTS-and-AES-256-CTS
		--filenames AES-256-HCTR2 AES-256-XTS-and-AES-256-HCTR2
		--filenames AES-128-CTS AES-128-CBC-and-AES-128-CTS
		--filenames SM4-CTS SM4-XTS-and-SM4-CTS
		--filenames Adiantum Adiantum-and-Adiantum
	END
	untouched "$D"
}

@test "every padding of names" {
	local n flag=0 name longest
	for n in 4 8 16 32; do
		mkdir "$D/$n"
		wk set-fscrypt-policy --padding ${n}B "$K" "$D/$n"
		has_policy "0201040${flag}00000000" "$D/$n"
		answers ".padding_bytes == $n" get-fscrypt-policy "$D/$n"
		flag=$((flag + 1))
		for name in a abcdefghijklmnopq; do
			touch "$D/$n/$name"
		done
	done
	wk get-fscrypt-policy "$D/8"
	[[ $output == *"Padding: "*" 8 bytes"$'\n'* ]] || bad "8 bytes"
	wk remove-from-fscrypt "$K" "$MNT"
	# Without the key names are base64 of what is on the disk: 17 bytes become
	# 32 by padding to 32, and by padding to 4 only 20.
	longest=$(find "$D/4" -mindepth 1 -printf '%f\n' | wc -L)
	[ "$longest" -lt "$(find "$D/32" -mindepth 1 -printf '%f\n' | wc -L)" ]
	wk add-to-fscrypt "${KEY[@]}" "$K" "$MNT"
}

@test "the flags IV_INO_LBLK_64 and IV_INO_LBLK_32" {
	local n
	for n in 64 32; do
		mkdir "$D/$n"
		wk set-fscrypt-policy --iv-ino-lblk-$n "$K" "$D/$n"
		[ $n = 64 ] && has_policy 0201040b00000000 "$D/$n"
		[ $n = 32 ] && has_policy 0201041300000000 "$D/$n"
		answers ".flags == [\"IV_INO_LBLK_$n\"]" get-fscrypt-policy "$D/$n"
		wk get-fscrypt-policy "$D/$n"
		[[ $output == *"Flags: "*" IV_INO_LBLK_$n"$'\n'* ]] || bad "the flag"
		survives "$D/$n" "$K" "$MNT"
	done
}

@test "every data unit size of a file system with blocks of 4 KiB, and of 1 KiB" {
	local n log=9
	for n in 512 1024 2048 4096; do
		mkdir "$D/$n"
		wk set-fscrypt-policy --data-unit-size ${n}B "$K" "$D/$n"
		has_policy "02010403$(printf %02x $log)000000" "$D/$n"
		answers ".data_unit_bytes == $n" get-fscrypt-policy "$D/$n"
		log=$((log + 1))
		survives "$D/$n" "$K" "$MNT"
	done
	# Saying the size of a block is another policy than not saying it.
	wk set-fscrypt-policy --data-unit-size 4KiB "$K" "$D/4096"
	refused 5 fscrypt.other-policy "" set-fscrypt-policy "$K" "$D/4096"
	mkdir "$D/more"
	for n in 8KiB 16KiB 32KiB 64KiB; do
		refused 10 fscrypt.policy "do not fit in the file system's blocks of 4096 bytes" \
			set-fscrypt-policy --data-unit-size $n "$K" "$D/more"
	done
	untouched "$D/more"
	image -b 1024 -O encrypt,stable_inodes
	mkdir mnt/a mnt/b
	refused 10 fscrypt.policy "blocks of 1024 bytes" \
		set-fscrypt-policy --data-unit-size 2KiB "$K" mnt/a
	wk set-fscrypt-policy --data-unit-size 512B "$K" mnt/a
	has_policy 0201040309000000 mnt/a
	wk set-fscrypt-policy --data-unit-size 1KiB --iv-ino-lblk-32 --padding 4B "$K" mnt/b
	has_policy 020104100a000000 mnt/b
	survives mnt/b "$K" mnt
}

@test "rules that the kernel answers with EINVAL: named, and nothing is done" {
	local set=(set-fscrypt-policy)
	refused 10 fscrypt.policy "AES-256-XTS for contents and Adiantum for names do not go together" \
		"${set[@]}" --contents AES-256-XTS --filenames Adiantum "$K" "$D"
	refused 10 fscrypt.policy "hint: with Adiantum for contents take Adiantum for names" \
		"${set[@]}" --contents Adiantum --filenames AES-256-HCTR2 "$K" "$D"
	refused 10 fscrypt.policy "exclude each other" \
		"${set[@]}" --iv-ino-lblk-64 --iv-ino-lblk-32 "$K" "$D"
	refused 10 fscrypt.policy "exclude each other" \
		"${set[@]}" --contents Adiantum --direct-key --iv-ino-lblk-32 "$K" "$D"
	refused 10 fscrypt.policy "DIRECT_KEY goes with Adiantum only, not with AES-256-XTS" \
		"${set[@]}" --direct-key "$K" "$D"
	refused 10 fscrypt.policy "IV_INO_LBLK_64 goes with AES-256-XTS for contents only, not with Adiantum" \
		"${set[@]}" --contents Adiantum --iv-ino-lblk-64 "$K" "$D"
	refused 10 fscrypt.policy "IV_INO_LBLK_32 goes with AES-256-XTS for contents only, not with SM4-XTS" \
		"${set[@]}" --contents SM4-XTS --iv-ino-lblk-32 "$K" "$D"
	refused 10 fscrypt.policy "IV_INO_LBLK_32 goes with data units of a whole block only" \
		"${set[@]}" --data-unit-size 512B --iv-ino-lblk-32 "$K" "$D"
	refused 10 fscrypt.data-unit "can have more data units of this size than IV_INO_LBLK_64 counts" \
		"${set[@]}" --data-unit-size 2KiB --iv-ino-lblk-64 "$K" "$D"
	untouched "$D"
	# The kernel agrees.
	local policy
	for policy in 02010903 02010407 0201040f 0204040b 0209090b 02010423 0201041b; do
		run set_policy "${policy}00000000$ID" "$D"
		[[ $output == *"Invalid argument"* ]] || bad "EINVAL for $policy"
	done
	untouched "$D"
}

@test "DIRECT_KEY with Adiantum is a policy; without the cipher it is not set" {
	wk set-fscrypt-policy --dry-run --direct-key --contents Adiantum "$K" "$D"
	[ "$output" = "would set a v2 policy (Adiantum, Adiantum, padding 32, DIRECT_KEY) on $D" ] ||
		bad "the plan"
	tried "$WKEYCTL" set-fscrypt-policy --direct-key --contents Adiantum "$K" "$D"
	if [ "$status" -eq 0 ]; then
		has_policy 0209090700000000 "$D"
		survives "$D" "$K" "$MNT"
	else
		[ "$status" -eq 10 ] || bad "status 10"
		[[ $stderr == *"lacks the cipher Adiantum"*CONFIG_CRYPTO_ADIANTUM* ]] || bad "Adiantum"
		untouched "$D"
	fi
}

@test "IV_INO_LBLK without stable inode numbers: exit 10, and the hint helps" {
	local dev n
	image -b 4096 -O encrypt
	mkdir mnt/64 mnt/32
	dev=$(findmnt -no SOURCE mnt)
	for n in 64 32; do
		refused 10 fscrypt.stable-inodes "hint: unmount it, then tune2fs -O stable_inodes $dev " \
			set-fscrypt-policy --iv-ino-lblk-$n "$K" mnt/$n
		untouched mnt/$n
	done
	umount mnt
	tune2fs -O stable_inodes img >/dev/null
	mount -o loop img mnt
	wk add-to-fscrypt "${KEY[@]}" "$K" mnt
	for n in 64 32; do
		wk set-fscrypt-policy --iv-ino-lblk-$n "$K" mnt/$n
		survives mnt/$n "$K" mnt
	done
}

@test "the key has to have the strength of the modes, and not more" {
	wk generate -b soft "${KEY[@]}" --usage fscrypt --key-size 128bit \
		--name "wfp$$-short" short.wk
	wk add-to-fscrypt "${KEY[@]}" short.wk "$MNT"
	local id=$output
	refused 10 sink.size "key of 128bit is too short for this policy, which needs 256bit" \
		set-fscrypt-policy short.wk "$D"
	refused 10 sink.size "needs 256bit" set-fscrypt-policy --contents Adiantum short.wk "$D"
	refused 4 fscrypt.no-key "the key is too short for AES-256-XTS, which needs 256bit" \
		set-fscrypt-policy "$id" "$D"
	untouched "$D"
	# AES-128 takes it, when the kernel has it.
	tried "$WKEYCTL" set-fscrypt-policy --contents AES-128-CBC short.wk "$D"
	if [ "$status" -ne 0 ]; then
		[[ $stderr == *"lacks the cipher AES-128-CBC"* ]] || bad "the cipher, not the key"
		untouched "$D"
	fi
	wk remove-from-fscrypt short.wk "$MNT"
}

@test "--dry-run finds what would fail, and does nothing" {
	local other=0123456789abcdef0123456789abcdef
	wk set-fscrypt-policy --dry-run --iv-ino-lblk-64 --padding 8B "$K" "$D"
	[ "$output" = "would set a v2 policy (AES-256-XTS, AES-256-CTS, padding 8, IV_INO_LBLK_64) on $D" ] ||
		bad "the plan"
	wk set-fscrypt-policy --dry-run --data-unit-size 512B "$K" "$D"
	[[ $output == *"padding 32, data units of 512 bytes) on $D" ]] || bad "the data unit"
	answers '.dry_run and .contents == "AES-256-XTS" and .flags == ["IV_INO_LBLK_32"] and
		.padding_bytes == 32' set-fscrypt-policy --dry-run --iv-ino-lblk-32 "$K" "$D"
	refused 10 fscrypt.policy "" set-fscrypt-policy --dry-run --direct-key "$K" "$D"
	refused 10 fscrypt.policy "do not fit" \
		set-fscrypt-policy --dry-run --data-unit-size 8KiB "$K" "$D"
	refused 4 fscrypt.no-key "hint: add it first" set-fscrypt-policy --dry-run $other "$D"
	refused 1 fscrypt.not-empty "" set-fscrypt-policy --dry-run "$K" "$MNT"
	untouched "$D"
	wk set-fscrypt-policy "$K" "$D"
	wk set-fscrypt-policy --dry-run "$K" "$D"
	refused 5 fscrypt.other-policy "" set-fscrypt-policy --dry-run --padding 4B "$K" "$D"
	refused 5 fscrypt.other-policy "" set-fscrypt-policy --dry-run $other "$D"
	is_empty "$D"
}

@test "another policy of the same key is refused" {
	wk set-fscrypt-policy --padding 16B "$K" "$D"
	wk set-fscrypt-policy --padding 16B "$K" "$D"
	refused 5 fscrypt.other-policy "a policy cannot be changed" set-fscrypt-policy "$K" "$D"
	has_policy 0201040200000000 "$D"
}

# The sandbox holds the directory for a moment longer than the process lives.
@test "the key can be removed as soon as the policy is set" {
	local i
	for i in 1 2 3 4 5; do
		mkdir "$D/$i"
		wk set-fscrypt-policy "$K" "$D/$i"
		wk remove-from-fscrypt "$K" "$MNT"
		wk add-to-fscrypt "${KEY[@]}" "$K" "$MNT"
	done
}

@test "a path of nearly PATH_MAX" {
	local path=$D
	while [ ${#path} -lt 4093 ]; do path+=/.; done
	wk set-fscrypt-policy "$K" "$path"
	has_policy 0201040300000000 "$D"
	is_empty "$D"
	refused 1 errno.ENAMETOOLONG "" set-fscrypt-policy "$K" "$path/././."
}

@test "a full file system: nothing is left, nothing is set" {
	image -b 4096 -O encrypt -N 16
	# Every inode but two: the trial directory and its subdirectory have one each.
	while touch mnt/f$RANDOM$RANDOM 2>/dev/null; do :; done
	local files=(mnt/f*)
	rm "${files[0]}"
	mkdir mnt/d
	refused 1 fscrypt.full "the file system is full" set-fscrypt-policy "$K" mnt/d
	untouched mnt/d
	rm "${files[1]}"
	refused 1 fscrypt.full "cannot make files under the policy: the file system is full" \
		set-fscrypt-policy "$K" mnt/d
	untouched mnt/d
	rm "${files[2]}"
	refused 1 fscrypt.full "the file system is full" set-fscrypt-policy "$K" mnt/d
	untouched mnt/d
	rm "${files[3]}"
	wk set-fscrypt-policy "$K" mnt/d
	has_policy 0201040300000000 mnt/d
}

@test "--json of both" {
	answers ".identifier == \"$ID\" and .contents == \"AES-256-XTS\" and
		.filenames == \"AES-256-CTS\" and .padding_bytes == 32 and .flags == [] and
		.data_unit_bytes == 1024 and (has(\"dry_run\") | not)" \
		set-fscrypt-policy --data-unit-size 1KiB "$K" "$D"
	answers ".version == 2 and .identifier == \"$ID\" and (has(\"descriptor\") | not) and
		.contents == \"AES-256-XTS\" and .filenames == \"AES-256-CTS\" and
		.padding_bytes == 32 and .flags == [] and .data_unit_bytes == 1024 and
		(.nonce | test(\"^[0-9a-f]{32}$\"))" get-fscrypt-policy "$D"
}

# nonce_of PATH: FS_IOC_GET_ENCRYPTION_NONCE.
nonce_of() {
	/usr/bin/python3 -c 'import fcntl, os, sys
arg = bytearray(16)
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8010661b, arg)
print(arg.hex())' "$1"
}

@test "get-fscrypt-policy as text; each file has a nonce of its own" {
	wk set-fscrypt-policy "$K" "$D"
	echo x >"$D/f"
	wk get-fscrypt-policy "$D/f"
	# shellcheck disable=SC2001 # a repetition
	diff -u - <(sed 's/:  */: /' <<<"$output") <<-END
		Version: 2
		Identifier: $ID
		Contents: AES-256-XTS
		Filenames: AES-256-CTS
		Padding: 32 bytes
		Flags: none
		Data unit: a block
		Nonce: $(nonce_of "$D/f")
	END
	[ "$(nonce_of "$D")" != "$(nonce_of "$D/f")" ]
	answers ".nonce == \"$(nonce_of "$D")\"" get-fscrypt-policy "$D"
}

@test "get-fscrypt-policy needs no key; a locked file names its directory" {
	wk set-fscrypt-policy "$K" "$D"
	echo x >"$D/f"
	mkdir "$D/sub"
	wk remove-from-fscrypt "$K" "$MNT"
	answers ".identifier == \"$ID\" and (.nonce | length) == 32" get-fscrypt-policy "$D"
	local f
	f=$(find "$D" -mindepth 1 -type f)
	refused 4 fscrypt.no-key "is locked: its key is not there"$'\n'"hint: ask for the directory" \
		get-fscrypt-policy "$f"
	answers ".identifier == \"$ID\"" get-fscrypt-policy "$(find "$D" -mindepth 1 -type d)"
	wk add-to-fscrypt "${KEY[@]}" "$K" "$MNT"
}

@test "get-fscrypt-policy reads policies of version 1" {
	mkdir "$D/xts" "$D/adiantum"
	set_policy 000104020123456789abcdef "$D/xts"
	wk get-fscrypt-policy "$D/xts"
	[[ $output == "Version: "*" 1"$'\n'"Descriptor: "*" 0123456789abcdef"$'\n'* ]] ||
		bad "version and descriptor"
	[[ $output == *"Padding: "*" 16 bytes"$'\n'* ]] || bad "16 bytes"
	answers '.version == 1 and .descriptor == "0123456789abcdef" and
		(has("identifier") | not) and .contents == "AES-256-XTS" and
		.filenames == "AES-256-CTS" and .padding_bytes == 16 and .flags == []' \
		get-fscrypt-policy "$D/xts"
	set_policy 0009090757aa57aa57aa57aa "$D/adiantum"
	answers '.descriptor == "57aa57aa57aa57aa" and .contents == "Adiantum" and
		.flags == ["DIRECT_KEY"]' get-fscrypt-policy "$D/adiantum"
	refused 5 fscrypt.other-policy "" set-fscrypt-policy "$K" "$D/xts"
}

@test "get-fscrypt-policy names each mode by the kernel's number, whatever ciphers it has" {
	local numbers names
	while read -r numbers names; do
		mkdir "$D/$numbers"
		set_policy "02${numbers}0000000000$ID" "$D/$numbers"
		answers "\"\(.contents) \(.filenames)\" == \"$names\" and .padding_bytes == 4" \
			get-fscrypt-policy "$D/$numbers"
	done <<-'END'
		0104 AES-256-XTS AES-256-CTS
		010a AES-256-XTS AES-256-HCTR2
		0506 AES-128-CBC AES-128-CTS
		0708 SM4-XTS SM4-CTS
		0909 Adiantum Adiantum
	END
}

@test "get-fscrypt-policy of what is not encrypted: exit 4" {
	touch "$D/f"
	mkfifo "$D/fifo"
	ln -s nowhere "$D/link"
	refused 4 fscrypt.not-encrypted "$D: cannot read the policy: it is not encrypted"$'\n'"hint: " \
		get-fscrypt-policy "$D"
	refused 4 fscrypt.not-encrypted "$D/f: " get-fscrypt-policy "$D/f"
	refused 4 fscrypt.not-encrypted "neither a regular file nor a directory" \
		get-fscrypt-policy "$D/fifo"
	refused 4 fscrypt.not-encrypted "neither" get-fscrypt-policy /dev/null
	refused 4 errno.ENOENT "" get-fscrypt-policy "$D/link"
	refused 4 errno.ENOENT "" get-fscrypt-policy "$D/nothing"
	image -b 4096 -O ^encrypt 2>/dev/null || :
	mountpoint -q mnt
	refused 10 fscrypt.feature "tune2fs -O encrypt" get-fscrypt-policy mnt
}

@test "get-fscrypt-policy as somebody else: what may be opened" {
	wk set-fscrypt-policy "$K" "$D"
	chmod 700 "$D"
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
	tried as_nobody "$WKEYCTL" get-fscrypt-policy "$D"
	[ "$status" -eq 17 ] || bad "status 17"
	chmod 755 "$D"
	tried as_nobody "$WKEYCTL" get-fscrypt-policy "$D"
	[ "$status" -eq 0 ] || bad "status 0"
}

@test "values of options, without a mount" {
	local set=(set-fscrypt-policy)
	refused 1 usage.bad-value "expected one of 4B, 8B, 16B or 32B" "${set[@]}" --padding 32 k.wk .
	refused 1 usage.bad-value "" "${set[@]}" --padding 64B k.wk .
	refused 1 usage.bad-value "a size with its unit.*from 512B to 64KiB" \
		"${set[@]}" --data-unit-size 4096 k.wk .
	refused 1 usage.bad-value "" "${set[@]}" --data-unit-size 256B k.wk .
	refused 1 usage.bad-value "" "${set[@]}" --data-unit-size 128KiB k.wk .
	refused 1 usage.bad-value "'3KiB', expected a power of two from 512B to 64KiB" \
		"${set[@]}" --data-unit-size 3KiB k.wk .
	refused 1 usage.bad-value "expected one of AES-256-XTS, AES-128-CBC, SM4-XTS or Adiantum" \
		"${set[@]}" --contents aes-256-xts k.wk .
	# Names have modes that contents do not, and the other way.
	refused 1 usage.bad-value "" "${set[@]}" --contents AES-256-CTS k.wk .
	refused 1 usage.bad-value "" "${set[@]}" --filenames AES-256-XTS k.wk .
	refused 1 usage.missing-argument "PATH" get-fscrypt-policy
	refused 1 usage.extra-argument "'b'" get-fscrypt-policy a b
	# Rules come before files are opened.
	refused 10 fscrypt.policy "exclude each other" \
		"${set[@]}" --iv-ino-lblk-64 --direct-key nothing.wk nowhere
}

@test "a file system that cannot, without a mount" {
	refused 10 fscrypt.no-support "type proc have no fscrypt" get-fscrypt-policy /proc
	refused 10 fscrypt.no-support "type proc" get-fscrypt-policy /proc/version
}
