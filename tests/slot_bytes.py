#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""slot_bytes.py FILE [ID]: the slots of a DER key file, in hexadecimal, a line for
each: what a change must leave as it is.  Knows DER only, not what slots hold."""
import sys


def values(data):
    """The values that follow each other in data: (whole, contents)."""
    at = 0
    while at < len(data):
        head, length = 2, data[at + 1]
        if length & 0x80:
            head += length & 0x7F
            length = int.from_bytes(data[at + 2:at + head], "big")
        end = at + head + length
        yield data[at:end], data[at + head:end]
        at = end


def main(path, only=None):
    with open(path, "rb") as f:
        (_, whole), = values(f.read())
    # magic, version, minReader, critical, header, slots
    slots = list(values(whole))[5][1]
    for tlv, contents in values(slots):
        ident = next(values(contents))[1][0]
        if only is None or ident == int(only):
            print(ident, tlv.hex())


main(*sys.argv[1:])
