"""From a manifest and a described backend to the mapped graph, with findings on what doesn't fit.

Every call is held against its operation, every path against the described answer. A path that one use knows
and another doesn't is a warning; one that no use knows is an error. Must never: ask the backend anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graphql import TypeNode

from connectors.backend import Backend, CallSpec, Described, DescribedOperation
from connectors.expressions import slots_in
from connectors.manifest.findings import Finding, Severity, did_you_mean
from connectors.manifest.model import Field, Manifest, Many, TypeDeclaration, Words
from connectors.manifest.reading import Place
from connectors.mapping.connections import PAGE, SIZE, described_connection
from connectors.mapping.graph_checks import check_inputs, check_slot_of_input, check_union_use, check_unions
from connectors.mapping.inputs import SENT
from connectors.mapping.types import (
    BUILT_IN,
    MISSING,
    SCALARS,
    MappedField,
    MappedGraph,
    MappedType,
    Origin,
    at,
    default_type,
    element,
    name_of,
    named,
    required,
    told,
)
from connectors.mapping.value_checks import check_services, check_value

RECEIPT = "Receipt"
MATTER = "Matter"
RECEIPT_WORDS = Words("办理回执", "What a department gives for a transaction")
NUMBER_WORDS = Words("部门给出的编号", "The number that the department gave")
MATTER_WORDS = Words("由此产生的办件", "The matter that was opened")


def draw(
    manifest: Manifest, backend: Backend, existing: Collection[str] = ()
) -> tuple[MappedGraph, tuple[Finding, ...]]:
    """``existing``: types that another part of the same subgraph brings (a GraphQL backend's own)."""
    drawing = _Drawing(manifest, backend, frozenset(existing))
    drawing.draw()
    return drawing.graph, tuple(dict.fromkeys(drawing.found))


class _Drawing:
    def __init__(self, manifest: Manifest, backend: Backend, existing: frozenset[str]) -> None:
        self._manifest = manifest
        self._backend = backend
        self._existing = existing
        self._seen: set[tuple[str, int]] = set()
        self._unknown: dict[tuple[str, str], list[bool]] = {}
        self._kept: list[Described] = []
        self.graph = MappedGraph()
        self.found: list[Finding] = []

    def say(self, code: str, place: Place, message: str, fix: str = "", severity: Severity = "error") -> None:
        line, column = _position(self._manifest.places, place)
        self.found.append(Finding(code, severity, self._manifest.file, line, column, message, fix))

    def draw(self) -> None:
        self.graph.inputs = self._manifest.inputs
        self._declare()
        for kind, fields, into in (
            ("Query", self._manifest.query, self.graph.query),
            ("Mutation", self._manifest.mutation, self.graph.mutation),
        ):
            for name, spec in fields.items():
                into[name] = self._call_field(kind, spec)
        self._entities()
        self._nested()
        self._settle()
        self._check_references()
        check_services(self._manifest, self.graph, self._existing, self.say)
        self._check_matters()

    # what is declared

    def _declare(self) -> None:
        for name, declared in self._manifest.types.items():
            if declared.enum is not None:
                self.graph.enums[name] = declared
            elif declared.one_of is not None:
                self.graph.unions[name] = declared
            else:
                self._declare_type(declared)
        for name, entity in self._manifest.entities.items():
            if name not in self.graph.types:
                self._declare_type(TypeDeclaration(name, key=entity.key, place=entity.place))
        returned = {name_of(spec.type) for spec in self._manifest.mutation.values() if spec.type is not None}
        if RECEIPT in returned and RECEIPT not in self.graph.types:
            self._declare_type(TypeDeclaration(RECEIPT, RECEIPT_WORDS))
        numbered = {
            name_of(spec.type)
            for spec in self._manifest.mutation.values()
            if spec.type is not None and spec.number is not None
        }
        for name in returned & self.graph.types.keys():
            self._transaction_result(self.graph.types[name], name in numbered)
        mapped = any("matter" in found.fields for found in self.graph.types.values())
        if mapped and MATTER not in self.graph.types and MATTER not in self._existing:
            self._declare_type(TypeDeclaration(MATTER, key="id", resolvable=False))

    def _declare_type(self, declared: TypeDeclaration) -> None:
        name = declared.name
        entity = self._manifest.entities.get(name)
        key_text = declared.key or (entity.key if entity else "")
        if entity is not None and declared.key is not None and declared.key != entity.key:
            self.say("entity.key", (*entity.place, "key"), f"{name} has another key under types")
        key = tuple(key_text.split())
        resolvable = declared.resolvable and entity is not None
        mapped = MappedType(name, key, resolvable, declared)
        for part in key:
            spec = declared.fields.get(part) or Field(part, source=part)
            mapped.fields[part] = MappedField(name, part, spec.type or required("ID"), spec, "key")
        for field_name, spec in declared.fields.items():
            if field_name not in mapped.fields:
                origin: Origin = "call" if spec.has_call else "own"
                mapped.fields[field_name] = MappedField(
                    name, field_name, spec.type or named("String"), spec, origin
                )
        self.graph.types[name] = mapped

    def _transaction_result(self, mapped: MappedType, numbered: bool) -> None:
        """``numbered``: some mutation that returns it finds a number. A query may return the type, too, and another mutation
        none: only a receipt always has one.
        """
        name = mapped.name
        if "number" not in mapped.fields and (numbered or name == RECEIPT):
            spec = Field("number", source="number", description=NUMBER_WORDS)
            type_ = required("ID") if name == RECEIPT else named("ID")
            mapped.fields["number"] = MappedField(name, "number", type_, spec, "issued")
        if "matter" not in mapped.fields:
            spec = Field("matter", source="matter", description=MATTER_WORDS)
            mapped.fields["matter"] = MappedField(name, "matter", named(MATTER), spec, "matter")

    # calls

    def _call_field(self, owner: str, spec: Field) -> MappedField:
        type_node = spec.type
        if type_node is None:
            self.say("field.returns", spec.place, f"{owner}.{spec.name} does not say what it returns")
            type_node = named("String")
        mapped = MappedField(owner, spec.name, type_node, spec, "call")
        if spec.call is not None:
            operation = self._operation(spec.call, spec.place)
            if operation is not None:
                mapped.words = operation.description
                self._answered(mapped, operation, spec)
        if spec.many is not None:
            operation = self._operation(spec.many.call, (*spec.place, "many"))
            if operation is not None:
                item = self._items(operation, spec.many)
                value = self.path(item, spec.many.at, (*spec.place, "many", "at"))
                if spec.call is None:
                    mapped.described.append(value)
                    mapped.words = operation.description
                self.use(type_node, value, spec)
        for argument in spec.args:
            if name_of(argument.type) in {**self.graph.types, **self.graph.unions}:
                self.say(
                    "argument.type",
                    spec.place,
                    f"{argument.name} needs a scalar, an enum, an input or a list of such",
                )
        self._check_slots(owner, spec)
        return mapped

    def _answered(self, mapped: MappedField, operation: DescribedOperation, spec: Field) -> None:
        data = at(operation.answer, self._manifest.envelope.data)
        if data is MISSING:
            self.say(
                "envelope.data",
                ("envelope", "data"),
                f"{operation.name} has no such data",
                severity="warning",
            )
            return
        value = self.path(data, spec.items, (*spec.place, "items"))
        if spec.number is not None:
            self.path(data, spec.number, (*spec.place, "number"))
        if spec.page is not None:
            for name, path in (("total", spec.page.total), ("next", spec.page.next)):
                if path is not None:
                    self.path(data, path, (*spec.place, "page", name))
            value = described_connection(value)
        mapped.described.append(value)
        self.use(mapped.type, value, spec)

    def _items(self, operation: DescribedOperation, many: Many) -> Described:
        data = at(operation.answer, self._manifest.envelope.data)
        items = self.path(data, many.items, (*many.place, "items"))
        for path in many.match.values():
            self.path(items, path, (*many.place, "match"))
        return element(items)

    def path(self, described: Described, path: str, place: Place) -> Described:
        found = Described("opaque") if described is MISSING else at(described, path)
        if found is MISSING:
            known = element(described).fields
            self.say(
                "path.undescribed", place, f"the description has no '{path}' here", did_you_mean(path, known)
            )
        return found

    def _operation(self, call: CallSpec, place: Place) -> DescribedOperation | None:
        try:
            operation = self._backend.operation(call.operation)
        except KeyError:
            known = [found.name for found in self._backend.operations()]
            fix = did_you_mean(call.operation, known)
            self.say("call.operation", place, f"the description has no operation '{call.operation}'", fix)
            return None
        try:
            self._backend.prepare(call, frozenset())
        except ValueError as error:
            self.say("call.mismatch", place, str(error))
            return operation
        given = dict(call.params)
        if isinstance(call.body, Mapping):
            given.update(call.body)
        for name in given:
            if operation.inputs and name not in operation.inputs:
                fix = did_you_mean(name, operation.inputs)
                self.say("call.input", place, f"{call.operation} takes no '{name}'", fix, "warning")
        return operation

    def _check_slots(self, owner: str, spec: Field) -> None:
        given = {argument.name for argument in spec.args}
        known = given | {PAGE, SIZE} | {SENT + name for name in given}
        for call in _calls(spec):
            for slot in _slots(call):
                if slot.scope == "args" and slot.path[0] not in known:
                    fix = did_you_mean(slot.path[0], given)
                    self.say(
                        "call.slot", spec.place, f"{owner}.{spec.name} has no argument '{slot.path[0]}'", fix
                    )
                check_slot_of_input(self.graph, spec, slot, self.say)
                if slot.scope in ("key", "keys", "parent") and owner in ("Query", "Mutation"):
                    self.say("call.slot", spec.place, f"a root field has no ${slot.scope}")

    # how types are mapped from answers

    def use(self, type_node: TypeNode, described: Described, spec: Field) -> None:
        """``type_node`` is read from ``described``: hold every path of its fields against it."""
        union = self.graph.unions.get(name_of(type_node))
        if union is not None:
            check_union_use(union, element(described), self)
            return
        mapped = self.graph.types.get(name_of(type_node))
        described = element(described)
        if mapped is None or described is MISSING or spec.reference is not None:
            return
        if (mapped.name, id(described)) in self._seen:
            return
        self._seen.add((mapped.name, id(described)))
        self._kept.append(described)
        mapped.words = mapped.words or described.description
        for found in mapped.fields.values():
            if found.origin not in ("own", "key") or found.spec.source == "":
                continue
            value = at(described, found.spec.source)
            known = value is not MISSING
            self._unknown.setdefault((mapped.name, found.name), []).append(known)
            if known:
                found.described.append(value)
                if found.spec.type is None and found.origin == "own":
                    found.type = default_type(value) or found.type
                self.use(found.type, value, found.spec)

    def _entities(self) -> None:
        for name, entity in self._manifest.entities.items():
            mapped = self.graph.types[name]
            for spec in entity.fields.values():
                mapped.fields[spec.name] = self._call_field(name, spec)
                for part in (spec.requires or "").split():
                    if part in mapped.fields and mapped.fields[part].origin != "external":
                        message = f"{name}.{part} is this connector's own: 'requires' is for others' fields"
                        self.say("field.requires", spec.place, message)
                    elif part not in mapped.fields:
                        outside = Field(part, source=part)
                        mapped.fields[part] = MappedField(name, part, named("String"), outside, "external")
            own = [found for found in mapped.fields.values() if found.origin == "own"]
            if entity.one is not None:
                operation = self._operation(entity.one, (*entity.place, "one"))
                if operation is not None:
                    data = at(operation.answer, self._manifest.envelope.data)
                    self.use(
                        named(name), self.path(data, entity.one_items, (*entity.place, "one")), Field(name)
                    )
            if entity.many is not None:
                operation = self._operation(entity.many.call, (*entity.place, "many"))
                if operation is not None:
                    self.use(named(name), self._items(operation, entity.many), Field(name))
            if own and entity.one is None and entity.many is None:
                names = ", ".join(found.name for found in own)
                message = f"{names} of {name} can't be asked for by key"
                self.say("entity.one", entity.place, message, "add 'one' or 'many'", "warning")

    def _nested(self) -> None:
        for mapped in list(self.graph.types.values()):
            for name, found in list(mapped.fields.items()):
                if (
                    found.origin == "call"
                    and not found.words
                    and name not in self._entity_fields(mapped.name)
                ):
                    mapped.fields[name] = self._call_field(mapped.name, found.spec)

    def _entity_fields(self, name: str) -> Collection[str]:
        entity = self._manifest.entities.get(name)
        return () if entity is None else entity.fields

    # what must hold at the end

    def _settle(self) -> None:
        for mapped in self.graph.types.values():
            for found in mapped.fields.values():
                uses = self._unknown.get((mapped.name, found.name), [])
                nowhere = not any(uses) and found.origin == "own"
                if not all(uses) and (nowhere or not self._comes_by_key(mapped.name)):
                    self.say(
                        "path.undescribed",
                        found.spec.place or mapped.declaration.place,
                        f"{found.coordinate}: the description has no '{found.spec.source}'"
                        + ("" if nowhere else " in some of the answers it is read from"),
                        did_you_mean(found.spec.source, self._siblings(mapped)),
                        "error" if nowhere else "warning",
                    )
                described = element(found.described[0]) if found.described else None
                if described is not None and described.shape == "object" and found.spec.type is None:
                    self.say(
                        "field.type", found.spec.place, f"{found.coordinate} is an object: give it a type"
                    )
                if described is not None:
                    found.words = found.words or found.described[0].description or described.description

    def _comes_by_key(self, name: str) -> bool:
        entity = self._manifest.entities.get(name)
        return entity is not None and (entity.one is not None or entity.many is not None)

    def _siblings(self, mapped: MappedType) -> set[str]:
        return {
            name
            for described in self._kept
            if (mapped.name, id(described)) in self._seen
            for name in described.fields
        }

    def _check_references(self) -> None:
        known = {*BUILT_IN, *SCALARS, *self.graph.types, *self.graph.enums, *self._existing}
        known |= self.graph.unions.keys() | self.graph.inputs.keys()
        check_unions(self.graph, self.say)
        check_inputs(self.graph, known, self.say)
        for owner, fields in self.graph.owners():
            for found in fields.values():
                for name in (name_of(found.type), *(name_of(arg.type) for arg in found.spec.args)):
                    if name not in known:
                        fix = did_you_mean(name, known)
                        self.say(
                            "type.unknown", found.spec.place, f"{owner}.{found.name}: no type '{name}'", fix
                        )
                check_value(self.graph, found, self.say)

    def _check_matters(self) -> None:
        matters = self._manifest.matters
        if matters is None:
            return
        operation = self._operation(matters.call, ("matters", "call"))
        if operation is not None:
            data = at(operation.answer, self._manifest.envelope.data)
            self.path(data, matters.state, ("matters", "state", "from"))


def argument_words(operation: DescribedOperation | None, spec: Field, name: str) -> str:
    """An argument's words: the manifest's, else those of the input that it fills."""
    argument = next(found for found in spec.args if found.name == name)
    if argument.description.both or operation is None or spec.call is None:
        return argument.description.both
    given = dict(spec.call.params)
    if isinstance(spec.call.body, Mapping):
        given.update(spec.call.body)
    for input_name, template in given.items():
        slots = list(slots_in(template))
        if len(slots) == 1 and slots[0].scope == "args" and slots[0].path[0] == name:
            described = operation.inputs.get(input_name)
            return "" if described is None else told(argument.description, described.description)
    return ""


def _calls(spec: Field) -> Iterator[CallSpec]:
    if spec.call is not None:
        yield spec.call
    if spec.many is not None:
        yield spec.many.call


def _slots(call: CallSpec) -> Iterator[Any]:
    for tree in (call.params, call.body, call.headers):
        yield from slots_in(tree)


def _position(places: Mapping[Place, tuple[int, int]], place: Place) -> tuple[int, int]:
    while place and place not in places:
        place = place[:-1]
    return places.get(place, (0, 0))
