"""Keys: one or several, of several fields, through objects, hidden from clients, not resolvable."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft

STYLES: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "no": ("no",),
    "both": ("id", "no"),
    "hidden": ("hid",),
    "composite": ("no code",),
    "nested": ("no org { name }",),
}
"""The keys of a type in a subgraph that is not home."""
DECLARED = {
    "id": ": ID!",
    "no": ": Int!",
    "code": ": String!",
    "hid": ": ID! @inaccessible",
    "org": ": Org!",
}


def keys(draft: Draft) -> None:
    """Home has every key of a kind, so that any subgraph is reached from any other."""
    for kind in KINDS:
        used = dict.fromkeys(["id", "no"])
        for name in draft.names:
            if name != draft.home:
                style = draft.dice.choice((*STYLES, "id", "half", "stub"))
                for each in _keys(draft, name, kind, style):
                    used[each] = None
        for each in used:
            _key(draft, draft.home, kind, each)


def _keys(draft: Draft, subgraph: str, kind: str, style: str) -> tuple[str, ...]:
    if style == "stub":
        draft.stubs.add((subgraph, kind))
        _key(draft, subgraph, kind, "id", resolvable=False)
        return ("id",)
    if style == "half":
        _key(draft, subgraph, kind, "no")
        _key(draft, subgraph, kind, "id", resolvable=False)
        return ("id", "no")
    for each in STYLES[style]:
        _key(draft, subgraph, kind, each)
    return STYLES[style]


def _key(draft: Draft, subgraph: str, kind: str, chosen: str, *, resolvable: bool = True) -> None:
    more = "" if resolvable else ", resolvable: false"
    draft.at(subgraph, kind).directives.append(f'@key(fields: "{chosen}"{more})')
    for child in chosen.replace("{ name }", "").split():
        draft.put([subgraph], kind, child, DECLARED[child], "")
    if "org" in chosen:
        draft.put([subgraph], "Org", "name", ": String!")
