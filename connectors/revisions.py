"""A stored revision of a connector: content that never changes, and the state it is in (docs/adr/0012).

Must never: know how a revision is judged, or by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from connectors.manifest.model import Words


class State(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CANARY = "canary"
    PUBLISHED = "published"
    DISABLED = "disabled"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


SERVED = frozenset({State.PUBLISHED, State.DISABLED})
"""In the graph; a disabled one answers with its notice."""
OPEN = frozenset({State.DRAFT, State.IN_REVIEW, State.CANARY})
"""On their way; a connector has one of them at most."""

MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.DRAFT: frozenset({State.IN_REVIEW, State.CANARY, State.PUBLISHED, State.SUPERSEDED}),
        State.IN_REVIEW: frozenset({State.DRAFT, State.CANARY, State.PUBLISHED, State.SUPERSEDED}),
        State.CANARY: frozenset({State.DRAFT, State.PUBLISHED, State.SUPERSEDED}),
        State.PUBLISHED: frozenset({State.DISABLED, State.SUPERSEDED, State.RETIRED}),
        State.DISABLED: frozenset({State.PUBLISHED, State.SUPERSEDED, State.RETIRED}),
        State.SUPERSEDED: frozenset({State.PUBLISHED, State.DISABLED}),
        State.RETIRED: frozenset({State.PUBLISHED, State.DISABLED}),
    }
)
"""Every move there is; back from ``superseded`` and ``retired`` by rollback, and only for what was published once."""


class MoveRefused(ValueError):
    """The registry won't do it; the message says why in words for the person who asked."""


class UnknownConnector(MoveRefused):
    """Nothing is stored under this id."""

    def __init__(self, connector_id: str) -> None:
        super().__init__(f"no published connector {connector_id!r}, and none on its way")


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word for a revision. ``need`` is what it stands for (``owner``, ``platform``, ``steward``)."""

    by: str
    account_id: str
    need: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored revision. ``revision`` is the registry's at its first publication, 0 before; ``base`` the ``id`` of the revision
    that was served when this one was judged.

    Shape of ``results``: one JSON object a stage, ``{"stage", "passed", "findings": [...]}``.
    """

    id: int
    connector_id: str
    version: str
    department: str
    endpoint: str | None
    content_hash: str
    state: State
    published_by: str
    published_at_s: float
    revision: int
    manifest: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    submitted_by: str = ""
    submitter_id: str = ""
    """The submitter's account, where there is one."""
    submitted_at_s: float = 0.0
    base: int | None = None
    needs: tuple[str, ...] = ()
    results: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    accepted_breaking: str = ""
    notice: Words | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log: what serves a connector from a registry revision on (``revision_id`` None: nothing)."""

    revision: int
    connector_id: str
    revision_id: int | None
    notice: Words | None
    action: str
    by: str
    at_s: float


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """All that is served at one registry revision, by connector id; ``canaries`` beside it, for a share of sessions."""

    revision: int
    items: tuple[Revision, ...]
    canaries: tuple[Revision, ...] = ()
