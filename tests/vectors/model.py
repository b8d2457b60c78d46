# SPDX-License-Identifier: Apache-2.0
"""Key files as man/wkeyctl-keyfile.5 says, made from nothing but that page."""

import base64
import copy
import functools
import hashlib
import zlib

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

import escrow
from der import (ENUM, INTEGER, OCTETS, OID, SEQ, TIME, UTF8, Node, context,
                 oid, uint)

SEED = "wkeyctl key file vectors, 1"
MAGIC = bytes.fromhex("6981fa9c87c3cbb7d2b09d9ba9dbe5a8e287af69")
MAX63 = 2 ** 63 - 1
PASSPHRASE = "correct horse battery staple"


def random(label, what, size):
    """What stands in for random bytes: the same at every run."""
    seed = "\0".join((SEED, label, what)).encode()
    return hashlib.shake_256(seed).digest(size)


def hkdf(hash_, salt, ikm, info, size):
    return HKDF(hash_, size, salt, info).derive(ikm)


def argon2id(passphrase, salt, memory, passes, lanes):
    return hash_secret_raw(passphrase.encode(), salt, passes, memory, lanes,
                           32, Type.ID, 19)


def boot_key_id(key):
    return hkdf(hashes.SHA256(), b"wkeyctl boot key v1", key, b"id", 16)


def key_check(key):
    return hkdf(hashes.SHA256(), b"wkeyctl key check v1", key, b"", 16)


@functools.cache
def recipient():
    """The one of all vectors."""
    return escrow.Recipient(functools.partial(random, "recipient"))


def fscrypt_id(key):
    return hkdf(hashes.SHA512(), None, key, b"fscrypt\0\x01", 16)


# --- the members -------------------------------------------------------------

def number(name, value, tag=INTEGER):
    return Node(tag, uint(value), name)


def text(name, value, tag=UTF8):
    return Node(tag, value.encode() if isinstance(value, str) else value, name)


def extensions(tag, pairs):
    """pairs: OID contents octets and value octets."""
    return Node(context(tag, True), [
        Node(SEQ, [Node(OID, o, "id"), Node(OCTETS, v, "value")], str(i))
        for i, (o, v) in enumerate(pairs)], "extensions")


def sealed_box(tag, name, nonce, size):
    return Node(tag, [Node(OCTETS, nonce, "nonce"),
                      Node(OCTETS, bytes(size), "box")], name)


EXAMPLE_OID = oid(2, 999, 1)
OTHER_OID = oid(2, 999, 2)


TYPES = {"wrapping": 0, "recovery": 2, "boot": 5}


class Slot:
    """What a slot is made of.  kind: wrapping, passphrase, recovery, recipient,
    boot, or the node of another protection.  cost: memory KiB, passes, lanes.
    replaces: the id of another slot, or contents octets.  key: a recovery key that
    is not random."""

    def __init__(self, kind="wrapping", id=0, state=0, priority=1, label="",
                 cost=(64, 1, 1), salt=16, passphrase=PASSPHRASE, ext=(),
                 blind=False, replaces=None, key=None):
        self.kind, self.id, self.state, self.priority = kind, id, state, priority
        self.label, self.cost, self.salt, self.ext = label, cost, salt, ext
        self.passphrase, self.blind, self.replaces = passphrase, blind, replaces
        self.key = key

    def envelope(self):
        return isinstance(self.kind, str) or self.kind.tag & 0x1F < 16

    def protection(self, rnd, escrowed):
        """Sets self.secret, too.  escrowed: KEK and key id."""
        if not isinstance(self.kind, str):
            self.secret = lambda: rnd("unknown secret", 32)
            node = copy.deepcopy(self.kind)
        elif self.kind == "passphrase":
            node = self.by_passphrase(rnd)
        elif self.kind == "recipient":
            self.secret = lambda: escrowed[:32]
            node = Node(context(3, True), [
                Node(OCTETS, recipient().fingerprint, "fingerprint"),
                Node(OCTETS, escrow.seal(recipient(), escrowed, rnd), "cms")])
        else:
            self.secret = lambda: self.key or rnd(self.kind + " key", 32)
            node = Node(context(TYPES[self.kind], True), [])
        if self.kind == "boot":
            node.value = [Node(OCTETS, rnd("boot id", 16), "bootId"),
                          Node(OCTETS, boot_key_id(self.secret()), "bootKeyId")]
        node.name = "protection"
        return node

    def by_passphrase(self, rnd):
        salt = rnd("salt", self.salt)
        # A cost beyond all limits cannot be paid here either.
        self.secret = lambda: (rnd("never", 32) if self.blind else
                               argon2id(self.passphrase, salt, *self.cost))
        memory, passes, lanes = self.cost
        return Node(context(0, True), [Node(SEQ, [
            Node(OCTETS, salt, "salt"), number("memoryKiB", memory),
            number("passes", passes), number("lanes", lanes)],
            "argon2id")])

    def node(self, rnd, name, kek, key_id):
        node = Node(SEQ, [
            number("id", self.id), number("state", self.state, ENUM),
            number("priority", self.priority, ENUM), text("label", self.label),
            self.protection(rnd, kek + key_id)], name)
        if self.envelope():
            node.value.append(sealed_box(SEQ, "kek", rnd("kek nonce", 12), 48))
        if self.ext:
            node.value.append(extensions(0, self.ext))
        if self.replaces is not None:
            node.value.append(self.replaces_node())
        node.secret, node.plain, node.slot_id = self.secret, kek, self.id
        return node

    def replaces_node(self):
        octets = self.replaces
        if not isinstance(octets, bytes):
            octets = uint(octets)
        return Node(context(1), octets, "replaces")


def hardware(tag, dialect="qcom-hwkm-2", kdf=1, blob=b"\x5A" * 100):
    return Node(context(tag, True), [
        text("dialect", dialect), number("kdf", kdf, ENUM),
        Node(OCTETS, blob, "blob")])


def volume(uuid=None, target=None, cipher=None, sector=None, offset=None):
    node = Node(context(0, True), [], "volume")
    if uuid is not None:
        node.value.append(Node(context(0), uuid, "uuid"))
    if target is not None:
        node.value.append(number("target", target, context(1)))
    if cipher is not None:
        node.value.append(text("cipher", cipher, context(2)))
    if sector is not None:
        node.value.append(number("sectorSize", sector, context(3)))
    if offset is not None:
        node.value.append(number("ivOffset", offset, context(4)))
    return node


def device(source, salt, identity):
    return Node(context(0, True), [
        number("source", source, ENUM), Node(OCTETS, salt, "salt"),
        Node(OCTETS, hashlib.sha256(salt + identity).digest(), "hash")], "device")


def tree(label, slots=None, bits=256, version=1, min_reader=1, critical=0,
         epoch=1, created="20260131120000Z", key_name="disk", usage=0, form=0,
         maker="vectors 1", lifecycle=0, device_source=None, vol=None,
         with_fscrypt_id=False, ext=()):
    """An unsealed key file; label names its random bytes."""
    slots = slots or [Slot()]
    key, kek = random(label, "key", bits // 8), random(label, "kek", 32)
    key_id = random(label, "key id", 16)
    origin = Node(SEQ, [text("maker", maker), number("lifecycle", lifecycle, ENUM)],
                  "origin")
    if device_source is not None:
        origin.value.append(device(device_source, random(label, "device salt", 16),
                                   b"0123456789abcdef"))
    header = Node(SEQ, [
        Node(OCTETS, key_id, "keyId"), number("epoch", epoch),
        text("created", created, TIME), text("name", key_name),
        number("usage", usage, ENUM), number("form", form, ENUM),
        number("keyBits", bits), origin], "header")
    if vol:
        header.value.append(copy.deepcopy(vol))
    if with_fscrypt_id:
        header.value.append(Node(context(1), fscrypt_id(key), "fscryptId"))
    if ext:
        header.value.append(extensions(2, ext))
    root = Node(SEQ, [
        Node(OID, MAGIC, "magic"), number("version", version),
        number("minReader", min_reader), number("critical", critical), header,
        Node(SEQ, [s.node(lambda w, n, i=i: random(label, f"slot {i} {w}", n),
                          str(i), kek, key_id) for i, s in enumerate(slots)], "slots")])
    if form != 2:
        root.value.append(sealed_box(context(0, True), "body",
                                     random(label, "body nonce", 12), bits // 8 + 16))
    root.value.append(Node(OCTETS, bytes(4), "crc"))
    root.key, root.kek = key, kek
    root.key_id = key_id
    return root


# --- sealing -----------------------------------------------------------------

def slot_key(secret, key_id, slot_id):
    return hkdf(hashes.SHA256(), b"wkeyctl slot key v1", secret,
                key_id + bytes([slot_id & 0xFF]), 32)


def slot_aad(root, slot):
    protection = slot.find("protection")
    return (root.key_id + bytes([slot.slot_id & 0xFF])
            + (protection.encode() if protection else b""))


def body_aad(root):
    members = root.value
    names = [m.name for m in members]
    return b"".join(m.encode() for m in members[:names.index("body")])


def seal_box(node, key, plain, aad):
    """Nothing where a fault has left no box to seal."""
    if node and node.find("nonce") and node.find("box"):
        node.at("box").value = AESGCM(key).encrypt(node.at("nonce").value, plain, aad)


def seal(root):
    """Fills every box, over the members as they are encoded at that moment, so
    that a fault put in before is the file's only one."""
    slots = root.find("slots")
    for slot in slots.value if slots else ():
        seal_box(slot.find("kek"), slot_key(slot.secret(), root.key_id, slot.slot_id),
                 slot.plain, slot_aad(root, slot))
    if root.find("body"):
        seal_box(root.at("body"), root.kek, root.key, body_aad(root))


def with_crc(data):
    """The last four bytes become the CRC-32 of all before them."""
    return data[:-4] + zlib.crc32(data[:-4]).to_bytes(4, "big")


def finish(root):
    return with_crc(root.encode())


# --- PEM ---------------------------------------------------------------------

BEGIN, END = "-----BEGIN WKEYCTL KEY-----", "-----END WKEYCTL KEY-----"


def pem_lines(der, width=64):
    code = base64.b64encode(der).decode()
    return [BEGIN] + [code[i:i + width] for i in range(0, len(code), width)] + [END]


def pem(der, end="\n"):
    return end.join(pem_lines(der) + [""]).encode()
