"""Small random worlds: three entity types and what hangs on them, spread over a few subgraphs.

Each feature of federation is a function that puts something into a draft, under ``worlds/features``.
"""

from __future__ import annotations

from random import Random

from tests.federation.worlds.draft import Draft
from tests.federation.worlds.features import (
    contexts,
    interface_objects,
    keys,
    leaves,
    links,
    more_subgraphs,
    overrides,
    provisions,
    requirements,
)
from tests.federation.worlds.world import World

SUBGRAPHS = ("x", "y", "z")


def world_of(dice: Random) -> World:
    """A world by chance. Not every one composes."""
    names = SUBGRAPHS[: dice.randint(2, 3)]
    draft = Draft(dice, names, dice.choice(names))
    keys.keys(draft)
    leaves.leaves(draft)
    links.interfaces(draft)
    links.links(draft)
    links.value_types(draft)
    links.roots(draft)
    for share, feature in (
        (0.6, overrides.overrides),
        (0.7, requirements.requirements),
        (0.4, requirements.thinker),
        (0.7, provisions.provisions),
        (0.3, interface_objects.interface_objects),
        (0.2, more_subgraphs.nullable_key),
        (0.2, more_subgraphs.missing_entities),
        (0.2, more_subgraphs.version_one),
        (0.5, more_subgraphs.mutations),
        (0.3, more_subgraphs.renamed_roots),
        (0.4, contexts.contexts),
    ):
        if draft.chance(share):
            feature(draft)
    return World(draft.sdls())
