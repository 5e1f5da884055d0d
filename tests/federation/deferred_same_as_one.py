"""The property of ``@defer``: on whatever fragments it stands, the parts laid together are the answer without it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

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
    VariableNode,
    Visitor,
    execute_sync,
    parse,
    print_ast,
    visit,
)

from federation import (
    FetchError,
    FetchResult,
    Json,
    PlannedFetch,
    Representation,
    compile_operation,
    plan,
    validate,
)
from federation.subgraph import FetchContext, PreparedFetch, Subgraph
from tests.federation.generated import World
from tests.federation.parts import all_parts, errors_of, merged
from tests.federation.same_as_one import Case, NotValid, cases, composed
from tongban.errors import ErrorCode


def deferred_cases(seed: int, count: int) -> Iterator[Case]:
    """The cases of the plain property, with ``@defer`` on fragments of theirs and on new ones."""
    for number, case in enumerate(cases(seed, count)):
        world, _ = composed(case.seed)
        dice = Random(f"{case.seed} {number}")
        yield Case(case.seed, _sprinkled(case.operation, world, dice), case.on)


def check(case: Case) -> int:
    """The number of parts after the first.

    Raises: AssertionError where the answers differ, or where the first part takes more requests than the whole answer
    would without ``@defer``; NotValid.
    """
    world, supergraph = composed(case.seed)
    assert supergraph is not None
    document = parse(case.operation)
    if validate(supergraph.api_schema, document):
        raise NotValid
    variables = {"on": case.on}
    expected = execute_sync(world.merged, document, world.root, variable_values=variables)
    assert not expected.errors, expected.errors
    compiled = compile_operation(
        supergraph, world.subgraphs, document, deferring=frozenset({("on", case.on)})
    )
    whole = plan(supergraph, document)
    assert len({step.batch for step in compiled.plan.steps if step.defer is None}) <= whole.fetches
    first, parts = asyncio.run(all_parts(compiled, variables))
    assert not errors_of(first, parts), (errors_of(first, parts), compiled.plan.text())
    assert merged(first, parts) == expected.data, compiled.plan.text()
    return len(parts)


def check_with_faults(case: Case) -> int:
    """The same where subgraphs fail at times: how many errors were told.

    Raises: AssertionError where both answers have something, and not the same; NotValid.
    """
    world, supergraph = composed(case.seed)
    assert supergraph is not None
    document = parse(case.operation)
    if validate(supergraph.api_schema, document):
        raise NotValid
    variables = {"on": case.on}
    whole = execute_sync(world.merged, document, world.root, variable_values=variables).data
    subgraphs = {name: Faulty(each, case.seed) for name, each in world.subgraphs.items()}
    compiled = compile_operation(supergraph, subgraphs, document, deferring=frozenset({("on", case.on)}))
    first, parts = asyncio.run(all_parts(compiled, variables))
    assert _agree(merged(first, parts), whole), compiled.plan.text()
    errors = errors_of(first, parts)
    for error in errors:
        for path in error.paths or ((error.path,) if error.path is not None else ()):
            assert _leads(whole, path), (path, compiled.plan.text())
    return len(errors)


@dataclass(frozen=True)
class Faulty:
    """A subgraph of which some fetches fail, by chance of their text: as a whole, in one entity, or by a null."""

    inner: Subgraph
    seed: int
    takes_batches = True

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def sdl(self) -> str:
        return self.inner.sdl

    def prepare(self, fetch: PlannedFetch) -> FaultyFetch:
        dice = Random(f"{self.seed} {self.name} {print_ast(fetch.selection)}")
        return FaultyFetch(self.inner.prepare(fetch), dice.choice(("", "", "whole", "one", "null")))


@dataclass(frozen=True)
class FaultyFetch:
    """Implements ``PreparedFetch``."""

    inner: PreparedFetch
    fault: str

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        error = FetchError(ErrorCode.DEPARTMENT_ERROR, "It failed.")
        if self.fault == "whole":
            return FetchResult(errors=(error,))
        result = await self.inner.run(variables, representations, context)
        if self.fault == "null" and result.data:
            key = next(iter(result.data))
            failed = FetchError(ErrorCode.DEPARTMENT_ERROR, "It failed.", (key,))
            return FetchResult({**result.data, key: None}, None, (failed,))
        if self.fault == "one" and result.entities:
            failed = FetchError(ErrorCode.DEPARTMENT_ERROR, "It failed.", (0,))
            return FetchResult(None, [None, *result.entities[1:]], (failed,))
        return result


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


def _sprinkled(operation: str, world: World, dice: Random) -> str:
    info = TypeInfo(world.merged)
    sprinkler = _Sprinkler(info, dice)
    document: DocumentNode = visit(parse(operation), TypeInfoVisitor(info, sprinkler))
    return print_ast(DocumentNode(definitions=(*document.definitions, *sprinkler.fragments)))


class _Sprinkler(Visitor):
    """On the way up, so that what it makes is not visited again."""

    def __init__(self, info: TypeInfo, dice: Random) -> None:
        super().__init__()
        self._info = info
        self._dice = dice
        self.fragments: list[FragmentDefinitionNode] = []

    def leave_inline_fragment(self, node: InlineFragmentNode, *_: object) -> InlineFragmentNode:
        if self._dice.random() < 0.4:
            node.directives = (*node.directives, self._defer())
        return node

    def leave_selection_set(self, node: SelectionSetNode, *_: object) -> SelectionSetNode | None:
        dice, kind = self._dice, self._info.get_parent_type()
        if kind is None or dice.random() < 0.6:
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
        name = NameNode(value=f"F{len(self.fragments)}")
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
            value = self._dice.choice(
                [VariableNode(name=NameNode(value="on")), BooleanValueNode(value=False)]
            )
            arguments.append(ArgumentNode(name=NameNode(value="if"), value=value))
        return DirectiveNode(name=NameNode(value="defer"), arguments=tuple(arguments))
