"""What an operation with ``@defer`` answers: a first part, then pieces; free of any wire format.

Source: GraphQL specification, working draft of 2025, sections "Incremental Delivery"; a field is delivered once
(what the first part has is in no piece). Both multipart formats can be written from these values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from federation.execution.failures import ClientPath, ResponseError
from federation.subgraph import Json

if TYPE_CHECKING:
    from federation.execution.sending import FetchFact


@dataclass(frozen=True, slots=True)
class Pending:
    """One deferred fragment at one place of the answer. ``id`` is unique in the answer."""

    id: str
    path: ClientPath
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Fields of a deferred fragment, for the object at ``pending.path + sub_path``; errors have whole paths."""

    pending: Pending
    sub_path: ClientPath
    data: dict[str, Json]
    errors: tuple[ResponseError, ...] = ()


@dataclass(frozen=True, slots=True)
class Completed:
    """Nothing more comes for a fragment. With ``errors`` it is null as a whole: null propagation reached it."""

    pending: Pending
    errors: tuple[ResponseError, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One delivery after the first (which is an ``ExecutionResult`` with ``pending``)."""

    pending: tuple[Pending, ...] = ()
    pieces: tuple[Piece, ...] = ()
    completed: tuple[Completed, ...] = ()
    has_next: bool = True
    fetches: tuple[FetchFact, ...] = ()
    """What was fetched since the part before."""
