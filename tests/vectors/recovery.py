# SPDX-License-Identifier: Apache-2.0
"""Recovery keys as text, and the rows of a recovery sheet; right and mistyped."""

import base64
import zlib

LETTERS = "cbdefghijklnrtuv"
GROUPS, DATA, ROW = 8, 8, 25


# --- the text of a recovery key -------------------------------------------------

def times(a, b):
    """In GF(16), x^4 + x + 1."""
    product = 0
    for bit in range(4):
        if b >> bit & 1:
            product ^= a << bit
    for bit in (6, 5, 4):
        if product >> bit & 1:
            product ^= 0b10011 << bit - 4
    return product


def check(number, values):
    """number: of the group, from 0; values: of its eight letters."""
    total, power = number, 1
    for value in values:
        power = times(power, 2)
        total ^= times(power, value)
    return total


def group(number, octets):
    values = [n for octet in octets for n in (octet >> 4, octet & 15)]
    return "".join(LETTERS[v] for v in values + [check(number, values)])


def groups(key):
    return [group(i, key[4 * i:4 * i + 4]) for i in range(GROUPS)]


def text(key):
    return "-".join(groups(key))


# --- the rows of a sheet --------------------------------------------------------

def base32(octets):
    return base64.b32encode(octets).decode().rstrip("=")


def row(number, octets):
    code = base32(octets)
    crc = zlib.crc32(bytes([number]) + octets)
    # 20 bits from the top: four letters.
    letters = base32((crc >> 12 << 4).to_bytes(3, "big"))[:4]
    parts = " ".join(code[i:i + 5] for i in range(0, len(code), 5))
    return f"{number:02d}  {parts}  {letters}"


def rows(octets):
    return [row(i // ROW + 1, octets[i:i + ROW]) for i in range(0, len(octets), ROW)]


# --- vectors --------------------------------------------------------------------

def replaced(string, at, new):
    return string[:at] + new + string[at + len(new):]


def other(letter):
    return LETTERS[LETTERS.index(letter) ^ 1]


def spellings(own):
    whole = "-".join(own)
    yield "groups apart by '-'", whole
    yield "upper case", whole.upper()
    yield "upper and lower case", whole[:30] + whole[30:].upper()
    yield "groups apart by spaces", " ".join(own)
    yield "nothing between the groups", "".join(own)
    yield "two lines, with tabs and ends of line", (
        "\t".join(own[:4]) + "\r\n" + "\t".join(own[4:]) + "\n")
    yield "blanks before and after", "  " + whole + " \n"
    yield "separators within groups and in a row", (
        " -- ".join(f"{g[:3]} {g[3:6]}-{g[6:]}" for g in own))


def mistyped_letters(own):
    """One letter after the other, in every place of a group that there is."""
    for at in range(9):
        number = at % GROUPS
        bad = list(own)
        bad[number] = replaced(own[number], at, other(own[number][at]))
        yield f"letter {at + 1} of group {number + 1} is another", bad, number + 1


def exchanged_letters(own):
    for at in range(8):
        number = next(i for i in range(at % GROUPS, at + GROUPS)
                      if own[i % GROUPS][at] != own[i % GROUPS][at + 1]) % GROUPS
        bad = list(own)
        pair = own[number][at:at + 2]
        bad[number] = replaced(own[number], at, pair[::-1])
        yield (f"letters {at + 1} and {at + 2} of group {number + 1} have changed "
               "places"), bad, number + 1


def exchanged_groups(own):
    for a, b in ((0, 1), (2, 7), (6, 7)):
        bad = list(own)
        bad[a], bad[b] = own[b], own[a]
        yield f"groups {a + 1} and {b + 1} have changed places", bad, a + 1
    yield "the groups in reverse", own[::-1], 1
    yield "two groups are wrong", [
        g if i not in (3, 5) else replaced(g, 0, other(g[0]))
        for i, g in enumerate(own)], 4


def wrong_groups(own):
    for source in (mistyped_letters, exchanged_letters, exchanged_groups):
        yield from source(own)


def wrong_letters(own):
    for what, letter, number in (("a letter that is not used", "a", 1),
                                 ("a digit", "0", 3), ("a sign", "!", 8)):
        bad = list(own)
        bad[number - 1] = replaced(own[number - 1], 4, letter)
        yield f"{what}, in group {number}", bad, number


def wrong_lengths(own):
    whole = "-".join(own)
    yield "separators only", " - - \n"
    yield "the last letter is missing", whole[:-1]
    yield "the last group is missing", whole[:-10]
    yield "one letter too many", whole + "c"
    yield "one group too many", whole + "-" + own[-1]


def mistyped(own):
    for code, source in (("recovery.group", wrong_groups),
                         ("recovery.letter", wrong_letters)):
        for why, bad, number in source(own):
            yield {"text": "-".join(bad), "code": code, "group": number, "why": why}
    for why, bad in wrong_lengths(own):
        yield {"text": bad, "code": "recovery.length", "why": why}


def right(vector, why, string, key):
    return {"text": string, "bytes_hex": key.hex(), "file": vector.file, "why": why}


def vectors(first, *others):
    """The contents of recovery.json, from key files that a recovery key opens."""
    def key(vector):
        return vector.root.at("slots.0").secret()
    own = groups(key(first))
    return {
        "valid": [right(first, why, string, key(first)) for why, string in spellings(own)]
                 + [right(v, v.why, text(key(v)), key(v)) for v in others],
        "mistyped": list(mistyped(own)),
        "sheet": {"file": first.file, "rows": rows(first.data)},
    }
