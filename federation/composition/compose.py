"""SDLs in, a supergraph or objections out. The same answer for any order of the subgraphs; no I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from federation.composition.draft import Draft
from federation.composition.field_set_check import provided, used
from federation.composition.merge import supergraph_document
from federation.composition.objection import CompositionFailed, Objection, Severity, objection
from federation.composition.rules import FIRST_RULES, RULES, satisfiability
from federation.composition.source import SubgraphSource, read_subgraph
from federation.composition.upgrade import upgrade
from federation.supergraph import Supergraph
from federation.supergraph_sdl import InvalidSupergraph, load_document


@dataclass(frozen=True, slots=True)
class Composition:
    """What came of it: ``supergraph`` unless ``objections`` hold an error; hints never prevent one."""

    supergraph: Supergraph | None
    objections: tuple[Objection, ...]


def compose(subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None) -> Supergraph:
    """One graph out of many SDLs by name; ``urls`` say where they answer.

    Raises: CompositionFailed with every objection found at the first stage that has an error.
    """
    composition = judge(subgraphs, urls)
    if composition.supergraph is None:
        raise CompositionFailed(o for o in composition.objections if o.severity is Severity.ERROR)
    return composition.supergraph


def judge(subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None) -> Composition:
    """The same, with hints, and without raising."""
    found: list[Objection] = []
    try:
        return Composition(_compose(subgraphs, urls or {}, found), tuple(found))
    except CompositionFailed as failure:
        return Composition(None, failure.objections)


def _compose(subgraphs: Mapping[str, str], urls: Mapping[str, str], found: list[Objection]) -> Supergraph:
    draft = Draft.of(_read(subgraphs))
    for rule in FIRST_RULES:
        found.extend(rule(draft))
    _raise_if_failed(found)
    draft = Draft.of([upgrade(source) for source in draft.sources])
    draft.used = {source.name: used(source) for source in draft.sources}
    draft.provided = {(s.name, *at) for s in draft.sources for at in provided(s)}
    for rule in RULES:
        found.extend(rule(draft))
    _raise_if_failed(found)
    try:
        supergraph = load_document(supergraph_document(draft, urls), _hash(subgraphs))
    except InvalidSupergraph as error:
        names = [source.name for source in draft.sources]
        raise CompositionFailed([objection("INVALID_GRAPHQL", names, None, str(error))]) from error
    found.extend(satisfiability.check(draft, supergraph))
    _raise_if_failed(found)
    return supergraph


def _read(subgraphs: Mapping[str, str]) -> list[SubgraphSource]:
    read: list[SubgraphSource] = []
    failed: list[Objection] = []
    for name in sorted(subgraphs):
        try:
            read.append(read_subgraph(name, subgraphs[name]))
        except CompositionFailed as failure:
            failed.extend(failure.objections)
    _raise_if_failed(failed)
    return read


def _raise_if_failed(objections: list[Objection]) -> None:
    if any(o.severity is Severity.ERROR for o in objections):
        raise CompositionFailed(sorted(objections, key=lambda o: o.severity is not Severity.ERROR))


def _hash(subgraphs: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, sdl in sorted(subgraphs.items()):
        for part in (name, sdl):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
