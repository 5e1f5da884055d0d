"""The real engine over one connector and the platform stub: what recorded and live tests are run by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import DocumentNode, GraphQLError, OperationType, StringValueNode, Visitor, parse, visit

from connectors.connector import Connector
from connectors.judging.stub import CID, NAME, stub_for
from connectors.manifest.model import RecordedTest
from federation import (
    CompiledOperation,
    ExecutionResult,
    FetchContext,
    NoOperation,
    PlanBudgetExceeded,
    Subgraph,
    Supergraph,
    Unplannable,
    compile_operation,
    compose,
    execute,
    validate,
)
from tongban.caller import Caller, Person

MAX_TOKENS = 5_000


class Unrunnable(Exception):
    """A test that cannot be run; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A test's operation, ready to be run any number of times."""

    document: DocumentNode
    operation: CompiledOperation
    context: FetchContext

    @property
    def reads(self) -> bool:
        return self.operation.kind is OperationType.QUERY

    async def run(self, deadline_s: float = float("inf")) -> ExecutionResult:
        """Whatever it raises is a mistake of ours or of the manifest."""
        return await execute(self.operation, {}, replace(self.context, deadline_s=deadline_s))


@dataclass(frozen=True, slots=True)
class Engine:
    supergraph: Supergraph
    subgraphs: Mapping[str, Subgraph]

    def compile(self, test: RecordedTest) -> Compiled:
        """Raises: Unrunnable."""
        try:
            document = parse(test.run, no_location=True, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            raise Unrunnable(error.message) from None
        objections = validate(self.supergraph.api_schema, document)
        if objections:
            raise Unrunnable(objections[0].message)
        try:
            operation = compile_operation(self.supergraph, self.subgraphs, document)
        except (NoOperation, PlanBudgetExceeded, Unplannable, ValueError) as error:
            raise Unrunnable(str(error)) from None
        return Compiled(document, operation, _context(document))


def engine_for(connector: Connector) -> Engine:
    """Raises: CompositionFailed."""
    stub = stub_for(connector.sdl)
    supergraph = compose({NAME: stub.sdl, connector.name: connector.sdl}, first=(NAME,))
    return Engine(supergraph, {NAME: stub, connector.name: connector})


def synthetic_caller(*enterprises: str) -> Caller:
    """A citizen who does not exist, at the highest level."""
    person = Person("01JUDGING0000000000000000", CID, "测试", "13900000000")
    return Caller(subject="judging", level=3, person=person, enterprises=enterprises)


def _context(document: DocumentNode) -> FetchContext:
    """The caller acts for every firm that the test names."""
    caller = synthetic_caller(*_texts(document))
    return FetchContext(caller, request_id="judging", purpose="judging", idempotency_key="judging")


def _texts(document: DocumentNode) -> tuple[str, ...]:
    found: list[str] = []

    class Reader(Visitor):
        def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
            found.append(node.value)

    visit(document, Reader())
    return tuple(found)
