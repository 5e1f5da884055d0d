"""Steps that can travel together are one step: same subgraph, same wave, selections that do not disturb each
other."""

from __future__ import annotations

from federation.planning.draft import Step, depths
from federation.planning.loads import Load, Loads
from federation.supergraph import Supergraph


def merge_steps(supergraph: Supergraph, steps: list[Step]) -> list[Step]:
    """Fewer steps with the same effect, waves unchanged. Steps at the same path always merge, others if no
    type's selection would grow by it."""
    wave = depths(steps)
    kept: list[Step] = []
    loads: dict[object, Loads] = {}
    replaced: dict[Step, Step] = {}
    for step in steps:
        if step.is_root:
            kept.append(step)
            continue
        load = Load(supergraph, step)
        alike = (step.subgraph, step.act, wave[step], step.defer, step.is_rooted, step.contextual)
        partner = loads.setdefault(alike, Loads()).join(load)
        if partner is None:
            kept.append(step)
        else:
            replaced[step] = partner.step
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
            into.node.add(root.node)
            into.depends |= root.depends
            into.entries[0].add(root.entries[0])
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
