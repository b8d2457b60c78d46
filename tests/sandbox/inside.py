# SPDX-License-Identifier: Apache-2.0
"""Runs a command in gdb and looks at it, and tries things in it, where it has
just entered its sandbox: at the return of seccomp(2), or of capset(2) where
that is the last step.

gdb -batch -nx -ex 'python folder, place, elsewhere = "DIR", "DIR", "DIR"' \
    -ex 'python last = "seccomp"' \
    -x inside.py --args COMMAND ...

Leaves in DIR: status (of /proc), filter (its instructions), attempts ("WHAT
RESULT" a line, RESULT being ok or an errno's name), exit (its code).  place is
where the command may write, elsewhere is where it may not; what only the filter
forbids is tried when there is one.
"""
import ctypes
import errno
import os
import re
import shutil
import subprocess

import gdb

PTRACE_SECCOMP_GET_FILTER = 0x420C
O_TMPFILE = os.O_DIRECTORY | 0o20000000
CLONE_VM, CLONE_NEWUSER = 0x100, 0x10000000

for setting in (
    "pagination off",
    "startup-with-shell off",
    "debuginfod enabled off",
    "confirm off",
):
    gdb.execute("set " + setting)


def read_numbers():
    """Of the system calls of this machine."""
    text = subprocess.run(
        ["cc", "-E", "-dM", "-x", "c", "-include", "sys/syscall.h", "/dev/null"],
        capture_output=True, text=True, check=True).stdout
    return {m[1]: int(m[2]) for m in
            re.finditer(r"^#define __NR_(\w+) (\d+)$", text, re.M)}


NUMBERS = read_numbers()


def call(name, *args):
    """ "ok" and the result of a system call in the stopped process, or an errno."""
    words = [str(NUMBERS[name])]
    for a in args:
        words.append('(long)"%s"' % a if isinstance(a, str) else str(a))
    words += ["0"] * (7 - len(words))
    function = "((long (*)(long, long, long, long, long, long, long))syscall)"
    result = int(gdb.parse_and_eval(f"{function}({', '.join(words)})"))
    if result != -1:
        return "ok", result
    e = int(gdb.parse_and_eval("*((int *(*)(void))__errno_location)()"))
    return errno.errorcode[e], -1


def at(name, *args):
    """One that the kernel may lack in its old form: with AT_FDCWD before."""
    return call(name, -100, *args)


def opened(path, flags):
    result, fd = at("openat", path, flags, 0o600)
    if result == "ok":
        call("close", fd)
    return result


def attempts_on_files():
    old, new = elsewhere + "/old", elsewhere + "/new"  # noqa: F821
    mine = place + "/mine"  # noqa: F821
    yield "read-elsewhere", opened(old, os.O_RDONLY)
    yield "write-elsewhere", opened(old, os.O_RDWR)
    yield "truncate-elsewhere", call("truncate", old, 0)[0]
    yield "create-elsewhere", opened(new, os.O_WRONLY | os.O_CREAT)
    yield "unnamed-elsewhere", opened(elsewhere, os.O_WRONLY | O_TMPFILE)  # noqa: F821
    yield "mkdir-elsewhere", at("mkdirat", new, 0o700)[0]
    yield "unlink-elsewhere", at("unlinkat", old, 0)[0]
    yield "symlink-elsewhere", call("symlinkat", old, -100, new)[0]
    yield "etc", opened("/etc/wkeyctl-was-here", os.O_WRONLY | os.O_CREAT)
    yield "create-above", opened(place + "/../wkeyctl-was-here", os.O_WRONLY | os.O_CREAT)  # noqa: F821
    yield "create-place", opened(mine, os.O_WRONLY | os.O_CREAT)
    yield "move-out", call("renameat2", -100, mine, -100, new, 0)[0]
    yield "unlink-place", at("unlinkat", mine, 0)[0]
    yield "mkdir-place", at("mkdirat", mine, 0o700)[0]
    at("unlinkat", mine, 0x200)
    yield "symlink-place", call("symlinkat", old, -100, mine)[0]


def attempts():
    yield from attempts_on_files()
    yield "terminal", opened("/dev/tty", os.O_RDWR)
    # Of this process, gdb's.
    yield "memory-read", opened(f"/proc/{os.getpid()}/mem", os.O_RDONLY)
    yield "memory-write", opened(f"/proc/{os.getpid()}/mem", os.O_RDWR)
    yield "exec", call("execve", "/bin/true", 0, 0)[0]
    if last == "seccomp":  # noqa: F821
        yield "fork", call("clone", 17, 0, 0, 0, 0)[0]
        yield "namespace", call("unshare", CLONE_NEWUSER)[0]
        yield "clone3", call("clone3", 0, 0)[0]
        yield "socket", call("socket", 1, 1, 0)[0]
        yield "chmod", at("fchmodat", elsewhere + "/old", 0o4777)[0]  # noqa: F821
        yield "chown", at("fchownat", elsewhere + "/old", 65534, 65534, 0)[0]  # noqa: F821
        yield "setxattr", call("setxattr", elsewhere + "/old", "user.x", 0, 0, 0)[0]  # noqa: F821
        yield "dumpable", call("prctl", 4, 1, 0, 0, 0)[0]
    yield "ptrace", call("ptrace", 16, 1, 0, 0)[0]
    yield "mount", call("mount", "none", place, "tmpfs", 0, 0)[0]  # noqa: F821
    yield "signal", call("kill", os.getpid(), 0)[0]


def read_filter(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.restype = ctypes.c_long
    libc.ptrace.argtypes = [ctypes.c_long] * 2 + [ctypes.c_void_p] * 2
    n = libc.ptrace(PTRACE_SECCOMP_GET_FILTER, pid, 0, None)
    if n < 0:
        raise OSError(ctypes.get_errno(), "PTRACE_SECCOMP_GET_FILTER")
    words = ctypes.create_string_buffer(8 * n)
    libc.ptrace(PTRACE_SECCOMP_GET_FILTER, pid, 0, words)
    return words.raw


def ended(event):
    with open(folder + "/exit", "w") as f:  # noqa: F821
        print(getattr(event, "exit_code", "signal"), file=f)


gdb.execute("catch syscall " + last, to_string=True)  # noqa: F821
gdb.events.exited.connect(ended)
# The catchpoint strikes twice, at entry and return.
gdb.execute("run", to_string=True)
if gdb.selected_inferior().pid:
    gdb.execute("continue", to_string=True)
if gdb.selected_inferior().pid:
    pid = gdb.selected_inferior().pid
    shutil.copyfile(f"/proc/{pid}/status", folder + "/status")  # noqa: F821
    if last == "seccomp":  # noqa: F821
        with open(folder + "/filter", "wb") as f:  # noqa: F821
            f.write(read_filter(pid))
    with open(folder + "/attempts", "w") as f:  # noqa: F821
        for what, result in attempts():
            print(what, result, file=f)
    gdb.execute("delete")
    gdb.execute("continue", to_string=True)
