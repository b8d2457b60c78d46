# SPDX-License-Identifier: Apache-2.0
"""Key files with bad recovery, recipient or staged slots, and tampered ones."""

import model
from der import (INTEGER, NULL, OCTETS, SEQ, UTF8, Node, add, context, drop, flip, put,
                 retag, swap, twice)
from model import EXAMPLE_OID, Slot
from valid import escrowed
from vector import DAMAGED, WRONG_SECRET, Vector

HERE = "wkeyctl-keyfile(5): "
PROTECTION = "slots.0.protection"
RECOVERY = dict(slots=[Slot("recovery"), Slot(id=1)], opens=1)
RECIPIENT = dict(slots=[Slot("recipient"), Slot(id=1)], opens=1)


def bad(name, rule, why, before=(), asn1="rejects", **opts):
    if not rule.startswith("X.690"):
        rule = HERE + rule
    return Vector(name, why, rule=rule, before=before, asn1=asn1, **opts)


def recoveries():
    rule = "RecoveryProtection is empty"
    yield bad("recovery-octets", rule, "a recovery protection with octets in it",
              add(PROTECTION, OCTETS, bytes(16)), **RECOVERY)
    yield bad("recovery-null", rule, "a recovery protection with NULL in it",
              add(PROTECTION, NULL), **RECOVERY)
    yield bad("recovery-primitive", "protection is context, constructed",
              "a recovery protection that is primitive", retag(PROTECTION, context(2)),
              **RECOVERY)
    yield bad("recovery-long-form", "X.690 10.1", "the length of nothing in the long form",
              long_form, asn1="differs", **RECOVERY)
    rule = "kek of envelope slots, and of no others"
    yield bad("recovery-kek-missing", rule, "a recovery slot without kek",
              drop("slots.0.kek"), asn1="same", **RECOVERY)
    yield bad("recipient-kek-missing", rule, "a recipient slot without kek",
              drop("slots.0.kek"), asn1="same", **RECIPIENT)
    yield bad("recovery-kek-twice", "X.690 8.9.2", "a recovery slot with two keks",
              twice("slots.0.kek"), **RECOVERY)
    yield bad("recovery-opaque", "form opaque: one direct slot, no body",
              "a recovery slot in the file of an opaque key", asn1="same", form=2,
              slots=[Slot("recovery")])
    yield bad("recovery-beside-boot", "a boot slot stands alone",
              "a recovery slot in an ephemeral form", asn1="same",
              slots=[Slot("boot"), Slot("recovery", id=1)])


def long_form(tree):
    tree.at(PROTECTION).length = "long"


def recipients():
    rule = "sizes of the ASN.1 module"
    for size in (0, 20, 31, 33):
        yield bad(f"recipient-fingerprint-{size}", rule,
                  f"a fingerprint of {size} octets",
                  put(PROTECTION + ".fingerprint", b"\x66" * size), **RECIPIENT)
    for size in (0, 8193):
        yield bad(f"recipient-cms-{size}", rule, f"a CMS message of {size} octets",
                  slots=[Slot(), Slot(escrowed(bytes(size)), id=1)])
    rule = "X.690 8.9.2"
    for member in ("fingerprint", "cms"):
        path = f"{PROTECTION}.{member}"
        yield bad(f"recipient-{member}-missing", rule, member + " is missing", drop(path),
                  **RECIPIENT)
        yield bad(f"recipient-{member}-twice", rule, member + " is there twice",
                  twice(path), **RECIPIENT)
        yield bad(f"recipient-{member}-tag", "X.690 8.1.2", member + " is a UTF8String",
                  retag(path, UTF8), **RECIPIENT)
    yield bad("recipient-order", rule, "fingerprint and cms have changed places",
              swap(PROTECTION + ".fingerprint", PROTECTION + ".cms"), **RECIPIENT)
    yield bad("recipient-third-member", rule, "a member that the module does not name",
              add(PROTECTION, NULL), **RECIPIENT)
    yield bad("recipient-empty", rule, "a recipient protection without members",
              put(PROTECTION, []), **RECIPIENT)
    yield bad("recipient-primitive", "protection is context, constructed",
              "a recipient protection that is primitive", retag(PROTECTION, context(3)),
              **RECIPIENT)
    yield bad("recipient-cms-plain", "X.690 8.1.2",
              "the CMS message without the OCTET STRING around it", unpack_cms,
              **RECIPIENT)


def unpack_cms(tree):
    node = tree.at(PROTECTION)
    node.value = node.find("fingerprint").encode() + node.find("cms").value


def stage(id=1, replaces=0, **opts):
    return Slot(id=id, state=1, replaces=replaces, **opts)


def staged():
    def wrong(name, rule, why, *slots, **opts):
        opts.setdefault("asn1", "same")
        return bad("replaces-" + name, "replaces: " + rule, why, slots=slots, **opts)
    for state, what in ((0, "active"), (2, "retired")):
        yield wrong(f"in-{what}", "only in a staged slot",
                    f"the slot that replaces is {what}",
                    Slot(), Slot(id=1, state=state, replaces=0))
    yield wrong("itself", "another slot", "a slot that replaces itself", Slot(), stage(1, 1))
    for missing in (2, 31):
        yield wrong(f"missing-{missing}", "a slot that is there",
                    f"slot {missing} is replaced and not there", Slot(), stage(1, missing))
    rule = "not a staged slot"
    yield wrong("staged", rule, "a staged slot is replaced", Slot(), Slot(id=1, state=1),
                stage(2, 1))
    yield wrong("chain", rule, "slot 2 replaces 1 replaces 0", Slot(), stage(1, 0),
                stage(2, 1))
    yield wrong("circle", rule, "two staged slots replace each other", Slot(), stage(1, 2),
                stage(2, 1))
    rule = "no two name the same slot"
    yield wrong("same", rule, "two staged slots replace one", Slot(), stage(1), stage(2))
    yield wrong("same-late", rule, "the first and the last of four replace one",
                stage(0, 2), Slot(id=1), Slot(id=2), stage(3, 1), stage(4, 2), opens=1)
    for value in (32, 256, 2 ** 32):
        yield wrong(f"id-{value}", "0..31", f"replaces is {value}", Slot(),
                    stage(1, value), asn1="rejects")
    yield wrong("negative", "no negative numbers", "replaces is negative", Slot(),
                stage(1, b"\xff"), asn1="rejects")


def staged_der():
    base = dict(slots=[Slot(), stage()])
    extended = dict(slots=[Slot(), stage(ext=[(EXAMPLE_OID, b"")])])
    path, rule = "slots.1.replaces", "X.690 8.9.2"
    yield bad("replaces-padded", "X.690 8.3.2", "replaces with a needless zero octet",
              asn1="differs", slots=[Slot(), stage(1, b"\0\0")])
    yield bad("replaces-empty", "X.690 8.3.1", "replaces without contents",
              asn1="differs", slots=[Slot(), stage(1, b"")])
    yield bad("replaces-twice", rule, "replaces is there twice", twice(path), **base)
    yield bad("replaces-before-extensions", rule, "replaces before extensions",
              swap(path, "slots.1.extensions"), **extended)
    yield bad("replaces-before-kek", rule, "replaces before kek",
              swap(path, "slots.1.kek"), **base)
    for tag in (INTEGER, context(0), context(2), context(1, True)):
        yield bad(f"replaces-tag-{tag:02x}", "X.690 8.1.2",
                  f"replaces with identifier octet {tag:02x}", retag(path, tag), **base)
    yield bad("replaces-explicit", "X.690 8.1.2", "replaces with an INTEGER inside",
              wrapped, **base)
    yield bad("replaces-high-tag", "X.690 8.1.2.2", "replaces in the high-tag-number form",
              retag(path, b"\x9f\x01"), asn1="differs", **base)
    yield bad("replaces-in-header", rule, "replaces in the header",
              add("header", context(1), b"\0"))


def wrapped(tree):
    tree.at("slots.1").value[-1] = Node(context(1, True), [Node(INTEGER, b"\0")])


def tampering():
    def slot(name, why, after, kind):
        return bad("tamper-" + name, "the slot authenticates key id, slot id, protection",
                   why, after=after, inspect=0, test=WRONG_SECRET, asn1="same",
                   slots=[Slot(kind)])
    yield slot("recovery-kek", "a bit of the KEK under a recovery key",
               flip("slots.0.kek.box", 5), "recovery")
    yield slot("recipient-kek", "a bit of the KEK beside its escrow",
               flip("slots.0.kek.box", 5), "recipient")
    yield slot("recipient-fingerprint", "another fingerprint",
               flip(PROTECTION + ".fingerprint", 0), "recipient")
    yield slot("recipient-cms", "a bit of the CMS message, which nobody opened here",
               flip(PROTECTION + ".cms", 2000), "recipient")

    def body(name, why, after, *slots):
        return bad("tamper-" + name, "the body authenticates everything before it", why,
                   after=after, inspect=0, test=DAMAGED, asn1="same", slots=slots)
    path = "slots.2.replaces"
    yield body("replaces", "another slot is replaced", put(path, b"\1"), Slot(),
               Slot(id=1), stage(2, 0))
    yield body("replaces-removed", "nothing is replaced any more", drop(path), Slot(),
               Slot(id=1), stage(2, 0))
    yield body("replaces-added", "something is replaced",
               lambda t: t.at("slots.2").value.append(stage(2, 0).replaces_node()),
               Slot(), Slot(id=1), Slot(id=2, state=1))
    yield body("retired", "an active slot made retired", put("slots.1.state", b"\2"),
               Slot(), Slot(id=1))


def vectors():
    for group in (recoveries, recipients, staged, staged_der, tampering):
        yield from group()
