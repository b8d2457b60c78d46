#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the published key files of wkeyctl, good and evil, and manifest.json.

make.py             writes all of them beside this file
make.py --check     compares them with what stands there; 1 and names if not
make.py --explain   the worked example of man/wkeyctl-keyfile.5
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True

import evil_der
import evil_rules
import evil_seal
import explain
import model
import valid

HERE = pathlib.Path(__file__).resolve().parent


def build():
    """File name to contents."""
    entries, files = [], {}
    for source in (valid, evil_der, evil_rules, evil_seal):
        for v in source.vectors():
            if v.file in files:
                raise ValueError("two vectors called " + v.name)
            files[v.file] = v.data
            entries.append(v.entry())
    manifest = {"format": 1, "seed": model.SEED, "vectors": entries}
    files["manifest.json"] = (json.dumps(manifest, indent=1, ensure_ascii=False)
                              + "\n").encode()
    return files


def present():
    """The same, of what stands beside this file."""
    paths = [HERE / "manifest.json", *HERE.glob("valid/*"), *HERE.glob("evil/*")]
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


def main(args):
    if args == ["--explain"]:
        print("\n".join(explain.lines(next(valid.header()))))
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
