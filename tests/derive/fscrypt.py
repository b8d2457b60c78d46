#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What fscrypt does with keys, computed without wkeyctl: for derive.bats.

  fscrypt.py policy DIR ID CONTENTS FILENAMES FLAGS LOG2_UNIT    sets it
  fscrypt.py nonce PATH                                          asks the kernel
  fscrypt.py keys RAW META                   the keys file that is to be expected
  fscrypt.py contents KEYS META IMAGE PLAIN BLOCK...
  fscrypt.py names KEYS META IMAGE BLOCK NAME...

META is what `derive --json` says, KEYS what `derive --show-keys -o` wrote.
IMAGE is of ext4 with blocks of 4096 bytes; a BLOCK is its number there.  What
lies there is decrypted and compared.  The rules are those of
Documentation/filesystems/fscrypt.rst, the ciphers those of python3-cryptography.
"""
import fcntl
import hashlib
import hmac
import json
import os
import struct
import sys
import uuid

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 4096
# Mode: number and bytes of its keys.
MODES = {"AES-256-XTS": (1, 64), "AES-256-CTS": (4, 32), "AES-128-CBC": (5, 16),
         "AES-128-CTS": (6, 16), "SM4-XTS": (7, 32), "SM4-CTS": (8, 16),
         "Adiantum": (9, 32), "AES-256-HCTR2": (10, 32)}


def hkdf(key, info, length):
    """RFC 5869 with SHA-512 and no salt."""
    prk = hmac.new(bytes(64), key, hashlib.sha512).digest()
    out, t, i = b"", b"", 0
    while len(out) < length:
        i += 1
        t = hmac.new(prk, t + info + bytes([i]), hashlib.sha512).digest()
        out += t
    return out[:length]


def fscrypt_hkdf(key, context, extra, length):
    return hkdf(key, b"fscrypt\0" + bytes([context]) + extra, length)


def flag_of(meta):
    """The one that says how IVs are made, or None."""
    assert len(meta["flags"]) < 2
    return meta["flags"][0] if meta["flags"] else None


def keys(raw, meta):
    """Name and bytes of each key, in the order of the file."""
    flag = flag_of(meta)
    nonce = bytes.fromhex(meta.get("nonce", ""))
    fs = uuid.UUID(meta["fs_uuid"]).bytes if "fs_uuid" in meta else b""
    kind = meta.get("kind")
    yield "identifier", fscrypt_hkdf(raw, 1, b"", 16)
    for name, wrong in ("contents", "directory"), ("filenames", "file"):
        number, size = MODES[meta[name]]
        mode = bytes([number])
        if flag == "IV_INO_LBLK_64":
            yield name, fscrypt_hkdf(raw, 4, mode + fs, size)
        elif flag == "IV_INO_LBLK_32":
            yield name, fscrypt_hkdf(raw, 6, mode + fs, size)
        elif flag == "DIRECT_KEY":
            yield name, fscrypt_hkdf(raw, 3, mode, size)
        elif nonce and kind != wrong:
            yield name, fscrypt_hkdf(raw, 2, nonce, size)
    if nonce and kind != "file":
        yield "dirhash", fscrypt_hkdf(raw, 5, nonce, 16)
    if flag == "IV_INO_LBLK_32":
        yield "inode_hash", fscrypt_hkdf(raw, 7, b"", 16)


def siphash(key, data):
    """SipHash-2-4 (Aumasson and Bernstein), 64 bits."""
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D,
         k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    mask = (1 << 64) - 1

    def rotl(x, n):
        return (x << n | x >> (64 - n)) & mask

    def rounds(n):
        for _ in range(n):
            v[0] = (v[0] + v[1]) & mask
            v[1] = rotl(v[1], 13) ^ v[0]
            v[0] = rotl(v[0], 32)
            v[2] = (v[2] + v[3]) & mask
            v[3] = rotl(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & mask
            v[3] = rotl(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & mask
            v[1] = rotl(v[1], 17) ^ v[2]
            v[2] = rotl(v[2], 32)

    padded = data + bytes(-(len(data) + 1) % 8) + bytes([len(data) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def iv(meta, key, index):
    """Of a data unit, or with index 0 of a name; 32 bytes."""
    flag, inode = flag_of(meta), meta["inode"]
    if flag == "IV_INO_LBLK_64":
        start = struct.pack("<II", index, inode)
    elif flag == "IV_INO_LBLK_32":
        hashed = siphash(key["inode_hash"], struct.pack("<Q", inode))
        start = struct.pack("<Q", (hashed + index) & 0xFFFFFFFF)
    else:
        start = struct.pack("<Q", index)
        if flag == "DIRECT_KEY":
            start += bytes.fromhex(meta["nonce"])
    return start + bytes(32 - len(start))


def run(algorithm, mode, data):
    d = Cipher(algorithm, mode).decryptor()
    return d.update(data) + d.finalize()


def decrypt_unit(meta, key, index, data):
    start, k = iv(meta, key, index)[:16], key["contents"]
    if meta["contents"] == "AES-256-XTS":
        return run(algorithms.AES(k), modes.XTS(start), data)
    if meta["contents"] == "AES-128-CBC":
        salt = hashlib.sha256(k).digest()
        e = Cipher(algorithms.AES(salt), modes.ECB()).encryptor()
        return run(algorithms.AES(k), modes.CBC(e.update(start)), data)
    raise SystemExit(f"{meta['contents']}: cannot be decrypted here")


def cbc_cts(key, start, data):
    """The variant CS3, which always swaps; one block is plain CBC."""
    a = algorithms.AES(key)
    if len(data) == 16:
        return run(a, modes.CBC(start), data)
    tail = len(data) % 16 or 16
    cut = len(data) - tail - 16
    last, short = data[cut:cut + 16], data[cut + 16:]
    mixed = run(a, modes.ECB(), last)
    stolen = short + mixed[tail:]
    end = bytes(x ^ y for x, y in zip(mixed, short))
    return run(a, modes.CBC(start), data[:cut] + stolen) + end


def decrypt_name(meta, key, data):
    assert meta["filenames"] in ("AES-256-CTS", "AES-128-CTS"), meta["filenames"]
    return cbc_cts(key["filenames"], iv(meta, key, 0)[:16], data).rstrip(b"\0")


def read_keys(path):
    with open(path) as f:
        return {k: bytes.fromhex(v) for k, v in (line.split(": ") for line in f)}


def read_block(image, number):
    image.seek(int(number) * BLOCK)
    return image.read(BLOCK)


def check_contents(keyfile, metafile, image, plainfile, *blocks):
    key, meta = read_keys(keyfile), json.load(open(metafile))
    unit = meta.get("data_unit_bytes", BLOCK)
    plain = open(plainfile, "rb").read()
    assert len(blocks) == -(-len(plain) // BLOCK), f"{len(blocks)} blocks"
    with open(image, "rb") as f:
        disk = b"".join(read_block(f, b) for b in blocks)
    padded = plain + bytes(len(disk) - len(plain))
    for index in range(len(disk) // unit):
        part = slice(index * unit, (index + 1) * unit)
        assert disk[part] != padded[part], f"data unit {index} is not encrypted"
        assert decrypt_unit(meta, key, index, disk[part]) == padded[part], \
            f"data unit {index} differs"
    print(f"{len(disk) // unit} data units of {unit} bytes")


def entries(block):
    """Names in a block of an ext4 directory."""
    at = 0
    while at < len(block):
        inode, size, length = struct.unpack_from("<IHB", block, at)
        if inode:
            yield block[at + 8:at + 8 + length]
        at += size


def check_names(keyfile, metafile, image, block, *names):
    key, meta = read_keys(keyfile), json.load(open(metafile))
    with open(image, "rb") as f:
        raw = [n for n in entries(read_block(f, block)) if n not in (b".", b"..")]
    expected = {os.fsencode(n) for n in names}
    assert not expected & set(raw), "a name is not encrypted"
    found = {decrypt_name(meta, key, n) for n in raw}
    assert found == expected, f"{found} instead of {expected}"
    print(f"{len(found)} names")


def set_policy(path, identifier, contents, filenames, flags, log2_unit):
    policy = struct.pack("<BBBBB3x16s", 2, MODES[contents][0], MODES[filenames][0],
                         int(flags, 0), int(log2_unit), bytes.fromhex(identifier))
    fcntl.ioctl(os.open(path, os.O_RDONLY), 0x800C6613, policy)


def print_nonce(path):
    nonce = bytearray(16)
    fcntl.ioctl(os.open(path, os.O_RDONLY), 0x8010661B, nonce)
    print(nonce.hex())


def print_keys(raw, metafile):
    meta = json.load(open(metafile))
    for name, value in keys(open(raw, "rb").read(), meta):
        print(f"{name}: {value.hex()}")


COMMANDS = {"policy": set_policy, "nonce": print_nonce, "keys": print_keys,
            "contents": check_contents, "names": check_names}
# The example of the paper of SipHash, appendix A.
assert siphash(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5
COMMANDS[sys.argv[1]](*sys.argv[2:])
