# SPDX-License-Identifier: Apache-2.0
"""Searches a core for secrets and says in which mapping they stand.

search.py CORE SMAPS SECRET...   each SECRET a file

Prints a line for each piece of at least 8 bytes of a secret:

    arena    0x7ffff7fb3080 32 bytes of wrap    in 7ffff7fb3000-7ffff7fbf000 rw-p
    outside  0x55555559a2c0 16 bytes of raw     in 555555579000-55555559a000 rw-p [heap]

and last what was searched.  Fails when there is no arena, or when memory that
the program could write to is not in the core.
"""
import re
import struct
import sys

PIECE = 8  # bytes; shorter ones occur by chance


class Mapping:
    """One entry of /proc/PID/smaps."""

    def __init__(self, start, end, line):
        self.start, self.end = start, end
        fields = line.split()
        self.perms = fields[1]
        self.name = fields[5] if len(fields) > 5 else ""
        self.flags = set()

    def __str__(self):
        return f"{self.start:x}-{self.end:x} {self.perms} {self.name}".rstrip()


def read_smaps(path):
    mappings = []
    with open(path) as f:
        for line in f:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line)
            if m:
                mappings.append(Mapping(int(m[1], 16), int(m[2], 16), line.rstrip()))
            elif line.startswith("VmFlags:"):
                mappings[-1].flags = set(line.split()[1:])
    return mappings


def find_arenas(mappings):
    """Locked, not dumped, not inherited, between two inaccessible neighbours."""
    for before, m, after in zip(mappings, mappings[1:], mappings[2:]):
        if (
            {"lo", "dd", "dc"} <= m.flags
            and m.perms == "rw-p"
            and before.perms == after.perms == "---p"
            and before.end == m.start
            and m.end == after.start
        ):
            yield m


def read_core(path):
    """The loaded segments of an ELF core: (address, bytes); 64 bit only."""
    with open(path, "rb") as f:
        image = f.read()
    order = "<" if image[5] == 1 else ">"
    assert image[:5] == b"\x7fELF\x02", path
    phoff, = struct.unpack_from(order + "Q", image, 32)
    phentsize, phnum = struct.unpack_from(order + "HH", image, 54)
    for i in range(phnum):
        kind, _, offset, address, _, size, _, _ = struct.unpack_from(
            order + "IIQQQQQQ", image, phoff + i * phentsize)
        if kind == 1 and size:
            yield address, image[offset:offset + size]


def pieces(secret, memory):
    """Longest runs of the secret: (offset, length)."""
    windows = {secret[i:i + PIECE] for i in range(len(secret) - PIECE + 1)}
    pattern = re.compile(b"(?=" + b"|".join(map(re.escape, windows)) + b")", re.S)
    run = None
    for m in pattern.finditer(memory):
        at = m.start()
        if run and at <= run[1]:
            run = (run[0], at + PIECE)
            continue
        if run:
            yield run[0], run[1] - run[0]
        run = (at, at + PIECE)
    if run:
        yield run[0], run[1] - run[0]


def main():
    core, smaps, *names = sys.argv[1:]
    mappings = read_smaps(smaps)
    arenas = list(find_arenas(mappings))
    segments = list(read_core(core))
    missing = [m for m in mappings if m.perms.startswith("rw") and not any(
        a <= m.start and m.end <= a + len(data) for a, data in segments)]
    for name in names:
        with open(name, "rb") as f:
            secret = f.read()
        for address, data in segments:
            for offset, length in pieces(secret, data):
                at = address + offset
                where = next((m for m in mappings if m.start <= at < m.end), None)
                side = "arena  " if where in arenas else "outside"
                print(f"{side}  {at:#x} {length} bytes of {name}  in {where}")
    for m in missing:
        print(f"not in the core: {m}")
    print(f"searched {sum(len(d) for _, d in segments)} bytes, "
          f"arenas: {', '.join(map(str, arenas)) or 'none'}")
    # Before the first secret there is no arena.
    return 1 if missing else 0


sys.exit(main())
