"""Fields that lead to objects: single, in lists of lists, to a union, to an interface, to a type without a key."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft, DraftType
from tests.federation.worlds.features.leaves import PLAIN

TO_ONE = {"one": ": {}", "many": ": [{}!]!", "rows": ": [[{}]!]", "near": "(no: Int, box: Box): {}"}


def interfaces(draft: Draft) -> None:
    """``Being`` wherever every kind has a field in common."""
    for name in draft.names:
        common = [
            child for child in ("id", *PLAIN) if all(name in draft.answers.get((k, child), ()) for k in KINDS)
        ]
        if not common:
            continue
        chosen = ["id"] if "id" in common and draft.chance(0.5) else draft.some(common, 3)
        being = draft.types[name, "Being"] = DraftType("interface")
        for child in chosen:
            being.fields[child] = f"{child}{draft.declared[KINDS[0], child]}"
        for kind in KINDS:
            draft.at(name, kind).implements.append("Being")


def links(draft: Draft) -> None:
    """To random kinds."""
    differing = draft.chance(0.3)
    for name in draft.names:
        members = draft.dice.sample(KINDS, draft.dice.randint(2, 3)) if differing else KINDS
        draft.define([name], "Any", f"union Any = {' | '.join(sorted(members))}")
    beings = [name for name in draft.names if (name, "Being") in draft.types]
    for kind in KINDS:
        able = draft.able(kind)
        for link in ("one", "many", *draft.dice.sample(("rows", "near"), 1)):
            draft.target[kind, link] = target = draft.dice.choice(KINDS)
            draft.put(draft.some(able), kind, link, TO_ONE[link].format(target))
        draft.put(draft.some(able), kind, "any", ": Any")
        if draft.chance(0.5):
            draft.put(draft.some(able), kind, "anies", ": [Any]")
        fitting = [name for name in able if name in beings]
        if fitting:
            draft.put(draft.some(fitting), kind, "being", ": Being!")


def value_types(draft: Draft) -> None:
    """``Spot`` has no key: what is below it comes from whoever answers the field that leads to it."""
    owners = draft.some(draft.names, 3)
    for child, declared in (("lat", ": String"), ("lon", ": Int"), ("next", ": Ant"), ("core", ": Core")):
        draft.put(draft.some(owners), "Spot", child, declared)
    draft.put(draft.answers["Spot", "core"], "Core", "depth", ": Int!")
    everyone = sorted(
        {each for child in ("lat", "lon", "next", "core") for each in draft.answers["Spot", child]}
    )
    for kind in KINDS:
        if all(name in draft.able(kind) for name in everyone):
            listed = draft.chance(0.4)
            draft.put(everyone, kind, "spot", ": [Spot!]" if listed else ": Spot")


def roots(draft: Draft) -> None:
    """Where operations start; whoever shares a root field answers all of it."""
    beings = [name for name in draft.names if (name, "Being") in draft.types]
    draft.put(draft.some(draft.names), "Query", "one", ": Ant")
    draft.put(draft.some(draft.names), "Query", "many", ": [Bee!]!")
    draft.put(draft.some(draft.names), "Query", "any", ": Any")
    draft.put(draft.some(beings), "Query", "being", ": Being")
    draft.put(draft.some(draft.names), "Query", "find", "(no: Int = 1, box: Box): Cow")
