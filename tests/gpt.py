#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a GPT, UEFI Specification 5.3, on an image whose size is given.

gpt.py IMAGE LABEL:FIRST:COUNT...    sectors of 512 bytes
"""

import struct
import sys
import uuid
import zlib

SECTOR, ENTRIES = 512, 128
LINUX = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")


def entry(number, text):
    label, first, count = text.rsplit(":", 2)
    return struct.pack("<16s16sQQQ72s", LINUX.bytes_le, uuid.UUID(int=number + 1).bytes_le,
                       int(first), int(first) + int(count) - 1, 0,
                       label.encode("utf-16-le"))


def header(here, other, table, entries, last):
    fields = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, here, other,
                         34, last - 33, uuid.UUID(int=99).bytes_le, table, ENTRIES,
                         len(entries) // ENTRIES, zlib.crc32(entries))
    crc = struct.pack("<I", zlib.crc32(fields))
    return (fields[:16] + crc + fields[20:]).ljust(SECTOR, b"\0")


def main(image, *partitions):
    entries = b"".join(entry(i, p) for i, p in enumerate(partitions))
    entries = entries.ljust(ENTRIES * 128, b"\0")
    with open(image, "r+b") as f:
        last = f.seek(0, 2) // SECTOR - 1
        # The protective MBR: one partition of all of the disk, type 0xee.
        mbr = struct.pack("<446xBBBBBBBBII48xH", 0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff, 1, last,
                          0xaa55)
        f.seek(0)
        f.write(mbr + header(1, last, 2, entries, last) + entries)
        f.seek((last - 32) * SECTOR)
        f.write(entries + header(last, 1, last - 32, entries, last))


if __name__ == "__main__":
    main(*sys.argv[1:])
