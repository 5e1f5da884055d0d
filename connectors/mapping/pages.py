"""One page of a backend's list: which one to ask for, and the answer laid out as a connection.

The styles of ``page.style`` come down to two: a position that is counted (``number``, ``offset``), and a mark that the page
before gave (``cursor``, ``link``, ``nextUrl``). Must never: follow a URL of an answer; only its one parameter is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from connectors.backend import ValueUnusable
from connectors.expressions import compile_path
from connectors.expressions.paths import names, parse_path
from connectors.manifest.runtime import Page
from connectors.mapping.calls import MAX_ITEMS, TooMuch
from connectors.mapping.connections import DEFAULT_FIRST, PAGE, SIZE
from connectors.mapping.cursors import MAX_OFFSET, Position, field_seal, read, written
from connectors.mapping.envelope import Verdict
from connectors.mapping.types import MappedField

if TYPE_CHECKING:
    from connectors.mapping.reading import Readers

MAX_MARK = 1_000
_LINK = re.compile(r"<([^<>]{1,4000})>([^<>]{0,500})")
_REL_NEXT = re.compile(r";\s*rel\s*=\s*\"?[^\";]*\bnext\b", re.IGNORECASE)

Next = Callable[[Verdict], str | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """One page asked for. ``skip`` of its items come before the wanted ones, of which there are at most ``first``."""

    given: dict[str, Any]
    mark: str | None
    skip: int
    first: int
    size: int
    before: int
    """Items of the whole list before this page, for counted positions; else 1 if there are such."""


def pager_of(readers: Readers, found: MappedField) -> Pager | None:
    """None for a field that does not come in pages."""
    page = found.spec.page
    return None if page is None else Pager(page, field_seal(readers.manifest.id, found.coordinate))


class Pager:
    """One field's pages. ``seal`` tells its cursors from another field's."""

    def __init__(self, page: Page, seal: str) -> None:
        self._page = page
        self._seal = seal
        self._counted = page.style in ("number", "offset")
        self._total = None if page.total is None else compile_path(page.total)
        self._next = _next(page)

    def ask(self, given: Mapping[str, Any]) -> Ask:
        """Raises: ValueUnusable for a ``first`` or ``after`` that is none."""
        first = given.get("first")
        first = min(DEFAULT_FIRST, self._page.max_size) if first is None else first
        if isinstance(first, bool) or not isinstance(first, int) or first < 1:
            raise ValueUnusable("first is a number from 1 on")
        first = min(first, self._page.max_size)
        after = given.get("after")
        position = Position() if after is None else read(after, self._seal)
        if self._counted:
            return self._counted_page(given, position, first)
        size = position.size if position.skip and position.size else first
        sent = {**given, PAGE: position.mark, SIZE: size}
        before = int(position.mark is not None)
        return Ask(sent, position.mark, position.skip, first, size, before)

    def _counted_page(self, given: Mapping[str, Any], position: Position, first: int) -> Ask:
        start, most = position.skip, self._page.max_size
        if position.mark is not None or start + most > MAX_OFFSET:
            raise ValueUnusable("the cursor is none of this field")
        if self._page.style == "offset":
            size = most if self._page.size is None else first
            return Ask({**given, PAGE: start, SIZE: size}, None, 0, first, size, start)
        size = most if self._page.size is None else _window(start, first, most)
        number = start // size
        sent = {**given, PAGE: number + self._page.start, SIZE: size}
        return Ask(sent, None, start % size, first, size, number * size)

    def connection(self, items: Any, verdict: Verdict, ask: Ask) -> dict[str, Any]:
        """Items of the answer as ``{edges, pageInfo, totalCount}``, for readers of the connection's types."""
        found = items if isinstance(items, list) else [] if items in (None, "", {}) else [items]
        if len(found) > MAX_ITEMS:
            raise TooMuch
        shown = found[ask.skip : ask.skip + ask.first]
        total = self._count(verdict)
        mark = None if self._counted else self._next(verdict)
        places = [self._after(ask, index, len(found), mark) for index in range(len(shown))]
        cursors = [written(place, self._seal) for place in places]
        left = len(found) - ask.skip - len(shown)
        return {
            "edges": [{"node": node, "cursor": cursor} for node, cursor in zip(shown, cursors, strict=True)],
            "pageInfo": {
                "hasNextPage": left > 0 or self._goes_on(ask, len(found), total, mark),
                "hasPreviousPage": bool(ask.before or ask.skip),
                "startCursor": cursors[0] if cursors else None,
                "endCursor": cursors[-1] if cursors else None,
            },
            "totalCount": total,
        }

    def _after(self, ask: Ask, index: int, count: int, mark: str | None) -> Position:
        """Where the item after the shown one of ``index`` stands."""
        here = ask.skip + index + 1
        if self._counted:
            return Position(None, ask.before + here)
        if here == count and mark is not None:
            return Position(mark)
        return Position(ask.mark, here, ask.size)

    def _goes_on(self, ask: Ask, count: int, total: int | None, mark: str | None) -> bool:
        if not self._counted:
            return mark is not None
        if not count:
            return False
        return ask.before + count < total if total is not None else count >= ask.size

    def _count(self, verdict: Verdict) -> int | None:
        found = None if self._total is None else self._total(verdict.data)
        if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 10:
            return int(found)
        is_count = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= MAX_OFFSET
        return found if is_count else None


def _window(start: int, first: int, most: int) -> int:
    """The smallest page size whose one page holds ``first`` items from ``start`` on; else the largest there is."""
    for size in range(first, most + 1):
        if start % size + first <= size:
            return size
    return most


def _next(page: Page) -> Next:
    """How an answer tells of the next page's mark."""
    path = None if page.next is None else compile_path(page.next)
    if page.style == "link":
        return lambda verdict: _parameter(_linked(verdict.headers.get("link", "")), page.param)
    if path is None:
        return lambda _: None
    if page.style == "nextUrl":
        return lambda verdict: _parameter(path(verdict.data), page.param)
    return lambda verdict: _mark(path(verdict.data))


def _linked(header: str) -> str | None:
    """RFC 8288: the target of the first link whose relation is ``next``."""
    for target, parameters in _LINK.findall(header[:8_000]):
        if _REL_NEXT.search(parameters):
            return str(target)
    return None


def _parameter(url: Any, name: str | None) -> str | None:
    if not isinstance(url, str):
        return None
    try:
        given = dict(parse_qsl(urlsplit(url[:8_000]).query, max_num_fields=50))
    except ValueError:
        return None
    return _mark(given.get(name or ""))


def _mark(found: Any) -> str | None:
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    return found if isinstance(found, str) and 0 < len(found) <= MAX_MARK else None


class Wanting(Protocol):
    """Takes the paths of an answer that will be read."""

    def add(self, path: tuple[str, ...], /) -> None: ...


class Asked(Protocol):
    """A call, as far as readers are concerned."""

    @property
    def wanted(self) -> Wanting: ...


class PagedSite:
    """A call whose answer is laid out as a connection: what is read there, as paths of the answer itself."""

    def __init__(self, site: Asked, items: tuple[str, ...], page: Page, data: tuple[str, ...]) -> None:
        self._site = site
        self._items = items
        for told in (page.total, page.next):
            if told is not None:
                site.wanted.add((*data, *names(parse_path(told))))

    @property
    def wanted(self) -> Wanting:
        return self

    def add(self, path: tuple[str, ...], /) -> None:
        inside = path[len(self._items) :]
        if inside[:2] == ("edges", "node"):
            self._site.wanted.add((*self._items, *inside[2:]))
