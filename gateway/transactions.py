"""A transaction reaches its department once and becomes a Matter of the citizen: written down before it is sent.

``Transacted`` wraps a department's subgraph. A mutation fetch is taken apart into its root fields; each is begun in the matter log
(which answers a repeated idempotency key with what was answered before), sent, and finished or failed. The field ``matter`` of the
answer is filled here: connectors never see it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import orjson
from graphql import (
    FieldNode,
    InlineFragmentNode,
    NameNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    print_ast,
)

from connectors.entries import ServiceEntry
from federation.subgraph import (
    EventSource,
    FetchContext,
    FetchError,
    FetchResult,
    PlannedFetch,
    PreparedFetch,
    Representation,
    Subgraph,
    department_of,
    events_of,
)
from gateway.root_fields import RootField, root_fields
from schema.matter_log import MatterLog
from schema.matter_record import Begun, Replayed
from schema.states import Failure, failure_of
from storage.audit import AuditEntry, AuditLog
from tongban.errors import DepartmentFault, ErrorCode, TongbanError


class Transacted:
    """A department's subgraph whose mutations are matters."""

    def __init__(
        self, inner: Subgraph, services: Mapping[str, ServiceEntry], log: MatterLog, audit: AuditLog
    ) -> None:
        """``services`` by mutation root field name."""
        self._inner = inner
        self._services = services
        self._log = log
        self._audit = audit

    @property
    def inner(self) -> Subgraph:
        return self._inner

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def department(self) -> str:
        return department_of(self._inner)

    @property
    def sdl(self) -> str:
        return self._inner.sdl

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        if fetch.kind is not OperationType.MUTATION or fetch.entity_types:
            return self._inner.prepare(fetch)
        return _InOrder([(root, self._step(fetch, root)) for root in root_fields(fetch.selection)])

    def prepare_events(self, fetch: PlannedFetch) -> EventSource:
        """Raises: NotStreaming."""
        return events_of(self._inner, fetch)

    def _step(self, fetch: PlannedFetch, root: RootField) -> PreparedFetch:
        node = root.node
        service = self._services.get(node.name.value)
        matters = _matter_fields(node.selection_set)
        bare = _with_selection(node, _without_matter(node.selection_set))
        inner = self._inner.prepare(replace(fetch, selection=SelectionSetNode(selections=(bare,))))
        if service is None:
            return inner
        return _Transaction(inner, self._log, self._audit, service, root.key, print_ast(node), matters)


class _InOrder:
    """Mutation root fields one after the other (GraphQL specification §6.2.2); what no condition wants does not begin."""

    def __init__(self, steps: Sequence[tuple[RootField, PreparedFetch]]) -> None:
        self._steps = steps

    async def run(
        self, variables: Mapping[str, Any], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        whole = FetchResult(data={})
        placed = [(root.place(variables), step) for root, step in self._steps]
        for _, step in sorted((each for each in placed if each[0] is not None), key=itemgetter(0)):
            part = await step.run(variables, representations, context)
            whole = FetchResult(
                data={**(whole.data or {}), **(part.data or {})},
                errors=whole.errors + part.errors,
                issued=whole.issued + part.issued,
            )
        return whole


class _Transaction:
    """One mutation root field: begin, send, finish."""

    def __init__(
        self,
        inner: PreparedFetch,
        log: MatterLog,
        audit: AuditLog,
        service: ServiceEntry,
        response_key: str,
        text: str,
        matters: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._inner = inner
        self._log = log
        self._audit = audit
        self._service = service
        self._response_key = response_key
        self._text = text
        self._matters = matters

    async def run(
        self, variables: Mapping[str, Any], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        given = context.idempotency_key
        key = None if given is None else f"{given}/{self._response_key}"
        try:
            begun = await self._begin(context, key, variables)
        except TongbanError as error:
            return self._refused(error)
        if isinstance(begun, Replayed):
            answer = orjson.loads(begun.result_json)
            await self._recorded("transaction.repeat", begun.matter_id, context)
            return FetchResult(data={self._response_key: self._filled(answer, begun.matter_id)})
        await self._recorded("transaction.begin", begun.matter_id, context)
        try:
            result = await self._inner.run(
                variables, representations, replace(context, idempotency_key=begun.matter_id)
            )
        except BaseException:  # cancelled by the deadline or the client: nobody knows what the department did
            await asyncio.shield(self._failed(begun.matter_id, Failure.UNKNOWN, context))
            raise
        settling = asyncio.ensure_future(self._settled(begun.matter_id, result, context))
        try:
            return await asyncio.shield(settling)
        except asyncio.CancelledError:  # too late: what the department did is known, and is written down
            await settling
            raise

    async def _begin(
        self, context: FetchContext, key: str | None, variables: Mapping[str, Any]
    ) -> Begun | Replayed:
        service = self._service
        return await self._log.begin(
            context.caller,
            service.id,
            service.department,
            key,
            self._fingerprint(variables),
            service.promised_minutes,
            service.responsible_unit,
        )

    async def _settled(self, matter_id: str, result: FetchResult, context: FetchContext) -> FetchResult:
        answer = (result.data or {}).get(self._response_key)
        if not isinstance(answer, dict):
            await self._failed(matter_id, _failure(result.errors), context)
            return result if result.errors else self._refused(DepartmentFault(ErrorCode.DEPARTMENT_ERROR))
        number = next((i.number for i in result.issued if i.response_key == self._response_key), None)
        await self._log.finish(matter_id, number, orjson.dumps(answer, default=str).decode())
        await self._recorded("transaction.finish", matter_id, context)
        return replace(result, data={self._response_key: self._filled(answer, matter_id)})

    async def _failed(self, matter_id: str, failure: Failure, context: FetchContext) -> None:
        await self._log.fail(matter_id, failure)
        await self._recorded("transaction.fail", matter_id, context, failure.value)

    async def _recorded(
        self, action: str, matter_id: str, context: FetchContext, outcome: str = "ok"
    ) -> None:
        await self._audit.record(
            AuditEntry(
                action,
                subject=context.caller.subject,
                object_kind="matter",
                object_id=matter_id,
                department=self._service.department,
                purpose=self._service.id,
                request_id=context.request_id,
                outcome=outcome,
            )
        )

    def _filled(self, answer: dict[str, Any], matter_id: str) -> dict[str, Any]:
        values = {"id": matter_id, "__typename": "Matter"}
        matters = {
            key: {name: values.get(field) for name, field in fields.items()}
            for key, fields in self._matters.items()
        }
        return {**answer, **matters}

    def _refused(self, error: TongbanError) -> FetchResult:
        return FetchResult(
            data={self._response_key: None},
            errors=(
                FetchError(
                    error.code,
                    error.message,
                    (self._response_key,),
                    department=self._service.department,
                    retry_after_s=error.retry_after_s,
                    detail=error.detail,
                ),
            ),
        )

    def _fingerprint(self, variables: Mapping[str, Any]) -> str:
        """Says whether a repeated key asks for the same thing; one way, so that nothing personal is kept."""
        values = orjson.dumps(dict(variables), option=orjson.OPT_SORT_KEYS, default=str)
        return hashlib.sha256(self._text.encode() + b"\0" + values).hexdigest()


def _failure(errors: Sequence[FetchError]) -> Failure:
    """Nothing took effect only if every error says so."""
    if errors and all(error.not_sent for error in errors):
        return Failure.NOT_SENT
    failures = {failure_of(error.code) for error in errors}
    return Failure.REFUSED if failures == {Failure.REFUSED} else Failure.UNKNOWN


def _matter_fields(selection: SelectionSetNode | None) -> dict[str, dict[str, str]]:
    """Each ``matter`` in a selection by its response key: what is asked of it, by response key."""
    found: dict[str, dict[str, str]] = {}
    for node in _opened(selection):
        if node.name.value == "matter":
            asked = found.setdefault(_key(node), {})
            asked.update({_key(child): child.name.value for child in _opened(node.selection_set)})
    return found


def _opened(selection: SelectionSetNode | None) -> Iterator[FieldNode]:
    """The fields of a selection, those in its fragments too."""
    for node in selection.selections if selection else ():
        if isinstance(node, InlineFragmentNode):
            yield from _opened(node.selection_set)
        elif isinstance(node, FieldNode):
            yield node


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _without_matter(selection: SelectionSetNode | None) -> SelectionSetNode | None:
    if selection is None:
        return None
    kept: list[SelectionNode] = []
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            inner = _without_matter(node.selection_set)
            kept.append(
                InlineFragmentNode(
                    type_condition=node.type_condition, directives=node.directives, selection_set=inner
                )
            )
        elif not (isinstance(node, FieldNode) and node.name.value == "matter"):
            kept.append(node)
    return SelectionSetNode(
        selections=tuple(kept) or (FieldNode(name=NameNode(value="__typename"), arguments=(), directives=()),)
    )


def _with_selection(node: FieldNode, selection: SelectionSetNode | None) -> FieldNode:
    return FieldNode(
        alias=node.alias,
        name=node.name,
        arguments=node.arguments,
        directives=node.directives,
        selection_set=selection,
    )
