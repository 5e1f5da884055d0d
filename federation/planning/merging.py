"""Steps that can travel together are one step: same subgraph, same wave, selections that do not disturb each
other."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import print_ast

from federation.planning.build_selection import selection_set
from federation.planning.draft import Node, Step, at_odds, depths
from federation.planning.operation import ALWAYS
from federation.supergraph import Supergraph


def merge_steps(supergraph: Supergraph, steps: list[Step]) -> list[Step]:
    """Fewer steps with the same effect, waves unchanged. Steps at the same path always merge, others if no
    type's selection would grow by it."""
    wave = depths(steps)
    kept: list[Step] = []
    replaced: dict[Step, Step] = {}
    for step in steps:
        partner = None
        if not step.is_root:
            partner = next(
                (
                    k
                    for k in kept
                    if not k.is_root
                    and (k.subgraph, k.act, wave[k], k.defer, k.is_rooted)
                    == (step.subgraph, step.act, wave[step], step.defer, step.is_rooted)
                    and _may_join(supergraph, k, step)
                ),
                None,
            )
        if partner is None:
            kept.append(step)
        else:
            _join(partner, step)
            replaced[step] = partner
    for step in kept:
        step.depends = {replaced.get(d, d) for d in step.depends}
    return _join_acts(kept)


def _join_acts(steps: list[Step]) -> list[Step]:
    """Mutation fields in a row of one subgraph are one request: it runs them in their order (GraphQL spec, 6.2.2).

    What follows a field elsewhere is done before the next field: a field with follow-ups is the last of its request.
    What is deferred follows all fields.
    """
    kept: list[Step] = []
    last: list[Step] = []
    for act in sorted({step.act for step in steps}):
        these = [step for step in steps if step.act == act]
        roots = [step for step in these if step.is_root]
        if len(last) == len(roots) == 1 and last[0].subgraph == roots[0].subgraph:
            into, root = last[0], roots[0]
            _join(into, root)
            these.remove(root)
            for step in these:
                step.act = into.act
                step.depends = {into if each is root else each for each in step.depends}
            kept.extend(these)
            last = [into, *(step for step in these if step.defer is None)]
        else:
            kept.extend(these)
            last = [step for step in these if step.defer is None]
    return kept


def _join(into: Step, step: Step) -> None:
    into.node.add(step.node)
    into.depends |= step.depends
    for entry in step.entries:
        same = next(
            (e for e in into.entries if (e.path, e.type, e.of) == (entry.path, entry.type, entry.of)), None
        )
        if same is None:
            into.entries.append(entry)
        else:
            same.keys.update(entry.keys)
            same.requires.update(entry.requires)
            same.filled.update(entry.filled)
            for reason in entry.reasons:
                same.because(reason)


def _may_join(supergraph: Supergraph, one: Step, other: Step) -> bool:
    if one.contextual != other.contextual:
        return False
    if any(at_odds(e.requires, f.requires) for e in one.entries for f in other.entries if e.of == f.of):
        return False
    for name in one.node.by_type.keys() & other.node.by_type.keys():
        if _paths(one, name) != _paths(other, name) and _text(one, name) != _text(other, name):
            return False
    names = sorted(one.node.by_type.keys() | other.node.by_type.keys())
    if len(names) == 1:
        return True
    nodes = [s.node.by_type[n] for s in (one, other) for n in names if n in s.node.by_type]
    return not _clash(supergraph, one.subgraph, nodes)


def _paths(step: Step, name: str) -> set[object]:
    return {entry.path for entry in step.entries if entry.type == name}


def _text(step: Step, name: str) -> str:
    return print_ast(selection_set(step.node.by_type[name], ALWAYS))


def _clash(supergraph: Supergraph, subgraph: str, nodes: Iterable[Node]) -> bool:
    """Whether the nodes side by side break SameResponseShape (GraphQL spec, 5.3.2)."""
    views = supergraph.views[subgraph]
    shapes: dict[str, str] = {}
    below: dict[str, list[Node]] = {}
    for node in nodes:
        for flat in (node, *node.by_type.values()):
            for chosen in flat.fields.values():
                view = views[flat.type].fields[chosen.name]
                shape = view.type if view.leaf else view.type.replace(view.named, "*")
                if shapes.setdefault(chosen.key, shape) != shape:
                    return True
                if chosen.below is not None:
                    below.setdefault(chosen.key, []).append(chosen.below)
    return any(len(found) > 1 and _clash(supergraph, subgraph, found) for found in below.values())
