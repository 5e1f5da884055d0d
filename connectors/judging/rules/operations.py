"""The manifest beside all that the description offers."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding
from connectors.manifest.model import Field
from connectors.mapping.types import name_of

_SHOWN = 12


def unused(case: Case) -> Iterator[Finding]:
    """One finding for all of them: a department may offer hundreds."""
    if case.manifest.expose.include is not None or case.manifest.backend.describe.federation is not None:
        return
    left = sorted(case.operations.keys() - case.used)
    if left:
        listed = ", ".join(left[:_SHOWN]) + (" …" if len(left) > _SHOWN else "")
        message = f"{len(left)} of {len(case.operations)} described operations are not used: {listed}"
        fix = "tongban connector init writes a field for each"
        yield case.say("operation.unused", "info", ("backend", "describe"), message, fix)


def untyped(case: Case) -> Iterator[Finding]:
    for call, place in case.calls():
        operation = case.operations.get(call.operation)
        if operation is not None and operation.answer.shape == "opaque":
            message = f"the description does not say what {call.operation} answers: no path can be checked"
            fix = "ask the department for the schema of the answer"
            yield case.say("operation.untyped", "info", place, message, fix)


def writes_as_query(case: Case) -> Iterator[Finding]:
    """A query may be repeated, shared and asked by anybody who reads."""
    for name, field in case.manifest.query.items():
        operation = None if field.call is None else case.operations.get(field.call.operation)
        if operation is not None and operation.writes:
            message = f"Query.{name} calls {operation.name}, which by its description may change something"
            fix = "make it a mutation, unless it only looks something up"
            yield case.say("operation.writes", "info", field.place, message, fix)


def unused_types(case: Case) -> Iterator[Finding]:
    reached = set(case.manifest.entities)
    waiting = [field for owner, field in case.fields() if owner not in case.manifest.types]
    waiting += [f for name in reached & case.manifest.types.keys() for f in _fields(case, name)]
    while waiting:
        field = waiting.pop()
        nodes = [node for node in (field.type, *(arg.type for arg in field.args)) if node is not None]
        for name in {name_of(node) for node in nodes} - reached:
            reached.add(name)
            waiting += _fields(case, name)
    for name, declared in case.manifest.types.items():
        # a type that a GraphQL backend brings along may be extended without being returned here
        if name not in reached and case.manifest.backend.kind != "graphql":
            message = f"nothing gives a {name}"
            yield case.say("type.unused", "info", declared.place, message, "return it, or delete it")


def _fields(case: Case, name: str) -> list[Field]:
    declared = case.manifest.types.get(name)
    return [] if declared is None else list(declared.fields.values())
