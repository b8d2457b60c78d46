#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The house: what the products link to, how they are hardened, what they export
# and which way includes point.

# slow: builds
load helpers

setup() {
	[ -x "$WKEYCTL" ] || { echo "$WKEYCTL is not built"; return 1; }
	if readelf -d "$WKEYCTL" | grep -q NEEDED; then
		shared=yes
	else
		shared=no
	fi
}

# needed FILE: the names of the libraries that it is linked to.
needed() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

# dynamic build: skips where the program is static and the question means nothing.
dynamic() {
	[ "$shared" = yes ] || skip "this build is static"
}

@test "the tool is linked to libc and at most libkeyutils" {
	dynamic
	local lib
	for lib in $(needed "$WKEYCTL"); do
		case $lib in
		libc.so.* | libkeyutils.so.* | ld-linux*) ;;
		*) echo "linked to $lib"; return 1 ;;
		esac
	done
}

@test "each module is linked to its own library and libc only" {
	dynamic
	local m lib own
	for m in crypto argon2 cms; do
		own=lib${m/cms/crypto}.so
		for lib in $(needed "$BUILD/modules/$m.so"); do
			case $lib in
			"$own".* | libc.so.*) ;;
			*) echo "$m.so is linked to $lib"; return 1 ;;
			esac
		done
		needed "$BUILD/modules/$m.so" | grep -q "^$own"
	done
}

@test "--version opens no libcrypto, tss2, argon2 or module" {
	dynamic
	command -v strace >/dev/null
	works strace -f -e trace=%file -o "$BATS_TEST_TMPDIR/trace" "$WKEYCTL" --version
	run grep -E 'libcrypto|tss2|argon2|modules/|openssl|wkeyctl/.*\.so' "$BATS_TEST_TMPDIR/trace"
	[ "$status" -eq 1 ] || { echo "$output"; return 1; }
}

@test "the tool and the modules are position independent, read-only after start, without executable stack" {
	dynamic
	local f
	for f in "$WKEYCTL" "$BUILD/libwkey.so.0" "$BUILD"/modules/*.so; do
		echo "$f"
		readelf -hW "$f" | grep -q 'Type:.*DYN'
		readelf -lW "$f" | grep -q GNU_RELRO
		readelf -dW "$f" | grep -Eq 'BIND_NOW|Flags:.*NOW'
		readelf -lW "$f" | awk '$1 == "GNU_STACK" { ok = $7 == "RW" } END { exit !ok }'
		run -1 grep -q TEXTREL <(readelf -dW "$f")
		run -1 grep -Eq 'RPATH|RUNPATH' <(readelf -dW "$f")
	done
	readelf -dW "$WKEYCTL" | grep -q 'Flags:.*PIE'
}

@test "no segment is writable and executable" {
	local f
	for f in "$WKEYCTL" "$BUILD"/modules/*.so; do
		[ -e "$f" ] || continue
		readelf -lW "$f" | awk '$1 == "LOAD" && /RWE/ { bad = 1 } END { exit bad }'
	done
}

@test "the stack protector is in" {
	dynamic
	readelf -Ws --dyn-syms "$WKEYCTL" | grep -q __stack_chk_fail
}

@test "fortified calls are in when the compiler optimizes" {
	dynamic
	grep -qE -- '-O[123s]' "$BUILD/.flags" || skip "built without optimization"
	readelf -Ws --dyn-syms "$WKEYCTL" | grep -qE '__[a-z]+_chk@'
}

@test "the tool exports nothing" {
	dynamic
	run nm -D --defined-only "$WKEYCTL"
	# Copies of the C library's own objects are not exports of ours.
	run -1 grep -vE '@(@)?GLIBC|^$' <<<"$output"
}

@test "the shared library has its soname" {
	dynamic
	readelf -dW "$BUILD/libwkey.so.0" | grep -q 'SONAME.*\[libwkey.so.0\]'
	[ "$(readlink "$BUILD/libwkey.so")" = libwkey.so.0 ]
}

@test "no path of the build machine is in the products" {
	local f
	for f in "$WKEYCTL" "$BUILD"/modules/*.so; do
		[ -e "$f" ] || continue
		run -1 grep -aF -c "$TOP/lib" "$f"
		run -1 grep -aF -c "$TOP/cmd" "$f"
	done
}

# copy_tree: the C sources and the checker, to be spoilt.
copy_tree() {
	mkdir -p "$BATS_TEST_TMPDIR/t/tests"
	(cd "$TOP" && tar -cf - include lib cmd tests/unit) | tar -xf - -C "$BATS_TEST_TMPDIR/t"
	tree=$BATS_TEST_TMPDIR/t
}

# caught FILE LINE: the checker accepts the tree, and refuses it with the line.
caught() {
	cp "$tree/$1" "$BATS_TEST_TMPDIR/saved"
	run sh "$TOP/tests/check-layers.sh" "$tree"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	printf '%s\n' "$2" >>"$tree/$1"
	run sh "$TOP/tests/check-layers.sh" "$tree"
	[ "$status" -eq 1 ] || { echo "not caught: $1: $2"; return 1; }
	[[ $output == "$1:"* ]] || { echo "$output"; return 1; }
	cp "$BATS_TEST_TMPDIR/saved" "$tree/$1"
}

@test "check-layers catches an include in the wrong direction" {
	copy_tree
	caught lib/base/err.c '#include "keyfile.h"'
	caught lib/base/err.c '#include <linux/fscrypt.h>'
	caught lib/base/err.c '#include <openssl/evp.h>'
	caught lib/sys/syscalls.c '#include "crypto/crypto.h"'
	caught lib/backend.c '#include "backends/soft/cost.h"'
	caught lib/backend.c '#include "cmd/args.h"'
	caught lib/backends/caam/absent.c '#include "backends/soft/cost.h"'
	caught cmd/main.c '#include "backends/soft/cost.h"'
	caught cmd/main.c '#include <linux/keyctl.h>'
	caught cmd/main.c '#include <linux/seccomp.h>'
	caught cmd/sandbox.c '#include <linux/keyctl.h>'
	caught lib/base/err.c '#include <linux/seccomp.h>'
	caught cmd/main.c '#include <tss2/tss2_esys.h>'
	caught cmd/main.c '#include "../lib/keyfile.h"'
	caught include/wkey.h '#include <linux/types.h>'
}

@test "check-layers catches a kernel call or a wipe outside its file" {
	copy_tree
	caught lib/backend.c 'int f(int d) { return ioctl(d, 1, 0); }'
	caught cmd/main.c 'long g(void) { return keyctl_revoke(1); }'
	caught lib/backend.c 'void h(void *p) { explicit_bzero(p, 1); }'
	caught lib/backend.c 'void i(void) { printf("x"); }'
}

@test "check-layers is not misled by comments and strings" {
	copy_tree
	cat >>"$tree/lib/backend.c" <<-'END'
		/* ioctl(fd) and
		 * keyctl(1) are only words here */
		static const char *const s = "ioctl(fd) explicit_bzero(p)";
		int my_ioctl(int);
		int j(void) { return my_ioctl(1); } // add_key(2)
	END
	sh "$TOP/tests/check-layers.sh" "$tree"
}

@test "the runner counts, and is not fooled by a broken plan or an unexplained skip" {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p t/tests/unit t/build/unit
	cp "$TOP/tests/run.sh" t/tests/
	: >t/tests/allowed-skips
	# program NAME BODY: stands in for a compiled unit test.
	program() {
		: >"t/tests/unit/test_$1.c"
		printf '#!/bin/sh\n%s\n' "$2" >"t/build/unit/test_$1"
		chmod +x "t/build/unit/test_$1"
	}
	verdict() { run env -u WK_TEST_MUST BUILD=build bash t/tests/run.sh unit; }
	program good 'echo 1..2; echo ok 1 - a; echo ok 2 - b'
	verdict
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "2 passed, 0 failed, 0 skipped" ]

	program short 'echo 1..2; echo ok 1 - a'
	verdict
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "3 passed, 1 failed, 0 skipped" ]

	program short 'echo 1..1; echo ok 1 - a; exit 3'
	verdict
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "3 passed, 1 failed, 0 skipped" ]

	program short 'echo 1..1; echo "ok 1 - a # skip no reason"'
	verdict
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "2 passed, 0 failed, 1 skipped" ]

	echo 'unit/test_short | a | known' >t/tests/allowed-skips
	verdict
	[ "$status" -eq 0 ]
}

@test "settings: an unknown value of a setting is refused" {
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$BATS_TEST_TMPDIR/b" WITH_TPM=maybe config
	[ "$status" -ne 0 ]
	[[ $output == *"WITH_TPM=maybe"* ]]
}

@test "settings: the filter that is demanded and cannot be made is an error" {
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$BATS_TEST_TMPDIR/b" WITH_SECCOMP=maybe config
	[ "$status" -ne 0 ]
	[[ $output == *"WITH_SECCOMP=maybe"* ]]
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$BATS_TEST_TMPDIR/b" WITH_SECCOMP=1 HOSTCC=false config
	[ "$status" -ne 0 ]
	[[ $output == *"WITH_SECCOMP=1: false finds no libseccomp (libseccomp-dev)"* ]]
}

@test "settings: WITH_TPM=1 is an error as long as there is no TPM backend" {
	compgen -G "$TOP/lib/backends/tpm/[!a]*.c" >/dev/null && skip "there is one"
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$BATS_TEST_TMPDIR/b" WITH_TPM=1 config
	[ "$status" -ne 0 ]
	[[ $output == *"this version has no TPM backend yet"* ]]
}

@test "plain make names what is missing and how to get it, and installs nothing" {
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$BATS_TEST_TMPDIR/b" PKG_CONFIG=false
	[ "$status" -ne 0 ]
	[[ $output == *"libssl-dev"* ]]
	[[ $output == *"make setup"* ]]
}

@test "setup names what is missing and installs nothing when forbidden" {
	mkdir "$BATS_TEST_TMPDIR/s" "$BATS_TEST_TMPDIR/s/tests"
	cp "$TOP/tests/setup.sh" "$BATS_TEST_TMPDIR/s/tests/"
	echo 'no-such-package-here test' >"$BATS_TEST_TMPDIR/s/packages"
	command -v apt-get >/dev/null || skip "not a Debian system"
	run env WKEY_NO_INSTALL=1 sh "$BATS_TEST_TMPDIR/s/tests/setup.sh" test
	[ "$status" -eq 0 ]
	[[ $output == *"missing: no-such-package-here"* ]]
	run env WKEY_NO_INSTALL=1 sh "$BATS_TEST_TMPDIR/s/tests/setup.sh" build
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}
