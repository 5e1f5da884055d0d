"""Findings as text, as JSON and as SARIF 2.1.0 (OASIS), for every command that judges something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import click

if TYPE_CHECKING:
    from connectors.manifest import Finding

F = TypeVar("F", bound=Callable[..., Any])

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def findings_format_option(function: F) -> F:
    return click.option(
        "--format",
        "output",
        type=click.Choice(["text", "json", "sarif"]),
        default="text",
        help="One JSON or SARIF document, or text.",
    )(function)


def as_json(finding: Finding) -> dict[str, Any]:
    names = ("code", "severity", "file", "line", "column", "message", "fix")
    return {name: getattr(finding, name) for name in names}


def as_lines(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    fix = f"\n    fix: {finding.fix}" if finding.fix else ""
    return f"{place}: {finding.severity} {finding.code}: {finding.message}{fix}"


def tell(findings: Iterable[Finding], *, err: bool = False) -> None:
    """As text, one after the other."""
    for each in findings:
        click.echo(as_lines(each), err=err)


def as_sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """A log of one run. Rules are those that have results; ``docs/findings.md`` tells their causes."""
    from connectors.judging.codes import CAUSES

    held = tuple(findings)
    codes = sorted({each.code for each in held})
    rules = []
    for code in codes:
        cause = CAUSES.get(code)
        rule: dict[str, Any] = {"id": code}
        if cause is not None:
            rule["shortDescription"] = {"text": cause.cause}
            rule["help"] = {"text": f"{cause.fix} (docs/findings.md)"}
        rules.append(rule)
    driver = {"name": "tongban", "version": version("tongban"), "rules": rules}
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, codes.index(each.code)) for each in held],
            }
        ],
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file.replace("\\", "/"), safe="/:")}}
    if finding.line > 0:
        place["region"] = {"startLine": finding.line, "startColumn": max(finding.column, 1)}
    fix = f" Fix: {finding.fix}" if finding.fix else ""
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}{fix}"},
        "locations": [{"physicalLocation": place}],
    }
