#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what programs make of the vectors with what manifest.json says.

compare.py count             "VALID EVIL", the numbers of vectors
compare.py asn1 DRIVER       asn1c's decoder (asn1check.sh) and openssl asn1parse
compare.py tool WKEYCTL      exit codes of inspect and test, key ids of --json
compare.py unsaid            what both ASN.1 programs accept without a rule named

Prints the first mismatches; exits 1 when there is one.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHOWN = 10


def vectors():
    return json.loads((HERE / "manifest.json").read_text())["vectors"]


def run(*args):
    return subprocess.run([str(a) for a in args], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60)


# --- ASN.1 ---------------------------------------------------------------------

def openssl(path, *options):
    return run("openssl", "asn1parse", "-in", path, "-noout", *options).returncode == 0


def plain_der(path, scratch):
    """The DER of a vector, or None where openssl finds no PEM in it."""
    if path.suffix != ".pem":
        return path
    out = scratch / (path.name + ".der")
    return out if openssl(path, "-strictpem", "-out", out) else None


def asn1_verdicts(driver):
    """File to (asn1, asn1_reencodes)."""
    with tempfile.TemporaryDirectory() as scratch:
        ders = {v["file"]: plain_der(HERE / v["file"], pathlib.Path(scratch))
                for v in vectors()}
        given = [d for d in ders.values() if d]
        lines = run(driver, *given).stdout.decode().splitlines()
        said = dict(line.split("\t") for line in lines)
        out = {}
        for file, der in ders.items():
            verdict = said[str(der)] if der else "rejects"
            accepts = verdict != "rejects" and openssl(der, "-inform", "DER")
            out[file] = ("accepts", verdict) if accepts else ("rejects", None)
        return out


def asn1_mismatches(driver):
    verdicts = asn1_verdicts(driver)
    for v in vectors():
        want = (v["asn1"], v.get("asn1_reencodes"))
        if verdicts[v["file"]] != want:
            yield f"{v['file']}: manifest {want}, found {verdicts[v['file']]}"
        if v["valid"] and want != ("accepts", "same"):
            yield f"{v['file']}: valid, yet not DER for asn1c"


def unsaid():
    for v in vectors():
        rule = v.get("rule", "")
        if not v["valid"] and not rule.startswith(("X.690 ", "wkeyctl-keyfile(5): ")):
            yield v["file"] + ": names no rule of X.690 or wkeyctl-keyfile(5)"


# --- the tool ------------------------------------------------------------------

def secret_options(unlock, scratch):
    # No option gives a boot and its key.
    if unlock is None or "boot_key_hex" in unlock:
        return []
    file = scratch / "secret"
    if "passphrase" in unlock:
        file.write_bytes(unlock["passphrase"].encode() + b"\n")
        return ["--passphrase-file", file]
    file.write_bytes(bytes.fromhex(unlock["wrapping_key_hex"]))
    return ["--wrapping-key-file", file]


def exit_mismatch(what, done, want):
    if done.returncode != want:
        said = done.stderr.decode(errors="replace").strip()
        yield f"{what}: exit {done.returncode}, not {want}: {said}"


def id_mismatches(v, wkeyctl):
    done = run(wkeyctl, "--json", "inspect", HERE / v["file"])
    try:
        said = json.loads(done.stdout)
    except ValueError:
        yield v["file"] + ": --json inspect printed no JSON"
        return
    if said.get("key_id") != v["key_id_hex"]:
        yield f"{v['file']}: key_id {said.get('key_id')}, not {v['key_id_hex']}"
    if "fscrypt_id_hex" in v and v["fscrypt_id_hex"] not in json.dumps(said):
        yield f"{v['file']}: --json inspect lacks the fscrypt id {v['fscrypt_id_hex']}"


def tool_mismatches(wkeyctl):
    with tempfile.TemporaryDirectory() as scratch:
        for v in vectors():
            path = HERE / v["file"]
            yield from exit_mismatch("inspect " + v["file"], run(wkeyctl, "inspect", path),
                                     v["inspect_exit"])
            if v["inspect_exit"] == 0:
                yield from id_mismatches(v, wkeyctl)
            if v["test_exit"] is None:
                continue
            options = secret_options(v["unlock"], pathlib.Path(scratch))
            yield from exit_mismatch("test " + v["file"],
                                     run(wkeyctl, "test", "--batch", *options, path),
                                     v["test_exit"])


def main(args):
    if args == ["count"]:
        valid = sum(v["valid"] for v in vectors())
        print(valid, len(vectors()) - valid)
        return 0
    modes = {"asn1": asn1_mismatches, "tool": tool_mismatches, "unsaid": unsaid}
    if not args or args[0] not in modes:
        print(__doc__, file=sys.stderr)
        return 1
    wrong = list(modes[args[0]](*args[1:]))
    for line in wrong[:SHOWN]:
        print(line)
    if len(wrong) > SHOWN:
        print(f"and {len(wrong) - SHOWN} more")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
