# SPDX-License-Identifier: Apache-2.0
"""A DER encoder (X.690) that can also encode wrongly, on purpose."""

import copy

INTEGER, OCTETS, NULL, OID, ENUM, UTF8 = 0x02, 0x04, 0x05, 0x06, 0x0A, 0x0C
TIME, SEQ, SET = 0x18, 0x30, 0x31


def context(number, constructed=False):
    return 0x80 | (0x20 if constructed else 0) | number


def uint(value):
    """The minimal contents octets of an INTEGER or ENUMERATED that is >= 0."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def oid(*arcs):
    """The contents octets of an OBJECT IDENTIFIER."""
    out = b""
    for arc in (arcs[0] * 40 + arcs[1],) + arcs[2:]:
        part = bytes([arc & 0x7F])
        while arc > 0x7F:
            arc >>= 7
            part = bytes([0x80 | arc & 0x7F]) + part
        out += part
    return out


def length_octets(n, style="minimal"):
    """style: minimal; long: one octet more than needed; padded: a zero octet
    in front of the minimal long form; or the octets themselves."""
    if isinstance(style, bytes):
        return style
    body = n.to_bytes((n.bit_length() + 7) // 8 or 1, "big")
    if style == "minimal":
        return bytes([n]) if n < 128 else bytes([0x80 | len(body)]) + body
    if style == "padded":
        body = b"\0" + body
    return bytes([0x80 | len(body)]) + body


class Node:
    """One TLV.  value: octets, or a list of nodes.  tag: an int (one octet) or
    octets.  length: see length_octets(), or "indefinite".  chunks: encode a
    string in the constructed form, in pieces of so many octets."""

    def __init__(self, tag, value, name=None):
        self.tag, self.value, self.name = tag, value, name
        self.length = "minimal"
        self.chunks = 0

    def contents(self):
        if isinstance(self.value, bytes):
            return self.value
        return b"".join(child.encode() for child in self.value)

    def encode(self):
        tag = bytes([self.tag]) if isinstance(self.tag, int) else self.tag
        body = self.contents()
        if self.chunks:
            tag = bytes([tag[0] | 0x20]) + tag[1:]
            # X.690 8.7.3.2, 8.23.6: the segments are OCTET STRINGs.
            body = b"".join(Node(OCTETS, body[i:i + self.chunks]).encode()
                            for i in range(0, len(body), self.chunks))
        if self.length == "indefinite":
            return tag + b"\x80" + body + b"\0\0"
        return tag + length_octets(len(body), self.length) + body

    # --- finding and changing, by paths such as "slots.0.kek.box" ---------

    def find(self, name):
        if isinstance(self.value, list):
            for child in self.value:
                if child.name == name:
                    return child
        return None

    def at(self, path):
        node = self
        for name in path.split("."):
            node = node.find(name)
            if node is None:
                raise KeyError(path)
        return node

    def parent(self, path):
        return self.at(path.rpartition(".")[0]) if "." in path else self

    def index(self, path):
        return self.parent(path).value.index(self.at(path))


# --- changes of a tree, for tables: each returns a function of the tree ------

def put(path, value):
    """Other contents."""
    def change(tree):
        tree.at(path).value = value
    return change


def flip(path, bit):
    """One bit of a primitive's contents inverted; bit counts from the first."""
    def change(tree):
        node = tree.at(path)
        octets = bytearray(node.value)
        octets[bit // 8] ^= 0x80 >> bit % 8
        node.value = bytes(octets)
    return change


def retag(path, tag):
    def change(tree):
        tree.at(path).tag = tag
    return change


def relength(path, style):
    def change(tree):
        (tree.at(path) if path else tree).length = style
    return change


def chunk(path, size):
    def change(tree):
        tree.at(path).chunks = size
    return change


def drop(path):
    def change(tree):
        del tree.parent(path).value[tree.index(path)]
    return change


def twice(path):
    def change(tree):
        tree.parent(path).value.insert(tree.index(path),
                                       copy.deepcopy(tree.at(path)))
    return change


def swap(path, other):
    """Two members of one parent change places."""
    def change(tree):
        members, i, j = tree.parent(path).value, tree.index(path), tree.index(other)
        members[i], members[j] = members[j], members[i]
    return change


def add(path, tag, value=b"", name=None):
    """A further TLV as the last member of the node at path ("": the root)."""
    def change(tree):
        node = tree.at(path) if path else tree
        node.value.append(Node(tag, value, name))
    return change
