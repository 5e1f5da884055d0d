"""What the tests of the rules share: composing, and the objections that come back."""

from __future__ import annotations

from federation import CompositionFailed, Objection, Severity, compose, judge
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


def hints(**sdls: str) -> list[Objection]:
    """The hints about Federation 2 subgraphs, which compose."""
    composition = judge({name: LINK + sdl for name, sdl in sdls.items()})
    assert composition.supergraph is not None, composition.objections
    assert all(o.severity is Severity.HINT and o.message and o.fix and o.line for o in composition.objections)
    return list(composition.objections)


def told(**sdls: str) -> list[tuple[str, tuple[str, ...]]]:
    """Codes and subgraphs of the hints."""
    return [(hint.code, hint.subgraphs) for hint in hints(**sdls)]
