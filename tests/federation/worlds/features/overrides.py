"""``@override``: a field taken from another subgraph, at once or while a label is active."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft
from tests.federation.worlds.features.leaves import PLAIN

LABELS = ("percent(30)", "world.new", "world.old")


def overrides(draft: Draft) -> None:
    """Of fields that one subgraph answers."""
    for kind in KINDS:
        for name in PLAIN:
            (owner, *more) = draft.answers[kind, name]
            able = [each for each in draft.able(kind) if not draft.has(each, kind, name)]
            if more or not able or not draft.chance(0.25):
                continue
            taken_from = draft.dice.choice(able)
            draft.at(taken_from, kind).fields[name] = f"{name}{draft.declared[kind, name]}"
            label = f', label: "{draft.dice.choice(LABELS)}"' if draft.chance(0.5) else ""
            draft.mark(owner, kind, name, f'@override(from: "{taken_from}"{label})')
