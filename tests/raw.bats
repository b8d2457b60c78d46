#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Raw storage: key files on devices and images, in two copies.  The bytes of a
# copy and every fault of a call are in tests/unit/test_rawcopy.c and
# test_store_raw*.c.

# slow: regions of megabytes
load helpers
load commands

REGION=262144
COPY=131072

setup_file() {
	make_secrets
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	DEVICE=
}

teardown() {
	local d
	cd /
	if mountpoint -q "$BATS_TEST_TMPDIR/mnt" 2>/dev/null; then
		umount "$BATS_TEST_TMPDIR/mnt"
	fi
	[ -z "${SWAP:-}" ] || swapoff "$SWAP" 2>/dev/null || :
	for d in $(losetup -a 2>/dev/null | sed -n "s|^\([^:]*\):.*($BATS_TEST_TMPDIR/.*|\1|p"); do
		partx -d "$d" 2>/dev/null || :
		losetup -d "$d"
	done
}

# Root of a user namespace has the devices, but may not do much with them.
lacks_loop() {
	local d
	truncate -s 1M "$BATS_TEST_TMPDIR/need"
	d=$(losetup -f --show "$BATS_TEST_TMPDIR/need" 2>&1) || { echo "no loop devices: $d"; return 0; }
	if addpart "$d" 1 8 8 2>/dev/null; then
		delpart "$d" 1
		losetup -d "$d"
		return 1
	fi
	losetup -d "$d"
	echo "no partitions on loop devices"
}

# image [BYTES [FILL]]: img, made anew; FILL is a byte in octal.
image() {
	rm -f img
	head -c "${1:-1048576}" /dev/zero | tr '\0' "\\${2:-000}" >img
}

# made LOCATION OPTION...: a key file there.
made() {
	wk -q generate -b soft "${KEY[@]}" --name k "${@:2}" "$1"
}

# spoil IMAGE OFFSET: another byte there, where none was 'x'.
spoil() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	# shellcheck disable=SC2059 # the byte
	printf "\\$(printf %03o $((255 - byte)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# disk PARTITION...: $DEVICE is a loop device of 8 MiB with a GPT, and the
# kernel knows its partitions (LABEL:FIRST:COUNT), $DEVICE"p1" and so on.
disk() {
	local p n=0 first count
	rm -f disk
	truncate -s 8M disk
	"$TOP/tests/gpt.py" disk "$@"
	DEVICE=$(losetup -P -f --show disk)
	[ -e "${DEVICE}p1" ] || for p in "$@"; do
		# A kernel that reads no GPT is told.
		n=$((n + 1)) count=${p##*:} first=${p%:*}
		addpart "$DEVICE" $n "${first##*:}" "$count"
	done
	[ -b "${DEVICE}p1" ]
}

# --- making and reading ---------------------------------------------------------

@test "every command takes a raw region of an image, from either end" {
	local at
	need keyring
	image
	for at in 0 256KiB 524288B; do
		made "raw:img@$at"
		wk inspect "raw:img@$at"
		wk test "${KEY[@]}" "raw:$PWD/img@$at"
		wk load "${KEY[@]}" --keyring @s --force "raw:img@$at"
		wk slots "raw:img@$at"
	done
	# All of the image is taken but its end.
	[ -z "$(tail -c $REGION img | tr -d '\0')" ]
	made raw:img@-256KiB
	wk test "${KEY[@]}" raw:img@768KiB
	[ "$(field raw:img@-256KiB .key_id)" = "$(field raw:img@768KiB .key_id)" ]
	exits 2 "the wrapping key is wrong" "$WKEYCTL" test "${OTHER[@]}" raw:img@0
}

@test "several at once, and a list" {
	image
	wk -q generate -b soft "${KEY[@]}" raw:img@0 raw:img@256KiB k.wk
	printf '%s\n' raw:img@0 raw:img@256KiB k.wk >list
	wk generate -b soft "${KEY[@]}" --files-from list --if-absent
	refused 12 batch.partial "" generate -b soft "${KEY[@]}" --files-from list
}

@test "both copies are made, and nothing else is touched" {
	image 1048576 125
	cp img before
	made raw:img@256KiB --force
	cmp -n 262144 before img
	cmp -i 524288 before img
	tail -c +262145 img | head -c 16 | cmp - <(printf 'WKEYCTL RAW COPY')
	tail -c +$((262145 + COPY)) img | head -c 16 | cmp - <(printf 'WKEYCTL RAW COPY')
	cmp -n 65536 -i $((REGION + 4096)):$((REGION + COPY + 4096)) img img
	[ "$(stat -c %s img)" -eq 1048576 ]
}

@test "inspect shows both copies" {
	image
	made raw:img@-512KiB
	wk inspect raw:img@-512KiB
	diff - <(head -n 12 <<<"$output") <<-'END'
		  Device:           img
		  Offset:           524288
		    Copy:           0
		    State:          good
		    Used:           yes
		    Sequence:       1
		    Epoch:          1
		    Copy:           1
		    State:          good
		    Used:           no
		    Sequence:       1
		    Epoch:          1
	END
	[[ $output == *"Name:               k"* ]]
	answers '.raw == {device: "img", offset_bytes: 524288, newest: 0, copies: [
		{copy: 0, state: "good", used: true, sequence: 1, epoch: 1},
		{copy: 1, state: "good", used: false, sequence: 1, epoch: 1}]}' \
		inspect raw:img@-512KiB
	cp "$VALID/full.wk" k.wk
	answers 'has("raw") | not' inspect k.wk
}

@test "inspect shows both copies where no key file is, and fails" {
	image
	exits 4 "raw:img@0: no key file: 'img' is empty" "$WKEYCTL" inspect raw:img@0
	exits 4 "" "$WKEYCTL" --json inspect raw:img@0
	is_answer inspect false '.raw.copies | map(.state) == ["empty", "empty"]'
	is_answer inspect false '.errors[0].code == "raw.empty" and (.raw | has("newest") | not)'
	made raw:img@0
	spoil img 30
	spoil img $((COPY + 4200))
	exits 13 "both copies are damaged: copy 0: the CRC-32 of its header .*copy 1: the CRC-32 of its key" \
		"$WKEYCTL" inspect raw:img@0
	[[ $output == *"Why:            the CRC-32 of its key file is wrong"* ]] || bad "why"
	exits 13 "" "$WKEYCTL" --json inspect raw:img@0
	is_answer inspect false '.errors[0].code == "raw.damaged" and
		.raw.copies[0] == {copy: 0, state: "damaged", used: false,
			why: "the CRC-32 of its header is wrong"}'
	image 262144 125
	exits 13 "no key file, but other data" "$WKEYCTL" inspect raw:img@0
	exits 13 "" "$WKEYCTL" --json inspect raw:img@0
	is_answer inspect false '.errors[0].code == "raw.foreign" and
		(.raw.copies | map(.state) == ["foreign", "foreign"])'
}

# --- what is refused ------------------------------------------------------------

# everywhere STATUS CODE REGEX LOCATION: by commands that read, make and change.
everywhere() {
	refused "$1" "$2" "$3" test --batch "$4"
	refused "$1" "$2" "$3" load --batch "$4"
	refused "$1" "$2" "$3" generate -b soft "${KEY[@]}" --name k "$4"
	refused "$1" "$2" "$3" add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" "$4"
}

@test "locations that are none: exit 1" {
	everywhere 1 usage.bad-value "raw:img: no '@'" raw:img
	everywhere 1 usage.bad-value "raw:img@4096: no number of bytes" raw:img@4096
	everywhere 1 usage.bad-value "raw:img@5KiB: the offset is no multiple of 4096" raw:img@5KiB
	everywhere 1 usage.bad-value "begins at -256KiB at the latest" raw:img@-4KiB
	everywhere 1 usage.bad-value "part:@0: no label" part:@0
	everywhere 1 usage.bad-value "a label has no '/'" part:a/b@0
	[[ $stderr$output == *"4MiB"* ]] || bad "how it is written"
	is_empty .
}

@test "devices that are not there, none, too small or not allowed" {
	everywhere 4 file.not-found "raw:img@0: there is no 'img'" raw:img@0
	everywhere 4 raw.no-label "no partition with the label 'wkeyctl-test none'" "part:wkeyctl-test none@0"
	mkdir folder
	everywhere 1 raw.not-a-device "neither a block device nor a regular file" raw:folder@0
	everywhere 1 raw.not-a-device "/dev/null@4KiB: '/dev/null' is neither" /dev/null@4KiB
	image 262143
	everywhere 1 raw.too-small "'img' has 262143 bytes; a key file takes 262144 bytes from 0 on" raw:img@0
	everywhere 1 raw.too-small "from -1048576 on" raw:img@-1MiB
	nobodys d
	image
	made raw:img@0
	cp img d/img
	chmod 0 d/img
	tried as_nobody "$WKEYCTL" inspect raw:d/img@0
	[ "$status" -eq 17 ] && [[ $stderr == *"permission to read it is denied"* ]] || bad "status 17"
	chmod 444 d/img
	[ "$(id -u)" != 0 ] || chown 0:0 d/img
	tried as_nobody "$WKEYCTL" --json restore --repair raw:d/img@0
	[ "$status" -eq 17 ] || bad "status 17"
	is_answer restore false '.errors[0].code == "file.denied" and
		(.errors[0].detail | contains("permission to write to it is denied"))'
	tried as_nobody "$WKEYCTL" inspect raw:d/img@0
	[ "$status" -eq 0 ] || bad "reading is enough to read"
}

@test "a key file is never overwritten: exit 5, and 15 with --force" {
	image
	made raw:img@0
	cp img before
	refused 5 file.exists "raw:img@0: a key file is there already" \
		generate -b soft "${KEY[@]}" --name k raw:img@0
	refused 15 raw.holds-key "a raw region keeps no old one" \
		generate -b soft "${KEY[@]}" --name k --force raw:img@0
	is_answer generate false '.errors[0].hint | contains("seek=0 count=64 conv=notrunc")'
	# Half of one is one.
	refused 5 file.exists "" generate -b soft "${KEY[@]}" --name k raw:img@-896KiB
	refused 15 raw.holds-key "reach into another key file" \
		generate -b soft "${KEY[@]}" --name k --force raw:img@-896KiB
	cmp before img
	wk -q generate -b soft "${KEY[@]}" --name k --if-absent raw:img@0
	cmp before img
	refused 5 file.exists "its name is another" \
		generate -b soft "${KEY[@]}" --name other --if-absent raw:img@0
	refused 1 usage.conflict "DER only" generate -b soft "${KEY[@]}" --pem raw:img@512KiB
	# As the hint says.
	dd if=/dev/zero of=img bs=4096 seek=0 count=64 conv=notrunc status=none
	made raw:img@0
}

@test "other data are overwritten with --force only: exit 15" {
	image 1048576 101
	cp img before
	refused 15 raw.not-empty "the 256KiB at 262144 of 'img' hold other data" \
		generate -b soft "${KEY[@]}" --name k raw:img@256KiB
	refused 13 raw.foreign "other data" test "${KEY[@]}" raw:img@256KiB
	cmp before img
	made raw:img@256KiB --force
	# Erased flash is empty.
	image 1048576 377
	made raw:img@256KiB
	wk test "${KEY[@]}" raw:img@256KiB
}

@test "--dry-run writes nothing, and refuses the same" {
	image
	cp img before
	wk generate -b soft "${KEY[@]}" --name k --dry-run raw:img@0
	cmp before img
	image 1048576 101
	refused 15 raw.not-empty "" generate -b soft "${KEY[@]}" --name k --dry-run raw:img@0
}

# --- damage ---------------------------------------------------------------------

# mends N WHY: copy N of raw:img@0 is told by what reads, mended by what changes.
mends() {
	local n=$1 why=$2
	cp img damaged
	tried "$WKEYCTL" test "${KEY[@]}" raw:img@0
	[ "$status" -eq 0 ] || bad "status 0"
	[[ $stderr == "wkeyctl: test: warning: raw:img@0: copy $n $why"*"; 'wkeyctl restore --repair raw:img@0' or the next change mends it" ]] ||
		bad "a warning of copy $n"
	wk -q inspect raw:img@0
	cmp img damaged
	tried "$WKEYCTL" restore --repair raw:img@0
	[[ $status == 0 && $output == *"copy $n "* ]] || bad "copy $n is repaired"
	cmp img whole
	cp damaged img
	tried "$WKEYCTL" add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" raw:img@0
	[ "$status" -eq 0 ] || bad "status 0"
	[[ $stderr == *"copy $n $why"*"it has been written anew"* ]] || bad "what was mended"
	wk test "${KEY[@]}" raw:img@0
	[ "$(field raw:img@0 '.raw.copies | map(.state) | join(" ")')" = "good good" ]
	cp whole img
}

@test "a damaged copy is told, and mended by the next change or by restore" {
	local at
	image
	made raw:img@0
	cp img whole
	for at in 0 15 16 20 24 32 36 100 4091 4095 4096 4200; do
		spoil img "$at"
		mends 0 "is damaged"
		spoil img $((COPY + at))
		mends 1 "is damaged"
	done
	for at in 0 1; do
		dd if=/dev/zero of=img bs=4096 seek=$((at * 32)) count=32 conv=notrunc status=none
		mends $at "is damaged (it is empty)"
		tr '\0' '\377' </dev/zero | head -c $COPY | dd of=img bs=$COPY seek=$at conv=notrunc status=none
		mends $at "is damaged (it is empty)"
		yes | head -c $COPY | dd of=img bs=$COPY seek=$at conv=notrunc status=none
		mends $at "is damaged (its header is gone)"
	done
}

@test "both copies damaged: exit 13, a backup is restored over them" {
	image
	made raw:img@0
	wk backup "${KEY[@]}" raw:img@0 k.bak
	spoil img 4200
	spoil img $((COPY + 20))
	refused 13 raw.damaged "both copies are damaged" test "${KEY[@]}" raw:img@0
	refused 13 raw.damaged "both copies" add-slot -b soft "${KEY[@]}" \
		--new-wrapping-key-file "$SECRETS/other" raw:img@0
	refused 5 file.exists "what is left of a key file" restore "${KEY[@]}" k.bak raw:img@0
	is_answer restore false '.errors[0].hint | contains("--force")'
	wk restore --force "${KEY[@]}" k.bak raw:img@0
	wk test "${KEY[@]}" raw:img@0
}

@test "the published regions: made again, and judged as raw.json says" {
	works "$TOP/tests/vectors/raw.py" --check
	works "$TOP/tests/vectors/raw.py" --tool "$WKEYCTL"
	[ "$(jq '.vectors | length' "$TOP/tests/vectors/raw.json")" -ge 40 ]
}

# --- power ------------------------------------------------------------------------

add_slot() {
	"$@" "$WKEYCTL" -q add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" raw:img@0
}

# slots_now: how many slots the key file has.
slots_now() {
	field raw:img@0 '.slots | length'
}

@test "power that goes at any write leaves the old key file or the new one" {
	local call n
	image
	made raw:img@0
	cp img whole
	for call in pwrite64 fdatasync; do
		for n in 1 2; do
			cp whole img
			run -137 add_slot strace -qq -o log -e "trace=$call" \
				-e "inject=$call:signal=SIGKILL:when=$n"
			wk -q test "${KEY[@]}" raw:img@0
			[ "$(slots_now)" -eq $((n == 1 && ${#call} == 8 ? 1 : 2)) ] || bad "$call $n"
			# Whatever was left, the next change mends it.
			works add_slot
			wk test "${OTHER[@]}" raw:img@0
			[ "$(field raw:img@0 '.raw.copies | map(.epoch) | unique | length')" -eq 1 ]
		done
	done
}

@test "power that goes while the first one is made" {
	local call n
	for call in pwrite64 fdatasync; do
		for n in 1 2; do
			image
			tried strace -qq -o log -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" \
				"$WKEYCTL" -q generate -b soft "${KEY[@]}" --name k raw:img@0
			[ "$status" -eq 137 ] || bad "killed"
			tried "$WKEYCTL" -q generate -b soft "${KEY[@]}" --name k --if-absent raw:img@0
			[ "$status" -eq 0 ] || bad "the same again"
			wk -q test "${KEY[@]}" raw:img@0
		done
	done
}

@test "a medium that fails: nothing is lost, and it is said which copy stands" {
	local call e
	image
	made raw:img@0
	cp img whole
	for call in pwrite64 fdatasync; do
		for e in EIO ENOSPC; do
			cp whole img
			exits 1 "raw:img@0: writing copy 1 to the medium: " \
				add_slot strace -qq -o log -e "trace=$call" -e "inject=$call:error=$e:when=1"
			cmp img whole
			exits 1 "writing copy 0 to the medium: .*; the new key file stands in copy 1 only.*restore --repair" \
				add_slot strace -qq -o log -e "trace=$call" -e "inject=$call:error=$e:when=2"
			[ "$(slots_now)" -eq 2 ]
			wk restore --repair raw:img@0
			wk test "${OTHER[@]}" raw:img@0
		done
	done
	image
	cp img whole
	exits 1 "writing copy 1" strace -qq -o log -e trace=pwrite64 -e inject=pwrite64:error=EIO:when=2 \
		"$WKEYCTL" generate -b soft "${KEY[@]}" --name k raw:img@0
	cmp img whole
}

@test "of 10 that change it at once none is lost" {
	local i n=10
	image
	made raw:img@0
	for ((i = 0; i < n; i++)); do
		head -c 32 /dev/urandom >"new.$i"
		{
			"$WKEYCTL" -q add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "new.$i" \
				raw:img@0 >"out.$i" 2>"err.$i" || echo "$?" >"failed.$i"
		} 3>&- &
	done
	wait
	[ -z "$(compgen -G 'failed.*')" ] || { head err.* failed.*; return 1; }
	[ "$(slots_now)" -eq $((n + 1)) ]
	for ((i = 0; i < n; i++)); do
		wk -q test --wrapping-key-file "new.$i" raw:img@0
	done
}

# --- devices ----------------------------------------------------------------------

@test "a partition that is mounted, swapped to or held is not written to: exit 15" {
	local held
	need root loop
	disk one:2048:4096 two:8192:4096
	made "${DEVICE}p1@0"
	wk test "${KEY[@]}" "${DEVICE}p1@0"
	mkfs.ext4 -q -F "${DEVICE}p2"
	mkdir mnt
	mount "${DEVICE}p2" mnt
	refused 15 raw.in-use "in use: mounted on $PWD/mnt" \
		generate -b soft "${KEY[@]}" --name k --force "${DEVICE}p2@-256KiB"
	umount mnt
	mkswap -q "${DEVICE}p2" 2>/dev/null
	if swapon "${DEVICE}p2" 2>/dev/null; then
		SWAP=${DEVICE}p2
		refused 15 raw.in-use "in use" generate -b soft "${KEY[@]}" --name k --force "${DEVICE}p2@0"
		swapoff "$SWAP"
		SWAP=
	fi
	mkfifo ready
	/usr/bin/python3 -c 'import os, sys, time
f = os.open(sys.argv[1], os.O_RDONLY | os.O_EXCL)
open("ready", "w").close()
time.sleep(60)' "${DEVICE}p1" 3>&- &
	held=$!
	read -r <ready || :
	# Reading is no harm.
	wk test "${KEY[@]}" "${DEVICE}p1@0"
	refused 15 raw.in-use "held by a program" add-slot -b soft "${KEY[@]}" \
		--new-wrapping-key-file "$SECRETS/other" "${DEVICE}p1@0"
	kill $held
	wait $held || :
	wk -q add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" "${DEVICE}p1@0"
	wk test "${OTHER[@]}" "${DEVICE}p1@0"
}

@test "a gap between partitions is fine also while they are mounted" {
	need root loop
	disk one:2048:4096 two:8192:4096
	mkfs.ext4 -q -F "${DEVICE}p1"
	mkdir mnt
	mount "${DEVICE}p1" mnt
	made "$DEVICE@3MiB"
	wk -q add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" "$DEVICE@3MiB"
	wk test "${OTHER[@]}" "$DEVICE@3MiB"
	made "$DEVICE@256KiB"
	umount mnt
	fsck.ext4 -fn "${DEVICE}p1"
}

@test "a region does not reach into partitions or their table: exit 15" {
	local at
	need root loop
	disk one:2048:4096 two:8192:4096
	cp disk before
	# Into the first, out of it, in the middle, into the second.
	for at in 772KiB 1MiB 3068KiB 2MiB 3844KiB; do
		refused 15 raw.partition "reach into the partition ${DEVICE#/dev/}p[12]" \
			generate -b soft "${KEY[@]}" --name k --force "$DEVICE@$at"
	done
	for at in 0 4KiB 16KiB -256KiB -260KiB; do
		refused 15 raw.partition-table "reach into the partition table" \
			generate -b soft "${KEY[@]}" --name k --force "$DEVICE@$at"
	done
	cmp disk before
	made "$DEVICE@20KiB"
	made "$DEVICE@768KiB"
	made "$DEVICE@3MiB"
	made "$DEVICE@-276KiB"
}

@test "a disk that is mounted itself" {
	need root loop
	image 4194304
	mkfs.ext4 -q -F img
	DEVICE=$(losetup -f --show img)
	mkdir mnt
	mount "$DEVICE" mnt
	refused 15 raw.in-use "mounted on" generate -b soft "${KEY[@]}" --name k --force "$DEVICE@1MiB"
}

@test "a read-only device says how it becomes writable" {
	need root loop
	image
	made raw:img@0
	DEVICE=$(losetup -r -f --show img)
	wk test "${KEY[@]}" "$DEVICE@0"
	refused 1 file.read-only "$DEVICE@0: the device is read-only" restore --repair "$DEVICE@0"
	is_answer restore false '.errors[0].hint | contains("blockdev --setrw '"$DEVICE"'")'
	losetup -d "$DEVICE"
	DEVICE=$(losetup -f --show img)
	wk restore --repair "$DEVICE@0"
}

# --- labels -----------------------------------------------------------------------

# privately FOLDER:PLACE... -- COMMAND...: runs it where each folder stands at its
# place, in mounts of its own.  In a chroot "/" is no mount, and stays as it is.
privately() {
	# shellcheck disable=SC2016 # in the other shell
	unshare -m --propagation unchanged bash -c '
		while [ "$1" != -- ]; do
			at=${1#*:}
			until [ "$at" = / ] || mountpoint -q "$at"; do at=$(dirname "$at"); done
			mount --make-rprivate "$at" && mount --bind "${1%%:*}" "${1#*:}" || exit
			shift
		done
		shift
		exec "$@"' sh "$@"
}

# labelled NAME=LABEL...: in a mount namespace of its own, with a /sys that knows
# partitions /dev/NAME by their labels, and without udev's links, runs "$RUN".
labelled() {
	local p
	rm -rf sys
	mkdir sys
	for p in "$@"; do
		mkdir "sys/${p%%=*}"
		printf 'MAJOR=7\nMINOR=0\nDEVNAME=%s\nDEVTYPE=partition\nPARTN=1\nPARTNAME=%s\n' \
			"${p%%=*}" "${p#*=}" >"sys/${p%%=*}/uevent"
	done
	privately sys:/sys/class/block -- "${RUN[@]}"
}

@test "a partition by its label, without udev" {
	local d
	need root loop
	image
	d=$(losetup -f --show img)
	RUN=("$WKEYCTL" -q generate -b soft "${KEY[@]}" --name k "part:wk keys@256KiB")
	works labelled "${d#/dev/}=wk keys" "loop-other=other" "loop-third=wk keys2"
	wk test "${KEY[@]}" "$d@256KiB"
	RUN=("$WKEYCTL" --json inspect "part:wk keys@256KiB")
	works labelled "loop-other=other" "${d#/dev/}=wk keys"
	[ "$(jq -r .raw.device <<<"$output")" = "$d" ]
	# Not the whole label.
	exits 4 "" labelled "${d#/dev/}=wk keys2" "loop-other=wk key" "loop-third=wk"
	# It is known, but its node is gone.
	exits 4 "" labelled "loop-none=wk keys"
	[ "$(jq -r '.errors[0].code' <<<"$output")" = raw.no-label ]
}

@test "two partitions with the label: exit 15, naming both" {
	local d command
	need root loop
	image
	d=$(losetup -f --show img)
	for command in test generate\ -b\ soft restore\ --repair; do
		# shellcheck disable=SC2206 # words
		RUN=("$WKEYCTL" --json $command)
		[[ $command == restore* ]] || RUN+=("${KEY[@]}")
		RUN+=(part:keys@0)
		exits 15 "" labelled "${d#/dev/}=keys" loop-b=keys
		jq -e '.errors[0] | .code == "raw.same-label" and
			(.detail | test("/dev/loop[^ ]* and /dev/loop")) and
			(.hint | test("/dev/loop"))' <<<"$output" || bad "both"
	done
}

@test "a label that only udev knows" {
	local d label='a b\Ä'
	need root loop
	image
	d=$(losetup -f --show img)
	made "$d@0"
	mkdir -p dev/disk/by-partlabel sys
	cp -a "$d" /dev/null /dev/urandom dev
	ln -s "../../${d#/dev/}" 'dev/disk/by-partlabel/a\x20b\x5cÄ'
	ln -s ../../null 'dev/disk/by-partlabel/null'
	works privately dev:/dev sys:/sys/class/block -- "$WKEYCTL" test "${KEY[@]}" "part:$label@0"
	exits 4 "no partition with the label 'null'" \
		privately dev:/dev sys:/sys/class/block -- "$WKEYCTL" test "${KEY[@]}" "part:null@0"
}

@test "a partition by the label in its GPT" {
	need root loop
	disk "wkeyctl-test one":2048:4096 "wkeyctl-test two":8192:4096
	if ! grep -qs "PARTNAME=wkeyctl-test" "/sys/class/block/${DEVICE#/dev/}p1/uevent"; then
		in_uml "this kernel reads no GPT"
		return 0
	fi
	made "part:wkeyctl-test two@-1MiB"
	wk test "${KEY[@]}" "${DEVICE}p2@1MiB"
	wk -q add-slot -b soft "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other" "part:wkeyctl-test two@-1MiB"
	wk test "${OTHER[@]}" "${DEVICE}p2@1MiB"
}

@test "the name of a key there is that of the device, image or label" {
	image
	wk generate -q -b soft "${KEY[@]}" "raw:$PWD/img@0"
	answers '.name == "img"' inspect raw:img@0
	wk generate -q -b soft "${KEY[@]}" --name other raw:img@256KiB
	answers '.name == "other"' inspect raw:img@256KiB
}
