"""``@requires``: a field, several, with arguments, through links, with fragments, and one upon another."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft
from tests.federation.worlds.features.leaves import PLAIN

Needed = tuple[str, list[tuple[str, str]]]
"""A field set, and the fields of which type it names: none of them may be the subgraph's own."""


THINKER = "t"
"""A subgraph that knows nothing by itself."""


def requirements(draft: Draft) -> None:
    """Some of each kind."""
    for kind in KINDS:
        for name, needed in _possible(draft, kind).items():
            if draft.chance(0.5):
                _require(draft, kind, name, needed, draft.able(kind))
        if (kind, "sum") in draft.answers and draft.chance(0.6):
            _require(draft, kind, "sum2", ("sum", [(kind, "sum")]), draft.able(kind))


def thinker(draft: Draft) -> None:
    """It has only fields that require others."""
    for kind in KINDS:
        draft.at(THINKER, kind).directives.append('@key(fields: "id")')
        draft.put([THINKER], kind, "id", ": ID!", "")
    draft.define([THINKER], "Any", "union Any = Ant | Bee | Cow")
    draft.define([THINKER], "Unit", "enum Unit { CM IN }")
    for kind in KINDS:
        for name, needed in _possible(draft, kind).items():
            if (kind, name) not in draft.answers:
                _require(draft, kind, name, needed, [THINKER])


def _require(draft: Draft, kind: str, name: str, needed: Needed, among: list[str]) -> None:
    """Put the field into a subgraph that has nothing of what it requires; into none, if there is none."""
    chosen, fields = needed
    able = [
        each
        for each in among
        if not any(draft.has(each, *field) or (each, field[0]) in draft.stubs for field in fields)
    ]
    if not able:
        return
    owner = draft.dice.choice(able)
    for field in fields:
        draft.external(owner, *field)
    escaped = chosen.replace('"', '\\"')
    draft.put([owner], kind, name, ": String", f'@requires(fields: "{escaped}")')


def _possible(draft: Draft, kind: str) -> dict[str, Needed]:
    first, second = draft.dice.sample(PLAIN, 2)
    one, many = draft.target[kind, "one"], draft.target[kind, "many"]
    further = draft.target[one, "one"]
    found: dict[str, Needed] = {
        "sum": (first, [(kind, first)]),
        "pair": (f"{first} {second}", [(kind, first), (kind, second)]),
        "far": (f"one {{ {first} }}", [(kind, "one"), (one, first)]),
        "each": (f"many {{ {second} }}", [(kind, "many"), (many, second)]),
        "further": (
            f"one {{ one {{ {second} }} }}",
            [(kind, "one"), (one, "one"), (further, second)],
        ),
        "which": (
            f"any {{ ... on Ant {{ {first} }} ... on Bee {{ {second} }} }}",
            [(kind, "any"), ("Ant", first), ("Bee", second)],
        ),
    }
    if (kind, "size") in draft.answers:
        found["fit"] = ("size(unit: CM)", [(kind, "size")])
        found["fat"] = ("size(unit: IN)", [(kind, "size")])
    return found
