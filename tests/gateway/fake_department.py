"""A department that keeps what it is sent, answers as it is told, and never forgets how often it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode, print_ast

from federation import FetchContext, FetchResult, IssuedNumber, PlannedFetch, Representation
from tests.federation.in_memory import LINK

BOOK = "bookMarriageRegistration"
SDL = (
    LINK
    + """
type Mutation {
  bookMarriageRegistration(spouseNumber: ID!, appointmentOn: String): Receipt
}
type Receipt @shareable { number: ID! place: String matter: Matter }
type Matter @key(fields: "id", resolvable: false) { id: ID! }
"""
)


@dataclass(frozen=True, slots=True)
class Received:
    """One visit as the department saw it."""

    text: str
    idempotency_key: str | None


Behaviour = Callable[[str, Received], Awaitable[FetchResult | None]]


@dataclass(slots=True)
class FakeDepartment:
    """Implements ``Subgraph``. ``behave`` answers in place of the receipt (None: the receipt after all)."""

    behave: Behaviour | None = None
    received: list[Received] = field(default_factory=list)
    name: str = "mca"
    sdl: str = SDL
    number: str = "HY-2026-0001"

    def prepare(self, fetch: PlannedFetch) -> FakeVisit:
        return FakeVisit(self, fetch.selection)


@dataclass(frozen=True, slots=True)
class FakeVisit:
    """Implements ``PreparedFetch``."""

    department: FakeDepartment
    selection: SelectionSetNode

    async def run(
        self, variables: Mapping[str, Any], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        (node,) = self.selection.selections
        assert isinstance(node, FieldNode)
        key = node.alias.value if node.alias else node.name.value
        received = Received(print_ast(self.selection), context.idempotency_key)
        self.department.received.append(received)
        if self.department.behave is not None:
            answer = await self.department.behave(key, received)
            if answer is not None:
                return answer
        receipt = self._receipt(node.selection_set)
        return FetchResult(
            {key: receipt}, issued=(IssuedNumber(key, "mca.bookMarriage", self.department.number),)
        )

    def _receipt(self, selection: SelectionSetNode | None) -> dict[str, Any]:
        values = {"__typename": "Receipt", "number": self.department.number, "place": "一号窗口"}
        found: dict[str, Any] = {}
        for node in selection.selections if selection else ():
            if isinstance(node, InlineFragmentNode):
                found |= self._receipt(node.selection_set)
            elif isinstance(node, FieldNode):
                found[node.alias.value if node.alias else node.name.value] = values[node.name.value]
        return found
