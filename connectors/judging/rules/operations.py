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
    reached: set[str] = set()
    waiting = [*case.manifest.entities]
    waiting += [
        name for owner, field in case.fields() if owner not in case.manifest.types for name in _named(field)
    ]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _leads_to(case, name)
    for name, declared in case.manifest.types.items():
        # a type that a GraphQL backend brings along may be extended without being returned here
        if name not in reached and case.manifest.backend.kind != "graphql":
            message = f"nothing gives a {name}"
            yield case.say("type.unused", "info", declared.place, message, "return it, or delete it")


def _leads_to(case: Case, name: str) -> list[str]:
    declared = case.manifest.types.get(name)
    if declared is None:
        return []
    members = [] if declared.one_of is None else list(declared.one_of.types.values())
    return members + [each for field in declared.fields.values() for each in _named(field)]


def _named(field: Field) -> list[str]:
    """The types of a field and of its arguments."""
    nodes = (field.type, *(arg.type for arg in field.args))
    return [name_of(node) for node in nodes if node is not None]
