"""Verification codes: long enough that guessing is hopeless, short enough to type from paper.

A code is 14 random characters and a check character of Crockford's base 32, 70 random bits, printed as
`7K4M2-XQD9C-0VRT8`. The check character is a sum over GF(32) with a different weight for each place, so one wrong
character, or two characters exchanged, is always noticed without asking the database.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 15
RANDOM_BITS = 5 * (LENGTH - 1)
GROUP = 5

_READ_AS = str.maketrans("OIL", "011")
_DASHES = str.maketrans("", "", "-‐‑‒–—−_.")
_POLYNOMIAL = 0b100101  # x⁵ + x² + 1: primitive, so the powers of x are 31 different weights.


class NotACode(ValueError):
    """What was typed cannot be a code: wrong length, a foreign character, or a slip that the check character shows."""


def new_code() -> str:
    """Return a fresh random code in its stored form: 15 characters, no separators."""
    value = secrets.randbits(RANDOM_BITS)
    characters = "".join(ALPHABET[value >> 5 * place & 31] for place in range(LENGTH - 1))
    return characters + _check_character(characters)


def parse(typed: str) -> str:
    """Return the stored form of what a person typed or scanned: any case, spaces and dashes, O for 0, I and L for 1.

    Raises NotACode.
    """
    code = "".join(typed.split()).translate(_DASHES).upper().translate(_READ_AS)
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        raise NotACode(typed)
    if _check_character(code[:-1]) != code[-1]:
        raise NotACode(typed)
    return code


def printed(code: str) -> str:
    """Return the form for people and addresses: `7K4M2-XQD9C-0VRT8`."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _check_character(characters: str) -> str:
    total = 0
    for character in characters:
        total = _times_x(total) ^ ALPHABET.index(character)
    return ALPHABET[_times_x(total)]


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value
