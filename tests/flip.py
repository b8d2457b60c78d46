#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""flip.py KEYFILE DIR: for every byte of a key file a copy with one bit of it
changed and the checksum made right again."""
import os
import sys
import zlib

data = open(sys.argv[1], "rb").read()
os.makedirs(sys.argv[2])
for at in range(len(data) - 4):
    bad = bytearray(data[:-4])
    bad[at] ^= 1 << (at % 8)
    bad += zlib.crc32(bytes(bad)).to_bytes(4, "big")
    with open(os.path.join(sys.argv[2], "%05d" % at), "wb") as f:
        f.write(bad)
