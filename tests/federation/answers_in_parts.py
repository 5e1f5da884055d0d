"""Answers in parts, as tests read them: all of them at once, and merged as a client would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

from federation import (
    CompiledOperation,
    ExecutionResult,
    FetchContext,
    Part,
    Pending,
    ResponseError,
    execute_in_parts,
)


async def all_parts(
    compiled: CompiledOperation, variables: Mapping[str, Any] | None = None
) -> tuple[ExecutionResult, list[Part]]:
    """The first part and those after it."""
    async with aclosing(execute_in_parts(compiled, variables or {}, FetchContext())) as parts:
        found = [part async for part in parts]
    first, *rest = found
    assert isinstance(first, ExecutionResult)
    return first, [part for part in rest if isinstance(part, Part)]


def merged(first: ExecutionResult, parts: Sequence[Part]) -> Any:
    """The data when all parts are laid into the first, every rule of the protocol checked on the way."""
    data: Any = first.data
    open_: dict[str, Pending] = {each.id: each for each in first.pending}
    seen = set(open_)
    assert bool(parts) == bool(first.pending)
    for part in parts:
        for pending in part.pending:
            assert pending.id not in seen
            seen.add(pending.id)
            open_[pending.id] = pending
        assert part.completed
        for piece in part.pieces:
            assert piece.pending.id in open_
            assert piece.data
            target = _at(data, (*piece.pending.path, *piece.sub_path))
            assert target.keys().isdisjoint(piece.data), "a field was delivered twice"
            target.update(piece.data)
        for completed in part.completed:
            del open_[completed.pending.id]
        assert part.has_next == bool(open_)
    assert not open_
    return data


def errors_of(first: ExecutionResult, parts: Sequence[Part]) -> list[ResponseError]:
    """All errors of an answer."""
    pieces = [error for part in parts for piece in part.pieces for error in piece.errors]
    completed = [error for part in parts for each in part.completed for error in each.errors]
    return [*first.errors, *pieces, *completed]


def wire(first: ExecutionResult, parts: Sequence[Part]) -> list[Any]:
    """The parts as the specification's examples write them."""
    opening: dict[str, Any] = {"data": first.data}
    if first.errors:
        opening["errors"] = [_error(each) for each in first.errors]
    if first.pending:
        opening |= {"pending": [_pending(each) for each in first.pending], "hasNext": True}
    return [opening, *map(_part, parts)]


def _part(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if part.pending:
        found["pending"] = [_pending(each) for each in part.pending]
    if part.pieces:
        found["incremental"] = [
            {
                "id": each.pending.id,
                **({"subPath": list(each.sub_path)} if each.sub_path else {}),
                "data": each.data,
                **({"errors": [_error(e) for e in each.errors]} if each.errors else {}),
            }
            for each in part.pieces
        ]
    found["completed"] = [
        {"id": each.pending.id, **({"errors": [_error(e) for e in each.errors]} if each.errors else {})}
        for each in part.completed
    ]
    return found | {"hasNext": part.has_next}


def _pending(pending: Pending) -> dict[str, Any]:
    label = {"label": pending.label} if pending.label is not None else {}
    return {"id": pending.id, "path": list(pending.path), **label}


def _error(error: ResponseError) -> Any:
    return list(error.path) if error.path is not None else None


def _at(data: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        data = data[key]
    return data
