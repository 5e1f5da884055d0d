"""Callable operations asked through the real engine, of a connector before a mock of the same description.

An operation is answered if its field is not null and no error came with it. Every other one is a miss with its reason, and
with what it is put down to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from graphql import GraphQLField, parse

from bench.descriptions.asking import question
from bench.descriptions.backend import ToMock, opened
from connectors.judging.engine import Engine, engine_for, synthetic_caller
from connectors.judging.quiet import quiet
from connectors.manifest import Manifest
from connectors.transport import RawAnswer
from federation import FetchContext, ResponseError, compile_operation, execute, validate
from tongban.clock import SystemClock

PATIENCE_S = 20.0
_PRISM = "https://stoplight.io/prism/errors#"
_OWN = {
    "NO_COMPLEX_OBJECT_TEXT": "it cannot write objects where the description says */*, whatever is accepted"
}
"""Errors of prism's that no request could avoid."""


Cause = Literal["ours", "mock", "nothing"]
"""``mock``: the mock fails by itself; ``nothing``: the description has no answer that a mock could give, and it gave none."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Why an operation was not answered. ``operation`` is the description's name."""

    reason: str
    cause: Cause = "ours"
    operation: str = ""


@dataclass
class Answers:
    """What one mock was asked, and what came of it."""

    callable: int = 0
    answered: int = 0
    unfit: int = 0
    """Values that were nulled because they break their type."""
    misses: list[Miss] = field(default_factory=list)

    def take(self, operation: str, miss: Miss | None) -> None:
        """A callable operation was asked."""
        self.callable += 1
        if miss is None:
            self.answered += 1
        else:
            self.misses.append(replace(miss, operation=operation))

    def put_down_to(self, cause: Cause) -> int:
        return sum(1 for each in self.misses if each.cause == cause)


class Asking:
    """One connector before one mock. ``close`` it when done."""

    def __init__(
        self, manifest: Manifest, files: Mapping[str, bytes], endpoint: str, transport: ToMock
    ) -> None:
        """Raises: ManifestRejected, CompositionFailed."""
        self._transport = transport
        self.connector = opened(quiet(manifest), files, transport, endpoint)
        self.engine: Engine = engine_for(self.connector)

    async def close(self) -> None:
        await self.connector.close()
        await self._transport.close()

    def field(self, coordinate: str) -> GraphQLField:
        root, _, name = coordinate.partition(".")
        owner = self.engine.supergraph.api_schema.get_type(root)
        return owner.fields[name]  # type: ignore[union-attr, no-any-return]

    async def miss(self, coordinate: str, arguments: Mapping[str, Any]) -> Miss | None:
        """Why there was no data; None if there was."""
        root, _, name = coordinate.partition(".")
        schema = self.engine.supergraph.api_schema
        document = parse(question(schema, root, name), no_location=True)
        if objections := validate(schema, document):
            return Miss(f"the scorecard's own question is wrong: {objections[0].message}")
        self._transport.answer = None
        operation = compile_operation(self.engine.supergraph, self.engine.subgraphs, document)
        deadline_s = SystemClock().monotonic_s() + PATIENCE_S
        context = FetchContext(synthetic_caller(), deadline_s, request_id="bench", idempotency_key="bench")
        result = await execute(operation, dict(arguments), context)
        if result.errors:
            return self._failed(result.errors[0])
        return None if (result.data or {}).get(name) is not None else self._null()

    def _failed(self, error: ResponseError) -> Miss:
        answer = self._transport.answer
        told = told_by_prism(answer)
        if told is not None:
            return replace(told, reason=f"{error.code.value}: {told.reason}")
        if answer is not None and answer.status >= 400:
            told_apart = answer.headers.get("sl-violations", "")[:200]
            return Miss(f"{error.code.value}: the mock answers {answer.status} {told_apart}".strip())
        return Miss(f"{error.code.value}: {error.detail or error.message}")

    def _null(self) -> Miss:
        answer = self._transport.answer
        if answer is None:
            return Miss("null, and nothing was asked of the mock")
        if answer.status < 300 and answer.content.strip() in (b"", b"null"):
            return Miss("no answer is described: the mock's is empty", "nothing")
        return told_by_prism(answer) or Miss(f"null of a {answer.status} with {len(answer.content)} bytes")


def told_by_prism(answer: RawAnswer | None) -> Miss | None:
    """What prism says of an answer that is its own error; None for any other."""
    if answer is None or not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    told = json.loads(answer.content)
    kind = str(told.get("type", ""))
    if not kind.startswith(_PRISM):
        return None
    kind, violations = kind.removeprefix(_PRISM), told.get("validation") or []
    if kind in _OWN:
        return Miss(f"prism {kind} ({_OWN[kind]})", "mock")
    if kind == "VIOLATIONS" and all(each.get("location", [""])[0] == "response" for each in violations):
        return Miss("prism --errors refuses the answer that it made itself", "mock")
    if str(told.get("title", "")).startswith("Cannot find serializer"):
        return Miss(f"prism writes JSON and text only: {told['title']}", "mock")
    words = "; ".join(str(each.get("message")) for each in violations) or told.get("title", "")
    return Miss(f"prism {kind} ({words[:200]})")
