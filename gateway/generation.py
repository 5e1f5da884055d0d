"""One generation of the graph: the supergraph, its subgraphs and what was learned of documents under it.

A request keeps the generation it started with; a new one takes over whole. Nothing here opens a socket.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from connectors.entries import ServiceEntry
from connectors.snapshot import Snapshot, level_of
from federation import Supergraph
from federation.subgraph import Subgraph
from gateway.field_levels import level_said
from tongban.errors import TongbanError
from tongban.ids import subgraph_of

_MOST_CHARACTERS = 300_000
"""Of all documents kept. A compiled operation takes some two hundred bytes a character."""

PLATFORM_LOGIN = frozenset({"Query.me", "Query.citizen", "Mutation.rateMatter"})
"""Coordinates of the platform's own that need a login of any level; so does every transaction."""

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """A dict that forgets the least recently used beyond ``size`` entries or ``weight`` in all.

    What alone weighs more than a fifth of it is not kept: one stranger's document must not push out everybody's. Where nothing has a
    weight, only the number counts.
    """

    def __init__(self, size: int, weight: int = 0) -> None:
        self._size = size
        self._weight = weight
        self._held = 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[0]

    @property
    def heaviest(self) -> int:
        """What an entry may weigh."""
        return self._weight // 5

    def put(self, key: K, value: V, weight: int = 0) -> None:
        if weight > self.heaviest:
            return
        _, before = self._entries.pop(key, (None, 0))
        self._entries[key] = (value, weight)
        self._held += weight - before
        while len(self._entries) > self._size or self._held > self._weight:
            _, (_, gone) = self._entries.popitem(last=False)
            self._held -= gone

    def latest(self, most: int) -> list[K]:
        """Keys, the one used last first."""
        return list(islice(reversed(self._entries), most))

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why an operation has no plan, made anew for each who asks, and until when (monotonic seconds) that is not tried again."""

    fault: Callable[[], TongbanError]
    until_s: float


@dataclass(frozen=True, slots=True)
class Generation:
    """``operations`` caches prepared operations by (document, operation name). ``needs_login``: coordinates that no service
    lists and that are nobody's without a login (a graph without the platform has none of them).
    """

    revision: int
    supergraph: Supergraph
    subgraphs: Mapping[str, Subgraph]
    snapshot: Snapshot
    needs_login: frozenset[str] = PLATFORM_LOGIN
    operations: Bounded[tuple[str, str | None], object] = field(
        default_factory=lambda: Bounded(1_000, _MOST_CHARACTERS), repr=False
    )
    unplannable: Bounded[tuple[str, str | None], NoPlan] = field(
        default_factory=lambda: Bounded(1_000), repr=False, compare=False
    )
    """By the SHA-256 of the document and operation name."""
    _unlisted: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    _of_fields: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def service_at(self, coordinate: str) -> ServiceEntry | None:
        """The catalogue's service that a coordinate belongs to."""
        service_id = self.snapshot.by_coordinate.get(coordinate)
        return self.snapshot.services.get(service_id) if service_id is not None else None

    def level_of_field(self, coordinate: str) -> int:
        """The level that a manifest demands of this very field, beyond its service's."""
        level = self._of_fields.get(coordinate)
        if level is None:
            manifests = [connector.manifest for connector in self.snapshot.connectors.values()]
            level = level_said(coordinate, manifests, self.supergraph.api_schema)
            self._of_fields[coordinate] = level
        return level

    def level_unlisted(self, coordinate: str) -> int:
        """The level that a coordinate demands which no service lists.

        At a way into a department's data (a root field, a field of an entity) it is what the department's manifest says of
        all its data: what was forgotten must not be open. Below these the way in has decided already; keys are names, not data.
        """
        level = self._unlisted.get(coordinate)
        if level is None:
            level = self._unlisted[coordinate] = self._level_unlisted(coordinate)
        return level

    def _level_unlisted(self, coordinate: str) -> int:
        owner, _, name = coordinate.partition(".")
        if owner not in ("Query", "Mutation", "Subscription"):
            keys = [
                key for (kind, _), found in self.supergraph.keys.items() if kind == owner for key in found
            ]
            if not keys or any(need.name == name for key in keys for need in key.needs):
                return 0
        owners = self.supergraph.owners.get(coordinate, ())
        manifests = [
            connector.manifest
            for connector_id, connector in self.snapshot.connectors.items()
            if subgraph_of(connector_id) in owners
        ]
        least = 1 if owner == "Mutation" and manifests else 0
        return max(least, *(level_of(manifest) for manifest in manifests), 0)
