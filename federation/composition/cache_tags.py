"""``@cacheTag`` in the supergraph, as ``join__directive`` says it: for routers that cache entities. Nothing here reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import ConstDirectiveNode

from federation.composition.nodes import EnumName, directive


def cache_tags(tagged: Iterable[tuple[EnumName, Iterable[str]]]) -> Iterator[ConstDirectiveNode]:
    """``tagged``: the value in ``join__Graph`` of each subgraph, and its formats. One application a format."""
    graphs: dict[str, list[EnumName]] = {}
    for graph, formats in tagged:
        for each in dict.fromkeys(formats):
            graphs.setdefault(each, []).append(graph)
    for each, having in graphs.items():
        yield directive(
            "join__directive", graphs=list(having), name="federation__cacheTag", args={"format": each}
        )
