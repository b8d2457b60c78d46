# SPDX-License-Identifier: Apache-2.0
"""Key files with bad slots, tampered or costly ones, and bad PEM."""

import base64

import model
from der import NULL, OCTETS, SEQ, Node, context, drop, flip, put, retag, uint
from model import EXAMPLE_OID, MAX63, Slot, hardware
from valid import FULL, UNKNOWN, UNKNOWN_DIRECT, nested
from vector import DAMAGED, TOO_COSTLY, WRONG_SECRET, Vector

HERE = "wkeyctl-keyfile(5): "


def bad(name, rule, why, before=(), asn1="same", **opts):
    return Vector(name, why, rule=HERE + rule, before=before, asn1=asn1, **opts)


def numbered(*ids):
    return [Slot(id=i) for i in ids]


def slot_lists():
    yield bad("slots-0", "1 to 32 slots", "an empty list of slots", put("slots", []),
              asn1="rejects")
    yield bad("slots-33", "1 to 32 slots", "33 slots", slots=numbered(*range(32), 32),
              asn1="rejects")
    yield bad("slot-id-32", "slot id 0..31", "slot id 32", slots=numbered(32),
              asn1="rejects")
    yield bad("slot-id-256", "slot id 0..31", "slot id 256", slots=numbered(256),
              asn1="rejects")
    rule = "slots in ascending order of ids"
    yield bad("slot-ids-equal", rule, "two slots of one id", slots=numbered(2, 2))
    yield bad("slot-ids-descending", rule, "slot 1 before slot 0", slots=numbered(1, 0))
    yield bad("slot-ids-late-duplicate", rule, "slot 0 again at the end",
              slots=numbered(0, 1, 2, 0))
    for path, value in (("state", 3), ("priority", 3), ("state", 256)):
        yield bad(f"slot-{path}-{value}", path + " 0..2", f"{path} is {value}",
                  put("slots.0." + path, uint(value)))


def boxes():
    rule = "kek of envelope slots, and of no others"
    yield bad("kek-missing", rule, "an envelope slot without kek", drop("slots.0.kek"))
    yield bad("kek-missing-unknown", rule, "an unknown envelope slot without kek",
              drop("slots.1.kek"), slots=[Slot(), Slot(UNKNOWN, id=1)])
    for tag in DIRECT_NODES:
        yield bad(f"kek-in-direct-{tag}", rule, f"a direct slot, type {tag}, with a kek",
                  give_kek, slots=[Slot(), Slot(DIRECT_NODES[tag], id=1)])
    for size in (31, 33):
        yield bad(f"kek-{size}", "box of a kek is 48 octets", f"a KEK of {size} octets",
                  kek_size(size), slots=[Slot(), Slot("passphrase", id=1)], opens=1,
                  asn1="rejects" if size < 16 else "same")
    for size in (31, 33):
        yield bad(f"body-{size}", "box of the body is keyBits/8 + 16 octets",
                  f"{size} octets in the body of a 256bit key", key_size(size))
    for path in ("slots.0.kek", "body"):
        name = path.rpartition(".")[2]
        for size in (11, 13):
            yield bad(f"nonce-{name}-{size}", "nonce of 12 octets",
                      f"{path} with a nonce of {size} octets",
                      put(path + ".nonce", b"\x77" * size), asn1="rejects")
    yield bad("box-empty", "box 32..144 octets", "an empty box", asn1="rejects",
              after=put("slots.0.kek.box", b""))
    yield bad("box-31", "box 32..144 octets", "a body of 31 octets", asn1="rejects",
              after=put("body.box", bytes(31)))
    yield bad("box-145", "box 32..144 octets", "a body of 145 octets", asn1="rejects",
              bits=1024, after=put("body.box", bytes(145)))


DIRECT_NODES = {16: hardware(16), 17: hardware(17), 30: UNKNOWN_DIRECT}


def give_kek(tree):
    slots = tree.at("slots").value
    slots[1].value.insert(5, model.sealed_box(SEQ, "kek", bytes(12), 48))


def kek_size(size):
    def change(tree):
        tree.at("slots.0").plain = (tree.kek + b"\0")[:size]
    return change


def key_size(size):
    def change(tree):
        tree.key = (tree.key + b"\0")[:size]
    return change


def protections():
    yield bad("protection-primitive", "protection is context, constructed",
              "a primitive soft protection", retag("slots.0.protection", context(0)),
              asn1="rejects")
    yield bad("protection-universal", "protection is context, constructed",
              "a protection that is a plain SEQUENCE",
              retag("slots.0.protection", SEQ), asn1="rejects")
    yield bad("protection-application", "protection is context, constructed",
              "a protection of the application class",
              retag("slots.0.protection", 0x60), asn1="rejects")
    for what, opts in (("dialect-empty", dict(dialect="")),
                       ("dialect-33", dict(dialect="d" * 33)),
                       ("dialect-capital", dict(dialect="Qcom")),
                       ("dialect-space", dict(dialect="qcom 2")),
                       ("kdf-4", dict(kdf=4)), ("blob-empty", dict(blob=b"")),
                       ("blob-4097", dict(blob=bytes(4097)))):
        in_module = what in ("dialect-empty", "dialect-33", "blob-empty", "blob-4097")
        yield bad("hardware-" + what, "HardwareProtection", "a direct slot: " + what,
                  slots=[Slot(), Slot(hardware(16, **opts), id=1)],
                  asn1="rejects" if in_module else "same")
    rule = "an unknown protection is well-formed DER"
    def unknown(*children):
        return [Slot(), Slot(Node(context(14, True), list(children)), id=1)]
    def faulty(style):
        node = Node(OCTETS, b"x")
        node.length = style
        return unknown(Node(SEQ, [node]))
    yield bad("unknown-primitive", "protection is context, constructed",
              "an unknown protection that is primitive",
              slots=[Slot(), Slot(Node(context(14), b"\4\1x"), id=1)], asn1="differs")
    yield bad("unknown-long-form", rule, "a needless long form inside",
              slots=faulty("long"))
    yield bad("unknown-past-end", rule, "an inner length past the end",
              slots=faulty(b"\x20"), asn1="rejects")
    yield bad("unknown-indefinite", rule, "an indefinite length inside",
              slots=unknown(indefinite()))
    yield bad("unknown-high-tag", rule, "a high tag number inside",
              slots=unknown(Node(b"\x9f\x1f", b"x")))
    yield bad("unknown-half-tlv", rule, "an identifier without a length at the end",
              slots=unknown(Node(SEQ, b"\x04")), asn1="rejects")
    yield bad("unknown-half-length", rule, "a length that breaks off",
              slots=unknown(Node(SEQ, b"\x04\x82\x01")), asn1="rejects")
    rule = "an unknown protection nests at most 8 deep"
    for depth in (9, 40, 1000):
        yield bad(f"unknown-nested-{depth}", rule, f"an unknown protection {depth} deep",
                  slots=[Slot(), Slot(nested(depth), id=1)])


def boots():
    rule = "a boot slot stands alone"
    for name, slots in (("before", [Slot("boot"), Slot(id=1)]),
                        ("after", [Slot(), Slot("boot", id=1)]),
                        ("twice", [Slot("boot"), Slot("boot", id=1)]),
                        ("hardware", [Slot("boot"), Slot(hardware(16), id=1)]),
                        ("unknown", [Slot("boot"), Slot(UNKNOWN, id=1)]),
                        ("retired", [Slot(), Slot("boot", id=1, state=2)])):
        yield bad("boot-beside-" + name, rule, "a boot slot and another: " + name,
                  slots=slots)
    yield bad("boot-opaque", "form opaque: one direct slot and no body",
              "a boot slot in the file of an opaque key", form=2, slots=[Slot("boot")])
    rule = "BootProtection"
    for name, path in (("boot-id", "bootId"), ("boot-key-id", "bootKeyId")):
        for size in (0, 15, 17):
            yield bad(f"{name}-{size}", rule, f"{path} of {size} octets",
                      put("slots.0.protection." + path, bytes(size)),
                      slots=[Slot("boot")], asn1="rejects")
        yield bad(name + "-missing", rule, path + " is missing",
                  drop("slots.0.protection." + path), slots=[Slot("boot")],
                  asn1="rejects")
    yield bad("boot-empty", rule, "no members", put("slots.0.protection", []),
              slots=[Slot("boot")], asn1="rejects")
    yield bad("boot-primitive", "protection is context, constructed",
              "a boot protection that is primitive",
              retag("slots.0.protection", context(5)), slots=[Slot("boot")],
              asn1="rejects")
    yield bad("boot-third-member", rule, "a member that the module does not name",
              lambda t: t.at("slots.0.protection").value.append(Node(OCTETS, b"x")),
              slots=[Slot("boot")], asn1="rejects")


def indefinite():
    node = Node(SEQ, [Node(NULL, b"")])
    node.length = "indefinite"
    return node


def costs():
    rule = "Argon2id: memoryKiB at least 8 * lanes"
    def passphrase(*cost):
        return [Slot("passphrase", cost=cost, blind=True)]
    for name, cost in (("argon2-memory-7", (7, 1, 1)), ("argon2-memory-0", (0, 1, 1)),
                       ("argon2-passes-0", (64, 0, 1)), ("argon2-lanes-0", (64, 1, 0))):
        yield bad(name, "Argon2id minima", "memory, passes, lanes: %d, %d, %d" % cost,
                  slots=passphrase(*cost), asn1="rejects")
    for name, cost in (("argon2-memory-below-lanes", (31, 1, 4)),
                       ("argon2-lanes-wrap", (MAX63, 1, 2 ** 61 + 1)),
                       ("argon2-lanes-max", (MAX63, 1, MAX63))):
        yield bad(name, rule, "memory, passes, lanes: %d, %d, %d" % cost,
                  slots=passphrase(*cost))
    rule = "limits of Argon2id when a slot is tried"
    for name, cost in (("cost-memory-max", (MAX63, 1, 1)), ("cost-passes-65", (8, 65, 1)),
                       ("cost-passes-max", (8, MAX63, 1)), ("cost-lanes-65", (520, 1, 65)),
                       ("cost-lanes-2-32", (2 ** 36, 1, 2 ** 32 + 1)),
                       ("cost-passes-2-32", (64, 2 ** 32 + 1, 1)),
                       ("cost-memory-2-32", (2 ** 32 + 64, 1, 1)),
                       ("cost-product", (1048577, 64, 1)),
                       ("cost-product-wraps", (2 ** 58, 64, 1)),
                       ("cost-all-max", (MAX63, MAX63, 65))):
        yield bad(name, rule, "memory, passes, lanes: %d, %d, %d" % cost,
                  slots=passphrase(*cost), inspect=0, test=TOO_COSTLY)


def slot_tampering():
    def tampered(name, why, after, test=WRONG_SECRET, **opts):
        return bad(name, "the slot authenticates key id, slot id, protection", why,
                   after=after, inspect=0, test=test, **opts)
    yield tampered("tamper-kek-box", "a bit of the encrypted KEK", flip("slots.0.kek.box", 0))
    yield tampered("tamper-kek-tag", "a bit of the slot's tag", flip("slots.0.kek.box", 383))
    yield tampered("tamper-kek-nonce", "a bit of the slot's nonce",
                   flip("slots.0.kek.nonce", 95))
    yield tampered("tamper-key-id", "a bit of the key id", flip("header.keyId", 7))
    yield tampered("tamper-slot-id", "another slot id", put("slots.0.id", b"\1"))
    cost = "slots.0.protection.argon2id."
    for what, change in (("salt", flip(cost + "salt", 1)), ("passes", put(cost + "passes", b"\2")),
                         ("memory", put(cost + "memoryKiB", b"\x41")),
                         ("lanes", put(cost + "lanes", b"\2"))):
        yield tampered("tamper-argon2-" + what, "another " + what, change,
                       slots=[Slot("passphrase")])
    yield tampered("tamper-slots-exchanged", "two slots have exchanged their boxes",
                   exchange, slots=[Slot(), Slot(id=1)])
    yield tampered("tamper-slot-transplanted",
                   "a slot of another file with the same wrapping key",
                   transplant("slots.0.kek"))


def exchange(tree):
    a, b = tree.at("slots.0.kek"), tree.at("slots.1.kek")
    a.value, b.value = b.value, a.value


def transplant(path, **opts):
    """The same member of another file, whose secrets are the same but whose
    random key id is not."""
    def change(tree):
        other = model.tree("another file", **opts)
        other.kek = tree.kek
        for ours, theirs in zip(tree.at("slots").value, other.at("slots").value):
            theirs.secret, theirs.plain = ours.secret, ours.plain
        model.seal(other)
        tree.at(path).value = other.at(path).value
    return change


def body_tampering():
    def tampered(name, why, after, **opts):
        return bad(name, "the body authenticates everything before it", why,
                   after=after, inspect=0, test=DAMAGED, **opts)
    yield tampered("tamper-body-box", "a bit of the encrypted storage key",
                   flip("body.box", 100))
    yield tampered("tamper-body-tag", "a bit of the body's tag", flip("body.box", 383))
    yield tampered("tamper-body-nonce", "a bit of the body's nonce", flip("body.nonce", 0))
    yield tampered("tamper-body-transplanted", "the body of another file with the same KEK",
                   transplant("body"))
    for path, value in (
            ("version", b"\2"), ("header.epoch", b"\x08"),
            ("header.created", b"20260131120001Z"), ("header.name", b"disc"),
            ("header.usage", b"\0"), ("header.origin.maker", b"vectors 2"),
            ("header.origin.lifecycle", b"\1"), ("header.origin.device.source", b"\2"),
            ("header.origin.device.hash", bytes(32)), ("header.volume.uuid", bytes(16)),
            ("header.volume.target", b"\1"), ("header.volume.cipher", b"aes-xts-plain65"),
            ("header.volume.sectorSize", b"\2\0"), ("header.volume.ivOffset", b"\0"),
            ("header.fscryptId", bytes(16)), ("header.extensions.0.value", b"Header"),
            ("slots.0.priority", b"\2"), ("slots.0.label", b"wrapping kez"),
            ("slots.0.extensions.0.value", b"\2"), ("slots.1.label", b""),
            ("slots.1.kek.nonce", bytes(12))):
        yield tampered("tamper-" + path.replace(".", "-"), "changed afterwards: " + path,
                       put(path, value), **FULL)
    for path in ("header.volume", "header.fscryptId", "header.extensions",
                 "header.origin.device", "slots.0.extensions", "slots.1"):
        yield tampered("removed-" + path.replace(".", "-"), "removed afterwards: " + path,
                       drop(path), **FULL)
    yield tampered("tamper-form", "raw made engineRaw", put("header.form", b"\1"))
    yield tampered("added-slot", "a slot added afterwards by somebody without the KEK",
                   add_slot)
    yield tampered("added-extension", "an extension added afterwards",
                   lambda t: t.at("header").value.append(
                       model.extensions(2, [(EXAMPLE_OID, b"")])))


def add_slot(tree):
    tree.at("slots").value.append(
        Slot(hardware(16), id=1, priority=0).node(
            lambda w, n: bytes(n), "1", b"", b""))


def text_change(old, new, count=1):
    return lambda der: model.pem(der).replace(old.encode(), new.encode(), count)


def lines_change(change):
    def make(der):
        return ("\n".join(change(model.pem_lines(der))) + "\n").encode()
    return make


def odd_lines(first, rest):
    """base64 in a first line of one width and others of another."""
    def make(der):
        code = base64.b64encode(der).decode()
        body = [code[:first]] + [code[i:i + rest] for i in range(first, len(code), rest)]
        return ("\n".join([model.BEGIN] + body + [model.END]) + "\n").encode()
    return make


def loose_bits(der):
    """The unused bits before the padding are not zero."""
    assert len(der) % 3 == 1
    i = model.pem(der).index(b"==") - 1
    out = bytearray(model.pem(der))
    out[i] += 1
    return bytes(out)


def pems():
    def text(name, why, pem, asn1="same", **opts):
        return bad(name, "PEM", why, pem=pem, asn1=asn1, **opts)
    one_over = dict(key_name="disk-" + "x" * ODD)
    yield text("pem-label", "another label", text_change("WKEYCTL KEY", "PRIVATE KEY", 2))
    yield text("pem-label-end", "the last line has another label",
               text_change("END WKEYCTL KEY", "END PRIVATE KEY"), asn1="rejects")
    yield text("pem-small-letters", "the label in small letters",
               text_change("WKEYCTL KEY", "wkeyctl key", 2))
    yield text("pem-begin-space", "a space after the first line",
               text_change("BEGIN WKEYCTL KEY-----", "BEGIN WKEYCTL KEY----- "))
    yield text("pem-begin-cut", "a dash is missing in the first line",
               text_change("-----BEGIN", "----BEGIN"), asn1="rejects")
    yield text("pem-no-end", "the last line is missing", lines_change(lambda x: x[:-1]),
               asn1="rejects")
    yield text("pem-no-body", "nothing between first and last line",
               lines_change(lambda x: [x[0], x[-1]]), asn1="rejects")
    yield text("pem-blank-line", "an empty line after the first one",
               lines_change(lambda x: x[:1] + [""] + x[1:]))
    yield text("pem-header-line", "a header of RFC 1421",
               lines_change(lambda x: x[:1] + ["Comment: disk", ""] + x[1:]))
    yield text("pem-before", "a line before the first one",
               lambda d: b"# a key file\n" + model.pem(d))
    yield text("pem-blank-before", "an empty line before the first one",
               lambda d: b"\n" + model.pem(d))
    yield text("pem-bom", "a byte order mark", lambda d: b"\xef\xbb\xbf" + model.pem(d))
    yield text("pem-after", "text after the last line",
               lambda d: model.pem(d) + b"x\n")
    yield text("pem-blank-after", "an empty line after the last one",
               lambda d: model.pem(d) + b"\n")
    yield text("pem-nul-after", "a NUL after the last line", lambda d: model.pem(d) + b"\0")
    yield text("pem-twice", "two key files", lambda d: model.pem(d) * 2)
    yield text("pem-line-65", "a first line of 65 characters", odd_lines(65, 64))
    yield text("pem-lines-76", "lines of 76 characters", odd_lines(76, 76))
    yield text("pem-line-63", "a first line of 63 characters", odd_lines(63, 64))
    yield text("pem-lines-60", "lines of 60 characters", odd_lines(60, 60))
    yield text("pem-tab", "a tab in front of a line",
               lines_change(lambda x: x[:2] + ["\t" + x[2]] + x[3:]))
    yield text("pem-space", "a space at the end of a line",
               lines_change(lambda x: x[:1] + [x[1] + " "] + x[2:]))
    yield text("pem-space-inside", "a space instead of a character",
               lines_change(lambda x: x[:1] + [x[1][:9] + " " + x[1][10:]] + x[2:]),
               asn1="rejects")
    yield text("pem-cr-only", "lines end in CR only", lambda d: model.pem(d, "\r"),
               asn1="rejects")
    yield text("pem-url-alphabet", "the alphabet of URLs",
               lambda d: b"\n".join(x if x.startswith(b"-----") else
                                    x.replace(b"+", b"-").replace(b"/", b"_")
                                    for x in model.pem(d).split(b"\n")), asn1="rejects")
    yield text("pem-padding-bits", "unused bits that are not zero", loose_bits, **one_over)
    yield text("pem-padding-missing", "padding is missing", text_change("==", ""),
               asn1="rejects", **one_over)
    yield text("pem-padding-half", "one of two padding characters is missing",
               text_change("==\n", "=\n"), asn1="rejects", **one_over)
    yield text("pem-padding-more", "padding that is not needed",
               text_change("\n-----END", "====\n-----END"), asn1="rejects")
    yield text("pem-padding-inside", "padding in the middle of the text",
               lines_change(lambda x: x[:1] + [x[1][:62] + "=="] + x[2:]), asn1="rejects")
    yield text("pem-der-damaged", "PEM in order, CRC of the key file wrong",
               lambda d: model.pem(d[:-1] + bytes([d[-1] ^ 1])))


ODD = (1 - len(model.finish(model.tree("", key_name="disk-")))) % 3


def vectors():
    for group in (slot_lists, boxes, protections, boots, costs, slot_tampering,
                  body_tampering, pems):
        yield from group()
