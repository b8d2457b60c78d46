# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every .bats file loads:  load helpers
#
# Run through tests/run.sh (make check-bats BATS=tests/x.bats), which gives each
# file a session keyring of its own.

bats_require_minimum_version 1.5.0

TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/.." && pwd)}
BUILD=${BUILD:-$TOP/build}
# Under a sanitizer: what tests/san/plain-only names takes the plain build.
if [ -n "${WK_PLAIN_LIST:-}" ] && grep -qsxF -e "${BATS_TEST_FILENAME##*/}	*" \
	-e "${BATS_TEST_FILENAME##*/}	${BATS_TEST_NAME:-}" "$WK_PLAIN_LIST"; then
	BUILD=$WK_PLAIN_BUILD
fi
WKEYCTL=$BUILD/wkeyctl
# The smallest Argon2id cost.  It brings a warning on stderr, which is no failure.
KDF_FAST="--kdf-memory 64KiB --kdf-passes 1 --kdf-lanes 1"
export TOP BUILD WKEYCTL KDF_FAST
# Nothing of the caller's reaches the tool.
unset XDG_RUNTIME_DIR CREDENTIALS_DIRECTORY NOTIFY_SOCKET
export LC_ALL=C

# show: what `tried` or `run --separate-stderr` left, for the log of a failed test.
# shellcheck disable=SC2154 # set by run
show() {
	printf 'command: %s\nstatus: %s\nstdout: %s\nstderr: %s\n' \
		"${BATS_RUN_COMMAND:-}" "$status" "$output" "${stderr:-}"
}

# tried CMD...: leaves $status, $output, $stderr and their lines as
# `run --separate-stderr` does, at a tenth of its cost.
# shellcheck disable=SC2034 # for the tests
tried() {
	BATS_RUN_COMMAND=$*
	status=0
	"$@" >"$BATS_FILE_TMPDIR/.stdout" 2>"$BATS_FILE_TMPDIR/.stderr" || status=$?
	output=$(<"$BATS_FILE_TMPDIR/.stdout")
	stderr=$(<"$BATS_FILE_TMPDIR/.stderr")
	mapfile -t lines <<<"$output"
	mapfile -t stderr_lines <<<"$stderr"
}

# works CMD...: succeeds; leaves $output, $stderr.
works() {
	tried "$@"
	[ "$status" -eq 0 ] || { show; return 1; }
}

# fails STATUS REGEX CMD...: exits STATUS with nothing on stdout and a message
# "wkeyctl: ..." on stderr that matches REGEX (extended).
fails() {
	local want=$1 regex=$2
	shift 2
	tried "$@"
	[ "$status" -eq "$want" ] || { echo "expected status $want"; show; return 1; }
	[ -z "$output" ] || { echo "expected nothing on stdout"; show; return 1; }
	[[ $stderr == "wkeyctl: "* ]] || { echo "expected stderr to begin with 'wkeyctl: '"; show; return 1; }
	[[ $stderr =~ $regex ]] || { echo "expected stderr to match: $regex"; show; return 1; }
}

# exits STATUS REGEX CMD...: the same where a failure also has results on stdout.
exits() {
	local want=$1 regex=$2
	shift 2
	tried "$@"
	[ "$status" -eq "$want" ] || { echo "expected status $want"; show; return 1; }
	[[ $stderr =~ $regex ]] || { echo "expected stderr to match: $regex"; show; return 1; }
}

# need WHAT...: finds out by trying, then skips with the reason; or fails when
# WK_TEST_MUST promised it.
need() {
	local what why
	for what in "$@"; do
		why=$("lacks_$what") || continue
		if [[ " ${WK_TEST_MUST:-} " == *" $what "* ]]; then
			echo "WK_TEST_MUST names $what, but: $why"
			return 1
		fi
		skip "needs $what: $why"
	done
}

# lacks_X: succeeds and says why when X is not there.
lacks_root() {
	[ "$(id -u)" != 0 ] && echo "not root"
}

lacks_keyring() {
	local why
	command -v keyctl >/dev/null || { echo "keyctl is not installed"; return 0; }
	why=$(keyctl session - sh -c 'keyctl padd user wkeyctl-test:need @s </dev/zero' \
		2>&1 </dev/null | tail -n 1)
	keyctl session - true >/dev/null 2>&1 || { echo "no session keyring: $why"; return 0; }
	return 1
}

lacks_fscrypt() {
	local dir=${BATS_FILE_TMPDIR:-$BATS_TEST_TMPDIR}/need-fscrypt why
	lacks_root && return 0
	# Tried once per file.
	if [ ! -e "$dir/why" ]; then
		mkdir -p "$dir/mnt"
		why=$(mount_encrypted "$dir/img" "$dir/mnt" 2>&1) && why=
		umount "$dir/mnt" 2>/dev/null || :
		[ -e /sys/fs/ext4/features/encryption ] || why="ext4 without encryption in this kernel"
		rm -f "$dir/img"
		printf '%s' "$why" >"$dir/why"
	fi
	[ -s "$dir/why" ] && cat "$dir/why"
}

# mount_encrypted IMAGE DIR: makes an ext4 image that can encrypt and mounts it.
mount_encrypted() {
	truncate -s 64M "$1" &&
		mkfs.ext4 -q -F -b 4096 -O encrypt,stable_inodes "$1" &&
		mount -o loop "$1" "$2"
}

# make_fscrypt_mount [NAME]: an encrypted file system in $MNT.  In setup_file()
# it serves the file, in setup() the test; drop_fscrypt_mounts goes into the
# teardown of the same kind and is safe to call when nothing was mounted.
make_fscrypt_mount() {
	local dir=$BATS_FILE_TMPDIR/fs-${1:-main}
	mkdir -p "$dir/mnt"
	mount_encrypted "$dir/img" "$dir/mnt" || return 1
	export MNT=$dir/mnt
}

drop_fscrypt_mounts() {
	local m
	for m in "$BATS_FILE_TMPDIR"/fs-*/mnt; do
		mountpoint -q "$m" 2>/dev/null || continue
		umount "$m" || { sleep 1; umount "$m"; }
		rm -f "${m%/mnt}/img"
	done
}

# as_nobody CMD...: without root, where root runs the tests.
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# no_secret_in FILE... MARKER: the marker (text) stands in none of the files or
# folders; neither as it is, nor in hexadecimal, nor in base64.
no_secret_in() {
	local marker=${*: -1} files=("${@:1:$#-1}") hex b64 form
	hex=$(printf '%s' "$marker" | od -An -v -tx1 | tr -d ' \n')
	b64=$(printf '%s' "$marker" | base64 -w0)
	# The last characters of base64 depend on what follows the marker.
	b64=${b64%%=*}
	b64=${b64:0:${#b64}-1}
	for form in "$marker" "$hex" "${hex^^}" "$b64"; do
		if grep -rlaF -e "$form" -- "${files[@]}"; then
			echo "the secret '$marker' stands in the files above, as: $form"
			return 1
		fi
	done
}

# secret_file NAME TEXT: a file of mode 0600 without a newline; prints its path.
secret_file() {
	(umask 077 && printf '%s' "$2" >"$BATS_TEST_TMPDIR/$1")
	echo "$BATS_TEST_TMPDIR/$1"
}

# in_uml WHY: runs this test in a user mode Linux instead (tests/uml.sh), whose
# kernel has what this one lacks; skips where there is none.
in_uml() {
	run env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" TOP="$TOP" BUILD="$BUILD" UML="${UML:-linux.uml}" \
		CC="${CC:-cc}" CFLAGS="${CFLAGS:-}" LDFLAGS="${LDFLAGS:-}" \
		bash "$TOP/tests/uml.sh" bats --tap -f "^$BATS_TEST_DESCRIPTION\$" "$BATS_TEST_FILENAME"
	[ "$status" -ne 77 ] || skip "$1, and there is $output"
	echo "$output"
	[ "$status" -eq 0 ] && [[ $output == *"ok 1 $BATS_TEST_DESCRIPTION"* ]] || exit 1
}
