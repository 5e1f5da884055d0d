"""Why a plain gateway does not start, in words for whoever typed the command."""

from __future__ import annotations

from collections.abc import Sequence

from federation import Objection


class PlainUnusable(Exception):
    """A file, a subgraph or the issuer cannot be used; the message says which, what was expected and what to do."""


class Objected(Exception):
    """The subgraphs do not compose."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__(f"{len(objections)} objections")
        self.objections = tuple(objections)
