"""Numbers with check digits: citizen ids, credit codes, bank cards. Values in, values out."""

from __future__ import annotations

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def citizen_id(first17: str) -> str:
    """The 18-digit id for its first 17 digits (GB 11643)."""
    return first17 + _ID_CHECKS[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def is_citizen_id(cid: str) -> bool:
    return len(cid) == 18 and cid[:17].isdigit() and citizen_id(cid[:17]) == cid


def organisation_code(first8: str) -> str:
    """The 9-character organisation code for its first 8 (GB 11714)."""
    total = sum(
        _ORGANISATION_ALPHABET.index(c) * w for c, w in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return first8 + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(first17: str) -> str:
    """The 18-character unified social credit code for its first 17 (GB 32100)."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return first17 + _CREDIT_ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    known = len(code) == 18 and all(c in _CREDIT_ALPHABET for c in code)
    return known and credit_code(code[:17]) == code


def enterprise_code(region: str, serial: int) -> str:
    """A firm's credit code: market supervision (9), enterprise (1), region, organisation code."""
    return credit_code("91" + region + organisation_code(f"{serial:08d}"))


def bank_card(serial: int) -> str:
    """A card with a valid Luhn digit, of a bank number that no bank has."""
    body = f"999999{serial:012d}"
    total = 0
    for position, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)
