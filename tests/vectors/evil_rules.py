# SPDX-License-Identifier: Apache-2.0
"""Key files of right DER that break a rule of the format."""

import model
from der import OCTETS, add, context, drop, put, retag, uint
from model import EXAMPLE_OID, OTHER_OID, Slot, hardware, oid, volume
from valid import FULL
from vector import TOO_NEW, Vector

HERE = "wkeyctl-keyfile(5): "


def bad(name, rule, why, before=(), asn1="same", **opts):
    return Vector(name, why, rule=HERE + rule, before=before, asn1=asn1, **opts)


def out_of_range(name, rule, why, before=(), **opts):
    """The ASN.1 module alone refuses it."""
    return bad(name, rule, why, before, asn1="rejects", **opts)


def versions():
    yield bad("magic-other-arc", "magic", "another arc under 2.25",
              put("magic", model.MAGIC[:-1] + b"\x6a"))
    yield bad("magic-short", "magic", "one octet of the magic is missing",
              put("magic", model.MAGIC[:1] + model.MAGIC[2:]))
    yield bad("magic-before-reader", "order of checks",
              "wrong magic and minReader 2: the magic is looked at first",
              put("magic", model.MAGIC[:-1] + b"\x6a"), version=2, min_reader=2)
    yield bad("reader-2", "minReader", "needs a reader of version 2", version=2,
              min_reader=2, inspect=TOO_NEW)
    yield bad("reader-2-version-1", "order of checks",
              "minReader above version: too new all the same", min_reader=2,
              inspect=TOO_NEW)
    yield out_of_range("reader-2-other-header", "minReader",
                       "needs a reader of version 2, and the header is another type",
                       retag("header", context(9, True)), version=2, min_reader=2,
                       inspect=TOO_NEW)
    yield out_of_range("reader-2-no-more", "minReader",
                       "needs a reader of version 2, and only the CRC follows",
                       [drop("header"), drop("slots"), drop("body")],
                       version=2, min_reader=2, inspect=TOO_NEW)
    yield out_of_range("reader-2-odd-critical", "order of checks",
                       "needs a reader of version 2, and critical is an OCTET STRING",
                       retag("critical", OCTETS), version=2, min_reader=2,
                       inspect=TOO_NEW)
    yield out_of_range("reader-2-trailing", "order of checks",
                       "needs a reader of version 2, and a TLV follows the SEQUENCE",
                       raw=lambda d: model.with_crc(d + b"\4\4\0\0\0\0"), version=2,
                       min_reader=2, inspect=TOO_NEW)
    yield bad("reader-2-crc-wrong", "order of checks",
              "needs a reader of version 2, but the CRC is wrong", version=2,
              min_reader=2, raw=lambda d: d[:-1] + bytes([d[-1] ^ 1]))
    yield bad("critical-1", "critical", "the first critical feature, unknown as yet",
              critical=1, inspect=TOO_NEW)
    yield bad("critical-last", "critical", "the last critical feature", critical=2 ** 62,
              inspect=TOO_NEW)
    yield out_of_range("critical-other-header", "critical",
                       "an unknown critical feature, and the header is another type",
                       retag("header", context(9, True)), critical=2, inspect=TOO_NEW)
    yield out_of_range("version-0", "version 1..255", "version 0", version=0)
    yield out_of_range("version-256", "version 1..255", "version 256", version=256)
    yield out_of_range("reader-0", "minReader 1..255", "minReader 0", min_reader=0)
    yield out_of_range("reader-256", "minReader 1..255", "minReader 256", min_reader=256)


def header_texts():
    names = (("empty", ""), ("65", "n" * 65), ("space", "my disk"), ("slash", "a/b"),
             ("umlaut", "b\u00fcro"), ("nul", "a\0b"), ("newline", "disk\n"),
             ("tilde", "~disk"))
    for what, name in names:
        yield bad("name-" + what, "name [A-Za-z0-9._+:@-], 1 to 64",
                  f"name: {what}", key_name=name,
                  asn1="rejects" if what in ("empty", "65") else "same")
    yield out_of_range("maker-empty", "maker 1..64", "an empty maker", maker="")
    yield out_of_range("maker-65", "maker 1..64", "a maker of 65 octets", maker="m" * 65)
    yield bad("maker-escape", "maker printable ASCII", "an escape character in maker",
              maker="\x1b[2J")
    yield bad("maker-umlaut", "maker printable ASCII", "maker is not ASCII",
              maker="b\u00fcro")
    for what, cipher in (("space", "aes xts"), ("umlaut", "\u00e4es-xts"),
                         ("delete", "aes\x7f")):
        yield bad("cipher-" + what, "cipher printable ASCII without space",
                  f"cipher: {what}", vol=volume(cipher=cipher))
    yield out_of_range("cipher-empty", "cipher 1..64", "an empty cipher",
                       vol=volume(cipher=""))
    yield out_of_range("cipher-65", "cipher 1..64", "a cipher of 65 octets",
                       vol=volume(cipher="c" * 65))
    created = (
        ("no-z", "20260131120000", "differs"), ("local", "20260131120000+0000", "differs"),
        ("fraction", "20260131120000.5Z", "same"),
        ("no-seconds", "202601311200Z", "differs"), ("short-year", "260131120000Z", "rejects"),
        ("month-13", "20261331120000Z", "rejects"), ("month-0", "20260031120000Z", "rejects"),
        ("day-0", "20260100120000Z", "rejects"), ("day-32", "20260132120000Z", "rejects"),
        ("30-february", "20260230120000Z", "differs"),
        ("no-leap-year", "20250229120000Z", "differs"),
        ("no-leap-century", "21000229120000Z", "differs"),
        ("hour-24", "20260131240000Z", "rejects"), ("minute-60", "20260131126000Z", "differs"),
        ("second-60", "20260131120060Z", "differs"), ("year-1969", "19691231235959Z", "rejects"),
        ("space", "2026013112000 Z", "rejects"), ("small-z", "20260131120000z", "rejects"),
        ("sign", "+0260131120000Z", "rejects"), ("empty", "", "rejects"))
    for what, value, asn1 in created:
        rule = "created YYYYMMDDHHMMSSZ, a date that exists"
        yield bad("created-" + what, rule, f"created is '{value}'", created=value, asn1=asn1)


def header_numbers():
    ranges = (
        ("epoch-0", "epoch 1..2^63-1", "header.epoch", 0),
        ("usage-5", "usage 0..4", "header.usage", 5),
        ("usage-256", "usage 0..4", "header.usage", 256),
        ("usage-2-32", "usage 0..4", "header.usage", 2 ** 32),
        ("form-3", "form 0..2", "header.form", 3),
        ("bits-0", "keyBits 128..1024", "header.keyBits", 0),
        ("bits-120", "keyBits 128..1024", "header.keyBits", 120),
        ("bits-1032", "keyBits 128..1024", "header.keyBits", 1032),
        ("bits-2-32", "keyBits 128..1024", "header.keyBits", 2 ** 32 + 256),
        ("lifecycle-3", "lifecycle 0..2", "header.origin.lifecycle", 3),
        ("source-0", "device source 1..4", "header.origin.device.source", 0),
        ("source-5", "device source 1..4", "header.origin.device.source", 5),
        ("target-2", "target 0..1", "header.volume.target", 2),
        ("sector-256", "sectorSize", "header.volume.sectorSize", 256),
        ("sector-8192", "sectorSize", "header.volume.sectorSize", 8192))
    enumerated = {"usage", "form", "lifecycle", "source", "target"}
    for name, rule, path, value in ranges:
        asn1 = "same" if path.rpartition(".")[2] in enumerated else "rejects"
        yield bad(name, rule, f"{path} is {value}", put(path, uint(value)), asn1=asn1, **FULL)
    yield bad("bits-129", "keyBits a multiple of 8", "keyBits is 129",
              put("header.keyBits", uint(129)), bits=128)
    yield bad("sector-1000", "sectorSize 512, 1024, 2048, 4096", "a sector size of 1000",
              vol=volume(sector=1000))
    yield bad("sector-1536", "sectorSize 512, 1024, 2048, 4096", "a sector size of 1536",
              vol=volume(sector=1536))
    sizes = (
        ("header.keyId", 15), ("header.keyId", 17), ("header.fscryptId", 15),
        ("header.fscryptId", 32), ("header.volume.uuid", 15),
        ("header.origin.device.salt", 17), ("header.origin.device.hash", 31),
        ("slots.1.protection.argon2id.salt", 15), ("slots.1.protection.argon2id.salt", 65))
    for path, size in sizes:
        yield out_of_range(f"size-{path.rpartition('.')[2]}-{size}",
                           "sizes of the ASN.1 module", f"{path} of {size} octets",
                           put(path, b"\x11" * size), **FULL)
    yield out_of_range("size-crc-3", "crc", "a CRC of three octets",
                       put("crc", bytes(3)))
    yield out_of_range("size-crc-5", "crc", "a CRC of five octets",
                       put("crc", bytes(5)))


def header_sense():
    rule = "fscryptId only of raw keys of 128 to 512 bits for any or fscrypt"
    yield bad("fscrypt-id-engine", rule, "fscryptId and form engineRaw", form=1,
              with_fscrypt_id=True)
    yield bad("fscrypt-id-opaque", rule, "fscryptId and form opaque", form=2,
              slots=[Slot(hardware(16))], with_fscrypt_id=True)
    yield bad("fscrypt-id-1024", rule, "fscryptId of a key of 1024 bits", bits=1024,
              with_fscrypt_id=True)
    yield bad("fscrypt-id-520", rule, "fscryptId of a key of 520 bits", bits=520,
              with_fscrypt_id=True)
    for i in (2, 3, 4):
        yield bad(f"fscrypt-id-usage-{i}", rule, f"fscryptId and usage {i}", usage=i,
                  with_fscrypt_id=True)
    yield bad("volume-empty", "a volume has some member", "a volume without members",
              vol=volume())
    slot = [Slot(hardware(16))]
    rule = "form opaque: one direct slot, no body"
    yield bad("opaque-with-body", rule, "form opaque and a body",
              [put("header.form", b"\2")], slots=slot)
    yield bad("opaque-two-slots", rule, "form opaque and two direct slots", form=2,
              slots=[Slot(hardware(16)), Slot(hardware(16), id=1)])
    yield bad("opaque-envelope", rule, "form opaque and an envelope slot", form=2)
    yield bad("opaque-both", rule, "form opaque, a direct and an envelope slot", form=2,
              slots=[Slot(), Slot(hardware(16), id=1)])
    rule = "forms raw and engineRaw: an envelope slot and a body"
    yield bad("raw-no-body", rule, "form raw without a body", drop("body"))
    yield bad("engine-raw-no-body", rule, "form engineRaw without a body", drop("body"),
              form=1)
    yield bad("raw-direct-only", rule, "form raw with a direct slot only", slots=slot)
    yield bad("engine-raw-direct-only", rule, "form engineRaw with a direct slot only",
              slots=slot, form=1)


def extension_lists():
    for where, opts in (("header", lambda e: dict(ext=e)),
                        ("slots.0", lambda e: dict(slots=[Slot(ext=e)]))):
        at, tag = where.split(".")[0], 2 if where == "header" else 0
        yield bad(f"extensions-empty-{at}", "1 to 16 extensions",
                           f"an empty list of extensions in {where}",
                           add(where, context(tag, True), []))
        yield bad(f"extensions-duplicate-{at}", "extension ids are unique in their list",
                  f"an extension twice in {where}", **opts([
                      (EXAMPLE_OID, b"1"), (OTHER_OID, b"2"), (EXAMPLE_OID, b"3")]))
        yield bad(f"extensions-17-{at}", "1 to 16 extensions",
                           f"seventeen extensions in {where}",
                           **opts([(oid(2, 999, i), b"") for i in range(17)]))


def labels():
    texts = (
        ("overlong", b"a\xc1\xa1", "rejects"), ("overlong-3", b"\xe0\x9f\xbf", "rejects"),
        ("overlong-4", b"\xf0\x8f\xbf\xbf", "rejects"),
        ("surrogate", b"\xed\xa0\x80", "same"),
        ("surrogate-pair", b"\xed\xa0\xbd\xed\xb4\x91", "same"),
        ("continuation", b"a\x80b", "rejects"), ("cut", b"abc\xe2\x82", "rejects"),
        ("above-10ffff", b"\xf4\x90\x80\x80", "same"), ("five", b"\xf8\x88\x80\x80\x80",
                                                          "same"),
        ("ff", b"a\xff", "rejects"), ("latin-1", b"B\xfcro", "rejects"))
    for what, octets, asn1 in texts:
        yield bad("label-" + what, "label is UTF-8", f"label is not UTF-8: {octets.hex()}",
                  slots=[Slot(label=octets)], asn1=asn1)
    for what, octets in (("nul", b"a\0b"), ("escape", b"\x1b[31m"), ("newline", b"a\nb"),
                         ("delete", b"a\x7f"), ("c1", b"a\xc2\x9b31m")):
        yield bad("label-" + what, "label without control characters",
                  "a control character in label", slots=[Slot(label=octets)])
    yield out_of_range("label-65", "label 0..64 octets", "a label of 65 octets",
                       slots=[Slot(label="l" * 65)])
    yield bad("label-66-octets", "label 0..64 octets",
              "a label of 22 characters in 66 octets", slots=[Slot(label="\u9375" * 22)])


def vectors():
    for group in (versions, header_texts, header_numbers, header_sense, extension_lists,
                  labels):
        yield from group()
