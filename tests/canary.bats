#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Secrets that can be recognized go in everywhere; they are searched for in all
# that comes out, and in the stopped process's memory outside of the arena.
#
# gdb cannot read memory of memfd_secret(2), so the memory tests take that away
# (tests/without.c): the arena is then anonymous and locked.

# shares @u
load helpers

# No words, which might stand in a library.  The prefix that outputs are
# searched for is long enough, and in base64 it ends on a whole group.
RAW=Kq7Zt2LwXv9Bn4MsJd8Rf5Hk3Pg6Yc1TxUe0WaQiSoDzFlGhNbVmCr8Ej2Ay7Op5
WRAPPING_KEY=W4rJ5t8Kq2Zr7Nw4Xb9Vd3Lh6Tm1Qc0F
BOOT_KEY=Zc4Mv8Qy1Hn6Wd3Lt9Rk5Pg2Xb7Fj0Sa
PASSPHRASE=pUe7Yw3Rq9To5Ip1As8Df4Gj6Hk2Lz0XcVn6Bm1Qw
PREFIX=24

setup_file() {
	"${CC:-cc}" -D_GNU_SOURCE -O1 -o "$BATS_FILE_TMPDIR/without" "$TOP/tests/without.c"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	CANARY=$TOP/tests/canary
	secret_file raw $RAW >/dev/null
	secret_file wrapping-key $WRAPPING_KEY >/dev/null
	secret_file passphrase $PASSPHRASE >/dev/null
	by_key=(--wrapping-key-file wrapping-key)
	by_passphrase=(--passphrase-file passphrase)
	# shellcheck disable=SC2206 # a list of words
	cheap=($KDF_FAST)
}

teardown() {
	[ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || :
	if [ -n "${there:-}" ]; then
		keyctl unlink "$(keyctl search @u user wkeyctl:boot)" @u || :
		[ "$there" = none ] || { keyctl link "$there" @u; keyctl unlink "$there" @s; }
	fi
	drop_fscrypt_mounts
}

# importing TOOL [OPTION...]: the command, without the name of the key file.
importing() {
	local tool=$1
	shift
	import=("$tool" import --batch -b soft --raw-file raw "$@")
}

# stops NAME CALLS COMMAND...: runs the command in gdb; leaves in the folder NAME
# what was in memory at the entry of each of these system calls.
stops() {
	local name=$1 calls=$2
	shift 2
	mkdir "$name"
	gdb -batch -nx -ex "python calls, folder = '$calls'.split(), '$name'" \
		-x "$CANARY/stop.py" --args "$BATS_FILE_TMPDIR/without" secretmem -- "$@" \
		>"$name/log" 2>&1 </dev/null
	[ "$(cat "$name/status")" = 0 ] || { cat "$name/log"; return 1; }
	local core secrets=(raw wrapping-key passphrase)
	[ ! -e boot-key ] || secrets+=(boot-key)
	for core in "$name"/*.core; do
		/usr/bin/python3 "$CANARY/search.py" "$core" "${core%core}smaps" \
			"${secrets[@]}" >"${core%core}found" ||
			{ cat "${core%core}found"; return 1; }
		echo "$core"
		cat "${core%core}found"
		# They are large.
		rm "$core"
	done
}

# holds STOP SECRET...: each whole SECRET stands in the arena: the search works.
holds() {
	local stop=$1 secret size
	shift
	for secret; do
		size=$(stat -c %s "$secret")
		grep -qE "^arena .* $size bytes of $secret " "$stop.found" ||
			{ echo "$secret is not in the arena at $stop"; return 1; }
	done
}

# tidy NAME: nothing outside of the arena at any stop, and nothing at all at the
# end.
tidy() {
	if grep ^outside "$1"/*.found; then
		echo "the secrets above stand outside of the arena"
		return 1
	fi
	if grep '^arena ' "$1"/*-exit_group.found; then
		echo "the secrets above are left at the end"
		return 1
	fi
	[ "$(wc -l <"$(echo "$1"/*-exit_group.found)")" -eq 1 ]
}

# noted COMMAND...: its outputs go into files of the folder out.
noted() {
	local n
	n=$(find out -type f | wc -l)
	"$@" >"out/$n.stdout" 2>"out/$n.stderr" || echo "$? $*" >>failures
}

@test "no output, no file and no message contains a secret" {
	local form secret
	need keyring
	mkdir out keys
	printf 'z%s' "${PASSPHRASE:1}" >wrong
	for form in -v --json --json\ -v; do
		# shellcheck disable=SC2086 # a list of words
		for secret in by_key by_passphrase; do
			local -n open=$secret
			local f=keys/$secret${form// /}
			importing "$WKEYCTL"
			noted "${import[@]}" $form "${open[@]}" "${cheap[@]}" "$f.wk"
			noted "${import[@]}" $form "${open[@]}" "${cheap[@]}" --pem "$f.pem"
			noted "${import[@]}" $form "${open[@]}" "${cheap[@]}" --dry-run "$f.dry"
			noted "$WKEYCTL" generate $form -b soft "${open[@]}" "${cheap[@]}" "$f.2.wk"
			noted "$WKEYCTL" inspect $form "$f.wk"
			noted "$WKEYCTL" test $form "${open[@]}" "$f.wk"
			noted "$WKEYCTL" load $form "${open[@]}" --keyring @s --force "$f.wk"
			noted "$WKEYCTL" test $form --passphrase-file wrong "$f.wk"
			noted "$WKEYCTL" add-to-fscrypt $form "${open[@]}" "$f.wk" .
		done
	done
	cat failures
	# The wrong secret, and a file system that does not encrypt.
	[ "$(cut -d' ' -f3 failures | sort | uniq -c | xargs)" = "6 add-to-fscrypt 6 test" ]
	[ "$(find keys -type f | wc -l)" -eq 18 ]
	for secret in $RAW $WRAPPING_KEY $PASSPHRASE; do
		no_secret_in out keys "${secret:0:PREFIX}"
	done
}

# waiting COMMAND...: starts it, not as root, with the key file as its input, where
# it waits for its secret from descriptor 8; sets pid, which teardown ends.
waiting() {
	local nobody=()
	[ "$(id -u)" != 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	mkfifo pipe
	exec 8<>pipe
	"${nobody[@]}" "$@" <k.wk 3>&- >log 2>&1 &
	pid=$!
	local i
	for ((i = 0; i < 200; i++)); do
		grep -q '^State:.S' "/proc/$pid/status" &&
			[ "$(cat "/proc/$pid/comm")" = wkeyctl ] && return
		sleep 0.02
	done
	cat log
	return 1
}

@test "the process shows no secret, can dump no core, and is nobody's to trace" {
	importing "$WKEYCTL" "${by_key[@]}"
	"${import[@]}" k.wk
	# Nobody may open these files: they are open already.
	waiting "$WKEYCTL" test --batch --wrapping-key-fd 8 -
	mkdir seen
	cat "/proc/$pid/cmdline" >seen/cmdline
	cat "/proc/$pid/environ" >seen/environ 2>/dev/null || :
	for secret in $RAW $WRAPPING_KEY $PASSPHRASE; do
		no_secret_in seen "${secret:0:PREFIX}"
	done
	grep -E '^Max core file size +0 +0 ' "/proc/$pid/limits"
	# The kernel gives the files of what is not dumpable to root.
	[ "$(stat -c %u "/proc/$pid/environ")" = 0 ]
	[ "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")" != 0 ]
}

@test "a crash with a key in memory leaves no core" {
	need keyring
	importing "$WKEYCTL" "${by_key[@]}"
	"${import[@]}" crash.wk
	mkdir control crash
	ulimit -c unlimited || ulimit -c "$(ulimit -H -c)"
	(cd control && run sh -c 'kill -SEGV $$')
	if [ -z "$(ls control)" ]; then
		echo "# core_pattern '$(cat /proc/sys/kernel/core_pattern)' puts no core here:" \
			"the limit was looked at, a crash shows nothing" >&3
	fi
	cd crash
	run strace -o ../log -e trace=add_key -e inject=add_key:signal=SEGV:when=1 \
		"$WKEYCTL" load --batch --wrapping-key-file ../wrapping-key --keyring @s ../crash.wk
	[ "$status" -eq 139 ] || { echo "$output"; cat ../log; return 1; }
	[ -z "$(ls -A)" ]
	grep 'killed by SIGSEGV' ../log
	run ! grep 'core dumped' ../log
}

@test "memory while a key file is written: raw key and wrapping key" {
	need root
	importing "$WKEYCTL" "${by_key[@]}"
	stops import "write linkat exit_group" "${import[@]}" -q k.wk
	holds import/1-write raw wrapping-key
	holds import/2-linkat raw wrapping-key
	tidy import
}

@test "memory while a key file is written: raw key and passphrase" {
	need root
	importing "$WKEYCTL" "${by_passphrase[@]}" "${cheap[@]}"
	stops import "write linkat exit_group" "${import[@]}" -q k.wk
	holds import/1-write raw passphrase
	tidy import
}

@test "memory at add_key: storage key and wrapping key" {
	need root keyring
	importing "$WKEYCTL" "${by_key[@]}"
	"${import[@]}" k.wk
	stops load "add_key exit_group" "$WKEYCTL" load --batch "${by_key[@]}" --keyring @s k.wk
	holds load/1-add_key raw wrapping-key
	tidy load
}

@test "memory while an ephemeral form is written: storage key, wrapping key, boot key" {
	need root keyring
	# The user's own boot key comes back in teardown.
	there=$(keyctl search @u user wkeyctl:boot 2>/dev/null) || there=none
	[ "$there" = none ] || { keyctl link "$there" @s; keyctl unlink "$there" @u; }
	secret_file boot-key $BOOT_KEY >/dev/null
	keyctl padd user wkeyctl:boot @u <boot-key
	importing "$WKEYCTL" "${by_key[@]}"
	"${import[@]}" k.wk
	stops form "write linkat exit_group" "$WKEYCTL" ephemeralize --batch "${by_key[@]}" -o e.wk k.wk
	stops load "add_key exit_group" "$WKEYCTL" load --batch --keyring @s --force e.wk
	holds form/1-write raw wrapping-key
	holds load/1-add_key raw
	tidy form
	tidy load
	no_secret_in e.wk form load "${BOOT_KEY:0:PREFIX}"
}

@test "memory at add_key: storage key and passphrase" {
	need root keyring
	importing "$WKEYCTL" "${by_passphrase[@]}" "${cheap[@]}"
	"${import[@]}" k.wk
	stops load "add_key exit_group" "$WKEYCTL" load --batch "${by_passphrase[@]}" \
		--type fscrypt-provisioning --keyring @s k.wk
	holds load/1-add_key raw passphrase
	tidy load
}

@test "memory at the ioctl that gives fscrypt the key" {
	need root keyring fscrypt
	local last
	make_fscrypt_mount canary
	importing "$WKEYCTL" "${by_passphrase[@]}" "${cheap[@]}"
	"${import[@]}" k.wk
	stops add "ioctl exit_group" "$WKEYCTL" add-to-fscrypt --batch "${by_passphrase[@]}" k.wk "$MNT"
	last=$(find add -name '*-ioctl.found' | sort -V | tail -n 1)
	holds "${last%.found}" raw passphrase
	tidy add
}

# without_wipe FOLDER: a tool there that is like ours but for wk_wipe().
without_wipe() {
	local f objects=()
	mkdir "$1"
	for f in "$TOP"/cmd/*.c; do
		objects+=("$BUILD/obj/cmd/$(basename "$f" .c).o")
	done
	cp "$BUILD/libwkey.a" "$1"
	[ "$(ar t "$1/libwkey.a" | grep -cx wipe.o)" -eq 1 ]
	"${CC:-cc}" -I"$TOP/include" -I"$TOP/lib" -O1 -c -o "$1/wipe.o" "$CANARY/nowipe.c"
	ar r "$1/libwkey.a" "$1/wipe.o"
	"${CC:-cc}" -o "$1/wkeyctl" "${objects[@]}" "$1/libwkey.a" -Wl,--as-needed \
		-lkeyutils -lcrypto -largon2 -ldl -pthread
	[ ! -d "$BUILD/modules" ] || cp -r "$BUILD/modules" "$1"
}

@test "control: a tool that does not wipe is caught" {
	need root
	without_wipe nowipe
	importing nowipe/wkeyctl "${by_key[@]}"
	stops import exit_group "${import[@]}" k.wk
	holds import/1-exit_group raw wrapping-key
	run ! tidy import
}
