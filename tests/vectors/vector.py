# SPDX-License-Identifier: Apache-2.0
"""One vector: a key file and what is to be said about it."""

import model
import recovery
from model import Slot

DAMAGED, TOO_NEW, WRONG_SECRET, TOO_COSTLY, OTHER_BOOT = 13, 14, 2, 3, 7


def listed(x):
    return list(x) if isinstance(x, (list, tuple)) else [x]


def secret_of(label, slots, index):
    """What opens that slot, as the manifest says it."""
    slot = (slots or [Slot()])[index]

    def random(what, size):
        return model.random(label, f"slot {index} {what}", size)
    if slot.kind == "wrapping":
        return {"wrapping_key_hex": random("wrapping key", 32).hex()}
    if slot.kind == "passphrase":
        return {"passphrase": slot.passphrase}
    if slot.kind == "recovery":
        return {"recovery_key": recovery.text(slot.key or random("recovery key", 32))}
    if slot.kind == "recipient":
        return {"kek_hex": model.random(label, "kek", 32).hex(),
                "key_id_hex": model.random(label, "key id", 16).hex()}
    if slot.kind == "boot":
        return {"boot_id_hex": random("boot id", 16).hex(),
                "boot_key_hex": random("boot key", 32).hex()}
    return None


class Vector:
    """before, after: changes of the tree before and after it is sealed; raw: a
    change of the finished file, which must see to the CRC itself.  opens: the
    slot whose secret the manifest gives.  pem: makes PEM of the DER.  asn1: what
    asn1c and openssl make of it: "same" accepted, and asn1c encodes it to the
    same octets; "differs" accepted, and encoded to others; "rejects"."""

    def __init__(self, name, why, rule="", valid=False, inspect=DAMAGED, test="same",
                 asn1="rejects", before=(), after=(), raw=None,
                 opens=0, pem=None, **opts):
        self.name, self.why, self.rule, self.valid = name, why, rule, valid
        self.inspect, self.asn1 = inspect, asn1
        self.test = inspect if test == "same" else test
        self.file = ("valid/" if valid else "evil/") + name + (".pem" if pem else ".wk")
        root = model.tree(name, **opts)
        for change in listed(before):
            change(root)
        model.seal(root)
        for change in listed(after):
            change(root)
        data = model.finish(root)
        self.data = pem(data) if pem else raw(data) if raw else data
        self.root = root
        self.unlock = secret_of(name, opts.get("slots"), opens)
        self.opaque = opts.get("form") == 2

    def entry(self):
        """Its place in manifest.json."""
        out = {"name": self.name, "file": self.file, "valid": self.valid,
               "unlock": self.unlock, "inspect_exit": self.inspect,
               "test_exit": self.test}
        if self.valid and not self.opaque:
            out["key_hex"] = self.root.key.hex()
            out["key_check_hex"] = model.key_check(self.root.key).hex()
        if self.inspect == 0:
            header = self.root.at("header")
            out["key_id_hex"] = header.at("keyId").value.hex()
            if header.find("fscryptId"):
                out["fscrypt_id_hex"] = header.at("fscryptId").value.hex()
        out["asn1"] = "rejects" if self.asn1 == "rejects" else "accepts"
        if self.asn1 != "rejects":
            out["asn1_reencodes"] = self.asn1
        if self.rule:
            out["rule"] = self.rule
        out["why"] = self.why
        return out


def good(name, why, **opts):
    opts.setdefault("inspect", 0)
    return Vector(name, why, valid=True, asn1="same", **opts)
