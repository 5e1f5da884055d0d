"""The property of ``@defer``: on whatever fragments it stands, the parts laid together are the answer without it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    print_ast,
    visit,
)

from federation import CompiledOperation, Subgraph, plan, validate
from tests.federation.answers_in_parts import all_parts, errors_of, merged
from tests.federation.worlds.cases import cases
from tests.federation.worlds.faults import TOLD, FaultyServed
from tests.federation.worlds.world import Case, compiled, whole

ALL = frozenset[tuple[str, bool]]()


def deferred_cases(seed: int, count: int) -> Iterator[Case]:
    """The cases of the plain property, with ``@defer`` on fragments of theirs and on new ones."""
    for number, case in enumerate(cases(seed, count)):
        sprinkled = _sprinkled(case, Random(f"{seed} {number}"))
        is_valid = not validate(case.world.supergraph.api_schema, parse(sprinkled))
        yield replace(case, operation=sprinkled) if is_valid else case


class Answered(NamedTuple):
    """``told``: how many parts came after the first, or how many errors were told."""

    compiled: CompiledOperation
    told: int


def check_deferred(case: Case) -> Answered:
    """How many parts came after the first.

    Raises: AssertionError where the answers differ, or where the first part takes more requests than the whole answer
    would without ``@defer``; NotValid.
    """
    expected, log = whole(case)
    ready = compiled(case, deferring=ALL)
    together = plan(case.world.supergraph, case.document, active_labels=case.labels)
    primary = {step.batch for step in ready.plan.steps if step.defer is None}
    first, parts = asyncio.run(all_parts(ready, case.variables))
    said = (ready.plan.text(), case)
    assert len(primary) <= together.fetches, said
    assert not errors_of(first, parts), (errors_of(first, parts), *said)
    data = merged(first, parts)
    assert data == expected.data, (data, expected.data, *said)
    assert case.world.log == log, "the mutations or their order differ"
    return Answered(ready, len(parts))


def check_deferred_faulty(case: Case) -> Answered:
    """The same where subgraphs fail at times, and say so: how many errors were told.

    Raises: AssertionError where both answers have something, and not the same; NotValid.
    """
    expected, _ = whole(case)
    dice = Random(crc32(case.operation.encode()))
    served = case.world.subgraphs
    subgraphs: dict[str, Subgraph] = {name: FaultyServed(each, dice, TOLD) for name, each in served.items()}
    ready = compiled(case, subgraphs, deferring=ALL)
    first, parts = asyncio.run(all_parts(ready, case.variables))
    data, errors = merged(first, parts), errors_of(first, parts)
    assert _agree(data, expected.data), (data, expected.data, ready.plan.text(), case)
    for error in errors:
        assert _leads(expected.data, error.path or ()), (error.path, ready.plan.text(), case)
    return Answered(ready, len(errors))


def _agree(some: Any, whole: Any) -> bool:
    """Whether everything that is there is right."""
    if some is None:
        return True
    if isinstance(some, dict):
        return isinstance(whole, dict) and all(k in whole and _agree(v, whole[k]) for k, v in some.items())
    if isinstance(some, list):
        return isinstance(whole, list) and len(some) == len(whole) and all(map(_agree, some, whole))
    return bool(some == whole)


def _leads(data: Any, path: Sequence[str | int]) -> bool:
    """Whether the path is one of the answer's, up to a null."""
    for key in path:
        if data is None:
            return True
        if isinstance(key, str) and not (isinstance(data, dict) and key in data):
            return False
        data = data[key]
    return True


# -- @defer put on an operation


def _sprinkled(case: Case, dice: Random) -> str:
    info = TypeInfo(case.world.merged)
    sprinkler = _Sprinkler(info, dice)
    document: DocumentNode = visit(parse(case.operation), TypeInfoVisitor(info, sprinkler))
    return print_ast(DocumentNode(definitions=(*document.definitions, *sprinkler.fragments)))


class _Sprinkler(Visitor):
    """On the way up, so that what it makes is not visited again."""

    def __init__(self, info: TypeInfo, dice: Random) -> None:
        super().__init__()
        self._info = info
        self._dice = dice
        self.fragments: list[FragmentDefinitionNode] = []

    def leave_inline_fragment(self, node: InlineFragmentNode, *_: object) -> InlineFragmentNode:
        if self._info.get_parent_type() is not None and self._dice.random() < 0.4:
            node.directives = (*node.directives, self._defer())
        return node

    def leave_selection_set(self, node: SelectionSetNode, *_: object) -> SelectionSetNode | None:
        dice, kind = self._dice, self._info.get_parent_type()
        if kind is None or kind is self._info._schema.mutation_type or dice.random() < 0.6:
            return None
        chosen = [each for each in node.selections if dice.random() < 0.6]
        kept = [each for each in node.selections if each not in chosen or dice.random() < 0.2]
        if not chosen:
            return None
        made = list(self._fragment(kind, chosen))
        return SelectionSetNode(selections=tuple(dice.sample([*kept, *made], len(kept) + len(made))))

    def _fragment(self, kind: GraphQLCompositeType, chosen: list[SelectionNode]) -> Iterator[SelectionNode]:
        inner = SelectionSetNode(selections=tuple(chosen))
        if self._dice.random() < 0.7:
            yield InlineFragmentNode(selection_set=inner, directives=(self._defer(),))
            return
        name = NameNode(value=f"Later{len(self.fragments)}")
        on = NamedTypeNode(name=NameNode(value=kind.name))
        self.fragments.append(
            FragmentDefinitionNode(name=name, type_condition=on, selection_set=inner, directives=())
        )
        yield FragmentSpreadNode(name=name, directives=(self._defer(),))
        if self._dice.random() < 0.3:
            yield FragmentSpreadNode(name=name, directives=())

    def _defer(self) -> DirectiveNode:
        arguments = []
        if self._dice.random() < 0.3:
            off = BooleanValueNode(value=False)
            arguments.append(ArgumentNode(name=NameNode(value="if"), value=off))
        return DirectiveNode(name=NameNode(value="defer"), arguments=tuple(arguments))
