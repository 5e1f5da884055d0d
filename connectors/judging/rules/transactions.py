"""Mutations: sent once, numbered, followed."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding
from connectors.mapping.types import name_of


def unrepeatable(case: Case) -> Iterator[Finding]:
    """The platform can never ask again."""
    for name, field in case.manifest.mutation.items():
        if field.idempotency_header is None:
            message = f"Mutation.{name} takes no idempotency key: a lost answer leaves the case open"
            fix = "ask the department to take a key"
            yield case.say("mutation.unrepeatable", "info", ("mutation", name), message, fix)


def number(case: Case) -> Iterator[Finding]:
    """A receipt without the department's number helps nobody at a counter."""
    for name, field in case.manifest.mutation.items():
        if field.type is not None and name_of(field.type) == "Receipt" and field.number is None:
            message = f"Mutation.{name} gives a Receipt, and nothing says where its number stands"
            yield case.say("mutation.number", "warning", field.place, message, "number: <path in data>")


def states(case: Case) -> Iterator[Finding]:
    """Where a case's state cannot be asked for, an open matter stays open."""
    if case.manifest.mutation and case.manifest.matters is None:
        message = "nothing says how the state of a case is asked for"
        yield case.say("mutation.states", "info", ("mutation",), message, "matters: {call: …, state: …}")
