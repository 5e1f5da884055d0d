"""What composition has to say against a set of subgraphs: plain values, ordered, safe to print. It decides
nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graphql import Node


class Severity(StrEnum):
    """An error stops composition; a hint does not."""

    ERROR = "error"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why the subgraphs do not fit, where it stands, and what to do.

    ``line`` and ``column`` (from 1; 0 = nowhere in particular) are in the SDL of ``subgraphs[0]``. ``query``: an operation
    that would have no answer, where that is the objection.
    """

    code: str
    severity: Severity
    subgraphs: tuple[str, ...]
    line: int
    column: int
    message: str
    fix: str = ""
    query: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subgraphs": list(self.subgraphs),
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "fix": self.fix,
        }


class CompositionFailed(Exception):
    """The subgraphs do not compose; ``objections`` says why, most important first."""

    def __init__(self, objections: Iterable[Objection]) -> None:
        self.objections = tuple(objections)
        super().__init__("; ".join(f"{o.code}: {o.message}" for o in self.objections))


def place_of(node: Node | None) -> tuple[int, int]:
    """Line and column of a node in its SDL, or (0, 0)."""
    if node is None or node.loc is None:
        return 0, 0
    token = node.loc.start_token
    return token.line, token.column


def objection(
    code: str,
    subgraphs: Iterable[str],
    node: Node | None,
    message: str,
    fix: str = "",
    severity: Severity = Severity.ERROR,
) -> Objection:
    """An objection at a node of the first subgraph's SDL."""
    line, column = place_of(node)
    return Objection(code, severity, tuple(subgraphs), line, column, message, fix)
