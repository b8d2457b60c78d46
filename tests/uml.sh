#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# uml.sh COMMAND...: runs it as root in a user mode Linux, whose kernel has FAT
# where this one has not.  The root directory is this machine's; /mnt, also for
# temporary files, is in memory.  Exits with the status of COMMAND.
#
# UML is the kernel; its modules are where Debian's package user-mode-linux has
# them.  Exits 77 when there is none.
set -u
UML=${UML:-linux.uml}
uml=$(command -v "$UML") || { echo "no $UML (Debian: user-mode-linux)"; exit 77; }
modules=$(realpath "$(dirname "$(realpath "$uml")")/../lib/uml/modules")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
printf '%q ' "$@" >"$dir/command"
export -p >"$dir/environment"

cat >"$dir/load.py" <<'END'
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
for path in sys.argv[1:]:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if libc.syscall(313, fd, b"", 0):  # finit_module; user mode Linux is x86
        print(path, os.strerror(ctypes.get_errno()))
END

cat >"$dir/init" <<END
#!/usr/bin/env bash
. "$dir/environment"
export TMPDIR=/mnt
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /mnt
# The kernel's own: devtmpfs.
[ "\$(stat -f -c %T /dev)" != tmpfs ] || ln -s /proc/self/fd /dev/fd
cd "$modules/\$(uname -r)/kernel" &&
	python3 "$dir/load.py" drivers/block/loop.ko fs/nls/nls_{cp437,iso8859-1,ascii,utf8}.ko fs/fat/{,v}fat.ko
cd "$PWD" || exit
bash "$dir/command" >"$dir/output" 2>&1 </dev/null
echo \$? >"$dir/status"
echo o >/proc/sysrq-trigger
sleep 60
END
chmod +x "$dir/init"
timeout 300 "$uml" root=/dev/root rootfstype=hostfs rw mem=256M quiet \
	con=null con0=null,fd:1 init="$dir/init" </dev/null >"$dir/console" 2>&1
cat "$dir/output" 2>/dev/null || cat "$dir/console"
exit "$(cat "$dir/status" 2>/dev/null || echo 1)"
