"""A world: subgraphs by their SDLs, the same graph as one schema, and the property that both answer alike."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    execute_sync,
    is_abstract_type,
    lexicographic_sort_schema,
    parse,
    print_schema,
    validate,
)
from graphql import ExecutionResult as WholeResult

from federation import (
    CompiledOperation,
    ExecutionResult,
    FetchContext,
    Subgraph,
    Supergraph,
    compile_operation,
    compose,
    execute,
)
from tests.federation.worlds.declared import Declared, declared
from tests.federation.worlds.facts import Facts, Thing
from tests.federation.worlds.merged import Merger
from tests.federation.worlds.served import Served, act


class NotValid(ValueError):
    """The operation is none of the world's graph, or the subgraphs make none."""


class ApiDiffers(AssertionError):
    """What composition made is not what the tests' own rules make."""


@dataclass(eq=False)
class World:
    """Everything follows from the subgraphs' SDLs."""

    sdls: Mapping[str, str]
    log: list[str] = field(default_factory=list)
    """The mutations that subgraphs were asked for, in order."""

    def __repr__(self) -> str:
        return "\n".join(f"# {name}\n{sdl}" for name, sdl in self.sdls.items())

    @cached_property
    def declared(self) -> Declared:
        return declared(self.sdls)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.declared)

    @cached_property
    def subgraphs(self) -> dict[str, Served]:
        return {name: Served(name, sdl, self.facts, self.log) for name, sdl in self.sdls.items()}

    @cached_property
    def supergraph(self) -> Supergraph:
        """Raises: CompositionFailed; ApiDiffers."""
        found = compose(self.sdls)
        theirs, ours = (print_schema(lexicographic_sort_schema(s)) for s in (found.api_schema, self.merged))
        if theirs != ours:
            raise ApiDiffers(f"{theirs}\n-- instead of --\n{ours}\n{self}")
        return found

    @cached_property
    def merged(self) -> GraphQLSchema:
        """The one schema that has it all, as clients see it, with its resolvers."""
        schema = Merger(self.declared, api=True).schema()
        for kind in schema.type_map.values():
            if is_abstract_type(kind):
                kind.resolve_type = lambda thing, *_: thing.type  # type: ignore[attr-defined]
            elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
                for name, child in kind.fields.items():
                    child.resolve = self._whole(kind.name, name)
        return schema

    def _whole(self, type_name: str, name: str) -> Any:
        def resolve(source: Thing | list[str], _info: Any, **arguments: Any) -> Any:
            thing = Thing(type_name, 0) if isinstance(source, list) else source
            if isinstance(source, list) and type_name == "Mutation":
                return _below(act(self.facts, source, name, arguments), thing)
            brought = self.facts.brought(thing, name)
            return _below(self.facts.value(thing, name, arguments, brought), thing)

        return resolve


def _below(value: Any, above: Thing) -> Any:
    """The value, its objects knowing what they were reached from."""
    if isinstance(value, list):
        return [_below(each, above) for each in value]
    return Thing(value.type, value.number, above=above) if isinstance(value, Thing) else value


@dataclass(frozen=True, eq=False)
class Case:
    """An operation on a world."""

    world: World
    operation: str
    variables: Mapping[str, Any]
    labels: tuple[str, ...] = ()
    """Active labels of progressive ``@override``."""
    known_valid: bool = False
    """The operation need not be validated any more."""

    @cached_property
    def document(self) -> DocumentNode:
        return parse(self.operation, no_location=True)

    def __repr__(self) -> str:
        return f"{self.operation}\n{self.variables} {self.labels}\n{self.world}"


def whole(case: Case) -> tuple[WholeResult, list[str]]:
    """The answer of the one schema, and its mutations.

    Raises: NotValid.
    """
    if not case.known_valid and validate(case.world.merged, case.document):
        raise NotValid
    log: list[str] = []
    result = execute_sync(case.world.merged, case.document, log, variable_values=dict(case.variables))
    if result.errors:
        raise NotValid(result.errors)
    return result, log


def compiled(
    case: Case,
    subgraphs: Mapping[str, Subgraph] | None = None,
    deferring: frozenset[tuple[str, bool]] | None = None,
) -> CompiledOperation:
    world = case.world
    for each in world.subgraphs.values():
        each.active = frozenset(case.labels)
        each.asked.clear()
    world.log.clear()
    return compile_operation(
        world.supergraph,
        subgraphs or world.subgraphs,
        case.document,
        active_labels=case.labels,
        deferring=deferring,
    )


def run(case: Case, ready: CompiledOperation) -> ExecutionResult:
    return asyncio.run(execute(ready, case.variables, FetchContext()))


def check(case: Case) -> CompiledOperation:
    """What was compiled.

    Raises: AssertionError where the answers differ; NotValid.
    """
    expected, log = whole(case)
    ready = compiled(case)
    result = run(case, ready)
    assert not result.errors, (result.errors, ready.plan.text(), case)
    assert result.data == expected.data, (result.data, expected.data, ready.plan.text(), case)
    assert _keys(result.data) == _keys(expected.data), "the order of fields differs"
    assert case.world.log == log, "the mutations or their order differ"
    return ready


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [key for k, v in value.items() for key in (str(k), *_keys(v))]
    return [key for v in value for key in _keys(v)] if isinstance(value, list) else []
