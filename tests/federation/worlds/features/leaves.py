"""Fields with values: of all sorts of types, with arguments, and such that clash with their namesakes."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft

PLAIN = ("p", "q", "r")
"""Strings, on every kind: what requirements and provisions are about."""
SORTS = {
    "mood": ": Mood",
    "data": ": Json",
    "grid": ": [[Int]!]",
    "names": ": [String!]",
    "mass": ": Float!",
    "male": ": Boolean",
    "hue": ": Colour",
    "size": "(unit: Unit = CM): String",
    "fits": "(box: Box!, times: [Int!] = [1, 2]): String",
    "note": "(data: Json, mood: Mood = BAD): Int",
}
CLASHING = {"Ant": ": String!", "Bee": ": String", "Cow": ": [Int!]"}


def leaves(draft: Draft) -> None:
    """Spread over the subgraphs."""
    for kind in KINDS:
        able = draft.able(kind)
        for name in PLAIN:
            draft.put(draft.some(able), kind, name, ": String")
        for name in draft.dice.sample(sorted(SORTS), 4):
            draft.put(draft.some(able), kind, name, SORTS[name])
        if draft.chance(0.5):
            draft.put(draft.some(able, 1), kind, "clash", CLASHING[kind])
    _define(draft)


def _define(draft: Draft) -> None:
    """Enums and input objects; where they may differ between subgraphs, they do."""
    for name in draft.names:
        draft.define([name], "Mood", "enum Mood { BAD GOOD SAD }")
        draft.define([name], "Json", "scalar Json")
        draft.define(
            [name], "Colour", f"enum Colour {{ RED {draft.dice.choice(('', 'BLUE', 'GREEN BLUE'))} }}"
        )
        draft.define([name], "Unit", f"enum Unit {{ CM IN {draft.dice.choice(('', 'MM'))} }}")
        more = draft.dice.choice(("", "", "only_here: Int"))
        draft.define(
            [name],
            "Box",
            f"input Box {{ wide: Int = 2 high: Int! mood: Mood tags: [String!] inner: Box {more} }}",
        )
