"""A federation subgraph over HTTP as it is: no manifest, no renaming. The planned selection goes out in the words it was planned
in, and errors come back in the subgraph's words, as other federation gateways pass them on.

For the plain modes of ``tongban serve`` only: a department of the full gateway goes through ``passing.py``, which masks.
Must never: pass on more of an error than its message and its code, or take what an answer says of itself on trust.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    NameNode,
    OperationDefinitionNode,
    OperationType,
    parse_type,
    print_ast,
)
from yarl import URL

from connectors.backend import BackendNotReached, BackendUnreachable, BackendUnusable
from connectors.channel import Channel
from connectors.graphql_http.asking import ENTITIES, entities_field, variable_definition
from connectors.graphql_http.failing import MAX_ERRORS, client_path, well_known
from connectors.graphql_http.posting import GraphqlAnswer, Poster, opening
from connectors.graphql_http.streaming import Way, results
from connectors.graphql_http.ways import open_way
from connectors.manifest.model import Subscriptions
from connectors.manifest.runtime import Limits
from connectors.outcomes import BY_STATUS, of_failure
from connectors.transport import Transport
from federation.subgraph import FetchContext, FetchError, FetchResult, PlannedFetch, Representation
from tongban.clock import Clock
from tongban.errors import ErrorCode

Json = Any

MAX_MESSAGE = 2_000
MAX_CODE = 100
CONCURRENCY = 500
QUEUE = 100_000
_ANY_LIST = parse_type("[_Any!]!", no_location=True)


class PlainSubgraph:
    """A ``Subgraph`` at a URL, which is used to the letter."""

    takes_batches = True

    def __init__(
        self, name: str, sdl: str, poster: Poster, subscriptions: Subscriptions | None = None
    ) -> None:
        """``subscriptions`` None: how its events come turns out when they are asked for."""
        self._name = name
        self._sdl = sdl
        self._poster = poster
        self._way = open_way(poster.channel, poster.url, subscriptions)

    @property
    def name(self) -> str:
        return self._name

    @property
    def sdl(self) -> str:
        return self._sdl

    def prepare(self, fetch: PlannedFetch) -> PreparedPlain:
        representations = _free_name(fetch) if fetch.entity_types else None
        document = _document(fetch, representations)
        return PreparedPlain(
            self._name,
            opening(document, fetch.operation_name),
            tuple(name for name, _ in fetch.variables),
            representations,
            fetch.kind is OperationType.QUERY or bool(fetch.entity_types),
            self._poster,
        )

    def prepare_events(self, fetch: PlannedFetch) -> PlainEvents:
        return PlainEvents(self.prepare(fetch), self._way)


def open_poster(url: str, transport: Transport, clock: Clock, *, timeout_s: float) -> Poster:
    """The way to one subgraph.

    Raises: ValueError for what is no http(s) address.
    """
    limits = Limits(timeout_s=timeout_s, connect_timeout_s=timeout_s, concurrency=CONCURRENCY, queue=QUEUE)
    written = str(URL(url))  # characters that a URL may not hold are percent-encoded
    return Poster(Channel(transport, written, clock=clock, limits=limits), written)


@dataclass(frozen=True, slots=True)
class PlainEvents:
    """One subscription of one subgraph."""

    prepared: PreparedPlain
    way: Way

    def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        prepared = self.prepared
        answers = self.way.answers(prepared.start, prepared.sent(variables), context)
        return results(answers, prepared.root, lambda error: FetchResult(errors=(prepared.problem(error),)))


@dataclass(frozen=True, slots=True)
class PreparedPlain:
    """One document of one subgraph. ``representations``: the name of their variable, None for a root fetch."""

    subgraph: str
    start: bytes
    variables: tuple[str, ...]
    representations: str | None
    reads: bool
    poster: Poster

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        sent = self.sent(variables)
        if self.representations is not None:
            sent[self.representations] = representations
        try:
            answer = await self.poster.post(self.start, sent, context, repeatable=self.reads)
        except BackendUnreachable as error:
            return self._nothing(len(representations), (self.problem(error),))
        if self.representations is not None:
            return self._entities(answer, len(representations))
        return self.root(answer)

    def sent(self, variables: Mapping[str, Json]) -> dict[str, Json]:
        """Those of the request's variables that the document uses."""
        return {name: variables[name] for name in self.variables if name in variables}

    def root(self, answer: GraphqlAnswer) -> FetchResult:
        """An answer of root fields: data, errors, both."""
        errors = self._errors(answer)
        if isinstance(answer.data, dict):
            return FetchResult(data=answer.data, errors=errors)
        return FetchResult(errors=errors or (self._broken(answer, "neither data nor errors"),))

    def _entities(self, answer: GraphqlAnswer, count: int) -> FetchResult:
        errors = tuple(map(_of_entity, self._errors(answer)))
        found = answer.data.get(ENTITIES) if isinstance(answer.data, dict) else None
        if not isinstance(found, list) or len(found) != count:
            if not errors or isinstance(found, list):
                errors = (*errors, self._broken(answer, "entities don't match their representations"))
            return self._nothing(count, errors)
        return FetchResult(
            entities=[item if isinstance(item, dict) else None for item in found], errors=errors
        )

    def _nothing(self, count: int, errors: tuple[FetchError, ...]) -> FetchResult:
        if self.representations is not None:
            return FetchResult(entities=[None] * count, errors=errors)
        return FetchResult(errors=errors)

    def _errors(self, answer: GraphqlAnswer) -> tuple[FetchError, ...]:
        return tuple(self._passed(item) for item in answer.errors[:MAX_ERRORS])

    def _passed(self, item: Mapping[str, Json]) -> FetchError:
        extensions = item.get("extensions")
        said = extensions.get("code") if isinstance(extensions, dict) else None
        said = said[:MAX_CODE] if isinstance(said, str) else ""
        code, message = well_known(said), item.get("message")
        return FetchError(
            code,
            message[:MAX_MESSAGE] if isinstance(message, str) and message else code.facts.en,
            client_path(item.get("path")),
            self.subgraph,
            upstream_code=said,
        )

    def _broken(self, answer: GraphqlAnswer, detail: str) -> FetchError:
        return self._ours(ErrorCode.DEPARTMENT_ERROR, f"{detail} (status {answer.status})")

    def problem(self, error: Exception) -> FetchError:
        """Why there is no answer."""
        if not isinstance(error, BackendUnreachable):
            return self._ours(ErrorCode.INTERNAL_ERROR, type(error).__name__)
        code = of_failure(error)
        if isinstance(error, BackendUnusable):
            code = BY_STATUS.get(error.status, code)
        return self._ours(code, str(error), not_sent=isinstance(error, BackendNotReached))

    def _ours(self, code: ErrorCode, detail: str, *, not_sent: bool = False) -> FetchError:
        return FetchError(code, code.facts.en, (), self.subgraph, detail=detail, not_sent=not_sent)


def _document(fetch: PlannedFetch, representations: str | None) -> str:
    selection = fetch.selection
    definitions = [
        variable_definition(name, type_, fetch.defaults.get(name)) for name, type_ in fetch.variables
    ]
    if representations is not None:
        selection = entities_field(selection, representations)
        definitions.insert(0, variable_definition(representations, _ANY_LIST))
    operation = OperationDefinitionNode(
        operation=OperationType.QUERY if fetch.entity_types else fetch.kind,
        name=NameNode(value=fetch.operation_name) if fetch.operation_name else None,
        variable_definitions=tuple(definitions),
        directives=(),
        selection_set=selection,
    )
    return print_ast(operation)


def _free_name(fetch: PlannedFetch) -> str:
    """A name for the representations that no variable of the client's has."""
    taken = {name for name, _ in fetch.variables}
    found = "representations"
    while found in taken:
        found = f"_{found}"
    return found


def _of_entity(error: FetchError) -> FetchError:
    """``["_entities", 3, "name"]`` → ``(3, "name")``; an error of the whole stays one."""
    return replace(error, path=error.path[1:] if error.path[:1] == (ENTITIES,) else ())
