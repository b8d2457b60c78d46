#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Regions of raw storage, whole and damaged, as RAW STORAGE of
man/wkeyctl-keyfile.5 says; made from nothing but that section.

raw.py                writes raw/*.img.gz and raw.json beside this file
raw.py --check        compares them with what stands there; 1 and names if not
raw.py --tool WKEYCTL compares what inspect says of each with raw.json
"""

import gzip
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
REGION, COPY, HEADER = 262144, 131072, 4096
OLD = (HERE / "valid/wrapping-key.wk").read_bytes()
NEW = (HERE / "valid/full.wk").read_bytes()


# --- a region ------------------------------------------------------------------

def sealed(fields):
    """A header without its CRC, with it."""
    return fields + struct.pack("<I", zlib.crc32(fields))


def header(der, number, sequence, *, version=1, length=None, crc=None, rest=b""):
    fields = b"WKEYCTL RAW COPY" + struct.pack(
        "<IIQII", version, number, sequence,
        len(der) if length is None else length,
        zlib.crc32(der) if crc is None else crc)
    return sealed((fields + rest).ljust(HEADER - 4, b"\0"))


def copy(der, number, sequence, **fields):
    return (header(der, number, sequence, **fields) + der).ljust(COPY, b"\0")


def flipped(data, offset, bit=0):
    out = bytearray(data)
    out[offset] ^= 1 << bit
    return bytes(out)


def region(first, second):
    assert len(first) == len(second) == COPY
    return first + second


ZEROS, ONES = bytes(COPY), b"\xff" * COPY
OTHER = (b"something else's data. " * 6000)[:COPY]
BOTH = [copy(OLD, i, 1) for i in (0, 1)]
NEXT = [copy(NEW, i, 2) for i in (0, 1)]


# --- the vectors -----------------------------------------------------------------

def vector(name, why, data, states, used, exit_=0):
    """used: the copy that is the key file, or None."""
    return {"name": name, "why": why, "data": data, "states": states.split(),
            "used": used, "exit": exit_}


def whole():
    yield vector("both", "as it is made", region(*BOTH), "good good", 0)
    yield vector("second-newer", "interrupted between the two copies",
                 region(BOTH[0], NEXT[1]), "good good", 1)
    yield vector("first-newer", "interrupted between the two copies",
                 region(NEXT[0], BOTH[1]), "good good", 0)
    yield vector("equal-sequence", "one number, two key files: the first counts",
                 region(copy(OLD, 0, 5), copy(NEW, 1, 5)), "good good", 0)
    yield vector("sequence-max", "2^63 - 1",
                 region(copy(OLD, 0, 1), copy(NEW, 1, 2**63 - 1)), "good good", 1)
    yield vector("remains", "what is behind a key file does not count",
                 region(BOTH[0][:HEADER + len(OLD)] + OTHER[HEADER + len(OLD):],
                        BOTH[1]), "good good", 0)


def empty():
    yield vector("zeros", "nothing was written yet", region(ZEROS, ZEROS),
                 "empty empty", None, 4)
    yield vector("ones", "erased flash", region(ONES, ONES), "empty empty", None, 4)
    yield vector("zeros-and-ones", "half erased", region(ZEROS, ONES),
                 "empty empty", None, 4)
    yield vector("foreign", "other data", region(OTHER, OTHER),
                 "foreign foreign", None, 13)


def one_damaged():
    """Damages of copy 0, beside a good and older copy 1; then of copy 1."""
    data = HEADER + 7
    damages = [
        ("magic", "a bit of the magic", flipped(NEXT[0], 3)),
        ("header-bit", "a bit of the sequence number", flipped(NEXT[0], 24)),
        ("header-crc", "a bit of the header's CRC", flipped(NEXT[0], HEADER - 1, 7)),
        ("header-torn", "its header ends as the old one",
         NEXT[0][:512] + BOTH[0][512:HEADER] + NEXT[0][HEADER:]),
        ("header-gone", "its header is zeros", bytes(HEADER) + NEXT[0][HEADER:]),
        ("data-bit", "a bit of the key file", flipped(NEXT[0], data)),
        ("data-torn", "its key file is the old one", NEXT[0][:HEADER] + BOTH[0][HEADER:]),
        ("data-gone", "its key file is erased", NEXT[0][:HEADER] + ONES[HEADER:]),
        ("copy-zeros", "all of it is zeros", ZEROS),
        ("copy-ones", "all of it is ones", ONES),
        ("copy-foreign", "all of it is something else", OTHER),
        ("number", "its header is that of the other copy", copy(NEW, 1, 2)),
        ("number-large", "its header is that of no copy", copy(NEW, 2, 2)),
        ("version-0", "a version that never was", copy(NEW, 0, 2, version=0)),
        ("sequence-0", "a sequence number that never is", copy(NEW, 0, 0)),
        ("sequence-64", "a sequence number above 2^63 - 1", copy(NEW, 0, 2**63)),
        ("length-0", "no key file", copy(NEW, 0, 2, length=0)),
        ("length-more", "longer than any key file", copy(NEW, 0, 2, length=65537)),
        ("length-most", "longer than the copy", copy(NEW, 0, 2, length=2**32 - 1)),
        ("length-less", "shorter than its CRC says", copy(NEW, 0, 2, length=len(NEW) - 1)),
        ("rest", "bytes that version 1 does not have", copy(NEW, 0, 2, rest=b"\1")),
        ("not-a-keyfile", "its CRC is right, and it is none",
         copy(b"no key file at all", 0, 2)),
        ("pem", "a key file, but not DER",
         copy((HERE / "valid/pem-lf.pem").read_bytes(), 0, 2)),
    ]
    for name, why, data in damages:
        yield vector("first-" + name, why, region(data, BOTH[1]), "damaged good", 1)
    yield vector("second-data-bit", "a bit of the key file",
                 region(BOTH[0], flipped(NEXT[1], HEADER + 9)), "good damaged", 0)
    yield vector("second-copy-zeros", "all of it is zeros", region(BOTH[0], ZEROS),
                 "good damaged", 0)


def none_good():
    bad = [flipped(b, HEADER + 9) for b in BOTH]
    yield vector("both-damaged", "a bit in either", region(*bad),
                 "damaged damaged", None, 13)
    yield vector("swapped", "each where the other belongs", region(BOTH[1], BOTH[0]),
                 "damaged damaged", None, 13)
    yield vector("damaged-empty", "torn when it was made", region(bad[0], ZEROS),
                 "damaged empty", None, 13)
    yield vector("damaged-foreign", "overwritten in part", region(OTHER, bad[1]),
                 "foreign damaged", None, 13)


def newer():
    later = [copy(NEW, i, 3, version=2) for i in (0, 1)]
    reader = (HERE / "evil/reader-2.wk").read_bytes()
    yield vector("version-2", "a later format", region(*later),
                 "too-new too-new", None, 14)
    yield vector("version-2-beside-1", "an update that was interrupted",
                 region(BOTH[0], later[1]), "good too-new", 0)
    yield vector("version-2-and-damage", "the other one is damaged",
                 region(flipped(BOTH[0], HEADER), later[1]), "damaged too-new", None, 14)
    yield vector("version-2-torn", "a later format, damaged",
                 region(*(flipped(b, 700) for b in later)), "damaged damaged", None, 13)
    yield vector("reader-2", "key files for a later reader",
                 region(copy(reader, 0, 1), copy(reader, 1, 1)), "too-new too-new", None, 14)


def vectors():
    for source in (whole, empty, one_damaged, none_good, newer):
        yield from source()


def key_id_of(v):
    """That of the first vector is known; so is the one of the newer key file."""
    known = {e["file"]: e["key_id_hex"]
             for e in json.loads((HERE / "manifest.json").read_text())["vectors"]
             if e["file"] in ("valid/wrapping-key.wk", "valid/full.wk")}
    at = v["used"] * COPY + HEADER
    of = "full" if v["data"][at:at + len(NEW)] == NEW else "wrapping-key"
    return known[f"valid/{of}.wk"]


def entry(v):
    out = {"file": f"raw/{v['name']}.img.gz", "why": v["why"], "copies": v["states"],
           "exit": v["exit"]}
    if v["used"] is not None:
        out |= {"newest": v["used"], "key_id_hex": key_id_of(v)}
    return out


# --- files -----------------------------------------------------------------------

def build():
    """File name to bytes, which of an image are those before compression."""
    made = list(vectors())
    files = {entry(v)["file"]: v["data"] for v in made}
    assert len(files) == len(made)
    assert all(len(v["data"]) == REGION for v in made)
    files["raw.json"] = (json.dumps({"format": 1, "vectors": [entry(v) for v in made]},
                                    indent=1) + "\n").encode()
    return files


def contents(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def present():
    paths = [HERE / "raw.json", *HERE.glob("raw/*")]
    return {str(p.relative_to(HERE)): contents(p) for p in paths if p.exists()}


def write(files):
    for name in present().keys() - files.keys():
        (HERE / name).unlink()
    for name, data in files.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or contents(path) != data:
            path.write_bytes(gzip.compress(data, 9, mtime=0)
                             if path.suffix == ".gz" else data)


def differences(files, there):
    for name in sorted(files.keys() | there.keys()):
        if files.get(name) != there.get(name):
            yield f"{name}: missing, left over or different"


# --- the tool --------------------------------------------------------------------

def mismatches(wkeyctl):
    with tempfile.TemporaryDirectory() as scratch:
        image = pathlib.Path(scratch) / "img"
        for v in json.loads((HERE / "raw.json").read_text())["vectors"]:
            # Not at the beginning, and something behind it.
            image.write_bytes(b"\xaa" * 8192 + contents(HERE / v["file"]) + b"\xaa" * 4096)
            done = subprocess.run([wkeyctl, "--json", "inspect", f"raw:{image}@8KiB"],
                                  capture_output=True, timeout=60)
            said = json.loads(done.stdout)
            raw = said["raw"]
            found = {"file": v["file"], "why": v["why"],
                     "copies": [c["state"] for c in raw["copies"]],
                     "exit": done.returncode}
            if "newest" in raw:
                found |= {"newest": raw["newest"], "key_id_hex": said.get("key_id")}
            if found != v:
                yield f"{v['file']}: raw.json {v}, found {found}"
            warned = b"warning: raw:" in done.stderr
            if warned != (v["exit"] == 0 and not v["file"].startswith(
                    ("raw/both.", "raw/remains."))):
                yield f"{v['file']}: warning: {done.stderr.decode()}"


def main(args):
    if args == []:
        write(build())
        return 0
    if args == ["--check"]:
        wrong = list(differences(build(), present()))
    elif len(args) == 2 and args[0] == "--tool":
        wrong = list(mismatches(args[1]))
    else:
        print(__doc__, file=sys.stderr)
        return 1
    for line in wrong[:10]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
