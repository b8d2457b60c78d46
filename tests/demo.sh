#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job, visibly: a key from its making to an unlocked encrypted folder.
# Needs root for the file system; without it, does the rest and says so.
# Leaves nothing behind.
set -euo pipefail
TOP=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$(cd "$TOP" && realpath -m "${BUILD:-build}")
PATH=$BUILD:$PATH
export LC_ALL=C

# Its own session keyring, so that the caller's stays as it is.
if [ -z "${WKEYCTL_DEMO_SESSION:-}" ] && keyctl session - true >/dev/null 2>&1; then
	export WKEYCTL_DEMO_SESSION=1
	# keyctl's own line goes nowhere; 3 keeps stderr for the demo.
	exec 3>&2 2>/dev/null
	# shellcheck disable=SC2016 # for the inner shell
	exec keyctl session - sh -c 'exec 2>&3 3>&-; exec bash "$@"' sh "$0" "$@"
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/wkeyctl-demo.XXXXXX")
serial=
clean() {
	cd /
	[ -z "$serial" ] || wkeyctl unload "$serial" >/dev/null 2>&1 || :
	if mountpoint -q "$dir/mnt" 2>/dev/null; then
		wkeyctl remove-from-fscrypt "$dir/disk.wk" "$dir/mnt" >/dev/null 2>&1 || :
		umount "$dir/mnt" || umount -l "$dir/mnt"
	fi
	rm -rf "$dir"
}
trap clean EXIT
trap 'exit 130' INT TERM
cd "$dir"

say() { printf '\n# %s\n' "$*"; }
# show CMD...: as a person would type it, then does it.
show() {
	local w line='$'
	for w in "$@"; do
		[[ $w =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]] || w=\'$w\'
		line+=" $w"
	done
	printf '%s\n' "$line"
	"$@"
}
# show_fails CMD...: what must be refused.
show_fails() {
	if show "$@"; then
		echo "demo: that should have failed" >&2
		exit 1
	fi
}
die() { echo "demo: $*" >&2; exit 1; }

left_out=
if [ "$(id -u)" != 0 ]; then
	left_out="mounting a file system needs root"
elif ! ls /dev/loop-control >/dev/null 2>&1; then
	left_out="this machine has no loop devices (/dev/loop-control)"
elif ! command -v mkfs.ext4 >/dev/null; then
	left_out="mkfs.ext4 (e2fsprogs) is not installed"
fi

echo "wkeyctl demo: $(wkeyctl --version | head -n 1)"

say "A passphrase in a file that only its owner reads, and a key wrapped under it."
(umask 077 && printf 'correct horse battery staple\n' >passphrase)
show wkeyctl generate -b soft --usage fscrypt --name demo \
	--passphrase-file passphrase disk.wk

say "What the key file says without any secret."
show wkeyctl inspect disk.wk

say "Does it unlock now?  The passphrase costs about a second, on purpose."
show wkeyctl test --passphrase-file passphrase disk.wk

if [ -z "$left_out" ]; then
	say "An ext4 file system with encryption, in a file of 64 MiB."
	show truncate -s 64M disk.img
	show mkfs.ext4 -q -F -b 4096 -O encrypt,stable_inodes disk.img
	show mkdir mnt
	show mount -o loop disk.img mnt || die "mounting failed"

	say "The key goes to the file system; its identifier comes back."
	show wkeyctl add-to-fscrypt --passphrase-file passphrase disk.wk mnt

	say "A folder that this key encrypts, and something in it."
	show mkdir mnt/private
	show wkeyctl set-fscrypt-policy disk.wk mnt/private
	# shellcheck disable=SC2016 # shown as typed
	show sh -c 'echo "the secret recipe" >mnt/private/recipe.txt'
	cp mnt/private/recipe.txt before
	show ls mnt/private
	show cat mnt/private/recipe.txt

	say "Lock: the key leaves the kernel, names and contents turn to ciphertext."
	show wkeyctl remove-from-fscrypt disk.wk mnt
	show ls mnt/private
	[ ! -e mnt/private/recipe.txt ] || die "the name is still readable"
	name=$(find mnt/private -type f)
	show_fails cat "$name"

	say "Unlock again from the key file, and compare."
	show wkeyctl add-to-fscrypt --passphrase-file passphrase disk.wk mnt
	show cat mnt/private/recipe.txt
	show cmp before mnt/private/recipe.txt
	show wkeyctl remove-from-fscrypt disk.wk mnt
	show umount mnt
fi

say "The same journey into a kernel keyring."
show wkeyctl generate -b soft --usage keyring --name demo-ring \
	--passphrase-file passphrase ring.wk
echo '$ wkeyctl load --passphrase-file passphrase ring.wk'
serial=$(wkeyctl load --passphrase-file passphrase ring.wk)
echo "$serial"
if command -v keyctl >/dev/null; then
	show keyctl describe "$serial"
else
	show grep "$(printf '%08x' "$serial")" /proc/keys
fi
show wkeyctl unload "$serial"
serial=

if [ -n "$left_out" ]; then
	printf '\nLeft out: the encrypted file system, because %s.\n' "$left_out"
fi
printf '\nThe demo succeeded.\n'
