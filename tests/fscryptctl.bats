#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl called as fscryptctl: output and exit status of fscryptctl 1.3.0 byte
# for byte, on ext4 with encryption.
#
# What is expected comes from github.com/google/fscryptctl at tag v1.3.0
# (f1ec919877f6): fscryptctl.c, fscryptctl.1.md, README.md, test.py; and from
# common/encrypt of xfstests, which runs it.  Command lines that stand there are
# quoted before the tests that run them.
#
# With a real fscryptctl in PATH, or named by $FSCRYPTCTL, each test runs it too
# and expects the same of it.

load helpers

# test.py: TEST_KEY, TEST_KEY_32B and TEST_KEY_16B with their identifiers.
ID=912ae510a458723a839a9fad701538ac
ID_33=1c2d6754b6cc7daacb599875d7faf9bb
ID_16=7eb80af3f24ef086726a4cea3a154ce0

setup_file() {
	local real
	mkdir "$BATS_FILE_TMPDIR/bin"
	export OURS=$BATS_FILE_TMPDIR/bin/fscryptctl PROGRAMS=$BATS_FILE_TMPDIR/bin/fscryptctl
	real=${FSCRYPTCTL:-$(type -P fscryptctl || :)}
	if [ -n "$real" ] && ! [ "$real" -ef "$WKEYCTL" ] &&
		[ "$("$real" --version)" = v1.3.0 ]; then
		PROGRAMS+=" $real"
		echo "# compared with $real" >&3
	fi
	if ! lacks_fscrypt >/dev/null; then
		make_fscrypt_mount
		chmod 755 "$MNT"
	fi
}

teardown_file() {
	drop_fscrypt_mounts
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# Each test has its own program: under a sanitizer some take the plain one.
	ln -sfn "$WKEYCTL" "$OURS"
	IN=/dev/null
	[[ $BATS_TEST_DESCRIPTION == *"without a mount"* ]] || need root fscrypt
}

teardown() {
	local m
	cd /
	for m in "$BATS_TEST_TMPDIR"/mnt-*; do
		mountpoint -q "$m" 2>/dev/null && umount "$m"
	done
	return 0
}

# each BODY: runs it with every program as $F, in a folder of its own; with a
# mount, on one whose keys are gone, $D being a new directory there.
each() {
	local program n=0
	for program in $PROGRAMS; do
		F=$program
		n=$((n + 1))
		echo "program: $F"
		mkdir "$BATS_TEST_TMPDIR/$n" && cd "$BATS_TEST_TMPDIR/$n" || return
		keys
		if [ -n "${MNT:-}" ]; then
			umount "$MNT" && mount -o loop "${MNT%/mnt}/img" "$MNT"
			D=$MNT/$BATS_TEST_NUMBER-$n
			mkdir "$D"
		fi
		"$1"
	done
}

keys() {
	printf '%s' "$(printf 'a%.0s' {1..32})$(printf '1%.0s' {1..32})" >key
	printf '%s' abcdefghijklmnopqrstuvwxyz0123456 >key33
	printf '%s' abcdefghijklmnop >key16
}

# says STATUS STDOUT STDERR ARG...: exactly that, with $IN as input.
says() {
	local want=$1 out=$2 err=$3 status=0
	shift 3
	"$F" "$@" <"$IN" >.out 2>.err || status=$?
	[ "$status" -eq "$want" ] && printf '%s' "$out" | cmp -s - .out &&
		printf '%s' "$err" | cmp -s - .err && return
	echo "$F $*: status $status, expected $want"
	diff -u --label expected --label stdout <(printf '%s' "$out") .out || :
	diff -u --label expected --label stderr <(printf '%s' "$err") .err || :
	return 1
}

# prints STDOUT ARG...
prints() { says 0 "$1" '' "${@:2}"; }
# errs MESSAGE ARG...
errs() { says 1 '' "error: $1"$'\n' "${@:2}"; }
# misused MESSAGE ARG...: the message, and the usage after it.
misused() { says 1 '' "$1"$'\n'"$(usage)"$'\n' "${@:2}"; }

NO_FEATURE='filesystem encryption has been disabled in the kernel config, or you need to enable encryption on your filesystem (see the README for more detailed instructions).'
NO_IOCTL='your kernel is too old to support filesystem encryption, or the filesystem you are using does not support encryption'

usage() {
	cat <<-'END'

		Usage:
		  fscryptctl <command> [arguments] [options]

		Commands:
		  fscryptctl add_key <mountpoint>
		    Read a key from stdin, add it to the specified mounted filesystem,
		    and print its identifier.
		  fscryptctl remove_key <key identifier> <mountpoint>
		    Remove the key with the specified identifier from the specified
		    mounted filesystem.
		  fscryptctl key_status <key identifier> <mountpoint>
		    Get the status of the key with the specified identifier on the
		    specified mounted filesystem.
		  fscryptctl get_policy <file or directory>
		    Print out the encryption policy for the specified path.
		  fscryptctl set_policy <key identifier> <directory>
		    Set up an encryption policy on the specified directory with the
		    specified key identifier.
		  fscryptctl import_hw_wrapped_key <block device>
		    Create a hardware-wrapped key by importing a raw key.
		  fscryptctl generate_hw_wrapped_key <block device>
		    Create a hardware-wrapped key by generating one in hardware.
		  fscryptctl prepare_hw_wrapped_key <block device>
		    Prepare a hardware-wrapped key to be used by converting it from
		    long-term wrapped form to ephemerally-wrapped form.

		Options:
		    -h, --help
		        print this help screen
		    -v, --version
		        print the version of fscryptctl
		    add_key
		        --hw-wrapped-key
		            add a hardware-wrapped key (rather than a raw key)
		    remove_key
		        --all-users
		            force-remove all users' claims to the key (requires root)
		    set_policy
		        --contents=<mode>
		            contents encryption mode (default: AES-256-XTS)
		        --filenames=<mode>
		            filenames encryption mode (default: AES-256-CTS)
		        --padding=<bytes>
		            bytes of zero padding for filenames (default: 32)
		        --direct-key
		            optimize for Adiantum encryption
		        --iv-ino-lblk-64
		            optimize for UFS inline crypto hardware
		        --iv-ino-lblk-32
		            optimize for eMMC inline crypto hardware (not recommended)
		        --data-unit-size=<du_size>
		            data unit size in bytes (default: filesystem block size)

		Notes:
		  Keys are identified by 32-character hex strings (key identifiers).

		  Keys are given on stdin in raw binary.

		  For more information, run `man fscryptctl`.
	END
}

# policy PATH ID CONTENTS FILENAMES FLAGS UNIT: what get_policy prints.
policy() {
	printf 'Encryption policy for %s:\n\tPolicy version: 2\n' "$1"
	printf '\tMaster key identifier: %s\n\tContents encryption mode: %s\n' "$2" "$3"
	printf '\tFilenames encryption mode: %s\n\tFlags: %s\n\tData unit size: %s\n' "$4" "$5" "$6"
}

# has_policy DIR CONTENTS FILENAMES FLAGS UNIT: with the key $ID.
has_policy() {
	prints "$(policy "$1" "$ID" "${@:2}")"$'\n' get_policy "$1"
}

# --- the command line ---------------------------------------------------------

help_and_version() {
	# test.py: test_help, test_version
	prints "$(usage)"$'\n' -h
	prints "$(usage)"$'\n' --help
	prints $'v1.3.0\n' -v
	prints $'v1.3.0\n' --version
	# fscryptctl.1.md: "always accepts the following options"
	prints "$(usage)"$'\n' add_key --help
	prints "$(usage)"$'\n' set_policy --contents -h
	prints $'v1.3.0\n' nonsense -v --help
	prints "$(usage)"$'\n' key_status x --help -v
	# xfstests common/encrypt: "$FSCRYPTCTL_PROG" --help | grep -q "import_hw_wrapped_key"
	"$F" --help | grep -q import_hw_wrapped_key
}
@test "help and version, without a mount" { each help_and_version; }

commands_and_arguments() {
	misused 'error: no command specified'
	# test.py: test_unknown_command
	misused 'error: invalid command: NONEXISTENT_COMMAND' NONEXISTENT_COMMAND
	misused 'error: invalid command: ' ''
	misused 'error: invalid command: --' -- --help
	misused 'error: invalid command: --foo' --foo
	misused 'error: invalid command: add_ke' add_ke /
	# test.py: test_get_policy_parameters, test_set_policy_parameters
	errs 'must specify a single file or directory' get_policy
	errs 'must specify a single file or directory' get_policy foo bar
	errs 'must specify a key and a directory' set_policy
	errs 'must specify a key and a directory' set_policy foo
	errs 'must specify a key and a directory' set_policy 'foo bar baz'
	errs 'must specify a key and a directory' set_policy a b c
	errs 'must specify a single mountpoint' add_key
	errs 'must specify a single mountpoint' add_key a b
	errs 'must specify a key identifier and a mountpoint' remove_key
	errs 'must specify a key identifier and a mountpoint' remove_key a
	errs 'must specify a key identifier and a mountpoint' remove_key --all-users a b c
	errs 'must specify a key identifier and a mountpoint' key_status "$ID"
	for c in import generate prepare; do
		errs 'must specify a single block device' ${c}_hw_wrapped_key
		errs 'must specify a single block device' ${c}_hw_wrapped_key a b
	done
}
@test "commands and numbers of arguments, without a mount" { each commands_and_arguments; }

options_as_getopt() {
	local c
	for c in add_key remove_key key_status get_policy set_policy import_hw_wrapped_key \
		generate_hw_wrapped_key prepare_hw_wrapped_key; do
		misused "$c: unrecognized option '--foo'" $c --foo
		misused "$c: unrecognized option '--foo=1'" $c a b --foo=1
		misused "$c: invalid option -- 'x'" $c -x
	done
	misused "add_key: option '--hw-wrapped-key' doesn't allow an argument" \
		add_key --hw-wrapped-key=1 /
	misused "set_policy: option '--contents' requires an argument" set_policy --contents
	misused "set_policy: option '--iv' is ambiguous; possibilities: '--iv-ino-lblk-64' '--iv-ino-lblk-32'" \
		set_policy --iv a b
	# Abbreviations, and options behind the arguments.
	errs 'invalid padding: 5' set_policy --pad=5 a b
	errs 'invalid padding: 5' set_policy a b --padd 5
	errs "invalid key identifier: a" remove_key a b --all
	errs "opening b: No such file or directory" remove_key "$ID" b --all-users
	# "--" ends them, and POSIXLY_CORRECT does at the first argument.
	errs 'must specify a key identifier and a mountpoint' remove_key -- a b --all-users
	POSIXLY_CORRECT=1 errs 'must specify a key identifier and a mountpoint' \
		remove_key a b --all-users
}
@test "options as getopt_long has them, without a mount" { each options_as_getopt; }

identifiers() {
	local id c
	for id in '' 0 "${ID}0" "${ID%c}" "${ID%c}g" "${ID%??}c " 'ä'; do
		for c in key_status remove_key set_policy; do
			errs "invalid key identifier: $id" $c "$id" /nowhere
		done
	done
	# Taken: capitals, and what sscanf(3) takes before a digit.
	for id in "${ID^^}" ' 1+2 3+4 5+6 7+8 9+a b+c d+e f+0' '1a-2-3-4-5-6-7-8-9-a-b-c-d-e-f-0'; do
		errs 'opening /nowhere: No such file or directory' key_status "$id" /nowhere
	done
}
@test "key identifiers, without a mount" { each identifiers; }

policy_values() {
	local v
	for v in AES-256-GCM aes-256-xts '' "AES-256-XTS,"; do
		errs "invalid contents mode: $v" set_policy --contents="$v" a b
		errs "invalid filenames mode: $v" set_policy --filenames "$v" a b
	done
	for v in 0 5 64 -4 four ''; do
		errs "invalid padding: $v" set_policy --padding="$v" a b
	done
	for v in 0 1 3 4097 -4096 big '' 2147483649; do
		errs "invalid data unit size: $v" set_policy --data-unit-size="$v" a b
	done
	# As atoi(3), and one at a time: the first bad one is told.
	errs 'invalid key identifier: a' set_policy --padding=32x --data-unit-size=4096k a b
	errs 'invalid padding: 3' set_policy --padding=3 --contents=x a b
	# A warning is no error, and comes in any case.
	says 1 $'warning: --iv-ino-lblk-32 should normally not be used\n' \
		$'error: invalid padding: 3\n' set_policy --iv-ino-lblk-32 --padding=3 a b
	says 1 $'warning: --iv-ino-lblk-32 should normally not be used\nwarning: --iv-ino-lblk-32 should normally not be used\n' \
		$'error: must specify a key and a directory\n' set_policy --iv-ino-lblk-32 --iv-ino-lblk-32
}
@test "values of the options of set_policy, without a mount" { each policy_values; }

sizes_of_keys() {
	local n
	for n in 0 1 15; do
		head -c $n /dev/zero >k
		IN=k errs 'key was too short; it must be at least 16 bytes' add_key /nowhere
		IN=k errs 'key was too short; it must be at least 16 bytes' add_key --hw-wrapped-key /nowhere
		IN=k errs 'key was too short; it must be at least 16 bytes' import_hw_wrapped_key /nowhere
		IN=k errs 'key was too short; it must be at least 16 bytes' prepare_hw_wrapped_key /nowhere
	done
	for n in 65 100000; do
		head -c $n /dev/zero >k
		IN=k errs 'key was too long; it can be at most 64 bytes' add_key /nowhere
		IN=k errs 'key was too long; it can be at most 64 bytes' import_hw_wrapped_key /nowhere
	done
	head -c 129 /dev/zero >k
	IN=k errs 'key was too long; it can be at most 128 bytes' add_key --hw-wrapped-key /nowhere
	IN=k errs 'key was too long; it can be at most 128 bytes' prepare_hw_wrapped_key /nowhere
	head -c 128 /dev/zero >k
	IN=k errs 'opening /nowhere: No such file or directory' add_key --hw-wrapped-key /nowhere
	IN=k errs 'opening /nowhere: No such file or directory' prepare_hw_wrapped_key /nowhere
	IN=/ errs 'reading from stdin: Is a directory' add_key /nowhere
	# Bad arguments are told before anything is read.
	IN=/ errs 'must specify a single mountpoint' add_key
}
@test "sizes of keys, without a mount" { each sizes_of_keys; }

closed_input() {
	local status=0
	"$F" add_key / <&- >.out 2>.err || status=$?
	[ "$status" -eq 1 ] && [ ! -s .out ]
	[ "$(<.err)" = "error: reading from stdin: Bad file descriptor" ]
}
@test "a closed standard input, without a mount" { each closed_input; }

in_pieces() {
	# The writer decides how much comes at once.
	[ "$( (head -c 10 key; sleep 0.1; tail -c +11 key) | "$F" add_key "$MNT")" = $ID ]
}
@test "a key that comes in pieces" { each in_pieces; }

# --- keys ----------------------------------------------------------------------

# README.md: fscryptctl add_key /mnt < /tmp/key
#            fscryptctl key_status f12fccad977328d20a16c79627787a1c /mnt
#            fscryptctl set_policy f12fccad977328d20a16c79627787a1c /mnt/dir
#            fscryptctl get_policy /mnt/dir
#            fscryptctl remove_key f12fccad977328d20a16c79627787a1c /mnt
as_readme() {
	IN=key prints $ID$'\n' add_key "$MNT"
	prints $'Present (user_count=1, added_by_self)\n' key_status $ID "$MNT"
	prints '' set_policy $ID "$D"
	has_policy "$D" AES-256-XTS AES-256-CTS PAD_32 default
	echo foo >"$D/foo"
	mkdir "$D/bar"
	# test.py: get_policy works on regular files too
	has_policy "$D/foo" AES-256-XTS AES-256-CTS PAD_32 default
	has_policy "$D/bar" AES-256-XTS AES-256-CTS PAD_32 default
	prints '' remove_key $ID "$MNT"
	prints $'Absent\n' key_status $ID "$MNT"
	[ ! -e "$D/foo" ]
	has_policy "$D" AES-256-XTS AES-256-CTS PAD_32 default
	IN=key prints $ID$'\n' add_key "$MNT"
	[ "$(<"$D/foo")" = foo ]
	# Again, and by any file of the file system.
	IN=key prints $ID$'\n' add_key "$MNT"
	IN=key prints $ID$'\n' add_key "$D/foo"
	prints $'Present (user_count=1, added_by_self)\n' key_status ${ID^^} "$D/foo"
}
@test "the example of the README" { each as_readme; }

identifiers_of_keys() {
	local n
	IN=key33 prints $ID_33$'\n' add_key "$MNT"
	IN=key16 prints $ID_16$'\n' add_key "$MNT"
	for n in 17 24 32 48 63; do
		head -c $n key >k
		IN=k prints "$(identifier k)"$'\n' add_key "$MNT"
	done
}
# identifier FILE: HKDF-SHA512 (RFC 5869) without a salt, info "fscrypt\0" 1.
identifier() {
	/usr/bin/python3 - "$1" <<-'END'
		import hashlib, hmac, sys
		prk = hmac.new(bytes(64), open(sys.argv[1], "rb").read(), hashlib.sha512).digest()
		print(hmac.new(prk, b"fscrypt\0" + b"\1" + b"\1", hashlib.sha512).digest()[:16].hex())
	END
}
@test "add_key with keys of 16 to 64 bytes" { each identifiers_of_keys; }

no_key() {
	# test.py: cleanup_directory expects this message
	errs 'removing key: Required key not available' remove_key $ID "$MNT"
	errs 'removing key: Required key not available' remove_key --all-users $ID "$MNT"
	prints $'Absent\n' key_status $ID "$MNT"
}
@test "a key that is not there" { each no_key; }

busy() {
	IN=key prints $ID$'\n' add_key "$MNT"
	prints '' set_policy $ID "$D"
	exec 9>"$D/open"
	prints $'warning: some files using this key are still in-use\n' remove_key $ID "$MNT"
	prints $'Incompletely removed\n' key_status $ID "$MNT"
	exec 9>&-
	prints '' remove_key $ID "$MNT"
	prints $'Absent\n' key_status $ID "$MNT"
}
@test "removing a key whose files are open" { each busy; }

# user ID: the program as that user, as a script.
user() {
	printf '#!/bin/sh\nexec setpriv --reuid=%s --regid=%s --clear-groups --inh-caps=-all %s "$@"\n' \
		"$1" "$1" "$F" >"as-$1"
	chmod +x "as-$1"
	F=$PWD/as-$1
}

several_users() {
	local root=$F
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" 2>/dev/null || :
	IN=key prints $ID$'\n' add_key "$MNT"
	user 65534
	prints $'Present (user_count=1)\n' key_status $ID "$MNT"
	errs 'removing key: Required key not available' remove_key $ID "$MNT"
	IN=key prints $ID$'\n' add_key "$MNT"
	prints $'Present (user_count=2, added_by_self)\n' key_status $ID "$MNT"
	errs 'removing key: Permission denied' remove_key --all-users $ID "$MNT"
	F=$root
	prints $'warning: other users still have this key added\n' remove_key $ID "$MNT"
	prints $'Present (user_count=1)\n' key_status $ID "$MNT"
	prints '' remove_key $ID "$MNT" --all-users
	prints $'Absent\n' key_status $ID "$MNT"
	# A policy wants a key that the user has added, and a directory of his.
	mkdir -m 777 "$D/his"
	user 65534
	errs "setting policy for $D/his: Permission denied" set_policy $ID "$D/his"
	chown 65534 "$D/his"
	errs "setting policy for $D/his: Required key not available" set_policy $ID "$D/his"
	chmod 700 "$D"
	errs "opening $D: Permission denied" get_policy "$D"
}
@test "keys of several users" { each several_users; }

wrapped_without_engine() {
	# fscryptctl.1.md: "the key must be a hardware-wrapped key in
	# ephemerally-wrapped form"
	local why="Invalid argument"
	head -c 100 /dev/urandom >blob
	linux_has 6 16 && why=$NO_FEATURE
	IN=blob errs "adding key to $MNT: $why" add_key --hw-wrapped-key "$MNT"
	IN=blob errs "adding key to $MNT: $why" add_key "$MNT" --hw
}
# linux_has MAJOR MINOR: whether this kernel is that one or later.
linux_has() {
	local v
	IFS=.- read -ra v <<<"$(uname -r)"
	((v[0] > $1 || (v[0] == $1 && v[1] >= $2)))
}
@test "a wrapped key where there is no engine" { each wrapped_without_engine; }

# --- policies ------------------------------------------------------------------

all_options() {
	local f
	prints '' set_policy $ID "$D"
	# test.py: the same succeeds, another is refused
	prints '' set_policy $ID "$D"
	errs "setting policy for $D: file or directory already encrypted" set_policy $ID_33 "$D"
	errs "setting policy for $D: file or directory already encrypted" \
		set_policy --padding=4 $ID "$D"
	# test.py: test_set_get_policy_alternate_padding
	for f in 4 8 16 32; do
		mkdir "$D-$f"
		prints '' set_policy $ID "$D-$f" --padding=$f
		has_policy "$D-$f" AES-256-XTS AES-256-CTS PAD_$f default
	done
	mkdir "$D-"{a,b,c,d,e,f,g}
	# test.py: test_set_get_policy_aes_128_cbc
	prints '' set_policy $ID "$D-a" --contents=AES-128-CBC --filenames=AES-128-CTS
	has_policy "$D-a" AES-128-CBC AES-128-CTS PAD_32 default
	# test.py: test_set_get_policy_adiantum
	prints '' set_policy $ID "$D-b" --contents=Adiantum --filenames=Adiantum --direct-key --padding=16
	has_policy "$D-b" Adiantum Adiantum 'PAD_16, DIRECT_KEY' default
	prints '' set_policy --padding=4 --iv-ino-lblk-64 $ID "$D-c"
	has_policy "$D-c" AES-256-XTS AES-256-CTS 'PAD_4, IV_INO_LBLK_64' default
	says 0 $'warning: --iv-ino-lblk-32 should normally not be used\n' '' \
		set_policy --iv-ino-lblk-32 $ID "$D-d"
	has_policy "$D-d" AES-256-XTS AES-256-CTS 'PAD_32, IV_INO_LBLK_32' default
	prints '' set_policy --filenames AES-256-HCTR2 --contents AES-256-XTS $ID "$D-e"
	has_policy "$D-e" AES-256-XTS AES-256-HCTR2 PAD_32 default
	# What the kernel does not take together.
	errs "setting policy for $D-f: invalid encryption options provided" \
		set_policy --direct-key $ID "$D-f"
	errs "setting policy for $D-f: invalid encryption options provided" \
		set_policy --contents=AES-256-CTS $ID "$D-f"
	errs "setting policy for $D-f: invalid encryption options provided" \
		set_policy --direct-key --iv-ino-lblk-64 $ID "$D-f"
	errs "setting policy for $D-f: invalid encryption options provided" \
		set_policy --data-unit-size=1073741824 $ID "$D-f"
	errs "getting policy for $D-f: file or directory not encrypted" get_policy "$D-f"
	# The last of each wins.
	prints '' set_policy --padding=4 --contents=Adiantum --padding 8 --cont AES-256-XTS $ID "$D-g"
	has_policy "$D-g" AES-256-XTS AES-256-CTS PAD_8 default
}
@test "set_policy with each of its options" { each all_options; }

newer_options() {
	if ! linux_has 6 7; then
		errs "setting policy for $D: invalid encryption options provided" \
			set_policy --data-unit-size=512 $ID "$D"
		return
	fi
	mkdir "$D"/{a,b,c}
	prints '' set_policy --data-unit-size=512 $ID "$D/a"
	has_policy "$D/a" AES-256-XTS AES-256-CTS PAD_32 512
	prints '' set_policy --data-unit=4294971392 $ID "$D/b"
	has_policy "$D/b" AES-256-XTS AES-256-CTS PAD_32 4096
	prints '' set_policy --contents=SM4-XTS --filenames=SM4-CTS $ID "$D/c"
	has_policy "$D/c" SM4-XTS SM4-CTS PAD_32 default
}
@test "set_policy with options of newer kernels" { each newer_options; }

v1() {
	/usr/bin/python3 - "$D" <<-'END'
		import fcntl, os, sys
		# struct fscrypt_policy_v1: AES-256-XTS, AES-256-CTS, PAD_16
		policy = bytes([0, 1, 4, 2]) + bytes.fromhex("e355a76a11a1be18")
		fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x800C6613, policy)
	END
	prints "Encryption policy for $D:"$'
\tPolicy version: 1
\tMaster key descriptor: e355a76a11a1be18
\tContents encryption mode: AES-256-XTS
\tFilenames encryption mode: AES-256-CTS
\tFlags: PAD_16
' get_policy "$D"
	errs "setting policy for $D: file or directory already encrypted" set_policy $ID "$D"
}
@test "get_policy of a policy of version 1" { each v1; }

not_to_be_encrypted() {
	# test.py: test_get_policy_unencrypted_dir
	errs "getting policy for $D: file or directory not encrypted" get_policy "$D"
	# test.py: test_get_policy_nonexistent_dir, test_set_policy_nonexistent_dir
	errs 'opening NONEXISTENT: No such file or directory' get_policy NONEXISTENT
	errs 'opening NONEXISTENT: No such file or directory' set_policy $ID NONEXISTENT
	errs 'opening : No such file or directory' get_policy ''
	# test.py: test_set_policy_nonempty_dir
	mkdir "$D/sub"
	errs "setting policy for $D: Directory not empty" set_policy $ID "$D"
	touch "$D/file"
	errs "setting policy for $D/file: Not a directory" set_policy $ID "$D/file"
	errs "getting policy for $D/file: file or directory not encrypted" get_policy "$D/file"
	errs "opening $D/file/x: Not a directory" get_policy "$D/file/x"
	errs "opening $D/file/x: Not a directory" key_status $ID "$D/file/x"
	IN=key errs "opening $D/none: No such file or directory" add_key "$D/none"
	# Locked, its files cannot be opened.
	IN=key prints $ID$'\n' add_key "$MNT"
	prints '' set_policy $ID "$D/sub"
	touch "$D/sub/file"
	prints '' remove_key $ID "$MNT"
	f=$(echo "$D"/sub/*)
	errs "opening $f: Required key not available" get_policy "$f"
}
@test "what is no empty directory" { each not_to_be_encrypted; }

like_options() {
	# test.py: test_filename_like_option
	local d
	cd "$D"
	for d in -h -v --help --version; do
		mkdir -- $d
		prints '' set_policy $ID -- $d
		has_policy_of $d
	done
}
has_policy_of() {
	prints "$(policy "$1" "$ID" AES-256-XTS AES-256-CTS PAD_32 default)"$'\n' get_policy -- "$1"
}
@test "names that look like options" { each like_options; }

other_file_systems() {
	local m=$BATS_TEST_TMPDIR/mnt-$1 cause=$2
	IN=key errs "adding key to $m: $cause" add_key "$m"
	errs "removing key: $cause" remove_key $ID "$m"
	errs "removing key: $cause" remove_key --all-users $ID "$m"
	errs "getting key status: $cause" key_status $ID "$m"
	mkdir -p "$m/dir"
	errs "setting policy for $m/dir: $cause" set_policy $ID "$m/dir"
	errs "getting policy for $m/dir: $cause" get_policy "$m/dir"
}
on_ext4() { other_file_systems ext4 "$NO_FEATURE"; }
on_tmpfs() { other_file_systems tmpfs "$NO_IOCTL"; }
@test "ext4 without its encryption" {
	mkdir mnt-ext4
	truncate -s 16M plain
	mkfs.ext4 -q -F plain
	mount -o loop plain mnt-ext4
	each on_ext4
}
@test "a file system that cannot encrypt" {
	mkdir mnt-tmpfs
	mount -t tmpfs none mnt-tmpfs
	each on_tmpfs
}

# --- wrapped keys ----------------------------------------------------------------

# xfstests common/encrypt, _add_hw_wrapped_key:
#   $FSCRYPTCTL_PROG import_hw_wrapped_key "$dev" |
#     $FSCRYPTCTL_PROG prepare_hw_wrapped_key "$dev" |
#     $FSCRYPTCTL_PROG add_key --hw-wrapped-key "$mnt"
# and the patch before it looks in the message of the first for
#   (Operation not supported)|(Inappropriate ioctl for device)
without_engine() {
	local dev why
	dev=$(findmnt -no SOURCE "$MNT")
	head -c 32 /dev/urandom >raw
	head -c 100 /dev/urandom >blob
	"$F" generate_hw_wrapped_key "$dev" 2>.why && return 1
	# Which of the two is the kernel's affair.
	case $(<.why) in
	*"Operation not supported") why="Operation not supported" ;;
	*) why="Inappropriate ioctl for device" ;;
	esac
	errs "generating hardware-wrapped key: $why" generate_hw_wrapped_key "$dev"
	IN=raw errs "importing hardware-wrapped key: $why" import_hw_wrapped_key "$dev"
	IN=blob errs "preparing hardware-wrapped key: $why" prepare_hw_wrapped_key "$dev"
}
@test "wrapped keys of a device without an engine" { each without_engine; }

no_device() {
	local what
	head -c 32 /dev/urandom >raw
	for what in raw . /dev/null; do
		errs 'generating hardware-wrapped key: Inappropriate ioctl for device' \
			generate_hw_wrapped_key $what
		IN=raw errs 'importing hardware-wrapped key: Inappropriate ioctl for device' \
			import_hw_wrapped_key $what
		IN=raw errs 'preparing hardware-wrapped key: Inappropriate ioctl for device' \
			prepare_hw_wrapped_key $what
	done
	errs 'opening none: No such file or directory' generate_hw_wrapped_key none
	IN=raw errs 'opening none: No such file or directory' import_hw_wrapped_key none
	IN=raw errs 'opening none: No such file or directory' prepare_hw_wrapped_key none
}
@test "wrapped keys of what is no block device, without a mount" { each no_device; }

# --- what is ours ----------------------------------------------------------------

@test "output that cannot be written is a failure, without a mount" {
	F=$OURS
	"$F" --version >/dev/full 2>.err && return 1
	[ "$(<.err)" = "error: writing output: No space left on device" ]
	"$F" --help >&- 2>.err && return 1
	[ "$(<.err)" = "error: writing output: Bad file descriptor" ]
}

@test "the manual page has the commands and options of the usage, without a mount" {
	local page=$TOP/man/wkeyctl-fscryptctl.1
	diff <(usage | grep -oE -e '--[a-z][a-z0-9-]*' | sort -u) \
		<(sed 's/\\-/-/g' "$page" | grep -oE -e '--[a-z][a-z0-9-]*' | sort -u)
	diff <(usage | sed -n 's/^  fscryptctl \([a-z_]*\) .*/\1/p') \
		<(sed -n 's/^\.B fscryptctl \([a-z_]*\).*/\1/p' "$page")
}

@test "another name is wkeyctl, without a mount" {
	ln -s "$WKEYCTL" fscryptctl2
	works ./fscryptctl2 --version
	[[ $output == wkeyctl* ]]
	# The name, not the path.
	ln -s "$WKEYCTL" fscryptctl
	tried "$PWD/fscryptctl" -v
	[ "$output" = v1.3.0 ]
	(exec -a fscryptctl "$WKEYCTL" -v) | grep -qx v1.3.0
}

@test "a signal ends it as if nothing caught it" {
	local sig status
	for sig in INT TERM HUP QUIT; do
		status=0
		mkfifo pipe-$sig
		# The writer keeps the pipe open and writes no more than a part.
		{ printf half; sleep 5; } >pipe-$sig 2>.err &
		env --default-signal=$sig timeout -s $sig 0.3 "$OURS" add_key "$MNT" \
			<pipe-$sig >.out 2>.err || status=$?
		kill %% 2>/dev/null || :
		[ "$status" -eq 124 ] && [ ! -s .out ] && [ ! -s .err ]
	done
}

@test "neither key nor core is left behind by a process of that name" {
	keys
	strace -f -o trace -e trace=prctl,prlimit64,mlock2,madvise,write "$OURS" add_key "$MNT" <key
	grep -q 'PR_SET_DUMPABLE, SUID_DUMP_DISABLE' trace
	grep -q 'RLIMIT_CORE, {rlim_cur=0, rlim_max=0}' trace
	grep -q 'MADV_DONTDUMP' trace
	grep -q '^[0-9]* *mlock2(.* = 0' trace
	no_secret_in trace aaaaaaaaaaaaaaaa
}
