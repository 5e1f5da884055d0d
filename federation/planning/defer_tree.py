"""The plan of an operation with deferred fragments as a tree for readers: what comes first, and what each fragment
takes after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from federation.planning.defers import DeferUsage, Within
from federation.planning.plan import Fetch, JsonObject, PlanNode, block_text, build_tree


@dataclass(frozen=True, slots=True)
class Deferred:
    """What a deferred fragment takes. ``node`` None: all of it comes with what is fetched before, and is told later.
    ``depends``: the ids of the blocks that it builds on; 0 is the primary one."""

    id: int
    path: str
    label: str | None
    depends: tuple[int, ...]
    node: PlanNode | None

    def text(self) -> str:
        head = f"Deferred {self.id} at {self.path or 'the root'}"
        if self.label is not None:
            head += f' "{self.label}"'
        if any(self.depends):
            head += f" after {', '.join(map(str, self.depends))}"
        return block_text(head, (self.node,) if self.node is not None else ())

    def to_json(self) -> JsonObject:
        return {
            "id": self.id,
            "path": self.path,
            "label": self.label,
            "depends": list(self.depends),
            "node": self.node.to_json() if self.node is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Defer:
    """``primary`` gives the first part of the answer; then the deferred blocks run side by side."""

    primary: PlanNode | None
    deferred: tuple[Deferred, ...]

    def text(self) -> str:
        primary = Primary(self.primary)
        return block_text("Defer", (primary, *self.deferred))

    def to_json(self) -> JsonObject:
        return {
            "kind": "Defer",
            "primary": {"node": self.primary.to_json() if self.primary is not None else None},
            "deferred": [each.to_json() for each in self.deferred],
        }


@dataclass(frozen=True, slots=True)
class Primary:
    """The first part."""

    node: PlanNode | None

    def text(self) -> str:
        return block_text("Primary", (self.node,) if self.node is not None else ())


def build_deferred_tree(steps: Sequence[Fetch], usages: Sequence[DeferUsage]) -> tuple[PlanNode | None, int]:
    """The tree, and the number of waves in the longest row of blocks, the primary one first."""
    if not usages:
        return build_tree(tuple(steps))
    primary, waves = build_tree(tuple(step for step in steps if step.defer is None))
    home: dict[int, Within] = {step.number: step.defer for step in steps}
    blocks: list[Deferred] = []
    ends = {0: waves}
    for usage in usages:
        own = tuple(step for step in steps if step.defer is usage)
        node, depth = build_tree(own)
        depends = {_id(home[number]) for step in own for number in step.depends} - {_id(usage)}
        depends = depends or {_id(usage.parent) if not own else 0}
        ends[_id(usage)] = depth + max(ends[each] for each in depends)
        blocks.append(Deferred(_id(usage), ".".join(usage.path), usage.label, tuple(sorted(depends)), node))
    return Defer(primary, tuple(blocks)), max(ends.values())


def _id(usage: Within) -> int:
    return 0 if usage is None else usage.number + 1
