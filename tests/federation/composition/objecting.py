"""What the tests of the rules share: composing, and the objections that come back."""

from __future__ import annotations

from federation import CompositionFailed, Objection, compose
from tests.federation.in_memory import LINK


def objections(**sdls: str) -> tuple[Objection, ...]:
    """The objections to Federation 2 subgraphs; none if they compose."""
    try:
        compose({name: LINK + sdl for name, sdl in sdls.items()})
    except CompositionFailed as failure:
        return failure.objections
    return ()


def codes(**sdls: str) -> list[str]:
    return [objection.code for objection in objections(**sdls)]
