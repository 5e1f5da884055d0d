"""Every code of a finding with what causes it and what to do: docs/findings.md and SARIF are made of it.

``python -m connectors.judging.codes`` prints the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Plain sentences, without a full stop at the end."""

    cause: str
    fix: str


CAUSES: Mapping[str, Cause] = {}
