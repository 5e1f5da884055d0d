"""``@context`` and ``@fromContext``: values of kinds, or of the root, for fields any number of levels below them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.federation.worlds.draft import KINDS, Draft
from tests.federation.worlds.features.leaves import PLAIN

HOLDER = "Dew"
"""An entity type that only kinds lead to."""


def contexts(draft: Draft) -> None:
    """All of one subgraph. Where there are mutations, whatever is below them must be below a kind that sets it."""
    able = {name: [kind for kind in KINDS if name in draft.able(kind)] for name in draft.names}
    rooted = all(name != "Mutation" for _, name in draft.types)
    owners = [name for name, kinds in able.items() if kinds and (rooted or len(kinds) == len(KINDS))]
    if not owners:
        return
    owner = draft.dice.choice(owners)
    draft.contextual.add(owner)
    _holders(draft, owner)
    taken = {"a": _context(draft, owner, "c", able[owner], rooted, listed=False)}
    if draft.chance(0.4):
        taken["b"] = _context(draft, owner, "d", able[owner], rooted, listed=draft.chance(0.6))
    for kind in (HOLDER, *(each for each in able[owner] if rooted and draft.chance(0.5))):
        _fields(draft, owner, kind, taken)


def _holders(draft: Draft, owner: str) -> None:
    """Some more of it in another subgraph."""
    for name in {owner, draft.home}:
        draft.at(name, HOLDER).directives.append('@key(fields: "id")')
        draft.put([name], HOLDER, "id", ": ID!", "")
    draft.put([draft.dice.choice((owner, draft.home))], HOLDER, "weight", ": Int")
    draft.put([owner], HOLDER, "next", f": {HOLDER}")
    for kind in KINDS:
        leading = [name for name in {owner, draft.home} if name in draft.able(kind)]
        if leading:
            listed = draft.chance(0.5)
            draft.put(draft.some(sorted(leading)), kind, "dew", f": [{HOLDER}!]" if listed else f": {HOLDER}")


def _context(
    draft: Draft, owner: str, context: str, able: Sequence[str], rooted: bool, *, listed: bool
) -> str:
    """An argument's type, and what it takes from the context, once somebody sets that."""
    setters = _setters(draft, owner, context, able, rooted)
    leaf = draft.dice.choice(PLAIN)
    chosen = {kind: _taken(draft, owner, kind, leaf, listed=listed) for kind in setters}
    if draft.chance(0.3):
        draft.at(owner, HOLDER).directives.append(f'@context(name: "{context}")')
        chosen[HOLDER] = "tints" if listed else "tint"
        draft.put([owner], HOLDER, chosen[HOLDER], ": [String]" if listed else ": String")
    if rooted:
        mark = "marks" if listed else "mark"
        draft.put([owner], "Query", mark, ": [String]" if listed else ": String")
        draft.at(owner, "Query").directives.append(f'@context(name: "{context}")')
        chosen["Query"] = mark
    if len(set(chosen.values())) == 1 and _is_set_by(draft, owner, setters, context):
        selection = f"{{ {chosen[setters[0]]} }}"
    else:
        selection = " ".join(f"... on {kind} {{ {each} }}" for kind, each in chosen.items())
    escaped = f"${context} {selection}".replace('"', '\\"')
    return f'{"[String]" if listed else "String"} @fromContext(field: "{escaped}")'


def _setters(draft: Draft, owner: str, context: str, able: Sequence[str], rooted: bool) -> list[str]:
    """The kinds that set it: each by itself, or as members of the union, or as those that implement the interface."""
    says = f'@context(name: "{context}")'
    union = draft.others[owner]["Any"]
    members = [kind for kind in KINDS if kind in union]
    everybody = list(able) == list(KINDS)
    if everybody and (rooted or members == list(able)) and draft.chance(0.2):
        draft.others[owner]["Any"] = union.replace(" =", f" {says} =", 1)
        return members
    if everybody and (owner, "Being") in draft.types and draft.chance(0.2):
        draft.at(owner, "Being").directives.append(says)
        return list(KINDS)
    setters = draft.some(able, len(able)) if rooted else able
    for kind in setters:
        draft.at(owner, kind).directives.append(says)
    return list(setters)


def _is_set_by(draft: Draft, owner: str, setters: Sequence[str], context: str) -> bool:
    """Whether each of the setters sets it by itself."""
    return all(f'@context(name: "{context}")' in draft.at(owner, kind).directives for kind in setters)


def _taken(draft: Draft, owner: str, kind: str, leaf: str, *, listed: bool) -> str:
    """What is taken of a kind; whoever answers it, the owner declares it."""
    link = "many" if listed else "one"
    if not listed and (kind, "size") in draft.answers and draft.chance(0.2):
        draft.external(owner, kind, "size")
        return "size(unit: IN)"
    if listed or draft.chance(0.3):
        below = draft.target[kind, link]
        draft.external(owner, kind, link)
        draft.external(owner, below, leaf)
        return f"{link} {{ {leaf} }}"
    draft.external(owner, kind, leaf)
    return leaf


def _fields(draft: Draft, owner: str, kind: str, taken: dict[str, str]) -> None:
    """With arguments of clients beside those that contexts fill, and perhaps a requirement."""
    given = ", ".join(f"{name}: {each}" for name, each in taken.items())
    requires = ""
    foreign = [leaf for leaf in PLAIN if kind != HOLDER and draft.is_foreign(owner, kind, leaf)]
    if foreign and draft.chance(0.5):
        leaf = draft.dice.choice(foreign)
        draft.external(owner, kind, leaf)
        requires = f'@requires(fields: "{leaf}")'
    draft.put([owner], kind, "told", f"(n: Int = 1, {given}): String", requires)
    if draft.chance(0.5):
        only = f"a: {taken['a']}"
        draft.put([owner], kind, "brought", f"({only}): {draft.dice.choice((*KINDS, HOLDER))}", "")
