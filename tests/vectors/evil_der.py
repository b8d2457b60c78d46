# SPDX-License-Identifier: Apache-2.0
"""Key files that break X.690: size, lengths, tags, primitives, order."""

import model
from der import (ENUM, INTEGER, NULL, OCTETS, SEQ, SET, UTF8, add, chunk, context, drop,
                 put, relength, retag, swap, twice)
from model import EXAMPLE_OID, Slot
from valid import FULL, filled_to
from vector import Vector

PASS = dict(slots=[Slot("passphrase")])
EXT = dict(ext=[(EXAMPLE_OID, b"x")])


def bad(name, rule, why, before=(), asn1="same", **opts):
    return Vector(name, why, rule=rule, before=before, asn1=asn1, **opts)


def damage():
    rule = "wkeyctl-keyfile(5): crc"
    def cut(name, why, n):
        return bad(name, rule, why, raw=lambda d: d[:n], asn1="rejects")
    yield cut("empty", "no octets", 0)
    yield cut("truncated-1", "only the first octet", 1)
    yield cut("truncated-4", "only the outer identifier and length", 4)
    yield cut("truncated-100", "cut in the header", 100)
    yield cut("truncated-by-6", "the CRC is cut off", -6)
    yield cut("truncated-by-1", "the last octet is cut off", -1)
    yield bad("trailing-zero", rule, "one octet after the end",
              raw=lambda d: d + b"\0", asn1="rejects")
    yield bad("trailing-newline", rule, "a line feed after the end",
              raw=lambda d: d + b"\n", asn1="rejects")
    yield bad("crc-wrong", rule, "one bit of the CRC inverted",
              raw=lambda d: d[:-1] + bytes([d[-1] ^ 1]))
    yield bad("crc-reversed", rule, "the CRC in little-endian order",
              raw=lambda d: d[:-4] + d[:-5:-1])
    yield bad("crc-of-value-only", rule, "the CRC leaves out the outer header",
              raw=lambda d: d[:-4] + model.with_crc(d[4:])[-4:])
    yield bad("bit-flip", rule, "one bit of the name inverted, CRC as it was",
              raw=lambda d: d.replace(b"\x0c\x04disk", b"\x0c\x04dksk"))
    yield bad("zeroed", rule, "the last half is zeros, as after a lost write",
              raw=lambda d: d[:len(d) // 2] + bytes(len(d) - len(d) // 2),
              asn1="rejects")
    yield bad("size-65537", "wkeyctl-keyfile(5): at most 65536 octets",
              "one octet larger than the largest", ext=filled_to(65537))
    kind = "wkeyctl-keyfile(5): not a key file"
    yield bad("text", kind, "some text", raw=lambda d: b"This is no key file.\n" * 9,
              asn1="rejects")
    yield bad("zeros", kind, "zeros", raw=lambda d: bytes(512), asn1="rejects")
    yield bad("outer-set", kind, "the outer type is a SET", retag_root(SET),
              asn1="rejects")
    yield bad("outer-primitive", kind, "the outer SEQUENCE is primitive",
              retag_root(0x10), asn1="rejects")
    yield bad("trailing-tlv", "X.690 8.9.2",
              "a second TLV after the outer SEQUENCE, with a right CRC",
              raw=lambda d: model.with_crc(d + b"\4\4\0\0\0\0"), asn1="rejects")


def retag_root(tag):
    def change(tree):
        tree.tag = tag
    return change


def fix_length(delta):
    """Applied after sealing, when lengths are final."""
    def change(tree):
        n = len(tree.contents()) + delta
        tree.length = b"\x82" + n.to_bytes(2, "big")
    return change


def lengths():
    rule = "X.690 10.1"
    for path in ("header", "slots", "header.origin", "slots.0.kek", "body",
                 "slots.0.protection"):
        yield bad("indefinite-" + path.replace(".", "-"), rule,
                  "indefinite length of " + path, relength(path, "indefinite"), asn1="differs")
    yield bad("indefinite-outer", rule, "indefinite length of the whole",
              relength("", "indefinite"), raw=with_inner_crc, asn1="differs")
    for path in ("header.keyId", "header.name", "header.usage", "version", "magic",
                 "header.created", "slots.0.kek.nonce"):
        yield bad("long-form-" + path.replace(".", "-"), rule,
                  f"long form of a length below 128: {path}", relength(path, "long"),
              asn1="differs")
    yield bad("padded-header", rule, "length of the header with a zero octet in front",
              relength("header", "padded"), asn1="differs")
    yield bad("padded-outer", rule, "outer length with a zero octet in front",
              relength("", "padded"), asn1="differs")
    yield bad("padded-9-octets", rule, "a length of nine octets, eight of them zero",
              relength("header.name", b"\x89" + bytes(8) + b"\x04"), asn1="differs")
    yield bad("length-reserved", "X.690 8.1.3.5 c",
              "first length octet 255, which is reserved",
              relength("header.name", b"\xff"), asn1="rejects")
    yield bad("length-outer-1-more", "X.690 8.1.3", "outer length one too large",
              after=fix_length(1), asn1="rejects")
    yield bad("length-outer-1-less", "X.690 8.1.3", "outer length one too small",
              after=fix_length(-1), asn1="rejects")
    yield bad("length-past-parent", "X.690 8.1.3",
              "a member that ends after the SEQUENCE around it",
              relength("header.origin.lifecycle", b"\x02"), asn1="rejects")
    yield bad("length-huge", "X.690 8.1.3", "a length of 2^32-1",
              relength("header", b"\x84\xff\xff\xff\xff"), asn1="rejects")
    yield bad("length-2-63", "X.690 8.1.3", "a length of 2^63-1",
              relength("slots", b"\x88\x7f" + b"\xff" * 7), asn1="rejects")
    yield bad("length-2-64", "X.690 8.1.3", "a length that wraps 64 bits",
              relength("slots", b"\x89\x01" + bytes(7) + b"\x10"), asn1="rejects")


def with_inner_crc(data):
    """Before the two end-of-contents octets."""
    return model.with_crc(data[:-2]) + b"\0\0"


def tags():
    rule = "X.690 8.1.2.2"
    yield bad("high-tag-integer", rule, "INTEGER in the high-tag-number form",
              retag("version", b"\x1f\x02"), asn1="differs")
    yield bad("high-tag-outer", "wkeyctl-keyfile(5): not a key file",
              "the outer SEQUENCE in the high-tag-number form",
              retag_root(b"\x3f\x10"), asn1="differs")
    yield bad("high-tag-body", rule, "[0] in the high-tag-number form",
              retag("body", b"\xbf\x00"), asn1="differs")
    yield bad("high-tag-protection", "wkeyctl-keyfile(5): protection tags 0 to 30",
              "a protection of type 31",
              retag("slots.0.protection", b"\xbf\x1f"), asn1="rejects")
    wrong = (
        ("magic", OCTETS), ("version", ENUM), ("minReader", 0x01), ("critical", ENUM),
        ("header", SET), ("slots", SET), ("body", SEQ), ("body", context(0)),
        ("body", context(1, True)), ("crc", UTF8), ("header.keyId", UTF8),
        ("header.epoch", OCTETS), ("header.created", 0x17), ("header.name", 0x16),
        ("header.usage", INTEGER), ("header.form", 0x01), ("header.keyBits", ENUM),
        ("header.origin", SET), ("header.origin.maker", 0x13),
        ("header.origin.lifecycle", INTEGER), ("header.origin.device", SEQ),
        ("header.origin.device.salt", NULL), ("header.volume", context(0)),
        ("header.volume.uuid", OCTETS), ("header.volume.target", ENUM),
        ("header.volume.sectorSize", INTEGER), ("header.fscryptId", context(3)),
        ("header.extensions", SEQ), ("header.extensions.0", SET),
        ("header.extensions.0.id", 0x0D), ("slots.0", context(0, True)),
        ("slots.0.id", 0x01), ("slots.0.state", INTEGER), ("slots.0.priority", OCTETS),
        ("slots.0.label", 0x14), ("slots.0.kek", context(1, True)),
        ("slots.0.kek.nonce", 0x03), ("slots.0.kek.box", UTF8),
        ("slots.0.extensions", context(1, True)),
        ("slots.0.protection", 0x60), ("slots.0.protection", 0xE0),
        ("slots.0.protection", 0xE1), ("slots.0.protection", 0x80),
        ("slots.1.protection.argon2id", context(0, True)),
        ("slots.1.protection.argon2id.salt", UTF8),
        ("slots.1.protection.argon2id.lanes", ENUM))
    for path, tag in wrong:
        yield bad(f"tag-{path.replace('.', '-')}-{tag:02x}", "X.690 8.1.2",
                  f"{path} with identifier octet {tag:02x}", retag(path, tag),
                  asn1="rejects", **FULL)


def primitives():
    rule = "X.690 8.3.2"
    for path, value in (("version", b"\0\1"), ("critical", b"\0\0"),
                        ("header.epoch", b"\0\1"), ("header.keyBits", b"\0\1\0"),
                        ("slots.0.id", b"\0\0"),
                        ("slots.0.protection.argon2id.memoryKiB", b"\0\0\x40")):
        opts = PASS if "argon2id" in path else {}
        yield bad("padded-integer-" + path.rpartition(".")[2], rule,
                  f"{path} with a needless leading zero octet", put(path, value),
                  asn1="differs", **opts)
    yield bad("padded-enumerated", "X.690 8.4", "usage with a needless zero octet",
              put("header.usage", b"\0\0"), asn1="differs")
    yield bad("padded-integer-ff", rule, "a negative INTEGER with a needless FF octet",
              put("header.epoch", b"\xff\x80"), asn1="rejects")
    for path, value in (("critical", b"\xff"), ("header.epoch", b"\x80"),
                        ("slots.0.id", b"\xff"), ("header.usage", b"\xff"),
                        ("header.keyBits", b"\xff\0")):
        yield bad("negative-" + path.rpartition(".")[2],
                  "wkeyctl-keyfile(5): no negative numbers", f"{path} is negative",
                  put(path, value), asn1="same" if "usage" in path else "rejects")
    for path in ("critical", "header.epoch"):
        yield bad("nine-octets-" + path.rpartition(".")[2],
                  "wkeyctl-keyfile(5): at most 2^63-1", f"{path} is 2^63",
                  put(path, b"\0\x80" + bytes(7)), asn1="rejects")
    yield bad("nine-octets-offset", "wkeyctl-keyfile(5): at most 2^63-1",
              "ivOffset is 2^64", put("header.volume.ivOffset", b"\1" + bytes(8)),
              asn1="rejects", **FULL)
    for path, asn1 in (("version", "rejects"), ("critical", "same"),
                       ("header.epoch", "rejects"), ("slots.0.id", "differs")):
        yield bad("empty-integer-" + path.rpartition(".")[2], "X.690 8.3.1",
                  f"{path} without contents", put(path, b""), asn1=asn1)
    yield bad("empty-enumerated", "X.690 8.4", "usage without contents",
              put("header.usage", b""), asn1="differs")
    for path in ("header.keyId", "header.name", "slots.0.kek.box", "body.nonce", "crc",
                 "header.fscryptId", "header.volume.uuid", "header.extensions.0.value"):
        yield bad("constructed-" + path.replace(".", "-"), "X.690 10.2",
                  f"{path} in the constructed form", chunk(path, 8),
                  asn1="rejects" if "name" in path else "differs", **FULL)
    yield bad("constructed-integer", "X.690 8.3.1", "version in the constructed form",
              retag("version", 0x22), asn1="rejects")
    rule = "X.690 8.19.2"
    yield bad("oid-empty", "X.690 8.19.2", "an extension's OID without contents",
              put("header.extensions.0.id", b""), asn1="rejects", **EXT)
    yield bad("oid-padded", rule, "an arc with a needless leading 80 octet",
              put("header.extensions.0.id", b"\x88\x37\x80\x01"), **EXT)
    yield bad("oid-padded-first", rule, "the first arcs with a leading 80 octet",
              put("header.extensions.0.id", b"\x80\x88\x37\x01"), **EXT)
    yield bad("oid-open", rule, "an arc that does not end",
              put("header.extensions.0.id", b"\x88\x37\x81"), **EXT)
    yield bad("oid-slot-padded", rule, "an OID of a slot's extension with an 80 octet",
              put("slots.0.extensions.0.id", b"\x88\x37\x80\x01"),
              slots=[Slot(ext=[(EXAMPLE_OID, b"x")])])
    yield bad("extension-constructed-value", "X.690 10.2",
              "an extension's value in the constructed form",
              chunk("header.extensions.0.value", 1), asn1="differs", **EXT)


def members():
    rule = "X.690 8.9.2"
    for path in ("magic", "version", "minReader", "critical", "header", "slots", "crc",
                 "header.keyId", "header.epoch", "header.created", "header.name",
                 "header.usage", "header.form", "header.keyBits", "header.origin",
                 "header.origin.maker", "header.origin.lifecycle",
                 "header.origin.device.source", "header.origin.device.hash",
                 "header.extensions.0.id", "header.extensions.0.value",
                 "slots.0.id", "slots.0.state", "slots.0.priority", "slots.0.label",
                 "slots.0.protection", "slots.0.kek.nonce", "slots.0.kek.box",
                 "slots.1.protection.argon2id.salt", "slots.1.protection.argon2id.lanes",
                 "body.nonce", "body.box"):
        yield bad("missing-" + path.replace(".", "-"), rule, path + " is missing",
                  drop(path), asn1="rejects", **FULL)
    for path in ("magic", "header", "body", "crc", "header.epoch", "header.name",
                 "header.volume", "header.fscryptId", "header.extensions",
                 "header.origin.device", "header.volume.uuid", "header.volume.ivOffset",
                 "slots.0.label", "slots.0.protection", "slots.0.kek",
                 "slots.0.extensions", "slots.0.kek.nonce",
                 "slots.1.protection.argon2id"):
        yield bad("twice-" + path.replace(".", "-"), rule, path + " is there twice",
                  twice(path), asn1="rejects", **FULL)
    for path, other in (("version", "header"), ("slots", "body"), ("body", "crc"),
                        ("header.usage", "header.name"),
                        ("header.volume", "header.fscryptId"),
                        ("header.fscryptId", "header.extensions"),
                        ("header.origin", "header.volume"),
                        ("header.volume.uuid", "header.volume.target"),
                        ("header.volume.sectorSize", "header.volume.ivOffset"),
                        ("slots.0.protection", "slots.0.kek"),
                        ("slots.0.kek", "slots.0.extensions"),
                        ("slots.0.kek.nonce", "slots.0.kek.box"),
                        ("header.extensions.0.id", "header.extensions.0.value")):
        yield bad(f"order-{path}-{other.rpartition('.')[2]}".replace(".", "-"), rule,
                  f"{path} and {other} have changed places", swap(path, other),
                  asn1="rejects", **FULL)
    for path in ("header", "header.origin", "header.origin.device", "header.volume",
                 "header.extensions.0", "slots.0", "slots.0.protection", "slots.0.kek",
                 "slots.1.protection.argon2id", "body"):
        yield bad("more-" + path.replace(".", "-"), rule,
                  f"{path} ends with a member that it does not have",
                  add(path, NULL), asn1="rejects", **FULL)
    yield bad("more-root", rule, "an unknown member between body and crc",
              [add("", context(1), b"x"), swap_last], asn1="rejects")
    yield bad("member-of-other-context", rule, "fscryptId inside the volume",
              add("header.volume", context(5), bytes(16)), asn1="rejects", **FULL)


def swap_last(tree):
    tree.value[-2:] = tree.value[:-3:-1]


def vectors():
    for group in (damage, lengths, tags, primitives, members):
        yield from group()
