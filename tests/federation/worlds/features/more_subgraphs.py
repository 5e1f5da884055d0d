"""Further subgraphs, each with one thing that makes it special."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft
from tests.federation.worlds.facts import COUNT, MISSES


def nullable_key(draft: Draft) -> None:
    """Some objects have no value for its key: what it answers about them is null."""
    kind = draft.dice.choice(KINDS)
    draft.put([draft.home], kind, "badge", ": String")
    draft.at("n", kind).directives.append('@key(fields: "badge")')
    draft.put(["n"], kind, "badge", ": String", "")
    draft.put(["n"], kind, "rank", ": Int", "")
    draft.put(["n"], kind, "honours", ": [String!]", "")


def missing_entities(draft: Draft) -> None:
    """It does not know some of the objects: what it answers about them is null."""
    kind = draft.dice.choice(KINDS)
    missed = f'@tag(name: "{MISSES}{draft.dice.randrange(COUNT)}")'
    draft.at("m", kind).directives += ['@key(fields: "id")', missed]
    draft.put(["m"], kind, "id", ": ID!", "")
    draft.put(["m"], kind, "age", ": Int", "")
    draft.put(["m"], kind, "past", ": [String!]", "")


def version_one(draft: Draft) -> None:
    """One in the words of Federation v1."""
    kind = draft.dice.choice(KINDS)
    draft.version_one.add("v")
    known = draft.at("v", kind)
    known.keyword = "extend type"
    known.directives.append('@key(fields: "id")')
    known.fields["id"] = "id: ID! @external"
    known.fields["p"] = "p: String @external"
    draft.put(["v"], kind, "older", ": Int", "")
    draft.put(["v"], kind, "oldest", ": String", '@requires(fields: "p")')
    draft.at("v", "Query").keyword = "extend type"
    draft.put(["v"], "Query", "old", f": {kind}", "")


def mutations(draft: Draft) -> None:
    """Each of one subgraph."""
    draft.put([draft.dice.choice(draft.names)], "Mutation", "make", "(box: Box, mood: Mood): Ant", "")
    draft.put([draft.dice.choice(draft.names)], "Mutation", "count", ": Int!", "")
    draft.put([draft.dice.choice(draft.names)], "Mutation", "pick", "(nos: [Int!]!): Any", "")


def renamed_roots(draft: Draft) -> None:
    """One subgraph calls its root types otherwise."""
    able = [name for name in draft.names if (name, "Query") in draft.types]
    name = draft.dice.choice(able)
    roots = (("Query", "Reads"), ("Mutation", "Writes"))
    draft.renamed[name] = {root: each for root, each in roots if (name, root) in draft.types}
