"""Root fields from operations: arguments, the call that they fill, what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.proposing.inputs import InputTypes
from connectors.proposing.names import field_name, free, operation_name, type_name
from connectors.proposing.proposal import Input, ProposedOperation
from connectors.proposing.types import Types, Use

_SCOPES = ("args", "key", "keys", "parent", "citizen", "request")
"""What a slot may begin with instead of an argument's name."""


@dataclass(slots=True)
class RootField:
    name: str
    operation: ProposedOperation
    block: dict[str, Any] = field(default_factory=dict)


def root_fields(
    operations: Iterable[ProposedOperation], types: Types, inputs: InputTypes, prefix: str = ""
) -> list[RootField]:
    """A field for every operation, in the description's order; names do not depend on it."""
    listed = list(operations)
    names = field_names(listed, prefix)
    made = {operation.name: RootField(names[operation.name], operation) for operation in listed}
    by_name = sorted(made.values(), key=lambda each: each.name)
    uses = {found.operation.name: _answer(found, types) for found in by_name}
    types.settle()
    for found in by_name:  # what is answered is named before what is asked
        found.block = _block(found, uses[found.operation.name], inputs)
    inputs.settle()
    return [made[operation.name] for operation in listed]


def field_names(operations: Iterable[ProposedOperation], prefix: str = "") -> dict[str, str]:
    """Operation → field. Of those that come to the same name, the one that bears it already keeps it."""
    wanted: dict[tuple[bool, str], list[str]] = {}
    for operation in operations:
        name = operation_name(operation.name)
        name = prefix + name[0].upper() + name[1:] if prefix else name
        wanted.setdefault((operation.reads, name), []).append(operation.name)
    found: dict[str, str] = {}
    taken: dict[bool, set[str]] = {
        reads: {name for kind, name in wanted if kind == reads} for reads in (True, False)
    }
    for (reads, name), sharing in sorted(wanted.items()):
        sharing.sort(key=lambda own, name=name: (own != name, own))  # type: ignore[misc]
        found[sharing[0]] = name
        for own in sharing[1:]:
            found[own] = free(name, taken[reads])
            taken[reads].add(found[own])
    return found


def _answer(found: RootField, types: Types) -> Use:
    place = type_name(found.name)
    answer = found.operation.answer
    return types.use(answer, f"{place}Item" if answer.shape == "list" else f"{place}Answer")


def _block(found: RootField, use: Use, inputs: InputTypes) -> dict[str, Any]:
    operation = found.operation
    place = type_name(found.name)
    block: dict[str, Any] = {}
    args: dict[str, Any] = {}
    call: dict[str, Any] = {"operation": operation.name}
    key = next((given for given in operation.inputs if _is_idempotency_key(given)), None)
    for given in operation.inputs:
        if given is not key or operation.reads:
            _give(given, args, call, inputs, place)
    if args:
        block["args"] = args
    block["returns"] = use.type
    if use.enum is not None:
        block["enum"] = dict(use.enum)
    block["call"] = call
    if not operation.reads:
        block["idempotency"] = "none" if key is None else {"header": key.name}
    return block


def _is_idempotency_key(given: Input) -> bool:
    return given.place == "params" and (given.name or "").lower() in ("idempotency-key", "x-idempotency-key")


def _give(given: Input, args: dict[str, Any], call: dict[str, Any], inputs: InputTypes, place: str) -> None:
    wanted = "body" if given.name is None else field_name(given.name)
    if wanted in args and given.place == "body":
        wanted = f"body{wanted[0].upper()}{wanted[1:]}"
    name = free(wanted, args)
    use = inputs.use(given.described, place + type_name(name))
    default = _default(given, use.type)
    args[name] = f"{use.type}{'!' if given.required else ''}" + (f" = {default}" if default else "")
    slot: Any = f"$args.{name}" if name in _SCOPES else f"${name}"
    if use.enum is not None:
        slot = {"slot": slot, "enum": {word: value for value, word in use.enum.items()}}
    if given.name is None:
        call["body"] = slot
    else:
        call.setdefault(given.place, {})[given.name] = slot


def _default(given: Input, type_text: str) -> str:
    """A literal for what must be given and has a default; elsewhere the backend's own default holds."""
    value = given.default
    if not given.required or value is None:
        return ""
    if type_text == "Boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if type_text == "Int" and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31:
        return str(value)
    return ""
