#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Installing, using what is installed, taking it back; and building elsewhere.

# slow: builds and installs
load helpers

setup_file() {
	export D=$BATS_FILE_TMPDIR/root
	export P=$D/usr/local
}

# house CMD...: make without what an outer make left in the environment.
house() {
	env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES make -C "$TOP" "$@"
}

# The build folder must be ours: make looks whether it is up to date.
own_build() {
	[ -w "$BUILD" ] && return
	[[ " ${WK_TEST_MUST:-} " == *" root "* ]] && return 1
	skip "needs root: the build folder belongs to another user"
}

installed() {
	own_build
	[ -x "$P/bin/wkeyctl" ] || house BUILD="$BUILD" DESTDIR="$D" install
}

# static_build: whether this build has its modules linked in.
static_build() { [ ! -e "$BUILD/libwkey.so.0" ]; }

# against_pkgconf [--static]: flags of the installed library.
against_pkgconf() {
	PKG_CONFIG_LIBDIR=$P/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$D \
		"${PKG_CONFIG:-pkg-config}" --cflags --libs "$@" libwkey
}

# user_program: a program that opens a key file with a wrapping key.
user_program() {
	cat >"$BATS_TEST_TMPDIR/user.c" <<-'END'
		#include <stdio.h>
		#include <string.h>
		#include <wkey.h>

		static struct wk_secret *wrapping_key;

		static enum wk_supply supply(const struct wk_host *h, enum wk_secret_kind kind)
		{
			(void)h;
			return kind == WK_SECRET_WRAPPING_KEY ? WK_SUPPLY_HELD : WK_SUPPLY_NO;
		}

		static enum wk_status get(const struct wk_host *h, enum wk_secret_kind kind,
					  const char *subject,
					  const struct wk_secret **ret_secret,
					  struct wk_err *err)
		{
			(void)h, (void)kind, (void)subject, (void)err;
			*ret_secret = wrapping_key;
			return WK_OK;
		}

		int main(int argc, char **argv)
		{
			struct wk_host host = { .supply = supply, .get = get };
			struct wk_session *s = NULL;
			struct wk_keyfile *kf = NULL;
			struct wk_material m = { 0 };
			struct wk_err err;
			enum wk_status st;

			if (argc < 2)
				return puts(wk_version()) < 0;
			st = wk_secret_new(WK_WRAPPING_KEY_BYTES, &wrapping_key, &err);
			if (!st) {
				memset(wk_secret_bytes(wrapping_key), 'k', WK_WRAPPING_KEY_BYTES);
				wk_secret_set_len(wrapping_key, WK_WRAPPING_KEY_BYTES);
				st = wk_session_open(&host, &s, &err);
			}
			if (!st)
				st = wk_keyfile_read(argv[1], &kf, &err);
			if (!st)
				st = wk_unlock(s, kf, &m, &err);
			if (st)
				fprintf(stderr, "%s\n", err.msg);
			else
				printf("%s: %zu bytes\n", wk_keyfile_name(kf), wk_secret_len(m.key));
			wk_material_done(&m);
			wk_keyfile_free(kf);
			wk_session_close(s);
			wk_secret_free(wrapping_key);
			return (int)st;
		}
	END
}

# key_file: one that the program above can open.
key_file() {
	wrapping_key
	"$P/bin/wkeyctl" generate -b soft --name installed --key-size 256bit \
		--wrapping-key-file "$BATS_TEST_TMPDIR/wrap" "$BATS_TEST_TMPDIR/k.wk"
}

wrapping_key() {
	head -c 32 /dev/zero | tr '\0' k >"$BATS_TEST_TMPDIR/wrap"
	chmod 600 "$BATS_TEST_TMPDIR/wrap"
}

@test "a build that is up to date stays as it is, whatever way its folder is named" {
	local before after
	own_build
	before=$(stat -c '%i %y' "$BUILD"/wkeyctl "$BUILD"/libwkey.a)
	house BUILD="$BUILD" all
	after=$(stat -c '%i %y' "$BUILD"/wkeyctl "$BUILD"/libwkey.a)
	[ "$before" = "$after" ]
}

@test "install puts the tool, modules, library, header and manual in their places" {
	installed
	[ -x "$P/bin/wkeyctl" ]
	[ -e "$P/lib/libwkey.a" ]
	[ -e "$P/include/wkey.h" ]
	[ -e "$P/share/man/man1/wkeyctl.1" ]
	[ -e "$P/share/man/man5/wkeyctl-keyfile.5" ]
	static_build && return
	[ -e "$P/lib/libwkey.so.0" ]
	[ -e "$P/lib/wkeyctl/crypto.so" ]
	[ -e "$P/lib/wkeyctl/argon2.so" ]
	[ -e "$P/lib/wkeyctl/cms.so" ]
}

@test "what is installed is writable by its owner only" {
	installed
	run find "$D" ! -type l -perm /022
	[ -z "$output" ] || { echo "$output"; return 1; }
}

@test "the installed tool makes and tests a key with the installed modules" {
	installed
	key_file
	works "$P/bin/wkeyctl" test --wrapping-key-file "$BATS_TEST_TMPDIR/wrap" \
		"$BATS_TEST_TMPDIR/k.wk"
	static_build && return
	strace -f -e trace=openat -o "$BATS_TEST_TMPDIR/trace" "$P/bin/wkeyctl" \
		test --wrapping-key-file "$BATS_TEST_TMPDIR/wrap" "$BATS_TEST_TMPDIR/k.wk"
	grep -q 'crypto\.so' "$BATS_TEST_TMPDIR/trace"
	run -1 grep -F "$BUILD/modules" "$BATS_TEST_TMPDIR/trace"
}

@test "without its module the tool says so and exits 10" {
	installed
	static_build && skip "this build is static"
	wrapping_key
	mkdir -p "$BATS_TEST_TMPDIR/bare/bin"
	cp "$P/bin/wkeyctl" "$BATS_TEST_TMPDIR/bare/bin/"
	fails 10 'crypto module is not installed' "$BATS_TEST_TMPDIR/bare/bin/wkeyctl" \
		generate -b soft --wrapping-key-file "$BATS_TEST_TMPDIR/wrap" \
		"$BATS_TEST_TMPDIR/new.wk"
	[ ! -e "$BATS_TEST_TMPDIR/new.wk" ]
}

@test "a module that others may write is refused with exit 15" {
	installed
	static_build && skip "this build is static"
	wrapping_key
	mkdir -p "$BATS_TEST_TMPDIR/loose"
	cp -a "$P/bin" "$P/lib" "$BATS_TEST_TMPDIR/loose/"
	chmod o+w "$BATS_TEST_TMPDIR/loose/lib/wkeyctl/crypto.so"
	fails 15 'crypto\.so' "$BATS_TEST_TMPDIR/loose/bin/wkeyctl" generate -b soft \
		--wrapping-key-file "$BATS_TEST_TMPDIR/wrap" "$BATS_TEST_TMPDIR/new.wk"
	[ ! -e "$BATS_TEST_TMPDIR/new.wk" ]
}

@test "a C program built by pkg-config against the shared library opens a key file" {
	installed
	static_build && skip "this build is static"
	user_program
	key_file
	# shellcheck disable=SC2046,SC2086 # flags
	"${CC:-cc}" ${CFLAGS:-} -Wall -Werror -o "$BATS_TEST_TMPDIR/user" "$BATS_TEST_TMPDIR/user.c" \
		$(against_pkgconf) ${LDFLAGS:-}
	readelf -d "$BATS_TEST_TMPDIR/user" | grep -q 'NEEDED.*libwkey.so.0'
	export LD_LIBRARY_PATH=$P/lib
	works "$BATS_TEST_TMPDIR/user"
	[ "v$output" = "v$VERSION" ] || [ -z "${VERSION:-}" ]
	works "$BATS_TEST_TMPDIR/user" "$BATS_TEST_TMPDIR/k.wk"
	[ "$output" = "installed: 32 bytes" ]
}

@test "a C program built by pkg-config against the static library opens a key file" {
	installed
	user_program
	key_file
	local flags
	flags=$(against_pkgconf --static)
	# shellcheck disable=SC2086 # flags
	"${CC:-cc}" ${CFLAGS:-} -Wall -Werror -o "$P/bin/user" "$BATS_TEST_TMPDIR/user.c" \
		${flags/-lwkey/-l:libwkey.a} ${LDFLAGS:-}
	run -1 grep -q libwkey.so <(readelf -d "$P/bin/user")
	works "$P/bin/user" "$BATS_TEST_TMPDIR/k.wk"
	[ "$output" = "installed: 32 bytes" ]
	rm "$P/bin/user"
}

@test "the header serves C++ too" {
	installed
	local cxx
	cxx=$(command -v c++ || command -v clang++) || skip "no C++ compiler"
	echo '#include <wkey.h>' | "$cxx" -Wall -Werror -I"$P/include" -x c++ -fsyntax-only -
}

@test "called by the name of fscryptctl, the installed tool is that program" {
	installed
	[ "$(readlink "$P/bin/fscryptctl")" = wkeyctl ]
	works "$P/bin/fscryptctl" --version
	[ "$output" = v1.3.0 ]
	# Its usage names `man fscryptctl`.
	grep -q '^\.TH WKEYCTL.*FSCRYPTCTL 1' "$P/share/man/man1/fscryptctl.1"
}

@test "uninstall leaves nothing" {
	installed
	house BUILD="$BUILD" DESTDIR="$D" uninstall
	run find "$D" ! -type d
	[ -z "$output" ] || { echo "$output"; return 1; }
	[ ! -e "$P/lib/wkeyctl" ]
}

@test "a program of the name fscryptctl is neither replaced nor removed" {
	own_build
	local d=$BATS_TEST_TMPDIR/taken
	mkdir -p "$d/usr/local/bin"
	mkdir -p "$d/usr/local/share/man/man1"
	echo other >"$d/usr/local/bin/fscryptctl"
	echo page >"$d/usr/local/share/man/man1/fscryptctl.1"
	works house BUILD="$BUILD" DESTDIR="$d" install
	[[ $output == *"fscryptctl is another program"* ]]
	works house BUILD="$BUILD" DESTDIR="$d" uninstall
	[ "$(<"$d/usr/local/bin/fscryptctl")" = other ]
	[ "$(<"$d/usr/local/share/man/man1/fscryptctl.1")" = page ]
}

@test "a LIBDIR elsewhere finds the same modules, and is taken back too" {
	own_build
	static_build && skip "this build is static"
	local m=$BATS_TEST_TMPDIR/multi where="PREFIX=/usr LIBDIR=/usr/lib/some-triplet"
	# shellcheck disable=SC2086 # two settings
	house BUILD="$BUILD" DESTDIR="$m" $where install
	[ -e "$m/usr/lib/wkeyctl/crypto.so" ]
	[ "$m/usr/lib/some-triplet/wkeyctl/crypto.so" -ef "$m/usr/lib/wkeyctl/crypto.so" ]
	grep -q '^libdir=/usr/lib/some-triplet$' "$m/usr/lib/some-triplet/pkgconfig/libwkey.pc"
	# shellcheck disable=SC2086 # two settings
	house BUILD="$BUILD" DESTDIR="$m" $where uninstall
	run find "$m" ! -type d
	[ -z "$output" ] || { echo "$output"; return 1; }
	# The build folder as it was.
	house BUILD="$BUILD" all
}

# list TREE: its files, without what a build makes.
list() { (cd "$1" && find . -path ./build -prune -o -type f -print | sort); }

@test "the dist archive builds without git and leaves no file outside build/" {
	local src
	house BUILD="$BATS_TEST_TMPDIR/dist" dist
	tar -xzf "$BATS_TEST_TMPDIR"/dist/wkeyctl-*.tar.gz -C "$BATS_TEST_TMPDIR"
	src=$(echo "$BATS_TEST_TMPDIR"/wkeyctl-*)
	list "$src" >"$BATS_TEST_TMPDIR/before"
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\nexit 127\n' >"$BATS_TEST_TMPDIR/bin/git"
	chmod +x "$BATS_TEST_TMPDIR/bin/git"
	env -u MAKEFLAGS -u MAKELEVEL -u BUILD PATH="$BATS_TEST_TMPDIR/bin:$PATH" \
		make -C "$src" -j2 CFLAGS=-O0 WERROR=0
	works "$src/build/wkeyctl" --version
	list "$src" | diff "$BATS_TEST_TMPDIR/before" -
	# And an archive of the archive.
	env -u MAKEFLAGS -u MAKELEVEL -u BUILD PATH="$BATS_TEST_TMPDIR/bin:$PATH" \
		make -C "$src" dist
	tar -tzf "$src"/build/wkeyctl-*.tar.gz | grep -q '^wkeyctl-[0-9.]*/Makefile$'
	env -u MAKEFLAGS -u MAKELEVEL -u BUILD make -C "$src" clean
	[ ! -e "$src/build" ]
}

@test "STATIC=1 makes one program without modules or a dynamic linker" {
	house BUILD="$BATS_TEST_TMPDIR/b" STATIC=1 CFLAGS=-O0 WERROR=0 -j2
	run -1 grep -q NEEDED <(readelf -d "$BATS_TEST_TMPDIR/b/wkeyctl")
	[ ! -e "$BATS_TEST_TMPDIR/b/modules" ]
	head -c 32 /dev/urandom >"$BATS_TEST_TMPDIR/wrap"
	chmod 600 "$BATS_TEST_TMPDIR/wrap"
	cp "$BATS_TEST_TMPDIR/b/wkeyctl" "$BATS_TEST_TMPDIR/alone"
	works "$BATS_TEST_TMPDIR/alone" generate -b soft \
		--wrapping-key-file "$BATS_TEST_TMPDIR/wrap" "$BATS_TEST_TMPDIR/k.wk"
	works "$BATS_TEST_TMPDIR/alone" test \
		--wrapping-key-file "$BATS_TEST_TMPDIR/wrap" "$BATS_TEST_TMPDIR/k.wk"
}

@test "one program that is built is run by the build, on the build machine" {
	local b=$BATS_TEST_TMPDIR/b ran
	house BUILD="$b" CFLAGS=-O0 HOSTCC="hostcc -x" WITH_SECCOMP=0 -n all >"$BATS_TEST_TMPDIR/commands"
	run -1 grep -E "(^|[;&|] *)$b/" "$BATS_TEST_TMPDIR/commands"
	house BUILD="$b" CFLAGS=-O0 -n all >"$BATS_TEST_TMPDIR/commands"
	ran=$(grep -oE "(^|[;&|] *)$b/[^ ]+" "$BATS_TEST_TMPDIR/commands" | grep -o "$b.*" | sort -u)
	[ -z "$ran" ] || [ "$ran" = "$b/gen/generate" ] || { echo "$ran"; return 1; }
}

@test "the system call filter is made for the target, whatever the build machine is" {
	local gen=$BUILD/gen/generate
	[ -x "$gen" ] || skip "this build has no filter"
	"$gen" aarch64 little >"$BATS_TEST_TMPDIR/aarch64"
	"$gen" s390x big >"$BATS_TEST_TMPDIR/s390x"
	# AUDIT_ARCH_AARCH64 and _S390X, linux/audit.h, stand in the second instruction.
	sed -n 4p "$BATS_TEST_TMPDIR/aarch64" | grep -q '0xc00000b7 }'
	sed -n 4p "$BATS_TEST_TMPDIR/s390x" | grep -q '0x80000016 }'
	house BUILD="$BATS_TEST_TMPDIR/b" CFLAGS="-O2 -m32" config | grep -qE '^seccomp +x86$|^missing'
}
