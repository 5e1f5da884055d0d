"""One generation of the graph: the supergraph, its subgraphs and what was learned of documents under it.

A request keeps the generation it started with; a new one takes over whole. Nothing here opens a socket.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from connectors.snapshot import ServiceEntry, Snapshot
from federation import Supergraph
from federation.subgraph import Subgraph

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """A dict that forgets the least recently used beyond ``size`` entries."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True, slots=True)
class Generation:
    """``operations`` caches prepared operations by (document, operation name)."""

    revision: int
    supergraph: Supergraph
    subgraphs: Mapping[str, Subgraph]
    snapshot: Snapshot
    operations: Bounded[tuple[str, str | None], object] = field(
        default_factory=lambda: Bounded(1_000), repr=False
    )

    def service_at(self, coordinate: str) -> ServiceEntry | None:
        """The catalogue's service that a coordinate belongs to."""
        service_id = self.snapshot.by_coordinate.get(coordinate)
        return self.snapshot.services.get(service_id) if service_id is not None else None
