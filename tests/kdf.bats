#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The cost of Argon2id: fixed, chosen, limited; and hostile ones.

load helpers
load commands

setup_file() {
	make_secrets
	cd "$BATS_FILE_TMPDIR"
	"$WKEYCTL" generate -b soft "${PASS[@]}" --kdf-memory 64MiB --kdf-passes 1 --kdf-lanes 2 64m.wk
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	M64=$BATS_FILE_TMPDIR/64m.wk
	gen=(generate -b soft "${PASS[@]}")
}

# cost FILE: "MEMORY-IN-KIB PASSES LANES"
cost() {
	field "$1" '.slots[0] | "\(.kdf_memory_kib) \(.kdf_passes) \(.kdf_lanes)"'
}

# --- fixed ------------------------------------------------------------------------

@test "--kdf-memory, --kdf-passes and --kdf-lanes fix the cost" {
	wk -q "${gen[@]}" --kdf-memory 64KiB --kdf-passes 2 --kdf-lanes 3 a.wk
	[ "$(cost a.wk)" = "64 2 3" ]
	wk test "${PASS[@]}" a.wk
	[ "$(cost "$M64")" = "65536 1 2" ]
	wk -q "${gen[@]}" --kdf-memory 512KiB --kdf-passes 64 --kdf-lanes 64 b.wk
	[ "$(cost b.wk)" = "512 64 64" ]
	wk test "${PASS[@]}" b.wk
	# Four lanes unless said otherwise.
	wk -q "${gen[@]}" --kdf-memory 32KiB --kdf-passes 1 c.wk
	[ "$(cost c.wk)" = "32 1 4" ]
	wk -q "${gen[@]}" --kdf-memory 65000B --kdf-passes 1 --kdf-lanes 1 d.wk
	[ "$(cost d.wk)" = "63 1 1" ]
	wk inspect a.wk
	[[ $output == *"Memory:           64 KiB"*"Passes:           2"*"Lanes:            3"* ]]
}

@test "below 64 MiB there is a warning, which -q leaves out" {
	tried "$WKEYCTL" "${gen[@]}" "${FAST[@]}" a.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$stderr" = "wkeyctl: generate: warning: Argon2id with 64 KiB of memory is weak: 64 MiB and more is advised" ] ||
		bad "a warning"
	tried "$WKEYCTL" --json "${gen[@]}" "${FAST[@]}" b.wk
	[[ $stderr == *warning:* ]] || bad "a warning"
	is_answer generate true '.units[0].ok'
	wk -q "${gen[@]}" "${FAST[@]}" c.wk
	# Once, not for each file.
	tried "$WKEYCTL" "${gen[@]}" "${FAST[@]}" d.wk e.wk
	[ "$(wc -l <<<"$stderr")" -eq 1 ] || bad "one warning"
	# At 64 MiB none; using a weak file brings none either.
	wk "${gen[@]}" --kdf-memory 64MiB --kdf-passes 1 f.wk
	wk test "${PASS[@]}" a.wk
}

@test "each lane needs 8 KiB" {
	refused 1 usage.bad-value "4 lanes needs at least 32 KiB of memory, not 31 KiB" \
		"${gen[@]}" --kdf-memory 31KiB --kdf-passes 1 a.wk
	refused 1 usage.bad-value "64 lanes needs at least 512 KiB" \
		"${gen[@]}" --kdf-memory 511KiB --kdf-passes 1 --kdf-lanes 64 a.wk
	is_empty .
}

@test "values that are none are refused" {
	local v
	for v in "" 0 64 64kib 64KB 64K 64k "64 KiB" 64.5MiB -1KiB 0KiB 7KiB 18446744073709551616B 16777216TiB; do
		refused 1 usage.bad-value "a size with its unit" \
			"${gen[@]}" --kdf-memory="$v" --kdf-passes 1 a.wk
	done
	for v in "" 0 65 1x -1 01; do
		refused 1 usage.bad-value "from 1 to 64" \
			"${gen[@]}" --kdf-memory 64KiB --kdf-passes="$v" a.wk
		refused 1 usage.bad-value "from 1 to 64" \
			"${gen[@]}" --kdf-memory 64KiB --kdf-passes 1 --kdf-lanes="$v" a.wk
	done
	for v in "" 0 0ms 1 1x 61min 2h 1.5s; do
		refused 1 usage.bad-value "from 1ms to 1h" "${gen[@]}" --kdf-time="$v" a.wk
	done
	for v in "" 0 1 0B x 1GB; do
		refused 1 usage.bad-value "a size with its unit" \
			test "${PASS[@]}" --kdf-max-memory="$v" "$M64"
	done
	is_empty .
}

@test "memory times passes is at most 64 GiB, whoever asks: exit 3" {
	refused 3 kdf.cost "2097152 KiB of memory in each pass is above the limit of 1048576 KiB" \
		"${gen[@]}" --kdf-memory 2GiB --kdf-passes 64 a.wk
	is_empty .
}

@test "under a wrapping key nothing is stretched" {
	local start=$SECONDS
	wk generate -b soft "${KEY[@]}" --kdf-time 1h k.wk
	[ "$(field k.wk '.slots[0].kdf')" = null ]
	[ $((SECONDS - start)) -lt 5 ]
}

@test "what unlocks takes no cost" {
	refused 1 usage.unknown-option "'--kdf-passes'" test "${PASS[@]}" --kdf-passes 1 "$M64"
	refused 1 usage.unknown-option "'--kdf-time'" load "${PASS[@]}" --kdf-time 1s "$M64"
}

# --- chosen -----------------------------------------------------------------------

# product FILE: KiB times passes.
product() {
	field "$1" '.slots[0] | .kdf_memory_kib * .kdf_passes'
}

@test "--kdf-time chooses a cost: more time, more cost; one for all files" {
	wk -q "${gen[@]}" --kdf-time 20ms a.wk
	wk -q "${gen[@]}" --kdf-time 320ms b.wk c.wk
	[ "$(field b.wk '.slots[0].kdf_lanes')" -eq 4 ]
	# Sixteen times the time, on a machine that others use as well.
	[ "$(product b.wk)" -gt $((2 * $(product a.wk))) ] || bad "$(cost b.wk) above $(cost a.wk)"
	[ "$(cost c.wk)" = "$(cost b.wk)" ]
	wk test "${PASS[@]}" b.wk
}

@test "what is fixed stays fixed, the rest is chosen" {
	wk -q "${gen[@]}" --kdf-time 30ms --kdf-passes 2 --kdf-lanes 1 a.wk
	[[ $(cost a.wk) == *" 2 1" ]]
	wk -q "${gen[@]}" --kdf-time 100ms --kdf-memory 1MiB b.wk
	[[ $(cost b.wk) == "1024 "*" 4" ]]
	[ "$(field b.wk '.slots[0].kdf_passes')" -gt 1 ]
}

@test "choosing takes at most three derivations; their memory asks for huge pages" {
	command -v strace >/dev/null
	strace -f -qq -e trace=madvise -o trace "$WKEYCTL" -q "${gen[@]}" --kdf-time 200ms a.wk >/dev/null
	local n
	n=$(grep -c MADV_HUGEPAGE trace)
	# And one for the slot itself.
	[ "$n" -ge 2 ] || bad "huge pages"
	[ "$n" -le 4 ] || bad "at most four derivations, not $n"
}

@test "threads: as many as lanes, at most one for each CPU; the result is the same" {
	command -v strace >/dev/null
	wk -q "${gen[@]}" --kdf-memory 256KiB --kdf-passes 1 --kdf-lanes 8 a.wk
	tried taskset -c "$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')" \
		strace -f -qq -e trace=clone,clone3 -o trace "$WKEYCTL" test "${PASS[@]}" a.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(grep -c clone trace)" -eq 0 ] || { cat trace; return 1; }
	wk test "${PASS[@]}" a.wk
}

@test "where no thread can be started it goes on with one" {
	nobodys d
	cp "$SECRETS/pass" d
	[ "$(id -u)" != 0 ] || chown 65534 d/pass
	tried as_nobody prlimit --nproc=1 "$WKEYCTL" -q generate -b soft --passphrase-file d/pass \
		--kdf-memory 256KiB --kdf-passes 1 --kdf-lanes 8 d/a.wk
	[ "$status" -eq 0 ] || bad "status 0"
	cp d/a.wk .
	wk test "${PASS[@]}" a.wk
}

@test "--kdf-max-memory bounds the choice, and what is fixed" {
	wk -q "${gen[@]}" --kdf-time 100ms --kdf-max-memory 4MiB a.wk
	[ "$(field a.wk '.slots[0].kdf_memory_kib')" -le 4096 ]
	refused 3 kdf.cost "65536 KiB of memory is above the limit of 32768 KiB" \
		"${gen[@]}" --kdf-memory 64MiB --kdf-passes 1 --kdf-max-memory 32MiB b.wk
	[ ! -e b.wk ]
}

# --- limits when unlocking --------------------------------------------------------

@test "--kdf-max-memory: just enough opens, a little less does not" {
	wk test "${PASS[@]}" --kdf-max-memory 64MiB "$M64"
	wk test "${PASS[@]}" --kdf-max-memory 65536KiB "$M64"
	tried "$WKEYCTL" test "${PASS[@]}" --kdf-max-memory 65535KiB "$M64"
	[ "$status" -eq 3 ] || bad "status 3"
	[[ $stderr == *"Argon2id with 65536 KiB of memory is above the limit of 65535 KiB"*hint:*--kdf-max-memory* ]] ||
		bad "the numbers"
	tried "$WKEYCTL" --json load --dry-run "${PASS[@]}" --kdf-max-memory 1MiB "$M64"
	[ "$status" -eq 3 ] || bad "status 3"
	is_answer load false '.errors[0].code == "kdf.cost"'
}

@test "RLIMIT_AS and RLIMIT_DATA are respected; --kdf-max-memory has the last word" {
	local limit
	for limit in --as --data; do
		tried prlimit $limit=$((512 << 20)) "$WKEYCTL" test "${PASS[@]}" "$M64"
		[ "$status" -eq 0 ] || bad "status 0 under $limit"
		tried prlimit $limit=$((60 << 20)) "$WKEYCTL" test "${PASS[@]}" "$M64"
		[ "$status" -eq 3 ] || bad "status 3 under $limit"
		[[ $stderr == *"Argon2id with 65536 KiB of memory is above the limit of "*"hint:"*RLIMIT_AS*--kdf-max-memory* ]] ||
			bad "the limit"
		# Then the kernel says it: still 3, not a crash.
		tried prlimit $limit=$((60 << 20)) "$WKEYCTL" test "${PASS[@]}" --kdf-max-memory 1GiB "$M64"
		[ "$status" -eq 3 ] || bad "status 3 under $limit"
		[[ $stderr == *"no memory for the 64 MiB that it needs"* ]] || bad "no memory"
	done
	# A choice keeps to half of it.
	tried prlimit --as=$((60 << 20)) "$WKEYCTL" -q "${gen[@]}" --kdf-time 200ms a.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(field a.wk '.slots[0].kdf_memory_kib')" -le $((30 << 10)) ] || bad "$(cost a.wk) below 30 MiB"
}

# Where this machine has the memory controller in version 2, its limit is the
# kernel's.  Elsewhere (version 1, or none) the files are laid out as the kernel
# does, in a mount namespace: the tool reads them the same way.

# in_cgroup COMMAND...: with ./cgroup at /sys/fs/cgroup.
in_cgroup() {
	tried unshare -m --propagation unchanged sh -c \
		'mount --make-rprivate /sys && mount --bind cgroup /sys/fs/cgroup && exec "$@"' sh "$@"
}

# lay_out: ./cgroup with the path of this process; $leaf is its directory.
lay_out() {
	mkdir -p "cgroup$(sed -n 's/^0:://p' /proc/self/cgroup | head -n 1)/leaf"
	leaf=cgroup$(sed -n 's/^0:://p' /proc/self/cgroup | head -n 1)
	leaf=${leaf%/}
	echo "cpu memory" >cgroup/cgroup.controllers
}

@test "the limits of cgroup version 2 are respected, laid out as the kernel does" {
	need root
	local leaf
	lay_out
	echo $((48 << 20)) >"$leaf/memory.max"
	echo $((1 << 20)) >"$leaf/memory.current"
	in_cgroup "$WKEYCTL" test "${PASS[@]}" "$M64"
	[ "$status" -eq 3 ] || bad "status 3"
	[[ $stderr == *"above the limit of 48128 KiB"*hint:*cgroup* ]] || bad "47 MiB left"
	in_cgroup "$WKEYCTL" test "${PASS[@]}" --kdf-max-memory 64MiB "$M64"
	[ "$status" -eq 0 ] || bad "status 0"
	# memory.high counts as well; page cache is given back.
	echo max >"$leaf/memory.max"
	echo $((66 << 20)) >"$leaf/memory.high"
	echo $((9 << 20)) >"$leaf/memory.current"
	in_cgroup "$WKEYCTL" test "${PASS[@]}" "$M64"
	[ "$status" -eq 3 ] || bad "status 3"
	echo "inactive_file $((8 << 20))" >"$leaf/memory.stat"
	in_cgroup "$WKEYCTL" test "${PASS[@]}" "$M64"
	[ "$status" -eq 0 ] || bad "status 0"
	# A choice keeps to half of it.
	echo $((16 << 20)) >"$leaf/memory.high"
	echo 0 >"$leaf/memory.current"
	in_cgroup "$WKEYCTL" -q "${gen[@]}" --kdf-time 100ms a.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[ "$(field a.wk '.slots[0].kdf_memory_kib')" -le 8192 ] || bad "$(cost a.wk) below 8 MiB"
}

@test "the limit of a real cgroup, version 2, where the memory controller is in it" {
	need root
	local top own=
	top=$(findmnt -nt cgroup2 -o TARGET | head -n 1)
	if [ -n "$top" ] && grep -qw memory "$top/cgroup.subtree_control" 2>/dev/null; then
		own=$top/wkeyctl-test-$$
		mkdir "$own" && echo $((48 << 20)) >"$own/memory.max" || own=
	fi
	if [ -z "$own" ]; then
		echo "# no cgroup2 with the memory controller to make one in; the test before this one reads the same files" >&3
		[ -x "$BUILD/unit/test_limits" ] || return 0
		tried "$BUILD/unit/test_limits"
		[ "$status" -eq 0 ] || bad "the unit test of limits to pass"
		return
	fi
	tried sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$own" "$WKEYCTL" test "${PASS[@]}" "$M64"
	rmdir "$own"
	[ "$status" -eq 3 ] || bad "status 3"
	[[ $stderr == *"above the limit of"* ]] || bad "the limit"
}

# --- hostile costs ----------------------------------------------------------------

@test "hostile costs end with 3, at once, before anything is asked or allocated" {
	local f n=0 start=$SECONDS
	command -v strace >/dev/null
	echo "correct horse battery staple" >p
	chmod 600 p
	for f in "$EVIL"/cost-*.wk; do
		n=$((n + 1))
		# Nothing that is mapped is larger than a library.
		tried timeout 5 strace -f -qq -e trace=mmap,madvise -o trace \
			"$WKEYCTL" --json test --passphrase-file p "$f"
		[ "$status" -eq 3 ] || bad "status 3 for $f"
		is_answer test false '.errors[0].code == "kdf.cost"'
		awk -F '[(,]' '/mmap\(/ && $3 > 64 * 1024 * 1024 { print; bad = 1 } /HUGEPAGE/ { print; bad = 1 }
			END { exit bad }' trace
	done
	[ "$n" -ge 10 ]
	[ $((SECONDS - start)) -lt 20 ]
	# No passphrase is asked for in vain.
	tried /usr/bin/python3 "$TOP/tests/terminal.py" --shown shown -- \
		"$WKEYCTL" test "$EVIL/cost-memory-max.wk"
	[ "$status" -eq 3 ] || bad "status 3"
	[ ! -s shown ]
}

@test "no option allows them" {
	echo "correct horse battery staple" >p
	chmod 600 p
	tried timeout 5 "$WKEYCTL" test --passphrase-file p --kdf-max-memory 16777215TiB "$EVIL/cost-passes-65.wk"
	[ "$status" -eq 3 ] || bad "status 3"
	[[ $stderr == *"65 passes is above the limit of 64"* ]] || bad "the limit"
	tried timeout 5 "$WKEYCTL" test --passphrase-file p --kdf-max-memory 16777215TiB "$EVIL/cost-lanes-65.wk"
	[[ $stderr == *"65 lanes is above the limit of 64"* ]] || bad "the limit"
	tried timeout 5 "$WKEYCTL" test --passphrase-file p --kdf-max-memory 16777215TiB "$EVIL/cost-product.wk"
	[ "$status" -eq 3 ] || bad "status 3"
}

@test "a hostile slot does not keep a good one from opening" {
	vector two-slots-key
	wk test "${OPEN[@]}" "${PASS[@]}" --kdf-max-memory 8KiB "$FILE"
	[[ $output == "slot 0 (soft): opens"* ]]
	vector two-slots-passphrase
	tried "$WKEYCTL" test "${OPEN[@]}" --kdf-max-memory 63KiB "$FILE"
	[ "$status" -eq 3 ] || bad "status 3"
}
