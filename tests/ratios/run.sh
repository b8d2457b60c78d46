#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Time and instructions of wkeyctl against its neighbours.  Figures, no test:
# ends with 0 whenever it could measure, whatever they are.
#
# Ratios are of whole processes, run in turn, pair by pair: a loaded machine
# slows both.  Counts do not depend on load.  Every program runs with keyrings
# of its own (keyrings.c) and leaves nothing.  BUILD names the build folder.
set -euo pipefail
TOP=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=$(cd "$TOP" && realpath -m "${BUILD:-build}")
HERE=$TOP/tests/ratios
W=$BUILD/wkeyctl
export LC_ALL=C
unset "${!WKEY@}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/wkeyctl-ratios.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
cd "$dir"
umask 077

# --- the table ----------------------------------------------------------------

reached=0 limits=0 missing=0
line() { printf '%-44s %-31s %4s %9s %16s %6s  %s\n' "$@"; }

# row TARGET PEER N VALUE SPREAD LIMIT
row() {
	local verdict='not reached'
	limits=$((limits + 1))
	if awk -v v="$4" -v l="$6" 'BEGIN { exit !(v <= l) }'; then
		verdict=reached
		reached=$((reached + 1))
	fi
	line "$1" "$2" "$3" "$4" "$5" "$6" "$verdict"
}
# without TARGET PEER WHY: a row that cannot be measured here.
without() {
	missing=$((missing + 1))
	line "$1" "$2" - - - - "not measured: $3"
}
# have COMMAND...: the first that is missing is put into $lacks.
have() {
	local c
	for c; do
		lacks=$c
		command -v "$c" >/dev/null || return 1
	done
}
# ratio TARGET PEER N LIMIT [-w] [-a MS] [-b MS] A... :: B...
ratio() {
	local target=$1 peer=$2 n=$3 limit=$4 got mid least most
	shift 4
	if ! got=$("$dir/pairs" -n "$n" "$@"); then
		without "$target" "$peer" "a program failed"
		return
	fi
	read -r mid least most _ <<<"$got"
	row "$target" "$peer" "$n" "$(printf %.3f "$mid")" \
		"$(printf '%.3f - %.3f' "$least" "$most")" "$limit"
}
# milliseconds N [-w] CMD...: the median for one program.
milliseconds() {
	local n=$1 wall=
	shift
	[ "$1" != -w ] || { wall=-w; shift; }
	# shellcheck disable=SC2086 # nothing or one word
	"$dir/pairs" $wall -n "$n" "$@" :: "$dir/hello" | cut -d' ' -f4
}
calc() { awk "BEGIN { print $* }"; }

# --- counting -----------------------------------------------------------------

# instructions CMD...
instructions() {
	"$dir/alone" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" \
		2>&1 >/dev/null | awk '/Collected/ { print $NF }'
}
# calls CMD...: system calls
calls() {
	"$dir/alone" strace -f -qq -o "$dir/trace" "$@" >/dev/null 2>&1 &&
		grep -vc -e '+++' -e '---' "$dir/trace"
}
# executed CMD...: instructions of this CPU from the first add_key(2) on
executed() { "$dir/alone" "$dir/steps" "$@" | tail -n 1; }

# --- what is measured ---------------------------------------------------------

compile() {
	local cc=${CC:-cc} flags=(-std=gnu11 -O2 -Wall -D_GNU_SOURCE) qr=()
	! grep -q wk_module_qr <(nm "$BUILD/static.a") || qr=(-lqrencode)
	"$cc" "${flags[@]}" -o pairs "$HERE/pairs.c" "$HERE/keyrings.c"
	"$cc" "${flags[@]}" -o alone "$HERE/alone.c" "$HERE/keyrings.c"
	"$cc" "${flags[@]}" -o steps "$HERE/steps.c"
	"$cc" "${flags[@]}" -o hello "$HERE/hello.c"
	"$cc" "${flags[@]}" -o minimal "$HERE/minimal.c"
	"$cc" "${flags[@]}" -DWITH_BOX -o minimal-box "$HERE/minimal.c" -lcrypto
	"$cc" "${flags[@]}" -o argon2 "$HERE/argon2.c" -largon2
	"$cc" "${flags[@]}" -I"$TOP" -I"$TOP/include" -I"$TOP/lib" -o calibrate \
		"$HERE/calibrate.c" "$BUILD/static.a" -lcrypto -largon2 -lkeyutils -pthread "${qr[@]}"
}

start_up() {
	local what='--version' peer='dynamic hello'
	if have valgrind; then
		row "$what, instructions" "$peer" 1 \
			"$(calc "$(instructions "$W" --version) / $(instructions ./hello)")" - 1.60
	else
		without "$what, instructions" "$peer" "no $lacks"
	fi
	ratio "$what, CPU" "$peer" 300 1.15 "$W" --version :: ./hello
	if have strace; then
		calls "$W" --version >/dev/null
		row "$what, opens libcrypto, tss2, argon2" - 1 \
			"$(grep -c 'open.*\(libcrypto\|libtss2\|libargon2\|modules/\)' trace || :)" - 0
	else
		without "$what, opens libcrypto, tss2, argon2" - "no $lacks"
	fi
}

one_key() {
	local what='load one key, wall' load=("$W" load --wrapping-key-file kek 0.wk)
	head -c 64 0.wk >plain
	if have systemd-creds; then
		export SYSTEMD_CREDENTIAL_SECRET=$dir/host.secret
		systemd-creds encrypt --with-key=host --name=key plain key.cred 2>/dev/null
		ratio "$what" 'systemd-creds decrypt, host key' 60 0.55 -w "${load[@]}" :: \
			systemd-creds decrypt --name=key key.cred -
	else
		without "$what" 'systemd-creds decrypt, host key' "no $lacks"
	fi
	if have age age-keygen; then
		age-keygen -o id 2>/dev/null
		age -r "$(age-keygen -y id)" -o key.age plain
		ratio "$what" 'age -d -i' 60 1.0 -w "${load[@]}" :: age -d -i id key.age
	else
		without "$what" 'age -d -i' "no $lacks"
	fi
}

# per_key COUNTER MORE: of one more key file in a batch
per_key() {
	local load=("$W" load --wrapping-key-file kek --files-from) one many
	one=$("$1" "${load[@]}" "names.1")
	many=$("$1" "${load[@]}" "names.$(($2 + 1))")
	# A heap that grows once in a thousand keys is no call of a key.
	printf %.2f "$(calc "($many - $one) / $2")"
}

many_keys() {
	local what='load 1000 key files' peer="sh loop of 'keyctl padd'"
	printf '%s.wk\n' {0..999} >names.1000
	printf '%s.wk\n' {0..1000} >names.1001
	head -n 11 names.1001 >names.11
	head -n 1 names.1001 >names.1
	cat >loop <<-'SH'
		for i in $(seq 1000); do keyctl padd logon "wkeyctl:$i" @s <plain; done
	SH
	if [ "$(id -u)" != 0 ]; then
		without "$what" "$peer" "not root, and others may have 200 keys"
		return
	fi
	if have keyctl; then
		ratio "$what, wall" "$peer" 7 0.03 -w \
			"$W" load --wrapping-key-file kek --files-from names.1000 :: sh loop
	else
		without "$what, wall" "$peer" "no $lacks"
	fi
	what='one more key file'
	if have strace; then
		row "$what, system calls" - 1 "$(per_key calls 1000)" - 7
	else
		without "$what, system calls" - "no $lacks"
	fi
	row "$what, instructions of this CPU" - 1 "$(per_key executed 10)" - 15000
	if have valgrind; then
		row "$what, instructions in valgrind" '(it has no SHA instructions)' 1 \
			"$(per_key instructions 1000)" - 15000
	else
		without "$what, instructions in valgrind" - "no $lacks"
	fi
}

# What a process costs apart from the derivation is taken off on both sides.
derivation() {
	local base plain
	base=$(milliseconds 20 "$W" test --wrapping-key-file kek 0.wk)
	plain=$(milliseconds 20 ./argon2 0)
	ratio 'Argon2id 64 MiB, t=3, p=4, CPU' 'libargon2, 4 threads' 41 0.82 -a "$base" -b "$plain" \
		"$W" test --passphrase-file pass fixed.wk :: ./argon2 3
}

# milliseconds_of CMD...: wall time of one run
milliseconds_of() {
	local from=$EPOCHREALTIME
	"$@" >/dev/null 2>&1
	calc "($EPOCHREALTIME - $from) * 1000"
}

# Both for 2 s.  Ours is a program around lib/backends/soft/cost.c, because of
# generate the calibration cannot be told from the derivation that follows.
calibration() {
	local what='calibration for 2 s, wall' peer='cryptsetup benchmark' n=3
	local ms derived ratios=() near=()
	if ! have cryptsetup; then
		without "$what" "$peer" "no $lacks"
		return
	fi
	for ((i = 0; i < n; i++)); do
		read -r ms derived < <(./calibrate 2000)
		ratios+=("$(calc "$ms / $(milliseconds_of cryptsetup benchmark --pbkdf argon2id)")")
		near+=("$(printf %.0f "$(calc "$derived / 20")")")
	done
	mapfile -t ratios < <(printf '%s\n' "${ratios[@]}" | sort -g)
	row "$what" "$peer" "$n" "$(printf %.3f "${ratios[n / 2]}")" \
		"$(printf '%.3f - %.3f' "${ratios[0]}" "${ratios[n - 1]}")" 0.15
	echo "  (with the chosen cost, a derivation then took ${near[*]} % of the 2 s)"
}

# Mounted file systems outlive a failure no more than the folder does.
unmount() { mountpoint -q "$dir/mnt" && umount "$dir/mnt"; rm -rf "$dir"; }

# An ephemeral form takes libcrypto to open, whoever opens it: the second
# program that it is compared with does no more than that either.
adding() {
	local what='add an ephemeral key to fscrypt, wall' raw='fscryptctl add_key, wall'
	local mid least most rest
	if [ "$(id -u)" != 0 ] || ! have mkfs.ext4 keyctl; then
		without "$raw" 'the same ioctl' 'not root, or no mkfs.ext4, keyctl'
		without "$what" 'the same ioctl' 'not root, or no mkfs.ext4, keyctl'
		return
	fi
	truncate -s 16M image
	mkfs.ext4 -q -O encrypt image
	mkdir mnt
	trap unmount EXIT
	mount -o loop image mnt
	head -c 64 /dev/urandom >raw
	"$W" import -q -b soft --usage fscrypt --wrapping-key-file kek --raw-file raw add.wk >/dev/null
	if ! ./alone bash "$HERE/adding.sh" "$W" "$dir/mnt" 300 >added; then
		without "$what" 'the same ioctl' 'a program failed'
		return
	fi
	{
		read -r mid least most rest
		row "$raw" 'the same ioctl' 300 "$mid" "$least - $most" 1.15
		read -r mid least most rest
		row "$what" 'libcrypto and the same ioctl' 300 "$mid" "$least - $most" 1.15
		read -r mid least most rest
		row "$what" 'the same ioctl' 300 "$mid" "$least - $most" 1.15
		: "$rest"
	} <added
}

compile
if ! ./alone true; then
	echo "ratios: needs user namespaces, for keyrings that are its own" >&2
	exit 1
fi
head -c 32 /dev/urandom >kek
printf 'correct horse' >pass
printf '%s.wk\n' {0..1000} >all
"$W" generate -q -b soft --wrapping-key-file kek --files-from all >/dev/null
"$W" generate -q -b soft --kdf-memory 64MiB --kdf-passes 3 --kdf-lanes 4 \
	--passphrase-file pass fixed.wk >/dev/null

line target peer n median 'min - max' limit ''
start_up
adding
one_key
many_keys
derivation
calibration
[ "$missing" = 0 ] || echo "$missing not measured"
echo "$reached of $limits reached"
