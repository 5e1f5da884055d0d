"""What was found wrong while a description was read: said at its place, each thing once.

Must never: grow with a hostile description; quote more of it than names.
"""

from __future__ import annotations

from connectors.manifest.findings import Finding, Severity
from connectors.soap.nodes import Node

MAX_FINDINGS = 500
_LONGEST = 200


class WsdlRefused(ValueError):
    """The description can't be used at all: not XML, hostile, or no SOAP operation in it."""

    def __init__(self, finding: Finding) -> None:
        fix = f"; {finding.fix}" if finding.fix else ""
        super().__init__(f"{finding.file}:{finding.line}:{finding.column}: {finding.message}{fix}")
        self.finding = finding


class Remarks:
    """Findings in the order in which they were made."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    @property
    def found(self) -> tuple[Finding, ...]:
        return tuple(self._found)

    def say(
        self, code: str, where: Node | str, message: str, fix: str = "", severity: Severity = "warning"
    ) -> None:
        """``where`` is the node at fault, or the file as a whole."""
        if len(self._found) < MAX_FINDINGS:
            self._found.setdefault(finding(code, where, message, fix, severity))
        elif len(self._found) == MAX_FINDINGS:
            self._found.setdefault(
                Finding(
                    "description.more", "warning", _file(where), 0, 0, "there are more findings than these"
                )
            )

    def refuse(self, code: str, where: Node | str, message: str, fix: str = "") -> WsdlRefused:
        return WsdlRefused(finding(code, where, message, fix, "error"))


def finding(code: str, where: Node | str, message: str, fix: str, severity: Severity) -> Finding:
    line, column = (where.line, where.column) if isinstance(where, Node) else (0, 0)
    return Finding(code, severity, _file(where), line, column, message, fix)


def shown(name: str) -> str:
    """A name of the description's, for a message."""
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _file(where: Node | str) -> str:
    return where.file if isinstance(where, Node) else where
