# SPDX-License-Identifier: Apache-2.0
"""filter.py FILE: what a seccomp filter answers, as instructions of struct
sock_filter, for every system call of this machine.

Prints "CALL allowed" or "CALL ERRNO" for each; for those that their arguments
decide, "CALL(ARGUMENT=VALUE,...) ANSWER" for some.
"""
import errno
import re
import struct
import subprocess
import sys

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
FOREIGN = {"x86_64": 0x40000003, "aarch64": 0x40000028}

# Cases that an argument decides.
CASES = [
    ("clone", {0: 0x003D0F00}),  # what pthread_create(3) asks for
    ("clone", {0: 17}),  # SIGCHLD: fork(3)
    ("clone", {0: 0x003D0F00 | 0x00020000}),
    ("clone", {0: 0x003D0F00 | 0x10000000}),
    ("fchmod", {1: 0o600}),
    ("fchmod", {1: 0o660}),
    ("fchmod", {1: 0o4600}),
    ("fchmod", {1: 0o2600}),
    ("fchmod", {1: 0o666}),
    ("open", {1: 0o2504000}),  # O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK, O_LARGEFILE
    ("open", {1: 1}),
    ("openat", {2: 0o2600000}),  # O_CLOEXEC, O_NOFOLLOW, O_DIRECTORY
    ("openat", {2: 0o1}),  # O_WRONLY
    ("openat", {2: 0o2}),  # O_RDWR
    ("openat", {2: 0o3}),
    ("openat", {2: 0o100}),  # O_CREAT
    ("openat", {2: 0o1000}),  # O_TRUNC
    ("openat", {2: 0o2000}),  # O_APPEND
    ("openat", {2: 0o20200002}),  # O_TMPFILE
    ("openat", {2: 2 | 1 << 32}),
    ("ioctl", {1: 0x5401}),  # TCGETS
    ("ioctl", {1: 0x5412}),  # TIOCSTI
    ("ioctl", {1: 0x5412 | 1 << 32}),
    ("ioctl", {1: 0x541C}),  # TIOCLINUX
    ("ioctl", {1: 0xC0506617}),  # FS_IOC_ADD_ENCRYPTION_KEY
    ("prctl", {0: 3}),  # PR_GET_DUMPABLE
    ("prctl", {0: 4, 1: 0}),  # PR_SET_DUMPABLE
    ("prctl", {0: 4, 1: 1}),
    ("prctl", {0: 4 | 1 << 32, 1: 1}),
    ("prctl", {0: 0x59616D61, 1: 1}),  # PR_SET_PTRACER
    ("request_key", {2: 0}),
    ("request_key", {2: 1 << 32}),
]


def numbers():
    text = subprocess.run(
        ["cc", "-E", "-dM", "-x", "c", "-include", "sys/syscall.h", "/dev/null"],
        capture_output=True, text=True, check=True).stdout
    found = re.finditer(r"^#define __NR_(\w+) (\d+)$", text, re.M)
    return {m[1]: int(m[2]) for m in found}


def answer(program, nr, arch, args=()):
    """Classic BPF, as much of it as filters use, linux/filter.h."""
    data = struct.pack("<IIQ6Q", nr, arch, 0x400000,
                       *[dict(args).get(i, 0) for i in range(6)])
    a = at = 0
    while True:
        code, jt, jf, k = program[at]
        at += 1
        if code == 0x20:
            (a,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            a &= k
        elif code == 0x05:
            at += k
        elif code == 0x06:
            return k
        elif code in (0x15, 0x25, 0x35, 0x45):
            yes = {0x15: a == k, 0x25: a > k, 0x35: a >= k, 0x45: a & k != 0}
            at += jt if yes[code] else jf
        else:
            raise SystemExit(f"instruction {code:#x}?")


def said(value):
    if value == ALLOW:
        return "allowed"
    if value & 0xFFFF0000 == ERRNO:
        return errno.errorcode[value & 0xFFFF]
    return f"{value:#010x}"


def main():
    with open(sys.argv[1], "rb") as f:
        words = f.read()
    program = [struct.unpack_from("<HBBI", words, i) for i in range(0, len(words), 8)]
    machine = subprocess.run(["uname", "-m"], capture_output=True, text=True,
                             check=True).stdout.strip()
    nrs = numbers()
    decided = {name for name, _ in CASES}
    for name, nr in sorted(nrs.items()):
        if name not in decided:
            print(name, said(answer(program, nr, ARCH[machine])))
    for name, args in CASES:
        if name not in nrs:
            continue
        shown = ",".join(f"{i}={v:#x}" for i, v in args.items())
        print(f"{name}({shown})",
              said(answer(program, nrs[name], ARCH[machine], args.items())))
    # Ways around: another architecture's numbers, and those of x32.
    print("foreign", said(answer(program, 1, FOREIGN[machine])))
    if machine == "x86_64":
        print("x32", said(answer(program, 1 | 0x40000000, ARCH[machine])))


main()
