"""``@provides``: below a link, a list, a union, an interface, and two links deep."""

from __future__ import annotations

from tests.federation.worlds.draft import KINDS, Draft
from tests.federation.worlds.features.leaves import PLAIN


def provisions(draft: Draft) -> None:
    """On some links of each kind."""
    for kind in KINDS:
        for link in ("one", "many", "any", "anies", "being"):
            for name in draft.answers.get((kind, link), ()):
                if draft.chance(0.3):
                    _provide(draft, name, kind, link)


def _provide(draft: Draft, subgraph: str, kind: str, link: str) -> None:
    leaf = draft.dice.choice(PLAIN)
    if (kind, link) in draft.target:
        below = draft.target[kind, link]
        last = draft.target[below, "one"]
        is_deep = draft.is_foreign(subgraph, below, "one") and draft.is_foreign(subgraph, last, leaf)
        if is_deep and draft.chance(0.7):
            draft.external(subgraph, below, "one")
            draft.external(subgraph, last, leaf)
            draft.mark(subgraph, kind, link, f'@provides(fields: "one {{ {leaf} }}")')
        elif draft.is_foreign(subgraph, below, leaf):
            draft.external(subgraph, below, leaf)
            draft.mark(subgraph, kind, link, f'@provides(fields: "{leaf}")')
        return
    members = [each for each in KINDS if link == "being" or each in draft.others[subgraph]["Any"]]
    members = [each for each in members if draft.is_foreign(subgraph, each, leaf)]
    for each in members:
        draft.external(subgraph, each, leaf)
    if members:
        chosen = " ".join(f"... on {each} {{ {leaf} }}" for each in members)
        draft.mark(subgraph, kind, link, f'@provides(fields: "{chosen}")')
