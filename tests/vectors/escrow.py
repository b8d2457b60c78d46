# SPDX-License-Identifier: Apache-2.0
"""A recipient and CMS messages to it: AuthEnvelopedData (RFC 5083) with
AES-256-GCM (RFC 5084) for an EC key (RFC 5753), the same bytes at every run."""

import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from der import INTEGER, OCTETS, OID, SEQ, SET, Node, context, oid, uint

BIT_STRING = 0x03
AUTH_ENVELOPED = oid(1, 2, 840, 113549, 1, 9, 16, 1, 23)
DATA = oid(1, 2, 840, 113549, 1, 7, 1)
AES256_GCM = oid(2, 16, 840, 1, 101, 3, 4, 1, 46)
AES256_WRAP = oid(2, 16, 840, 1, 101, 3, 4, 1, 45)
ECDH_SHA256 = oid(1, 3, 132, 1, 11, 1)
EC_KEY = oid(1, 2, 840, 10045, 2, 1)
P256 = oid(1, 2, 840, 10045, 3, 1, 7)


def ec_key(octets):
    return ec.derive_private_key(int.from_bytes(octets, "big"), ec.SECP256R1())


class Recipient:
    """Who holds a KEK in escrow.  random: names to octets.  The issuer signs by
    Ed25519, whose signatures are always the same."""

    def __init__(self, random):
        self.key = ec_key(random("recipient", 32))
        issuer = ed25519.Ed25519PrivateKey.from_private_bytes(random("issuer", 32))
        self.certificate = self.issue(issuer, random("serial", 8))
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.fingerprint = hashlib.sha256(self.der).digest()

    def issue(self, issuer, serial):
        def name(text):
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
        usage = dict.fromkeys(("digital_signature", "content_commitment",
                               "key_encipherment", "data_encipherment",
                               "key_cert_sign", "crl_sign", "encipher_only",
                               "decipher_only"), False)
        return (x509.CertificateBuilder()
                .subject_name(name("vectors recipient")).issuer_name(name("vectors"))
                .public_key(self.key.public_key())
                .serial_number(int.from_bytes(serial, "big") >> 1)
                .not_valid_before(datetime.datetime(2026, 1, 1))
                .not_valid_after(datetime.datetime(2049, 12, 31))
                .add_extension(x509.KeyUsage(key_agreement=True, **usage), True)
                .sign(issuer, None))

    def certificate_pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM,
                                      serialization.PrivateFormat.PKCS8,
                                      serialization.NoEncryption())

    def issuer_and_serial(self):
        serial = self.certificate.serial_number
        return seq(self.certificate.issuer.public_bytes(),
                   Node(INTEGER, uint(serial)).encode())


def seq(*encoded):
    return Node(SEQ, b"".join(encoded)).encode()


def tlv(tag, octets):
    return Node(tag, octets).encode()


def algorithm(identifier, parameters=b""):
    return seq(tlv(OID, identifier), parameters)


def wrap_key(ephemeral, recipient):
    """The key-encryption key of RFC 5753, 7.1.2, and 7.2: without ukm."""
    shared = ephemeral.exchange(ec.ECDH(), recipient.key.public_key())
    info = seq(algorithm(AES256_WRAP),
               tlv(context(2, True), tlv(OCTETS, (256).to_bytes(4, "big"))))
    return X963KDF(hashes.SHA256(), 32, info).derive(shared)


def key_agreement(ephemeral, recipient, content_key):
    """KeyAgreeRecipientInfo."""
    point = ephemeral.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    originator = tlv(context(1, True),
                     algorithm(EC_KEY, tlv(OID, P256)) + tlv(BIT_STRING, b"\0" + point))
    wrapped = aes_key_wrap(wrap_key(ephemeral, recipient), content_key)
    return tlv(context(1, True), b"".join((
        tlv(INTEGER, b"\3"), tlv(context(0, True), originator),
        algorithm(ECDH_SHA256, algorithm(AES256_WRAP)),
        seq(seq(recipient.issuer_and_serial(), tlv(OCTETS, wrapped))))))


def seal(recipient, content, random):
    """The ContentInfo."""
    content_key, nonce = random("content key", 32), random("cms nonce", 12)
    sealed = AESGCM(content_key).encrypt(nonce, content, None)
    gcm = seq(tlv(OCTETS, nonce), tlv(INTEGER, b"\x10"))
    info = key_agreement(ec_key(random("ephemeral", 32)), recipient, content_key)
    enveloped = seq(
        tlv(INTEGER, b"\0"), tlv(SET, info),
        seq(tlv(OID, DATA), algorithm(AES256_GCM, gcm),
            tlv(context(0), sealed[:-16])),
        tlv(OCTETS, sealed[-16:]))
    return seq(tlv(OID, AUTH_ENVELOPED), tlv(context(0, True), enveloped))
