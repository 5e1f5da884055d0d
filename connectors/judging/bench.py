"""A connector on the bench: opened over recorded answers, composed with the platform stub, run through the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, StringValueNode, Visitor, parse, visit

from connectors.connector import Connector
from connectors.judging.model import Draft
from connectors.judging.opened import open_draft
from connectors.judging.quiet import quiet
from connectors.judging.replay import Named, Replaying, Tape
from connectors.judging.stub import CID, NAME, not_alone, stub_for
from connectors.judging.writing import writing_of
from connectors.manifest import Finding, Manifest
from connectors.manifest.model import RecordedTest
from federation import (
    CompiledOperation,
    CompositionFailed,
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
from tongban.clock import FakeClock

MAX_TOKENS = 5_000


class Unrunnable(Exception):
    """A test that cannot be run; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A test's operation, ready to be run over any tape."""

    document: DocumentNode
    operation: CompiledOperation
    context: FetchContext


@dataclass(frozen=True, slots=True)
class Bench:
    """``close`` it when done."""

    manifest: Manifest
    connector: Connector
    supergraph: Supergraph
    subgraphs: Mapping[str, Subgraph]
    transport: Replaying

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

    async def run(self, compiled: Compiled, tape: Tape) -> ExecutionResult:
        """One run; whatever it raises is a mistake of ours or of the manifest."""
        self.transport.tape = tape
        return await execute(compiled.operation, {}, compiled.context)

    async def close(self) -> None:
        await self.connector.close()
        await self.transport.close()


def open_bench(draft: Draft) -> tuple[Bench | None, tuple[Finding, ...]]:
    """The bench, or the errors why there is none."""
    transport = Replaying(FakeClock())
    opened = open_draft(draft, transport=transport, around=Named, adjust=quiet)
    if opened.connector is None or opened.manifest is None:
        return None, tuple(found for found in opened.findings if found.severity == "error")
    transport.writing = writing_of(opened.manifest, draft)
    connector = opened.connector
    stub = stub_for(connector.sdl)
    try:
        supergraph = compose({NAME: stub.sdl, connector.name: connector.sdl}, first=(NAME,))
    except CompositionFailed as failed:
        return None, not_alone(opened.manifest, failed)
    subgraphs: dict[str, Subgraph] = {NAME: stub, connector.name: connector}
    return Bench(opened.manifest, connector, supergraph, subgraphs, transport), ()


def _context(document: DocumentNode) -> FetchContext:
    """A synthetic citizen of the highest level, who acts for every firm that the test names."""
    person = Person("01JUDGING0000000000000000", CID, "测试", "13900000000")
    caller = Caller(subject="judging", level=3, person=person, enterprises=_texts(document))
    return FetchContext(caller, request_id="judging", purpose="judging", idempotency_key="judging")


def _texts(document: DocumentNode) -> tuple[str, ...]:
    found: list[str] = []

    class Reader(Visitor):
        def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
            found.append(node.value)

    visit(document, Reader())
    return tuple(found)
