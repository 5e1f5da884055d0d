"""Makes hints: who stands alone with something, in words. It looks for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import Node

from federation.composition.objection import Objection, Severity, objection


def hint(code: str, subgraphs: Iterable[str], node: Node | None, message: str, fix: str) -> Objection:
    """At a node of the first subgraph's SDL."""
    return objection(code, subgraphs, node, message, fix, Severity.HINT)


def here_not_there(here: Iterable[str], there: Iterable[str]) -> str:
    """``in a, b, but not in c``."""
    return f"in {', '.join(here)}, but not in {', '.join(there)}"
