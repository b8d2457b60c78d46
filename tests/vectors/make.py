#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the published key files of wkeyctl, good and evil, and manifest.json.

make.py                  writes all of them beside this file
make.py --check          compares them with what stands there; 1 and names if not
make.py --explain WHAT   an example of man/wkeyctl-keyfile.5: file, recovery, sheet
"""

import itertools
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import evil_der
import evil_rules
import evil_seal
import evil_slots
import explain
import model
import recovery
import valid

HERE = pathlib.Path(__file__).resolve().parent


SOURCES = valid, evil_der, evil_rules, evil_slots, evil_seal
BESIDE = "manifest.json", "recovery.json", "recipient.pem", "recipient.key"


def as_json(value):
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def recovery_vectors():
    return recovery.vectors(*itertools.islice(valid.escrows(), 4))


def build():
    """File name to contents."""
    entries, files = [], {}
    for source in SOURCES:
        for v in source.vectors():
            if v.file in files:
                raise ValueError("two vectors called " + v.name)
            files[v.file] = v.data
            entries.append(v.entry())
    manifest = {"format": 1, "seed": model.SEED, "vectors": entries}
    files["manifest.json"] = as_json(manifest)
    files["recovery.json"] = as_json(recovery_vectors())
    files["recipient.pem"] = model.recipient().certificate_pem()
    files["recipient.key"] = model.recipient().key_pem()
    return files


def present():
    """The same, of what stands beside this file."""
    paths = [*(HERE / name for name in BESIDE), *HERE.glob("valid/*"), *HERE.glob("evil/*")]
    return {str(p.relative_to(HERE)): p.read_bytes() for p in paths if p.exists()}


def differences(files, there):
    for name in sorted(files.keys() | there.keys()):
        if name not in there:
            yield name + ": missing"
        elif name not in files:
            yield name + ": nobody makes it"
        elif files[name] != there[name]:
            yield name + ": differs"


def write(files):
    for name in present().keys() - files.keys():
        (HERE / name).unlink()
    for name, data in files.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_bytes(data)


EXAMPLES = {
    "file": lambda: explain.file(next(valid.header())),
    "recovery": lambda: explain.recovery_key(recovery_vectors()["valid"][0]),
    "sheet": lambda: explain.sheet(next(valid.escrows())),
}


def main(args):
    if args[:1] == ["--explain"] and len(args) == 2 and args[1] in EXAMPLES:
        print("\n".join(EXAMPLES[args[1]]()))
        return 0
    if args not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 1
    files = build()
    if not args:
        write(files)
        return 0
    wrong = list(differences(files, present()))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
