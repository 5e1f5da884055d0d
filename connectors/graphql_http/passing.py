"""A GraphQL backend as it is: its own SDL, what ``expose`` leaves of it, and planned fetches sent on in its
own words.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import OperationType

from connectors.backend import BackendUnreachable
from connectors.channel import Channel
from connectors.graphql_http.asking import ENTITIES, Asking, compile_asking
from connectors.graphql_http.definitions import Definitions
from connectors.graphql_http.exposing import Exposed, expose
from connectors.graphql_http.failing import Judge, Judged
from connectors.graphql_http.posting import GraphqlAnswer, Poster, opening
from connectors.graphql_http.streaming import Way, results
from connectors.graphql_http.ways import open_way
from connectors.manifest.model import Manifest, Subscriptions
from federation.subgraph import (
    FetchContext,
    FetchError,
    FetchResult,
    IssuedNumber,
    NotStreaming,
    PlannedFetch,
    Representation,
)
from tongban.errors import ErrorCode, TongbanError
from tongban.ids import subgraph_of

Json = Any


class PassedThrough:
    """A ``Subgraph`` over a GraphQL backend. ``services``: mutation field (graph's name) → service id."""

    def __init__(
        self,
        name: str,
        exposed: Exposed,
        channel: Channel,
        judge: Judge,
        services: Mapping[str, str] | None = None,
        subscriptions: Subscriptions | None = None,
    ) -> None:
        self._name = name
        self._exposed = exposed
        self._poster = Poster(channel)
        self._judge = judge
        self._services = dict(services or {})
        self._way = open_way(channel, self._poster.url, subscriptions) if subscriptions is not None else None

    @property
    def name(self) -> str:
        return self._name

    @property
    def sdl(self) -> str:
        return self._exposed.sdl

    @property
    def exposed(self) -> Exposed:
        return self._exposed

    def prepare(self, fetch: PlannedFetch) -> PreparedPassing:
        asking = compile_asking(fetch, self._exposed.names, frozenset(self._services))
        return PreparedPassing(
            asking,
            opening(asking.document, asking.operation_name),
            fetch.kind is OperationType.QUERY or bool(fetch.entity_types),
            self._poster,
            self._judge,
            self._exposed,
            self._services,
        )

    def prepare_events(self, fetch: PlannedFetch) -> PassedEvents:
        """Raises: NotStreaming."""
        if self._way is None:
            raise NotStreaming(self._name)
        return PassedEvents(self.prepare(fetch), self._way)


@dataclass(frozen=True, slots=True)
class PassedEvents:
    """One subscription of one backend; an event is judged and renamed as an answer is."""

    prepared: PreparedPassing
    way: Way

    def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        prepared = self.prepared
        answers = self.way.answers(prepared.start, prepared.sent(variables, ()), context)
        return results(answers, prepared.root, lambda error: FetchResult(errors=(prepared.problem(error),)))


@dataclass(frozen=True, slots=True)
class PreparedPassing:
    """One document of one backend."""

    asking: Asking
    start: bytes
    reads: bool
    poster: Poster
    judge: Judge
    exposed: Exposed
    services: Mapping[str, str]

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        headers = None
        if not self.reads and context.idempotency_key:
            headers = {"Idempotency-Key": context.idempotency_key}
        try:
            answer = await self.poster.post(
                self.start,
                self.sent(variables, representations),
                context,
                headers=headers,
                repeatable=self.reads,
            )
            if self.asking.representations is not None:
                return self._entities(answer, len(representations))
            return self.root(answer)
        except (BackendUnreachable, TongbanError, RecursionError) as error:
            return self._nothing(len(representations), (self.problem(error),))

    def problem(self, error: BackendUnreachable | TongbanError | RecursionError) -> FetchError:
        """Why there is no answer."""
        if isinstance(error, BackendUnreachable):
            return self.judge.unreached(error)
        if isinstance(error, TongbanError):  # the department's token could not be had
            return self.judge.error(error.code, detail=error.detail, message=error.message)
        return self.judge.error(ErrorCode.DEPARTMENT_ERROR, detail="nested too deeply")

    def sent(
        self, variables: Mapping[str, Json], representations: Sequence[Representation]
    ) -> dict[str, Json]:
        """The variables in the backend's words."""
        found: dict[str, Json] = {}
        for name, convert in self.asking.conversions.items():
            if name in variables:
                value = variables[name]
                found[name] = convert(value) if convert is not None and value is not None else value
        if self.asking.representations is not None:
            names = self.exposed.names
            found[self.asking.representations] = [names.representation(item, "") for item in representations]
        return found

    def _nothing(self, count: int, errors: tuple[FetchError, ...]) -> FetchResult:
        if self.asking.representations is not None:
            return FetchResult(entities=[None] * count, errors=errors)
        return FetchResult(errors=errors)

    def root(self, answer: GraphqlAnswer) -> FetchResult:
        """An answer of root fields: data, judged errors, both."""
        judged = self.judge.judge(answer)
        errors = tuple(item.error for item in judged if item.error is not None)
        data = answer.data
        if not isinstance(data, dict):
            if not judged:
                errors = (self._broken(answer, "neither data nor errors"),)
            if errors:
                return FetchResult(errors=errors)
            return FetchResult(data=dict.fromkeys(self.asking.response_keys))
        if self.asking.fix is not None:
            data = self.asking.fix(data)
        return FetchResult(data=data, errors=errors, issued=self._issued(data))

    def _entities(self, answer: GraphqlAnswer, count: int) -> FetchResult:
        judged = [_from_entity(item) for item in self.judge.judge(answer)]
        errors = tuple(item.error for item in judged if item.error is not None)
        found = answer.data.get(ENTITIES) if isinstance(answer.data, dict) else None
        if not isinstance(found, list) or len(found) != count:
            if not judged or isinstance(found, list):
                errors = (*errors, self._broken(answer, "entities don't match their representations"))
            return self._nothing(count, errors)
        fix = self.asking.fix
        entities = [item if isinstance(item, dict) else None for item in found]
        if fix is not None:
            entities = [fix(item) for item in entities]
        return FetchResult(entities=entities, errors=errors)

    def _broken(self, answer: GraphqlAnswer, detail: str) -> FetchError:
        return self.judge.error(ErrorCode.DEPARTMENT_ERROR, detail=f"{detail} (status {answer.status})")

    def _issued(self, data: dict[str, Json]) -> tuple[IssuedNumber, ...]:
        found = []
        for at in self.asking.numbers:
            value = data.get(at.response_key)
            if not isinstance(value, dict):
                continue
            number = value.pop(at.key, None) if at.extra else value.get(at.key)
            if isinstance(number, str | int) and not isinstance(number, bool):
                found.append(IssuedNumber(at.response_key, self.services[at.field], str(number)))
        return tuple(found)


def _from_entity(item: Judged) -> Judged:
    """``["_entities", 3, "name"]`` → ``(3, "name")``; an error of the whole stays one."""
    path = item.path[1:] if item.path[:1] == (ENTITIES,) else ()
    if item.error is None:
        return Judged(path, None)
    error = item.error
    return Judged(path, replace(error, path=path))


def open_passing(manifest: Manifest, sdl: bytes | Definitions, channel: Channel) -> PassedThrough:
    """Raises: SdlRefused."""
    backend = manifest.backend
    exposed = expose(
        sdl,
        manifest.expose,
        federation=backend.describe.federation is not None,
        subscriptions=backend.subscriptions is not None,
    )
    services = {
        coordinate.removeprefix("Mutation."): service.id
        for service in manifest.services
        for coordinate in service.coordinates
        if coordinate.startswith("Mutation.")
    }
    return PassedThrough(
        subgraph_of(manifest.id),
        exposed,
        channel,
        Judge(manifest.department, manifest.envelope),
        services,
        backend.subscriptions,
    )
