"""A field's contract at run time: what its department promised, held against every value it gives.

Must never: put a value into what is counted or reported.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.expressions.values import KnownUnfitError, UnfitError, word
from connectors.manifest.runtime import Contract
from connectors.manifest.runtime_blocks import linear_pattern
from connectors.mapping.checksums import CHECKSUMS
from connectors.quality import Kind

Rule = Callable[[str], bool]
Note = Callable[[Kind, str], None]
"""``(kind, rule)`` of something that was seen: kind ``normalised`` or ``quarantined``."""


def compile_contract(contract: Contract, note: Note) -> Callable[[Any], Any]:
    """From a department's value to one that keeps the contract.

    What it gives raises KnownUnfitError.
    """
    normalise = contract.normalise
    rules = tuple(_rules(contract))

    def hold(raw: Any) -> Any:
        try:
            text = word(raw)
        except UnfitError:
            note("quarantined", "shape")
            raise KnownUnfitError from None
        if text in normalise:
            note("normalised", "codes")
            raw = text = normalise[text]
        for name, holds in rules:
            if not holds(text):
                note("quarantined", name)
                raise KnownUnfitError
        return raw

    return hold


def _rules(contract: Contract) -> list[tuple[str, Rule]]:
    found: list[tuple[str, Rule]] = []
    if contract.codes is not None:
        found.append(("codes", contract.codes.__contains__))
    if contract.pattern is not None:
        found.append(("pattern", linear_pattern(contract.pattern).is_valid))
    if contract.checksum is not None:
        found.append(("checksum", CHECKSUMS[contract.checksum]))
    if contract.minimum is not None or contract.maximum is not None:
        found.append(("range", _in_range(contract.minimum, contract.maximum)))
    return found


def _in_range(least: float | None, most: float | None) -> Rule:
    low = Decimal("-Infinity") if least is None else Decimal(str(least))
    high = Decimal("Infinity") if most is None else Decimal(str(most))

    def holds(text: str) -> bool:
        try:
            return len(text) <= 100 and low <= Decimal(text) <= high
        except InvalidOperation:
            return False

    return holds
