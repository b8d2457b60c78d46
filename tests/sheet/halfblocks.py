#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""halfblocks.py SHEET PICTURE: the QR code of a text sheet as a PGM picture.

Takes the lines of half blocks at the end; what a terminal was told about colours
is left out.
"""
import re
import sys

PIXELS = 4  # of one module
UPPER, LOWER = "▀█", "▄█"


def main(sheet, picture):
    lines = open(sheet, encoding="utf-8", newline="").read().replace("\r", "").split("\n")
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in lines]
    last = max(i for i, line in enumerate(lines) if "█" in line)
    first = min(i for i, line in enumerate(lines) if "█" in line)
    wide = len(lines[first])
    # The quiet zone above and below are lines of blanks, two of each.
    block = lines[first - 2:last + 3]
    if any(len(line) != wide or line.strip(" ▀▄█") for line in block):
        sys.exit("not a block of one width: %r" % block)
    rows = []
    for line in block:
        for dark in UPPER, LOWER:
            row = b"".join((b"\0" if c in dark else b"\xff") * PIXELS for c in line)
            rows += [row] * PIXELS
    with open(picture, "wb") as f:
        f.write(b"P5 %d %d 255\n" % (wide * PIXELS, len(rows)))
        f.write(b"".join(rows))


main(*sys.argv[1:])
