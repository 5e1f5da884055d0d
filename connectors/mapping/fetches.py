"""Planned fetches of a mapped subgraph, prepared once and run per request: root fields, and entities by representation.

Must never: send a write twice, or let an exception cross the border.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphql import OperationType

from connectors.backend import Backend, CallSpec, Slot, ValueUnusable
from connectors.expressions import compile_path
from connectors.expressions.paths import names, parse_path
from connectors.manifest.model import Field, Manifest
from connectors.mapping.arguments import compile_arguments
from connectors.mapping.calls import (
    NO_AUTHORITY,
    Broken,
    Round,
    Sites,
    SubjectOf,
    TooMuch,
    gathered,
    nobody,
    unusable,
)
from connectors.mapping.conditions import Selected, collect
from connectors.mapping.envelope import Judge
from connectors.mapping.keeping import PackedVerdicts, rule_of_field
from connectors.mapping.linked import LinkedPlan, answer_of, data_path, may_act, plan_for
from connectors.mapping.pages import pager_of
from connectors.mapping.pseudonyms import Pseudonyms
from connectors.mapping.reading import Readers
from connectors.mapping.types import MappedField, MappedGraph, MappedType, name_of
from connectors.quality import DataQuality
from connectors.traffic.kept import KeptAnswers
from connectors.traffic.retries import Retries
from federation.subgraph import (
    FetchContext,
    FetchError,
    FetchResult,
    IssuedNumber,
    PlannedFetch,
    Representation,
)
from tongban.clock import Clock
from tongban.errors import ErrorCode

_EMPTY = {"": None}
"""What a transaction's result is read from where the department gave nothing but its yes."""


class RootField:
    """One root field, ready to be filled."""

    __slots__ = (
        "_args",
        "_is_done",
        "_items",
        "_number",
        "_pager",
        "_read",
        "_service",
        "_site",
        "_spec",
        "_writes",
        "key",
        "shown",
    )

    def __init__(
        self, readers: Readers, found: MappedField, selected: Selected, writes: bool, service: str
    ) -> None:
        spec = found.spec
        assert spec.call is not None
        data = data_path(readers.manifest)
        path = (*data, *names(parse_path(spec.items)))
        self.key = selected.key
        self.shown = selected.shown
        self._spec = spec
        self._writes = writes
        self._service = service
        keyed = spec.idempotency_header is not None and readers.manifest.backend.retry is not None
        rule = None if writes else rule_of_field(readers.manifest, found.owner, spec)
        self._site = readers.sites.site(_with_idempotency(spec.call, spec), writes, keyed, rule)
        self._args = compile_arguments(selected.nodes[0], spec.args, readers.manifest.inputs)
        self._items = compile_path(spec.items)
        self._read: Callable[[Any, Round], Any] = readers.value(
            found.type, spec, found.coordinate, selected.selections, answer_of(found), self._site, path
        )
        self._pager = pager_of(readers, found)
        self._is_done = writes and spec.items == "@" and name_of(found.type) == "Boolean" and not spec.truthy
        self._number = None
        if spec.number is not None:
            self._number = compile_path(spec.number)
            self._site.wanted.add((*data, *names(parse_path(spec.number))))

    async def fill(self, data: dict[str, Any], run: Round) -> None:
        data[self.key] = None
        try:
            given = self._args(run.variables)
            ask = None if self._pager is None else self._pager.ask(given)
        except ValueUnusable as error:
            run.broken.append(Broken(data, self.key, unusable(error)))
            return
        if not may_act(run.context.caller, self._spec.args, given):
            assert NO_AUTHORITY.problem is not None
            run.broken.append(Broken(data, self.key, NO_AUTHORITY.problem))
            return
        verdict = await run.ask(self._site, {"args": given if ask is None else ask.given})
        if verdict.problem is not None:
            run.broken.append(Broken(data, self.key, verdict.problem))
            return
        if verdict.absent:
            return
        value = self._items(verdict.data)
        if self._pager is not None and ask is not None:
            value = self._pager.connection(value, verdict, ask)
        if self._writes:
            run.number = self._issued(verdict.data, run)
            value = _EMPTY if value is None or value == {} else value
        if self._is_done:
            data[self.key] = True
            return
        data[self.key] = self._read(value, run)

    def _issued(self, data: Any, run: Round) -> str | None:
        number = None if self._number is None else self._number(data)
        if isinstance(number, bool) or not isinstance(number, str | int) or number == "":
            return None
        run.issued.append(IssuedNumber(self.key, self._service, str(number)))
        return str(number)


def _with_idempotency(call: CallSpec, spec: Field) -> CallSpec:
    if spec.idempotency_header is None:
        return call
    return replace(call, headers={**call.headers, spec.idempotency_header: Slot("request", ("key",))})


class Fetches:
    """What every prepared fetch of one subgraph shares."""

    def __init__(
        self,
        manifest: Manifest,
        graph: MappedGraph,
        backend: Backend,
        clock: Clock,
        quality: DataQuality,
        pseudonyms: Pseudonyms,
        subject_of: SubjectOf = nobody,
    ) -> None:
        self.manifest = manifest
        self.graph = graph
        self.backend = backend
        self.clock = clock
        self.quality = quality
        self.pseudonyms = pseudonyms
        self.judge = Judge(manifest.envelope)
        self.answers = KeptAnswers(clock, PackedVerdicts())
        self.retries = None if manifest.backend.retry is None else Retries(manifest.backend.retry)
        self.subject_of = subject_of
        self.services = {
            coordinate: service.id for service in manifest.services for coordinate in service.coordinates
        }

    def prepare(self, fetch: PlannedFetch) -> MappedFetch:
        sites = Sites()
        readers = Readers(self.manifest, self.graph, sites, self.quality, self.pseudonyms)
        prepared: MappedFetch
        if fetch.entity_types:
            prepared = EntityFetch(self, readers, fetch)
        else:
            prepared = RootFetch(self, readers, fetch)
        sites.seal(self.backend)
        return prepared


class MappedFetch:
    """The border: whatever happens inside, a result comes out."""

    def __init__(self, shared: Fetches) -> None:
        self._shared = shared

    async def run(
        self, variables: Mapping[str, Any], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        shared = self._shared
        run = Round(
            shared.judge,
            shared.clock,
            variables,
            context,
            shared.answers,
            shared.retries,
            shared.subject_of,
        )
        department = shared.manifest.department
        try:
            return await self._run(run, representations)
        except Exception as error:
            hostile = isinstance(error, TooMuch | RecursionError)
            code = ErrorCode.DEPARTMENT_ERROR if hostile else ErrorCode.INTERNAL_ERROR
            failed = FetchError(code, code.facts.en, (), department, None, type(error).__name__)
            return FetchResult(errors=(failed,), issued=tuple(run.issued))

    async def _run(self, run: Round, representations: Sequence[Representation]) -> FetchResult:
        raise NotImplementedError


class RootFetch(MappedFetch):
    """Root fields: queries together, mutations one after the other (GraphQL section 6.2.2)."""

    def __init__(self, shared: Fetches, readers: Readers, fetch: PlannedFetch) -> None:
        super().__init__(shared)
        self._writes = fetch.kind is OperationType.MUTATION
        owner = "Mutation" if self._writes else "Query"
        fields = shared.graph.mutation if self._writes else shared.graph.query
        self._owner = owner
        self._typenames: list[Selected] = []
        self._fields: list[RootField] = []
        for selected in collect((fetch.selection,), owner):
            if selected.name == "__typename":
                self._typenames.append(selected)
                continue
            service = shared.services.get(f"{owner}.{selected.name}", "")
            self._fields.append(RootField(readers, fields[selected.name], selected, self._writes, service))

    async def _run(self, run: Round, representations: Sequence[Representation]) -> FetchResult:
        data: dict[str, Any] = {
            typename.key: self._owner
            for typename in self._typenames
            if typename.shown is None or typename.shown(run.variables)
        }
        fields = [field for field in self._fields if field.shown is None or field.shown(run.variables)]
        if self._writes:
            for field in fields:
                await field.fill(data, run)
        else:
            await gathered([field.fill(data, run) for field in fields])
        await run.settle()
        errors = run.errors(data, self._shared.manifest.department)
        return FetchResult(data=data, errors=errors, issued=tuple(run.issued))


class EntityFetch(MappedFetch):
    """Entities by representation, in the order they were asked for."""

    def __init__(self, shared: Fetches, readers: Readers, fetch: PlannedFetch) -> None:
        super().__init__(shared)
        self._types = {
            name: EntityFields(readers, shared.graph.types[name], collect((fetch.selection,), name))
            for name in fetch.entity_types
        }
        self._only = fetch.entity_types[0]

    async def _run(self, run: Round, representations: Sequence[Representation]) -> FetchResult:
        entities: list[dict[str, Any] | None] = []
        for representation in representations:
            fields = self._types.get(representation.get("__typename") or self._only)
            if fields is None:
                entities.append(None)
                continue
            holder = fields.known(representation, run)
            entities.append(holder)
            if fields.plan is not None:
                run.want(fields.plan, holder, representation)
        await run.settle()
        errors = run.errors(entities, self._shared.manifest.department)
        absent = {id(holder) for holder in run.absent}
        found = [
            None if id(entity) in absent and self._is_all(representation) else entity
            for entity, representation in zip(entities, representations, strict=True)
        ]
        return FetchResult(entities=found, errors=errors, issued=tuple(run.issued))

    def _is_all(self, representation: Representation) -> bool:
        """Nothing but the entity's own fields was asked for: an unknown entity is null as a whole."""
        fields = self._types.get(representation.get("__typename") or self._only)
        return fields is not None and fields.plan is not None and not fields.plan.fields


class EntityFields:
    """What is selected on one entity type: what the representation tells, and what must be asked for."""

    def __init__(self, readers: Readers, mapped: MappedType, selections: Sequence[Selected]) -> None:
        self._name = mapped.name
        self._known: list[Selected] = []
        asked: list[Selected] = []
        for selected in selections:
            found = mapped.fields.get(selected.name)
            if found is None or found.origin in ("key", "external"):
                self._known.append(selected)
            else:
                asked.append(selected)
        self.plan: LinkedPlan | None = plan_for(readers, mapped, asked) if asked else None

    def known(self, representation: Representation, run: Round) -> dict[str, Any]:
        return {
            selected.key: self._name if selected.name == "__typename" else representation.get(selected.name)
            for selected in self._known
            if selected.shown is None or selected.shown(run.variables)
        }
