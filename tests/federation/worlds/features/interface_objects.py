"""An entity interface at home, and a subgraph that knows it as an ``@interfaceObject`` only."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft

MOODS = "w"


def interface_objects(draft: Draft) -> None:
    """What that subgraph adds has every kind of being."""
    being = draft.at(draft.home, "Being")
    being.fields["id"] = "id: ID!"
    being.directives.append('@key(fields: "id")')
    known = draft.at(MOODS, "Being")
    known.directives += ['@key(fields: "id")', "@interfaceObject"]
    known.fields["id"] = "id: ID!"
    known.fields["feels"] = "feels: String"
    known.fields["tone"] = "tone(level: Int! = 1): Int"
    if draft.chance(0.6):
        known.fields["friend"] = "friend: Being"
    if draft.chance(0.5):
        for kind in KINDS:
            draft.put([draft.home], kind, "nick", ": String")
        being.fields["nick"] = "nick: String"
        known.fields["nick"] = "nick: String @external"
        known.fields["echo"] = 'echo: String @requires(fields: "nick")'
    draft.at(MOODS, "Query").fields["beings"] = "beings: [Being!]"
