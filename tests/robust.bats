#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Replacing key files where that is difficult: FAT, full and read-only file
# systems, attributes, owners, links, and calls that fail on the way.  Nothing is
# lost, nothing is left over, and the message says what to do.
#
# By the tool, and where it does not matter that the key file then does not
# unlock, or somebody has to come between, by robust/rewrite.c.

# slow: file systems
load helpers
load commands

setup_file() {
	make_secrets
	export HELP=$BATS_FILE_TMPDIR/help REWRITE=$BATS_FILE_TMPDIR/help/rewrite
	mkdir "$HELP"
	"${CC:-cc}" -D_GNU_SOURCE -O1 -o "$HELP/without" "$TOP/tests/without.c"
	local o=$BUILD/obj/cmd libs
	read -ra libs <<<"$(${PKG_CONFIG:-pkg-config} --libs libkeyutils)"
	# shellcheck disable=SC2086 # flags: those of the objects
	"${CC:-cc}" -D_GNU_SOURCE ${CFLAGS:-} -I"$TOP" -I"$TOP/lib" -I"$TOP/include" -o "$REWRITE" \
		"$TOP/tests/robust/rewrite.c" "$o/sandbox_landlock.o" "$o/sandbox_caps.o" \
		"$o/sandbox_seccomp.o" "$BUILD/libwkey.a" "${libs[@]}" ${LDFLAGS:-}
	chmod 755 "$BATS_FILE_TMPDIR" "$HELP"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	chmod 755 .
	old=$BATS_TEST_TMPDIR/old
	mounted=()
	ADD=("$WKEYCTL" -q add-slot -b soft --batch "${KEY[@]}" --new-wrapping-key-file "$SECRETS/other")
}

teardown() {
	local i
	cd /
	chattr -R -i -a "$BATS_TEST_TMPDIR" 2>/dev/null || :
	for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do
		umount "${mounted[i]}" || { sleep 1; umount "${mounted[i]}"; }
	done
}

# put_on DIR SOURCE...: mounts, for this test.
put_on() {
	mkdir -p "$1"
	mount "${@:2}" "$1"
	mounted+=("$PWD/$1")
}

# image TYPE SIZE DIR [MKFS-OPTION...]
image() {
	truncate -s "$2" "$3.img"
	"mkfs.$1" "${@:4}" "$3.img" >/dev/null 2>&1
	put_on "$3" -o loop "$3.img"
}

# key FILE: makes one there, and a copy of it.
key() {
	wk generate -q -b soft "${KEY[@]}" "$1"
	cp "$1" "$old"
}

epoch() { field "$1" .epoch; }
number_of() { find "$1" -mindepth 1 ! -name lost+found | wc -l; }

# rewritten FILE: it works, twice, and its name is the only one there.
rewritten() {
	local was
	was=$(epoch "$1")
	works "${ADD[@]}" "$1"
	works "$WKEYCTL" -q remove-slot --batch "${KEY[@]}" "$1" 1
	[ "$(epoch "$1")" -eq $((was + 2)) ]
	no_rest "$1" 1
}

# no_rest FILE NUMBER
no_rest() {
	local dir
	dir=$(dirname "$(realpath "$1")")
	[ "$(number_of "$dir")" -eq "$2" ] || { ls -la "$dir"; return 1; }
}

# stays FILE: it is what key() made.
stays() { cmp "$1" "$old"; }

# kept_by STATUS REGEX FILE: rewriting fails so, early enough.
kept_by() {
	local n
	n=$(number_of "$(dirname "$3")")
	fails "$1" "${2%% .file.*}" "${ADD[@]}" "$3"
	fails "$1" "$2" "$REWRITE" "$3"
	stays "$3"
	no_rest "$3" "$n"
}

hint() { [[ $stderr =~ hint:\ $1 ]] || bad "hint: $1"; }

# fill FILE: until no other file fits; what is written late gives some room back.
fill() {
	local i=0
	! cat /dev/zero 2>/dev/null >"$1"
	sync -f "$1"
	while dd if=/dev/zero of="$1.$i" bs=1 count=1 conv=fsync status=none 2>/dev/null; do
		i=$((i + 1))
	done
	rm -f "$1.$i"
}

# elsewhere: whether this test was run in another kernel, because this one has no
# FAT.
elsewhere() {
	[ -e /sys/module/vfat ] || modprobe vfat 2>/dev/null || :
	! grep -qw vfat /proc/filesystems || return 1
	in_uml "this kernel has no FAT"
}

@test "FAT: no links, no unnamed files, made-up owners and modes" {
	need root
	! elsewhere || return 0
	image vfat 4M fat
	key fat/k.wk
	rewritten fat/k.wk
	rewritten fat/k.wk
	# A file that is read-only there.
	chmod a-w fat/k.wk
	rewritten fat/k.wk
	[ "$(stat -c %a fat/k.wk)" = "$(printf %o $((0755 & ~0222)))" ]
	chmod u+w fat/k.wk
	cp fat/k.wk old
	wk generate -q -b soft "${KEY[@]}" --force fat/k.wk
	cmp "fat/k.wk.old-$(epoch old)" old
	no_rest fat/k.wk 2
	wk test "${KEY[@]}" fat/k.wk
	umount fat
	works fsck.vfat -n fat.img
	mount -o loop fat.img fat
	wk test "${KEY[@]}" fat/k.wk
}

@test "FAT that is full" {
	need root
	! elsewhere || return 0
	image vfat 1M fat
	key fat/k.wk
	fill fat/ballast
	kept_by 1 'fat/k.wk: no space is left on the file system .file.no-space' fat/k.wk
	hint 'make room'
	fails 1 'no space is left' "$WKEYCTL" generate -q -b soft "${KEY[@]}" --force fat/k.wk
	stays fat/k.wk
	rm fat/ballast*
	rewritten fat/k.wk
}

@test "a small ext4 that is full: of blocks, of inodes" {
	need root
	image ext4 1M small -q -F -m 0 -N 64 -O ^has_journal
	key small/k.wk
	fill small/ballast
	kept_by 1 'no space is left on the file system' small/k.wk
	hint 'make room'
	rm small/ballast*
	rewritten small/k.wk
	cp small/k.wk old
	local i
	for ((i = 0; i < 100; i++)); do : 2>/dev/null >"small/$i" || break; done
	[ "$i" -lt 100 ]
	kept_by 1 'no space is left on the file system' small/k.wk
	rm small/[0-9]*
	rewritten small/k.wk
}

@test "tmpfs that is full" {
	need root
	put_on ram -t tmpfs -o size=64k tmpfs
	key ram/k.wk
	fill ram/ballast
	kept_by 1 'no space is left on the file system' ram/k.wk
	rm ram/ballast*
	rewritten ram/k.wk
}

@test "an overlay, whose file comes up from below" {
	need root
	mkdir low up work
	key low/k.wk
	put_on over -t overlay -o "lowerdir=low,upperdir=up,workdir=work" overlay || skip "no overlayfs in this kernel"
	rewritten over/k.wk
	stays low/k.wk
}

@test "a file system that is mounted read-only" {
	need root
	image ext4 1M small -q -F -O ^has_journal
	key small/k.wk
	mount -o remount,ro small
	kept_by 1 'small/k.wk: the file system is read-only .file.read-only' small/k.wk
	hint 'mount it for writing'
	fails 1 'the file system is read-only' "$WKEYCTL" generate -q -b soft "${KEY[@]}" --force small/k.wk
	fails 1 'the file system is read-only' "$WKEYCTL" generate -q -b soft "${KEY[@]}" small/new.wk
	wk test "${KEY[@]}" small/k.wk
	mount -o remount,rw small
	rewritten small/k.wk
}

@test "immutable and append-only: the file, its directory" {
	need root
	image ext4 1M small -q -F -O ^has_journal
	mkdir small/d
	key small/d/k.wk
	local what
	for what in i:immutable a:append-only; do
		chattr "+${what%:*}" small/d/k.wk
		kept_by 1 "small/d/k.wk: the file is ${what#*:} and cannot be changed .file.immutable" small/d/k.wk
		hint "chattr -${what%:*} small/d/k.wk"
		fails 1 "the file is ${what#*:}" "$WKEYCTL" generate -q -b soft "${KEY[@]}" --force small/d/k.wk
		no_rest small/d/k.wk 1
		chattr "-${what%:*}" small/d/k.wk
		chattr "+${what%:*}" small/d
		kept_by 1 "the directory is ${what#*:} and cannot be changed .file.immutable" small/d/k.wk
		hint "chattr -${what%:*} .*small/d"
		chattr "-${what%:*}" small/d
	done
	chattr +i small/d
	fails 1 'the directory is immutable' "$WKEYCTL" generate -q -b soft "${KEY[@]}" small/d/new.wk
	chattr -i small/d
	rewritten small/d/k.wk
}

@test "a file with a mount on it" {
	need root
	mkdir d
	key d/k.wk
	: >place
	cp d/k.wk other
	mount --bind other d/k.wk
	mounted+=("$PWD/d/k.wk")
	kept_by 1 'd/k.wk: something is mounted on it .file.mount-point' d/k.wk
	hint 'unmount it'
	umount d/k.wk
	mounted=()
	rewritten d/k.wk
}

@test "a symbolic link stays one, and what it leads to is replaced" {
	mkdir a b
	key b/k.wk
	ln -s ../b/k.wk a/k.wk
	ln -s a/k.wk link
	works "$REWRITE" link
	[ -L link ] && [ -L a/k.wk ] && [ ! -L b/k.wk ]
	[ "$(epoch b/k.wk)" -eq 2 ]
	no_rest b/k.wk 1
	[ "$(number_of a)" -eq 1 ]
	rm b/k.wk
	fails 4 'link: a symbolic link that leads to no file .file.dangling-link' "$REWRITE" link
	fails 4 'no.wk: no such file .file.not-found' "$REWRITE" no.wk
	fails 4 "no/k.wk: there is no directory 'no'" "$REWRITE" no/k.wk
	fails 1 'b: not a regular file' "$REWRITE" b
	mkfifo b/fifo
	fails 1 'not a regular file' "$REWRITE" b/fifo
}

@test "a damaged key file is not replaced" {
	mkdir d
	head -c 300 /dev/zero >d/k.wk
	cp d/k.wk old
	kept_by 13 'd/k.wk: ' d/k.wk
	head -c 99000 /dev/zero >d/k.wk
	cp d/k.wk old
	kept_by 13 'too large for a key file' d/k.wk
}

@test "owner, group, mode, access list stay when root replaces another's file" {
	need root
	image ext4 4M small -q -F -O ^has_journal
	mkdir -m 755 small/d
	key small/d/k.wk
	chown 65534:65533 small/d/k.wk
	chmod 640 small/d/k.wk
	rewritten small/d/k.wk
	[ "$(stat -c '%u %g %a' small/d/k.wk)" = "65534 65533 640" ]
	chmod 646 small/d/k.wk
	rewritten small/d/k.wk
	[ "$(stat -c '%u %g %a' small/d/k.wk)" = "65534 65533 646" ]
	# In a sticky folder of somebody else, too.
	chown 65532 small/d
	chmod 1777 small/d
	rewritten small/d/k.wk
	[ "$(stat -c '%u %g %a' small/d/k.wk)" = "65534 65533 646" ]
	# And by its owner, who is nobody special.
	chmod 700 small/d
	chown 65534:65534 small/d small/d/k.wk
	works as_nobody "$REWRITE" small/d/k.wk
	[ "$(stat -c '%u %g %a' small/d/k.wk)" = "65534 65534 646" ]
	no_rest small/d/k.wk 1
}

@test "who may not replace it is told why, before anything happens" {
	need root
	mkdir -m 755 closed
	key closed/k.wk
	chmod 644 closed/k.wk
	fails 17 "closed/k.wk: permission to write in the directory '.*closed' is denied .file.denied" \
		as_nobody "$REWRITE" closed/k.wk
	chmod 777 closed
	fails 17 "closed/k.wk: a new file in its place could not keep its owner and group .file.owner" \
		as_nobody "$REWRITE" closed/k.wk
	hint 'run the command as root'
	chmod 600 closed/k.wk
	fails 17 "closed/k.wk: permission to read it is denied .file.denied" as_nobody "$REWRITE" closed/k.wk
	# Its group only.
	chown 65534:0 closed/k.wk
	fails 17 "could not keep its group" as_nobody "$REWRITE" closed/k.wk
	stays closed/k.wk
	no_rest closed/k.wk 1
}

@test "changed between reading and replacing: told, and what is there stays" {
	mkdir d
	key d/k.wk
	cp d/k.wk other
	"$REWRITE" other
	fails 11 'd/k.wk: another process changed it meanwhile .file.changed' "$REWRITE" d/k.wk 'cp other d/new && mv d/new d/k.wk'
	cmp d/k.wk other
	fails 11 'file.changed' "$REWRITE" d/k.wk 'cp old d/k.wk'
	fails 11 'file.changed' "$REWRITE" d/k.wk 'printf x >>d/k.wk'
	cp old d/k.wk
	fails 11 'file.changed' "$REWRITE" d/k.wk 'mv d/k.wk elsewhere'
	stays elsewhere
	mv elsewhere d/k.wk
	rewritten d/k.wk
}

# injected CALL:WHAT COMMAND...
injected() {
	strace -o "$BATS_TEST_TMPDIR/trace" -e "inject=$1" "${@:2}"
}

# nth CALL LINE: which of these calls is the first that comes with or after a
# line that matches, in a clean run on a copy.
nth() {
	mkdir copy
	cp d/k.wk copy
	strace -o clean "$REWRITE" copy/k.wk
	rm -r copy
	awk -v call="$1(" -v line="$2" '
		$0 ~ line { seen = 1 }
		index($0, call) == 1 { n++; if (seen) { print n; exit } }' clean
}

@test "calls that fail half way: the old file stays, whole and alone" {
	mkdir d
	key d/k.wk
	local back what want regex n=0
	back=$(nth pread64 fadvise64)
	while read -r what want regex; do
		tried injected "$what" "$REWRITE" d/k.wk
		grep -q INJECTED trace || { echo "$what did not strike"; return 1; }
		[ "$status" -eq "$want" ] || bad "$what: status $want"
		[[ $stderr =~ $regex ]] || bad "$what: $regex"
		stays d/k.wk || bad "$what: the old file"
		no_rest d/k.wk 1 || bad "$what: nothing left"
		n=$((n + 1))
	done <<-END
		renameat:error=EXDEV 1 Invalid.cross-device.link
		renameat:error=ESTALE 1 Stale.file.handle
		renameat:error=EIO 1 Input/output.error
		renameat:error=EDQUOT 1 no.space.is.left
		renameat:error=EROFS 1 read-only
		renameat:error=EPERM 17 permission.to.write.in.the.directory
		fsync:error=EIO 1 file.sync
		fsync:error=ENOSPC 1 file.no-space
		fsync:error=EDQUOT 1 file.no-space
		write:error=EFBIG:when=1 1 File.too.large
		pread64:error=EIO:when=$back 1 reading.it.back
		pread64:error=EIO:when=$((back - 1)) 1 k.wk:.Input/output.error
		pread64:retval=9:when=$back 1 file.verify
		openat:error=EMFILE:when=$(nth openat O_TMPFILE) 1 Too.many.open.files
	END
	[ "$n" -eq 14 ]
}

@test "calls that may fail, or that a file system lacks, do no harm" {
	mkdir d
	key d/k.wk
	local what was
	chmod 640 d/k.wk
	# NFS locks what is open for writing only; others do not lock at all.
	for what in flock:error=ENOLCK flock:error=EBADF flock:error=EBADF:when=1 \
		fadvise64:error=EINVAL linkat:error=ENOENT:when=1 linkat:error=EPERM; do
		was=$(epoch d/k.wk)
		works injected "$what" "$REWRITE" d/k.wk
		grep -q INJECTED trace || { echo "$what did not strike"; return 1; }
		[ "$what" != flock:error=EBADF:when=1 ] || grep -qE 'flock\(.*LOCK_EX\) += 0$' trace
		[ "$(epoch d/k.wk)" -eq $((was + 1)) ]
		no_rest d/k.wk 1
	done
	for what in tmpfile link 'tmpfile link noreplace'; do
		was=$(epoch d/k.wk)
		# shellcheck disable=SC2086 # words
		works "$HELP/without" $what -- "$REWRITE" d/k.wk
		[ "$(epoch d/k.wk)" -eq $((was + 1)) ]
		[ "$(stat -c %a d/k.wk)" = 640 ]
		no_rest d/k.wk 1
	done
}

@test "after the replacement only its directory can fail: the new file stands" {
	mkdir d
	key d/k.wk
	fails 1 'd/k.wk: replaced; writing its directory to the disk: Input/output error .file.sync' \
		injected fsync:error=EIO:when=2 "$REWRITE" d/k.wk
	[ "$(epoch d/k.wk)" -eq 2 ]
	no_rest d/k.wk 1
}
