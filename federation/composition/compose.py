"""SDLs in, a supergraph or objections out. The same answer for any order of the subgraphs; no I/O."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock

from federation.composition.digests import digests
from federation.composition.draft import Draft
from federation.composition.family import families
from federation.composition.judging import judged
from federation.composition.merge import supergraph_document
from federation.composition.objection import CompositionFailed, Objection, Severity, objection
from federation.composition.places import mentioned
from federation.composition.reading import read_subgraph
from federation.composition.rules import FIRST_RULES, satisfiability
from federation.composition.source import SubgraphSource
from federation.composition.upgrade import upgrade
from federation.memo import Memo
from federation.supergraph import Supergraph
from federation.supergraph_sdl import InvalidSupergraph, load_document


@dataclass(frozen=True, slots=True)
class Composition:
    """What came of it: ``supergraph`` unless ``objections`` hold an error; hints never prevent one."""

    supergraph: Supergraph | None
    objections: tuple[Objection, ...]


def compose(
    subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None, first: Sequence[str] = ()
) -> Supergraph:
    """One graph out of many SDLs by name; ``urls`` say where they answer.

    Fields, values and descriptions are merged in the order of the subgraphs' names; those named by ``first`` come
    before all others, in that order. Types stand in alphabetical order.

    Raises: CompositionFailed with every objection found at the first stage that has an error.
    """
    return Composer().compose(subgraphs, urls, first)


def judge(
    subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None, first: Sequence[str] = ()
) -> Composition:
    """The same, with hints, and without raising."""
    return Composer().judge(subgraphs, urls, first)


class Composer:
    """Composes again and again: what a change left alone is not worked out anew. The result is that of ``compose``.

    It keeps what belongs to the last set that composed, and nothing else. Threads wait for each other.
    """

    def __init__(self) -> None:
        self._memo = Memo()
        self._one_at_a_time = Lock()

    @property
    def kept(self) -> int:
        """How many answers are kept."""
        return self._memo.kept

    def compose(
        self, subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None, first: Sequence[str] = ()
    ) -> Supergraph:
        """As the function.

        Raises: CompositionFailed.
        """
        composition = self.judge(subgraphs, urls, first)
        if composition.supergraph is None:
            raise CompositionFailed(o for o in composition.objections if o.severity is Severity.ERROR)
        return composition.supergraph

    def judge(
        self, subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None, first: Sequence[str] = ()
    ) -> Composition:
        """As the function."""
        with self._one_at_a_time, _uncollected():
            return self._judge(subgraphs, urls, first)

    def _judge(
        self, subgraphs: Mapping[str, str], urls: Mapping[str, str] | None, first: Sequence[str]
    ) -> Composition:
        try:
            draft, supergraph, found = self.merge(subgraphs, urls, first)
            found.extend(satisfiability.check(draft, supergraph))
            _raise_if_failed(found)
        except CompositionFailed as failure:
            self._memo.forget()
            return Composition(None, failure.objections)
        self._memo.turn()
        return Composition(supergraph, tuple(found))

    def merge(
        self, subgraphs: Mapping[str, str], urls: Mapping[str, str] | None = None, first: Sequence[str] = ()
    ) -> tuple[Draft, Supergraph, list[Objection]]:
        """Everything but satisfiability; the objections are hints.

        Raises: CompositionFailed.
        """
        order = _order(subgraphs, first)
        draft = Draft.of(self._read(subgraphs, order), self._memo)
        together = list(families(draft, self._memo))
        try:
            found = judged(draft, together, self._memo)
            _raise_if_failed(found)
            document = supergraph_document(draft, urls, together, self._memo)
            supergraph = load_document(document, _hash(subgraphs, order), self._memo)
        except InvalidSupergraph as error:
            told = [(reason, *mentioned(draft, reason)) for reason in error.reasons]
            raise CompositionFailed(
                objection(
                    "INVALID_GRAPHQL", names, node, reason, "Make the subgraphs' declarations agree there."
                )
                for reason, names, node in told
            ) from error
        return draft, supergraph, found

    def _read(self, subgraphs: Mapping[str, str], order: Iterable[str]) -> list[SubgraphSource]:
        studied = [
            self._memo.get("study", (), (name, subgraphs[name]), partial(_study, name, subgraphs[name]))
            for name in order
        ]
        _raise_if_failed([each for _, objections in studied for each in objections])
        return [source for source, _ in studied if source is not None]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Composition makes hundreds of thousands of objects that stay: to look for garbage among them meanwhile takes as long
    again, with every other thread waiting."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


Studied = tuple[SubgraphSource | None, tuple[Objection, ...]]
"""What one SDL says, unless it does not parse; what is against it, whatever the others say."""


def _study(name: str, sdl: str) -> Studied:
    try:
        source = read_subgraph(name, sdl)
    except CompositionFailed as failure:
        return None, failure.objections
    found = tuple(each for rule in FIRST_RULES for each in rule(source))
    upgraded = upgrade(source)
    upgraded.digests = digests(upgraded)
    return upgraded, found


def _order(subgraphs: Mapping[str, str], first: Sequence[str]) -> list[str]:
    ahead = [name for name in dict.fromkeys(first) if name in subgraphs]
    return [*ahead, *sorted(subgraphs.keys() - set(ahead))]


def _raise_if_failed(objections: list[Objection]) -> None:
    if any(o.severity is Severity.ERROR for o in objections):
        raise CompositionFailed(sorted(objections, key=lambda o: o.severity is not Severity.ERROR))


def _hash(subgraphs: Mapping[str, str], order: Sequence[str]) -> str:
    """Of the names and SDLs in the order of merging."""
    digest = hashlib.sha256()
    for name in order:
        for part in (name, subgraphs[name]):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
