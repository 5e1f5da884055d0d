"""What a manifest puts into the graph, block by block: types, root fields, entities, their calls, and matters.

Must never: look at the description; whether operations and paths exist is checked when the connector is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLError, TypeNode, parse_const_value, parse_type, print_ast

from connectors.backend import CallSpec
from connectors.expressions import SlotError, parse_template, slots_in
from connectors.manifest.checks import Block, Checks, words_of
from connectors.manifest.model import (
    Argument,
    Entity,
    Field,
    InputDeclaration,
    InputField,
    Many,
    Matters,
    TypeDeclaration,
    Words,
)
from connectors.manifest.reading import Place
from connectors.manifest.runtime import OneOf
from connectors.manifest.runtime_blocks import RuntimeBlocks


class GraphBlocks:
    """Parses blocks whose shape is right; what they say wrongly goes to ``check``."""

    def __init__(self, check: Checks, runtime: RuntimeBlocks) -> None:
        self._check = check
        self._runtime = runtime

    def type(self, name: str, block: Block) -> TypeDeclaration:
        place = ("types", name)
        fields = {
            field: self._field(field, spec, (*place, "fields", field), block.get("key", ""))
            for field, spec in block.get("fields", {}).items()
        }
        if "enum" in block and ("fields" in block or "key" in block):
            self._check.say("type.enum", place, "an enum has neither fields nor a key")
        one_of = block.get("oneOf")
        if one_of is not None and ("enum" in block or "key" in block):
            self._check.say("type.oneOf", place, "a union has neither an enum nor a key")
        if not fields and not {"enum", "key", "oneOf"} & block.keys():
            self._check.say("type.empty", place, f"{name} has no fields", "give it fields, a key, or an enum")
        return TypeDeclaration(
            name=name,
            description=words_of(block.get("description")),
            key=block.get("key"),
            resolvable=block.get("resolvable", True),
            fields=fields,
            enum=tuple(block["enum"]) if "enum" in block else None,
            enum_words=_enum_words(block.get("enum")),
            one_of=None if one_of is None else self._one_of(one_of, (*place, "oneOf")),
            place=place,
        )

    def _one_of(self, block: Block, place: Place) -> OneOf:
        return OneOf(self._check.path(block["by"], (*place, "by")), block["types"])

    def input(self, name: str, block: Block) -> InputDeclaration:
        place: Place = ("inputs", name)
        return InputDeclaration(
            name,
            {
                field: self._input_field(field, spec, (*place, "fields", field))
                for field, spec in block["fields"].items()
            },
            words_of(block.get("description")),
            place,
        )

    def _input_field(self, name: str, spec: Any, place: Place) -> InputField:
        argument = self._argument(name, spec, place)
        block = {} if isinstance(spec, str) else spec
        enum = block.get("enum")
        return InputField(
            name,
            argument.type,
            block.get("to", name),
            argument.default,
            argument.description,
            block.get("format"),
            None if enum is None else {str(word): value for word, value in enum.items()},
        )

    def root(self, kind: str, name: str, block: Block) -> Field:
        place = (kind, name)
        return self._field(name, {**block, "from": "@"}, place)

    def entity(self, name: str, block: Block, declared: TypeDeclaration | None = None) -> Entity:
        """``declared``: the type of that name, whose key is the entity's unless it says its own."""
        place: Place = ("entities", name)
        one = block.get("one")
        many = block.get("many")
        key = block.get("key") or ("" if declared is None else declared.key or "")
        if not key:
            self._check.say("shape.missing", place, f"'key' is missing in entities.{name}")
        if "{" in key:
            self._check.say("entity.key", (*place, "key"), "a key is field names with spaces between")
        return Entity(
            name=name,
            key=key,
            one=None if one is None else self._call(one, (*place, "one")),
            one_items=self._check.path((one or {}).get("items", "@"), (*place, "one", "items")),
            many=None if many is None else self._many(many, (*place, "many"), key),
            fields={
                field: self._field(field, {**spec, "from": "@"}, (*place, "fields", field), key)
                for field, spec in block.get("fields", {}).items()
            },
            cache=self._runtime.cache(block.get("cache")),
            place=place,
        )

    def _field(self, name: str, spec: Any, place: Place, key: str = "") -> Field:
        if isinstance(spec, str):
            return Field(name=name, source=self._check.path(spec, place, of_field=True), place=place)
        type_text = spec.get("returns", spec.get("type"))
        enum = spec.get("enum")
        truthy = spec.get("truthy")
        idempotency = spec.get("idempotency")
        call = spec.get("call")
        many = spec.get("many")
        source = spec.get("from", "@" if call is not None or many is not None else name)
        return Field(
            name=name,
            type=None if type_text is None else self._type_of(type_text, place),
            source=self._check.path(source, place, of_field=True) if source != name else name,
            format=spec.get("format"),
            enum=None if enum is None else {str(word): value for word, value in enum.items()},
            otherwise=spec.get("else"),
            reference=self._reference(spec.get("as"), place),
            truthy=None if truthy is None else tuple(_word(value) for value in truthy),
            scale=spec.get("scale"),
            description=words_of(spec.get("description")),
            classification=spec.get("classification"),
            args=tuple(
                self._argument(arg, value, (*place, "args", arg))
                for arg, value in spec.get("args", {}).items()
            ),
            call=None if call is None else self._call(call, (*place, "call")),
            items=self._check.path(spec.get("items", "@"), (*place, "items")),
            many=None if many is None else self._many(many, (*place, "many"), key),
            requires=spec.get("requires"),
            number=None if "number" not in spec else self._check.path(spec["number"], (*place, "number")),
            idempotency_header=idempotency["header"] if isinstance(idempotency, dict) else None,
            assurance=spec.get("assurance"),
            purposes=tuple(spec.get("purposes", ())),
            mask=spec.get("mask"),
            unmask_for=self._runtime.unmask_for(spec, place),
            contract=self._runtime.contract(spec.get("contract"), (*place, "contract")),
            unit=words_of(spec.get("unit")),
            transform=spec.get("transform"),
            page=self._runtime.page(spec, place),
            cache=self._runtime.cache(spec.get("cache")),
            place=place,
        )

    def _reference(self, block: Block | None, place: Place) -> Mapping[str, str] | None:
        if block is None:
            return None
        return {name: self._check.path(path, (*place, "as", name)) for name, path in block.items()}

    def _argument(self, name: str, spec: Any, place: Place) -> Argument:
        block = {"type": spec} if isinstance(spec, str) else spec
        text, _, default = str(block["type"]).partition("=")
        default = default.strip()
        if not default and "default" in block:
            default = _literal(block["default"])
        if default:
            try:
                default = print_ast(parse_const_value(default))
            except GraphQLError:
                self._check.say("argument.default", place, f"'{default}' is no GraphQL value")
        return Argument(
            name=name,
            type=self._type_of(text, place),
            default=default or None,
            description=words_of(block.get("description")),
            authority=block.get("authority"),
        )

    def _call(self, block: Block, place: Place) -> CallSpec:
        if ("operation" in block) == ("field" in block):
            self._check.say("shape.missing", place, "'operation' is missing in the call")
        block = {"operation": block.get("field", ""), "params": block.get("args", {}), **block}
        parts: dict[str, Any] = {}
        for name, empty in (("params", {}), ("body", None), ("headers", {})):
            try:
                parts[name] = parse_template(block.get(name, empty))
            except SlotError as error:
                self._check.say("call.slot", (*place, name), str(error))
                parts[name] = empty
        return CallSpec(block["operation"], parts["params"], parts["body"], parts["headers"])

    def _many(self, block: Block, place: Place, key: str) -> Many:
        call = self._call(block, place)
        match = block["match"]
        if isinstance(match, str):
            names = {slot.path[0] for slot in _each_slots(call)}
            if len(names) > 1:
                names &= {key}
            if len(names) != 1:
                self._check.say(
                    "many.match", (*place, "match"), "with several key fields, match is {field: path}"
                )
            match = dict.fromkeys(names, match)
        for path in match.values():
            self._check.path(path, (*place, "match"))
        if not any(True for _ in _each_slots(call)):
            self._check.say("many.keys", place, "a batched call takes its keys from $keys[*].…")
        return Many(
            call=call,
            items=self._check.path(block.get("items", "@"), (*place, "items")),
            match=match,
            at=self._check.path(block.get("at", "@"), (*place, "at")),
            max=block.get("max", 100),
            place=place,
        )

    def matters(self, block: Block) -> Matters:
        state = block["state"]
        return Matters(
            call=self._call(block["call"], ("matters", "call")),
            state=self._check.path(state["from"], ("matters", "state", "from")),
            enum=state["enum"],
            otherwise=state.get("else"),
        )

    def _type_of(self, text: str, place: Place) -> TypeNode:
        try:
            return parse_type(text.strip(), no_location=True)
        except GraphQLError:
            self._check.say("type.syntax", place, f"'{text}' is no GraphQL type", "String!, [Lawyer!]")
            return parse_type("String", no_location=True)


def _each_slots(call: CallSpec) -> Any:
    return (slot for tree in (call.params, call.body, call.headers) for slot in slots_in(tree) if slot.each)


def _enum_words(block: Any) -> Mapping[str, Words]:
    return {value: words_of(words) for value, words in block.items()} if isinstance(block, dict) else {}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _literal(value: Any) -> str:
    return orjson.dumps(value).decode()
