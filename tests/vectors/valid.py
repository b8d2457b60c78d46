# SPDX-License-Identifier: Apache-2.0
"""Key files that every reader must take."""

import model
from der import INTEGER, NULL, OCTETS, SEQ, Node, context, oid
from model import EXAMPLE_OID, MAX63, OTHER_OID, Slot, hardware, volume
from vector import OTHER_BOOT, good

UUID = bytes.fromhex("3d3f7c0ab2f14c5e9a6b0f1e2d3c4b5a")
FULL_VOLUME = volume(UUID, 0, "aes-xts-plain64", 4096, MAX63)
FULL = dict(
    slots=[Slot(label="wrapping key", ext=[(EXAMPLE_OID, b"\x01")]),
           Slot("passphrase", id=4, label="passphrase")],
    bits=512, epoch=7, usage=1, lifecycle=2, device_source=1, vol=FULL_VOLUME,
    with_fscrypt_id=True, ext=[(EXAMPLE_OID, b"header"), (OTHER_OID, b"")])

UNKNOWN = Node(context(14, True), [
    Node(SEQ, [Node(OCTETS, b"\xAB" * 20), Node(context(3, True), [
        Node(INTEGER, b"\x01")]), Node(NULL, b"")])])
UNKNOWN_DIRECT = Node(context(30, True), [Node(OCTETS, b"\xCD" * 40)])


def nested(depth):
    """A protection with constructed TLVs in each other; itself the first."""
    inner = b""
    for _ in range(depth - 1):
        inner = Node(SEQ, inner).encode()
    return Node(context(14, True), inner)


def filled_to(size, **opts):
    """Header extensions that make the file just so large.  Every length that
    matters has three octets before and after, so one correction is enough."""
    ext = [(oid(2, 999, i), b"\xA5" * 4000) for i in range(15)]
    last = 3000
    have = len(model.finish(model.tree("", ext=ext + [(EXAMPLE_OID, b"\xA5" * last)],
                                       **opts)))
    return ext + [(oid(2, 999, 99), b"\xA5" * (last + size - have))]


def slots():
    yield good("two-slots-key", "a wrapping key and a passphrase; opened by the key",
               slots=[Slot(), Slot("passphrase", id=1)])
    yield good("two-slots-passphrase",
               "a wrapping key and a passphrase; opened by the passphrase",
               slots=[Slot(), Slot("passphrase", id=1)], opens=1)
    yield good("slots-32", "as many slots as there may be; only the last one opens",
               slots=[Slot(id=i, label=f"key {i}") for i in range(32)], opens=31)
    yield good("slot-ids-sparse", "slot ids ascend, with gaps",
               slots=[Slot(id=3), Slot(id=7), Slot(id=31)])
    yield good("slot-staged", "a staged slot beside an active one",
               slots=[Slot(id=0), Slot(id=1, state=1)])
    yield good("slot-retired", "a retired slot before an active one",
               slots=[Slot(id=0, state=2), Slot(id=1)], opens=1)
    yield good("slot-ignored", "a slot of priority ignore before a preferred one",
               slots=[Slot(id=0, priority=0), Slot(id=1, priority=2)], opens=1)
    yield good("slot-label", "a label of 64 octets, not ASCII",
               slots=[Slot(label="Küche – 鍵 für /dev/mmcblk0 🔑 " + "é" * 11 + "e…")])
    yield good("slot-extensions", "a slot with extensions",
               slots=[Slot(ext=[(EXAMPLE_OID, b""), (oid(1, 3, 6, 1, 4, 1, 55555, 1),
                                                     b"\0" * 130)])])
    yield good("slot-ice", "a direct slot beside an envelope slot",
               slots=[Slot(), Slot(hardware(16), id=1, priority=0)])
    yield good("slot-kernel-key", "a kernel-key slot beside an envelope slot",
               slots=[Slot(), Slot(hardware(17, "trusted-caam", 0), id=1, priority=0)])
    yield good("slot-unknown", "an envelope slot of an unknown type is not tried",
               slots=[Slot(UNKNOWN), Slot(id=1)], opens=1)
    yield good("slot-unknown-empty", "an unknown protection without contents",

               slots=[Slot(Node(context(15, True), [])), Slot(id=1)], opens=1)
    yield good("slot-unknown-direct", "a direct slot of an unknown type, no kek",

               slots=[Slot(), Slot(UNKNOWN_DIRECT, id=30)])
    yield good("slot-unknown-nested", "an unknown protection, nested 8 deep",
               slots=[Slot(), Slot(nested(8), id=1)])
    yield good("slot-unknown-only", "no slot that a version 1 reader can try",
               test=10, slots=[Slot(UNKNOWN)])
    yield good("opaque", "form opaque: one direct slot and no body", form=2,
               test=None, lifecycle=1, slots=[Slot(hardware(16), label="engine")])


FOUR = (Slot("passphrase", id=0, label="passphrase"), Slot(id=1, label="machine"),
        Slot("recovery", id=2, label="recovery sheet"),
        Slot("recipient", id=3, label="vectors recipient"))


def escrowed(cms):
    """A recipient slot that never was one: nobody looks into its message."""
    return Node(context(3, True), [Node(OCTETS, b"\x77" * 32), Node(OCTETS, cms)])


def escrows():
    yield good("recovery", "a recovery key alone, as on a recovery sheet",
               slots=[Slot("recovery")])
    for what, key in (("zeros", bytes(32)), ("ones", b"\xff" * 32),
                      ("counting", bytes(range(1, 256, 8)))):
        yield good("recovery-" + what, f"the recovery key {key[:3].hex()}…{key[-1]:02x}",
                   slots=[Slot("recovery", key=key)])
    yield good("recipient", "a KEK in escrow alone", slots=[Slot("recipient")])
    yield good("recipient-cms-least", "one octet in the place of the CMS message",
               slots=[Slot(), Slot(escrowed(b"\0"), id=1)])
    yield good("recipient-cms-8192", "the longest CMS message",
               slots=[Slot(), Slot(escrowed(bytes(8192)), id=1)])
    for i, name in enumerate(("passphrase", "wrapping-key", "recovery", "recipient")):
        yield good("four-slots-" + name,
                   f"four kinds of slots; opened by the {name.replace('-', ' ')}",
                   slots=FOUR, opens=i)
    yield good("four-slots-engine-raw", "four kinds of slots and a direct one", form=1,
               slots=(*FOUR, Slot(hardware(16), id=4, priority=2)), opens=2)
    yield good("recovery-beside-unknown", "a recovery slot after one of unknown type",
               slots=[Slot(UNKNOWN), Slot("recovery", id=1)], opens=1)
    yield good("recovery-twice", "two recovery keys; opened by the second",
               slots=[Slot("recovery"), Slot("recovery", id=1)], opens=1)
    yield good("slots-32-mixed", "32 slots of four kinds; opened by the last recovery key",
               slots=[Slot(FOUR[i % 4].kind, id=i, priority=1 + i % 2)
                      for i in range(32)], opens=30)


def staged():
    def stage(id, replaces, **opts):
        return Slot(id=id, state=1, replaces=replaces, **opts)
    yield good("replaces", "a staged slot that is to replace the active one",
               slots=[Slot(), stage(1, 0)])
    yield good("replaces-later", "a staged slot that is to replace one after it",
               slots=[stage(0, 31), Slot(id=31)], opens=1)
    yield good("replaces-other-kind", "a staged recipient is to replace a recovery key",
               slots=[Slot("recovery"), Slot("recipient", id=1, state=1, replaces=0)])
    yield good("replaces-retired", "a staged slot that is to replace a retired one",
               slots=[Slot(), Slot(id=1, state=2), stage(2, 1)])
    yield good("replaces-two", "two staged slots, each for another",
               slots=[Slot(), Slot(id=1), stage(2, 1), stage(3, 0), Slot(id=4, state=1)])
    yield good("replaces-extensions", "a staged slot with extensions, replaces behind them",
               slots=[Slot(), stage(1, 0, ext=[(EXAMPLE_OID, b"")])])
    yield good("replaces-direct", "a staged direct slot for another direct slot",
               slots=[Slot(), Slot(hardware(16), id=1, priority=0),
                      Slot(hardware(16), id=2, state=1, replaces=1)])
    yield good("states-priorities", "every state and every priority; the preferred opens",
               slots=[Slot(id=0, priority=0), Slot(id=1, state=2), Slot(id=2, priority=2),
                      stage(3, 0), Slot("recovery", id=4)], opens=2)


def boots():
    yield good("boot", "an ephemeral form, of a boot that is no machine's any more",
               test=OTHER_BOOT, slots=[Slot("boot")])
    yield good("boot-full", "an ephemeral form with every optional member",
               test=OTHER_BOOT, **dict(FULL, slots=[
                   Slot("boot", id=31, label="boot", ext=[(EXAMPLE_OID, b"")])]))
    yield good("boot-engine-raw", "an ephemeral form of an engine's raw key", form=1,
               test=OTHER_BOOT, slots=[Slot("boot")])


def argon2():
    yield good("passphrase", "a passphrase, Argon2id at 64 KiB", slots=[Slot("passphrase")])
    yield good("passphrase-lanes", "four lanes and the least memory for them",
               slots=[Slot("passphrase", cost=(32, 1, 4))])
    yield good("passphrase-least", "the least memory at all, three passes",
               slots=[Slot("passphrase", cost=(8, 3, 1))])
    yield good("passphrase-salt-64", "the longest salt",
               slots=[Slot("passphrase", salt=64)])
    yield good("passphrase-utf8", "a passphrase is octets: spaces, UTF-8",
               slots=[Slot("passphrase", passphrase=" Straße ﬁn 鍵\t")])
    yield good("passphrase-lanes-64", "as many lanes as are tried",
               slots=[Slot("passphrase", cost=(512, 1, 64))])
    yield good("passphrase-passes-64", "as many passes as are tried",
               slots=[Slot("passphrase", cost=(8, 64, 1))])


def header():
    yield good("wrapping-key", "the smallest kind: one wrapping key, 256bit")
    yield good("full", "every optional member", **FULL)
    for i, usage in enumerate(("any", "fscrypt", "dm-crypt", "dm-inlinecrypt", "keyring")):
        yield good("usage-" + usage, "usage " + usage, usage=i)
    for bits in (128, 136, 512, 1024):
        yield good(f"bits-{bits}", f"a storage key of {bits} bits", bits=bits)
    yield good("fscrypt-id", "an fscrypt key identifier", usage=1, bits=512,
               with_fscrypt_id=True)
    yield good("fscrypt-id-128", "an fscrypt key identifier of the shortest key",
               bits=128, with_fscrypt_id=True)
    yield good("engine-raw", "form engineRaw", form=1, usage=3,
               slots=[Slot(), Slot(hardware(16), id=1, priority=0)])
    yield good("volume-full", "every volume parameter", usage=2, bits=512, vol=FULL_VOLUME)
    yield good("volume-target", "a volume with a target only", vol=volume(target=1))
    yield good("volume-sector", "a volume with a sector size only", vol=volume(sector=512))
    yield good("volume-offset", "a volume with an IV offset of zero", vol=volume(offset=0))
    for i, source in enumerate(("soc-serial", "device-tree", "dmi", "disk-wwid"), 1):
        yield good("device-" + source, "a device identity, source " + source,
                   device_source=i, lifecycle=i % 3)
    yield good("name-64", "the longest name, with every kind of character",
               key_name="A.b_c+d:e@f-0123456789" + "z" * 42)
    yield good("epoch-max", "the last epoch", epoch=MAX63)
    yield good("created-leap-day", "29 February of a year that 400 divides",
               created="20000229235959Z")
    yield good("created-first", "the first moment", created="19700101000000Z")
    yield good("created-last", "the last moment", created="99991231235959Z")
    yield good("header-extensions", "sixteen extensions, one with a large arc",
               ext=[(oid(2, 25, 2 ** 127 + i), bytes([i])) for i in range(16)])
    yield good("same-extension-twice", "one extension in the header and in a slot",
               ext=[(EXAMPLE_OID, b"1")], slots=[Slot(ext=[(EXAMPLE_OID, b"1")])])
    yield good("version-2", "a later version that says version 1 may read it", version=2)
    yield good("version-255", "the last version, for readers of version 1", version=255)
    yield good("largest", "65536 octets", ext=filled_to(65536))


def full_lines(der):
    assert len(der) % 48 == 0
    return model.pem(der)


def pems():
    yield good("pem-lf", "PEM, lines end in LF", pem=model.pem)
    yield good("pem-crlf", "PEM, lines end in CR LF", pem=lambda d: model.pem(d, "\r\n"))
    yield good("pem-no-final-newline", "PEM, the last line does not end",
               pem=lambda d: model.pem(d)[:-1])
    yield good("pem-full-lines", "PEM, the last base64 line is as full as the others",
               pem=full_lines, ext=[(EXAMPLE_OID, b"\xA5" * 15)])


def vectors():
    for group in (header, slots, escrows, staged, boots, argon2, pems):
        yield from group()
