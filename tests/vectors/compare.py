#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what programs make of the vectors with what manifest.json says.

compare.py count             "VALID EVIL", the numbers of vectors
compare.py asn1 DRIVER       asn1c's decoder (asn1check.sh) and openssl asn1parse
compare.py tool WKEYCTL      exit codes of inspect and test, key ids and checks
compare.py recovery WKEYCTL  what it says of each text in recovery.json
compare.py escrow OPENSSL    contents of the CMS messages in the vectors
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
WRONG_SECRET = 2


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


# --- escrow ----------------------------------------------------------------------

def escrow_of(unlock):
    """The contents of the CMS message: KEK and key id."""
    return bytes.fromhex(unlock["kek_hex"] + unlock["key_id_hex"])


def cms_of(der):
    """The first ContentInfo in there, by its content type; None without one."""
    authenveloped = bytes.fromhex("060b2a864886f70d0109100117")
    at = der.find(authenveloped)
    if at < 0:
        return None
    # An OCTET STRING and the SEQUENCE have lengths of two octets each.
    start = at - 4
    return der[start:start + 4 + int.from_bytes(der[at - 2:at], "big")]


def escrow_mismatches(openssl_program):
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / "cms"
        for v in vectors():
            if not v["valid"] or "kek_hex" not in (v["unlock"] or {}):
                continue
            file.write_bytes(cms_of((HERE / v["file"]).read_bytes()))
            done = run(openssl_program, "cms", "-decrypt", "-binary", "-inform", "DER",
                       "-in", file, "-recip", HERE / "recipient.pem",
                       "-inkey", HERE / "recipient.key")
            if done.returncode or done.stdout != escrow_of(v["unlock"]):
                yield f"{v['file']}: escrow: {done.stderr.decode()}"


# --- the tool ------------------------------------------------------------------

def secret_options(unlock, scratch):
    # No option gives a boot and its key.
    if unlock is None or "boot_key_hex" in unlock:
        return []
    file = scratch / "secret"
    if "passphrase" in unlock:
        file.write_bytes(unlock["passphrase"].encode() + b"\n")
        return ["--passphrase-file", file]
    if "recovery_key" in unlock:
        file.write_bytes(unlock["recovery_key"].encode())
        return ["--recovery-file", file]
    if "kek_hex" in unlock:
        file.write_bytes(escrow_of(unlock))
        return ["--kek-file", file]
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


def check_mismatches(v, wkeyctl, options):
    done = run(wkeyctl, "--json", "inspect", "--batch", *options, HERE / v["file"])
    if f'"key_check":"{v["key_check_hex"]}"' not in done.stdout.decode():
        yield f"{v['file']}: the key check is not {v['key_check_hex']}"


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
            if v["test_exit"] == 0:
                yield from check_mismatches(v, wkeyctl, options)


def recovery_mismatches(wkeyctl):
    said = json.loads((HERE / "recovery.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / "recovery"
        for entry in said["valid"] + said["mistyped"]:
            file.write_bytes(entry["text"].encode())
            key_file = HERE / entry.get("file", said["sheet"]["file"])
            done = run(wkeyctl, "--json", "test", "--batch", "--recovery-file", file,
                       key_file)
            want = WRONG_SECRET if "code" in entry else 0
            yield from exit_mismatch(entry["why"], done, want)
            parts = [f'"{entry["code"]}"'] if "code" in entry else []
            parts += [f"group {entry['group']}"] if "group" in entry else []
            yield from (f"{entry['why']}: nothing is said of {part}" for part in parts
                        if part not in done.stdout.decode())


def main(args):
    if args == ["count"]:
        valid = sum(v["valid"] for v in vectors())
        print(valid, len(vectors()) - valid)
        return 0
    modes = {"asn1": asn1_mismatches, "tool": tool_mismatches, "unsaid": unsaid,
             "recovery": recovery_mismatches, "escrow": escrow_mismatches}
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
