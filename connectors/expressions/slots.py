"""Call templates: constants and slots (``$x``, ``$key.x``, ``$keys[*].x``, ``$citizen.cid`` …), compiled
to fill functions.

A member whose slot has no value is left out; a constant null stays. ``$$`` begins a word with a dollar.
Must never: build text by joining values into a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from connectors.backend import Slot
from connectors.expressions.dates import FORMATS, write_date
from connectors.expressions.paths import getter

Fill = Callable[[Mapping[str, Any]], Any]
Scope = Literal["args", "key", "keys", "parent", "citizen", "request"]

_SLOT = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)(\[\*\])?((?:\.[A-Za-z_][A-Za-z0-9_]*)*)")
_SCOPES = get_args(Scope)
_CITIZEN = ("cid", "name", "mobile", "sub")
"""``sub``: pairwise, as in the department's token. No account id: departments know people by pairwise subjects only."""
_REQUEST = ("id", "key", "now")


class SlotError(ValueError):
    """The text begins like a slot and is none."""


@dataclass(frozen=True, slots=True)
class FormattedSlot:
    """``{slot: $x, format: yyyyMMdd}``, ``{slot: $x, enum: {MALE: "1"}}``, ``{slot: $x, join: ","}``."""

    slot: Slot
    format: str | None = None
    enum: Mapping[str, str] | None = None
    join: str | None = None


def parse_slot(text: str) -> Slot:
    """Raises: SlotError."""
    match = _SLOT.fullmatch(text)
    if match is None:
        raise SlotError(f"'{text}' is no slot; write $argument, $key.field, $keys[*].field, $citizen.cid …")
    scope, each, rest = match.groups()
    path = tuple(rest.split(".")[1:])
    if scope not in _SCOPES:
        scope, path = "args", (scope, *path)
    if (scope == "keys") != bool(each):
        raise SlotError(f"'{text}': only $keys is a list, written $keys[*].field")
    if not path:
        raise SlotError(f"'{text}' names no field")
    known = {"citizen": _CITIZEN, "request": _REQUEST}.get(scope)
    if known is not None and (len(path) != 1 or path[0] not in known):
        raise SlotError(f"'{text}' is unknown; there are {', '.join(f'${scope}.{name}' for name in known)}")
    return Slot(cast(Scope, scope), path, bool(each))


def parse_template(tree: Any) -> Any:
    """The tree with its slots found.

    Raises: SlotError.
    """
    if isinstance(tree, str):
        if tree.startswith("$$"):
            return tree[1:]
        return parse_slot(tree) if tree.startswith("$") else tree
    if isinstance(tree, list):
        return [parse_template(item) for item in tree]
    if isinstance(tree, dict):
        if "slot" in tree and tree.keys() <= {"slot", "format", "enum", "join"}:
            return _formatted(tree)
        return {name: parse_template(item) for name, item in tree.items()}
    return tree


def _formatted(tree: Mapping[str, Any]) -> FormattedSlot:
    if tree.get("format") is not None and tree["format"] not in FORMATS:
        raise SlotError(f"'{tree['format']}' is no format; there are {', '.join(FORMATS)}")
    enum = tree.get("enum")
    return FormattedSlot(
        parse_slot(str(tree["slot"])),
        tree.get("format"),
        None if enum is None else {str(name): value for name, value in enum.items()},
        tree.get("join"),
    )


def slots_in(tree: Any) -> Iterator[Slot]:
    """Every slot of a parsed template."""
    if isinstance(tree, Slot):
        yield tree
    elif isinstance(tree, FormattedSlot):
        yield tree.slot
    elif isinstance(tree, Mapping):
        for item in tree.values():
            yield from slots_in(item)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from slots_in(item)


def compile_fill(tree: Any) -> Fill:
    """A function from ``{"args": …, "key": …, "keys": […], "parent": …, "citizen": …, "request": …}`` to
    the filled tree.

    A slot without a value gives None; in a dict its member is left out, in a list it is dropped.
    """
    if isinstance(tree, Slot):
        return slot_getter(tree)
    if isinstance(tree, FormattedSlot):
        return _formatted_getter(tree)
    if isinstance(tree, Mapping):
        return _dict_fill(tree)
    if isinstance(tree, list | tuple):
        return _list_fill(tree)
    return lambda _: tree


def slot_getter(slot: Slot) -> Fill:
    """The value of one slot; for ``$keys[*].x`` the list of them."""
    scope = slot.scope
    if slot.each:
        each = getter(slot.path)
        return lambda values: [each(key) for key in values.get(scope) or ()]
    if len(slot.path) == 1:
        name = slot.path[0]

        def get(values: Mapping[str, Any]) -> Any:
            held = values.get(scope)
            return None if held is None else held.get(name)

        return get
    walk = getter(slot.path)
    return lambda values: walk(values.get(scope))


def _formatted_getter(spec: FormattedSlot) -> Fill:
    get = slot_getter(spec.slot)

    def one(value: Any) -> Any:
        if value is None:
            return None
        if spec.format is not None:
            return write_date(value, spec.format)
        if spec.enum is not None:
            return spec.enum.get(str(value), value)
        return value

    def fill(values: Mapping[str, Any]) -> Any:
        value = get(values)
        if not isinstance(value, list):
            return one(value)
        found = [one(item) for item in value if item is not None]
        return found if spec.join is None else spec.join.join(str(item) for item in found)

    return fill


def _dict_fill(tree: Mapping[str, Any]) -> Fill:
    constants = {name: item for name, item in tree.items() if not any(True for _ in slots_in(item))}
    if len(constants) == len(tree):
        held = dict(tree)
        return lambda _: dict(held)
    fills = [
        (name, compile_fill(item), isinstance(item, Slot | FormattedSlot)) for name, item in tree.items()
    ]

    def fill(values: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, get, is_slot in fills:
            value = get(values)
            if value is not None or not is_slot:
                found[name] = value
        return found

    return fill


def _list_fill(tree: list[Any] | tuple[Any, ...]) -> Fill:
    fills = [(compile_fill(item), isinstance(item, Slot | FormattedSlot)) for item in tree]

    def fill(values: Mapping[str, Any]) -> list[Any]:
        filled = [(get(values), is_slot) for get, is_slot in fills]
        return [value for value, is_slot in filled if value is not None or not is_slot]

    return fill
