"""What a stream delivers, as the JSON values of its form; framing is done elsewhere.

Sources: for the older form of an answer in parts the specification's proposal of 2022-08-24, as Apollo's clients read it
(``deferSpec=20220824``); for the newer one the GraphQL specification's working draft of 2025, "Incremental Delivery"
(``incrementalSpec=v0.2``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from federation.execution.parts import Part, Pending, Piece
from gateway.stages.respond import answer_of, told
from gateway.types import Delivered, Ended

Json = dict[str, Any]
Values = Callable[[Delivered], Iterable[Json]]
"""The JSON values of one delivery: none, where a form has nothing to say of it."""


class Newer:
    """``pending``, ``incremental`` with ``id`` and ``subPath``, ``completed``. Events and whole answers are what they are."""

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def __call__(self, delivered: Delivered) -> Iterable[Json]:
        if isinstance(delivered, Ended):
            yield {"errors": told(delivered.errors, self._request_id)}
        elif isinstance(delivered, Part):
            yield self._part(delivered)
        else:
            answer = answer_of(delivered, self._request_id)
            if delivered.pending:
                answer |= {"pending": _pending(delivered.pending), "hasNext": True}
            yield answer

    def _part(self, part: Part) -> Json:
        found: Json = {}
        if part.pending:
            found["pending"] = _pending(part.pending)
        if part.pieces:
            found["incremental"] = [self._piece(piece) for piece in part.pieces]
        if part.completed:
            found["completed"] = [
                {"id": each.pending.id, **self._errors(each.errors)} for each in part.completed
            ]
        found["hasNext"] = part.has_next
        return found

    def _piece(self, piece: Piece) -> Json:
        sub_path = {"subPath": list(piece.sub_path)} if piece.sub_path else {}
        return {"id": piece.pending.id, **sub_path, "data": piece.data, **self._errors(piece.errors)}

    def _errors(self, errors: Iterable[Any]) -> Json:
        found = told(errors, self._request_id)
        return {"errors": found} if found else {}


def _pending(pending: Iterable[Pending]) -> list[Json]:
    return [{"id": each.id, "path": list(each.path), **_label(each)} for each in pending]


def _label(pending: Pending) -> Json:
    return {"label": pending.label} if pending.label is not None else {}


class Older:
    """``incremental`` with ``label``, ``path`` and ``data``; the first value never has one.

    Clients know a fragment to have come by its label and path, so each has one entry of its own at its path: what belongs
    deeper is nested into it, except below a list, where it is an entry more.
    """

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id
        self._begun: set[str] = set()

    def __call__(self, delivered: Delivered) -> Iterable[Json]:
        if isinstance(delivered, Ended):
            yield {"errors": told(delivered.errors, self._request_id), "hasNext": False}
        elif isinstance(delivered, Part):
            entries = self._entries(delivered)
            if entries:
                yield {"incremental": entries, "hasNext": delivered.has_next}
            elif not delivered.has_next:
                yield {"hasNext": False}
        else:
            yield answer_of(delivered, self._request_id) | {"hasNext": bool(delivered.pending)}

    def _entries(self, part: Part) -> list[Json]:
        own: dict[str, Json] = {}
        below: list[Json] = []
        for piece in part.pieces:
            pending = piece.pending
            if any(isinstance(key, int) for key in piece.sub_path):
                below.append(self._entry(pending, [*pending.path, *piece.sub_path], piece.data, piece.errors))
                continue
            entry = own.get(pending.id)
            if entry is None:
                entry = own[pending.id] = self._entry(pending, list(pending.path), {}, ())
            _nest(entry["data"], piece)
            if piece.errors:
                entry.setdefault("errors", []).extend(told(piece.errors, self._request_id))
        for completed in part.completed:
            pending = completed.pending
            if completed.errors:
                own[pending.id] = self._entry(pending, list(pending.path), None, completed.errors)
            elif pending.id not in self._begun and pending.id not in own:
                own[pending.id] = self._entry(pending, list(pending.path), {}, ())
        self._begun.update(own)
        return [*own.values(), *below]

    def _entry(
        self, pending: Pending, path: list[str | int], data: Json | None, errors: Iterable[Any]
    ) -> Json:
        found = told(errors, self._request_id)
        return {**_label(pending), "path": path, "data": data, **({"errors": found} if found else {})}


def _nest(data: Json, piece: Piece) -> None:
    """A piece's fields at its place below its fragment. Fields of a piece are new: nobody else has given them."""
    for key in piece.sub_path:
        data = data.setdefault(str(key), {})
    data.update(piece.data)
