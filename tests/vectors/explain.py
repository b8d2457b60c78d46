# SPDX-License-Identifier: Apache-2.0
"""The worked examples: every intermediate value of one vector each."""

import model
import recovery


def show(title, octets, per_line=32):
    text = octets.hex()
    yield f"{title} ({len(octets)} octets)"
    for i in range(0, len(text), per_line * 2):
        yield "  " + text[i:i + per_line * 2]


def file(vector):
    root = vector.root
    slot = root.at("slots.0")
    secret = slot.secret()
    parts = (
        ("file " + vector.file, vector.data),
        ("wrapping key", secret),
        ("HKDF info: key id, slot id", root.key_id + bytes([slot.slot_id])),
        ("slot key", model.slot_key(secret, root.key_id, slot.slot_id)),
        ("associated data of the slot: key id, slot id, protection",
         model.slot_aad(root, slot)),
        ("nonce of the slot", slot.at("kek.nonce").value),
        ("KEK", root.kek),
        ("box of the slot: encrypted KEK, tag", slot.at("kek.box").value),
        ("associated data of the body: magic to slots", model.body_aad(root)),
        ("nonce of the body", root.at("body.nonce").value),
        ("storage key", root.key),
        ("box of the body: encrypted storage key, tag", root.at("body.box").value),
        ("fscrypt key identifier of this storage key", model.fscrypt_id(root.key)),
        ("CRC-32", vector.data[-4:]),
    )
    for title, octets in parts:
        yield from show(title, octets)


def recovery_key(vector):
    """vector: an entry of recovery.json."""
    key = bytes.fromhex(vector["bytes_hex"])
    yield from show("recovery key", key)
    yield "group, its octets, its letters as numbers, check"
    for i, group in enumerate(recovery.groups(key)):
        octets = key[4 * i:4 * i + 4]
        values = [recovery.LETTERS.index(letter) for letter in group]
        numbers = " ".join(f"{v:2}" for v in values[:-1])
        yield f"  {i}  {octets.hex()}  {numbers}  {values[-1]:2}  {group}"
    yield "text"
    yield "  " + recovery.text(key)


def sheet(vector):
    yield f"rows of {vector.file} ({len(vector.data)} octets)"
    for row in recovery.rows(vector.data):
        yield "  " + row
