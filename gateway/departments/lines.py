"""Findings beside the lines they speak of: each with a line before and after it. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.manifest import Finding

AROUND = 1
"""Lines before and after."""
LONGEST_LINE = 160
MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """``gap``: lines are left out before it."""

    number: int
    text: str
    findings: tuple[Finding, ...] = ()
    gap: bool = False


@dataclass(slots=True)
class Excerpt:
    """One file: its lines with findings, and those of the file as a whole."""

    file: str
    lines: list[Line] = field(default_factory=list)
    whole: list[Finding] = field(default_factory=list)


def excerpts(findings: Iterable[Finding], texts: Mapping[str, str]) -> list[Excerpt]:
    """In the order of the findings' files; bounded."""
    by_file: dict[str, list[Finding]] = {}
    for found in list(findings)[:MOST_FINDINGS]:
        by_file.setdefault(found.file, []).append(found)
    return [_excerpt(file, found, texts.get(file)) for file, found in by_file.items()]


def findings_of(
    results: Iterable[Mapping[str, Any]], manifest: str, described: Container[str]
) -> list[Finding]:
    """Kept results as findings. A file that is none of the ``described`` is the manifest, whatever it was called."""
    names = ("code", "severity", "line", "column", "message", "fix")
    return [
        Finding(file=each["file"] if each["file"] in described else manifest, **{n: each[n] for n in names})
        for result in results
        for each in result.get("findings", ())
    ]


def _excerpt(file: str, findings: list[Finding], text: str | None) -> Excerpt:
    lines = text.split("\n") if text is not None else []
    excerpt = Excerpt(file)
    at: dict[int, list[Finding]] = {}
    for found in findings:
        if 1 <= found.line <= len(lines):
            at.setdefault(found.line, []).append(found)
        else:
            excerpt.whole.append(found)
    shown = sorted(
        {n for line in at for n in range(line - AROUND, line + AROUND + 1) if 1 <= n <= len(lines)}
    )
    before = 0
    for number in shown:
        told = lines[number - 1].rstrip()
        cut = told if len(told) <= LONGEST_LINE else f"{told[:LONGEST_LINE]}…"
        excerpt.lines.append(Line(number, cut, tuple(at.get(number, ())), gap=number != before + 1))
        before = number
    return excerpt
