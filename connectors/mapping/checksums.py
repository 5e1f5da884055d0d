"""Numbers that carry their own proof: the citizen's id, the unified social credit code, bank cards.

Must never: say why a number is wrong with the number in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from connectors.manifest.runtime import Checksum

_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS = "10X98765432"
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CARD = re.compile(r"[0-9]{12,19}")


def is_citizen_id(text: str) -> bool:
    """GB 11643-1999: 18 characters, a real day of birth, ISO 7064 MOD 11-2."""
    if not _CITIZEN.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _CITIZEN_WEIGHTS, strict=False))
    return text[17] == _CITIZEN_CHECKS[total % 11]


def is_credit_code(text: str) -> bool:
    """GB 32100-2015: 18 characters without I, O, S, V, Z; weights are powers of 3 modulo 31."""
    if len(text) != 18 or any(letter not in _CREDIT_LETTERS for letter in text):
        return False
    total = sum(
        _CREDIT_LETTERS.index(letter) * weight for letter, weight in zip(text, _CREDIT_WEIGHTS, strict=False)
    )
    return _CREDIT_LETTERS.index(text[17]) == (31 - total % 31) % 31


def is_card(text: str) -> bool:
    """ISO/IEC 7812-1 annex B (Luhn)."""
    if not _CARD.fullmatch(text):
        return False
    digits = [int(digit) for digit in reversed(text)]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


CHECKSUMS: Mapping[Checksum, Callable[[str], bool]] = {
    "GB11643": is_citizen_id,
    "GB32100": is_credit_code,
    "luhn": is_card,
}
