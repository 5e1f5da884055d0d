"""The catalogue of services: what the gateway fills from the registered connectors, and how it is searched.

Must never: leave out a registered service, or rank by how often something is used.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connectors.entries import DepartmentEntry, ServiceEntry, ServiceKind

CHINESE_SHARE, LATIN_SHARE = 0.3, 0.6
"""The share of a query's letter pairs that must be found: pairs of Chinese letters are words, of Latin ones
noise.
"""


class Catalogue(Protocol):
    """Everything registered now; the sequences are replaced when it changes, never altered."""

    @property
    def services(self) -> Sequence[ServiceEntry]: ...

    @property
    def departments(self) -> Sequence[DepartmentEntry]: ...


@dataclass(frozen=True, slots=True)
class FixedCatalogue:
    """A catalogue that is simply given."""

    services: tuple[ServiceEntry, ...] = ()
    departments: tuple[DepartmentEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """What of a service is searched, normalised once."""

    titles: tuple[str, ...]
    whole: str
    bigrams: frozenset[str]


class CatalogueIndex:
    """One state of the catalogue, ready for look-up and search."""

    def __init__(self, services: Sequence[ServiceEntry], departments: Sequence[DepartmentEntry]) -> None:
        self.services = tuple(services)
        self.departments = tuple(departments)
        self._departments = {entry.code: entry for entry in departments}
        self._services = {entry.id: entry for entry in services}
        self._words = {entry.id: self._words_of(entry) for entry in services}

    def department(self, code: str) -> DepartmentEntry:
        """The department, or its bare code where it is no longer registered."""
        return self._departments.get(code) or DepartmentEntry(code, code, code)

    def service(self, service_id: str) -> ServiceEntry | None:
        return self._services.get(service_id)

    def search(
        self, text: str = "", department: str | None = None, kind: ServiceKind | None = None
    ) -> list[ServiceEntry]:
        """Best match first; without ``text`` everything in the order of registration."""
        wanted = [
            entry
            for entry in self.services
            if (department is None or entry.department == department) and (kind is None or entry.kind == kind)
        ]
        query = normalised(text)
        if not query:
            return wanted
        scored = [(self._score(query, self._words[entry.id]), entry) for entry in wanted]
        return [entry for score, entry in sorted(scored, key=lambda pair: -pair[0]) if score > 0]

    def _words_of(self, entry: ServiceEntry) -> _Words:
        department = self.department(entry.department)
        titles = (normalised(entry.title_zh), normalised(entry.title_en))
        around = (entry.id, department.code, department.name_zh, department.name_en)
        whole = normalised(" ".join((*titles, *around)))
        return _Words(titles, whole, bigrams(whole))

    @staticmethod
    def _score(query: str, words: _Words) -> float:
        """Whole title, its start, within it, every word somewhere, many of its letter pairs."""
        if query in words.titles:
            return 5
        if any(title.startswith(query) for title in words.titles):
            return 4
        if any(query in title for title in words.titles):
            return 3
        if all(word in words.whole for word in query.split()):
            return 2
        pairs = bigrams(query)
        share = len(pairs & words.bigrams) / len(pairs) if pairs else 0.0
        return share if share >= (LATIN_SHARE if query.isascii() else CHINESE_SHARE) else 0.0


class CurrentIndex:
    """The index of a catalogue's present state, made anew when that changes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._made_from: tuple[Sequence[ServiceEntry], Sequence[DepartmentEntry]] | None = None
        self._index = CatalogueIndex((), ())

    def __call__(self) -> CatalogueIndex:
        now = (self._catalogue.services, self._catalogue.departments)
        made_from = self._made_from
        if made_from is None or made_from[0] is not now[0] or made_from[1] is not now[1]:
            self._index, self._made_from = CatalogueIndex(*now), now
        return self._index


def normalised(text: str) -> str:
    """Full-width to half-width, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters within words: Chinese needs no dictionary for this."""
    return frozenset(word[at : at + 2] for word in text.split() for at in range(len(word) - 1))
