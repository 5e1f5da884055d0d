"""What is wrong with a manifest, said so that its writer can mend it.

Must never: quote a secret or an answer's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. ``line`` and ``column`` start at 1 (0: the file as a whole)."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f" ({self.fix})" if self.fix else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}{fix}"


class ManifestRejected(Exception):
    """The manifest can't be used. ``findings`` says why, errors first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda found: found.severity != "error"))
        super().__init__("\n".join(str(found) for found in self.findings))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A fix in words: the nearest known name, or the names there are."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    if names and len(names) <= 12:
        return f"known: {', '.join(names)}"
    return ""
