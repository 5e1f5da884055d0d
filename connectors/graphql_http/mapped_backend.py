"""A plain GraphQL backend for calls that a manifest maps: an operation is a root field, its body that
field's value.

The document asks for the paths that will be read, no more. Must never: print a value into a document; all
travel as variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import (
    EnumTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from connectors.backend import Answer, CallSpec, Described, DescribedOperation, Shape
from connectors.channel import Channel
from connectors.expressions import compile_fill
from connectors.fields_on_demand import FieldsOnDemand
from connectors.graphql_http.definitions import Definitions, SdlRefused, definitions_of
from connectors.graphql_http.documents import type_name
from connectors.graphql_http.links import keys_of
from connectors.graphql_http.posting import Poster, opening
from connectors.manifest.findings import Finding
from federation.subgraph import FetchContext

_SCALARS: dict[str, Shape] = {
    "String": "string",
    "ID": "string",
    "Int": "integer",
    "Float": "number",
    "Boolean": "boolean",
}
_FORMATS = {"Date": "date", "DateTime": "date-time"}
_WHOLE_DEPTH = 3
"""How far an object is asked for whose fields are not named by any path."""
MAX_DEPTH = 15

Paths = dict[str, "Paths"]


class GraphqlBackend:
    """The root fields of one backend's SDL as operations; a mutation that is called as a query is ``Mutation.name``.
    An SDL is read whole or refused: nothing to find.
    """

    findings: tuple[Finding, ...] = ()

    def __init__(self, sdl: str | bytes | Definitions, channel: Channel) -> None:
        """Raises: SdlRefused."""
        self._definitions = definitions_of(sdl)
        self._poster = Poster(channel)
        self._operations: dict[str, tuple[str, Any]] = {}
        for root in ("Query", "Mutation"):
            for name, node in self._definitions.fields(root).items():
                key = name if name not in self._operations else f"{root}.{name}"
                self._operations[key] = (root, node)
        joined = any(keys_of(node, self._definitions.links) for node in self._definitions.types.values())
        if not self._operations and not joined:  # a subgraph may give fields of entities alone
            raise SdlRefused("the SDL has no query and no mutation")

    @property
    def definitions(self) -> Definitions:
        """The whole of the SDL, read once for all who need it."""
        return self._definitions

    def operation(self, name: str) -> DescribedOperation:
        root, node = self._operations[name]
        inputs = {
            argument.name.value: self._described(argument.type, _words(argument))
            for argument in node.arguments or ()
        }
        return DescribedOperation(
            name, _words(node), inputs, self._described(node.type, _words(node)), root == "Mutation"
        )

    def operations(self) -> tuple[DescribedOperation, ...]:
        return tuple(self.operation(name) for name in self._operations)

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> PreparedGraphqlCall:
        """Raises: KeyError for an unknown operation; SdlRefused for an argument that isn't there."""
        root, node = self._operations[call.operation]
        arguments = {argument.name.value: argument for argument in node.arguments or ()}
        fills: dict[str, Callable[[Mapping[str, Any]], Any]] = {}
        for name, tree in {
            **dict(call.params),
            **(call.body if isinstance(call.body, Mapping) else {}),
        }.items():
            if name not in arguments:
                known = ", ".join(arguments) or "none"
                raise SdlRefused(f"{call.operation} has no argument {name}; it has: {known}")
            fills[name] = compile_fill(tree)
        variables = ", ".join(f"${name}: {print_ast(arguments[name].type)}" for name in fills)
        given = ", ".join(f"{name}: ${name}" for name in fills)
        document = (
            f"{root.lower()}{f'({variables})' if variables else ''} "
            f"{{ {node.name.value}{f'({given})' if given else ''}{self._selection(node.type, wanted)} }}"
        )
        required = frozenset(name for name in fills if isinstance(arguments[name].type, NonNullTypeNode))
        headers = {name: compile_fill(tree) for name, tree in call.headers.items()}
        return PreparedGraphqlCall(
            self._poster,
            document,
            opening(document),
            node.name.value,
            fills,
            required,
            headers,
            root == "Query" or call.repeatable,
        )

    async def close(self) -> None:
        """The transport belongs to somebody else."""

    # what is asked for

    def _selection(self, type_: TypeNode, wanted: frozenset[tuple[str, ...]]) -> str:
        tree: Paths = {}
        whole = not wanted
        for path in wanted:
            steps = [step for step in path if step != "@" and not step.isdigit()]
            whole = whole or not steps
            level = tree
            for step in steps:
                level = level.setdefault(step, {})
        return self._asked(type_name(type_), {} if whole and not tree else tree, 0)

    def _asked(self, type_: str, tree: Paths, depth: int) -> str:
        node = self._definitions.types.get(type_)
        if isinstance(node, UnionTypeDefinitionNode):
            parts = [
                (item.name.value, self._fields(item.name.value, tree, depth)) for item in node.types or ()
            ]
            inner = " ".join(f"... on {name} {{ {fields} }}" for name, fields in parts if fields)
            return f" {{ __typename {inner} }}"
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            return f" {{ {self._fields(type_, tree, depth) or '__typename'} }}"
        return ""

    def _fields(self, type_: str, tree: Paths, depth: int) -> str:
        if depth > MAX_DEPTH:
            return ""
        fields = self._definitions.fields(type_)
        if not tree:
            return " ".join(self._whole(fields, depth))
        found = ["__typename"] if "__typename" in tree else []
        for name, below in tree.items():
            if name in fields and not _needs_arguments(fields[name]):
                found.append(name + self._asked(type_name(fields[name].type), below, depth + 1))
        return " ".join(found)

    def _whole(self, fields: Mapping[str, Any], depth: int) -> Iterator[str]:
        for name, node in fields.items():
            if _needs_arguments(node):
                continue
            inner = type_name(node.type)
            if isinstance(self._definitions.types.get(inner), _COMPOSITE):
                is_union = isinstance(self._definitions.types[inner], UnionTypeDefinitionNode)
                if depth < _WHOLE_DEPTH and not is_union:
                    yield name + self._asked(inner, {}, depth + 1)
            else:
                yield name

    # what is described

    def _described(self, node: TypeNode, words: str = "") -> Described:
        if isinstance(node, NonNullTypeNode):
            return self._described(node.type, words)
        if isinstance(node, ListTypeNode):
            return Described("list", words, item=self._described(node.type))
        name = type_name(node)
        declared = self._definitions.types.get(name)
        words = words or (_words(declared) if declared is not None else "")
        if isinstance(declared, EnumTypeDefinitionNode):
            return Described("string", words, enum=tuple(item.name.value for item in declared.values or ()))
        if declared is None or isinstance(declared, ScalarTypeDefinitionNode):
            shape = _SCALARS.get(name, "string" if name in _FORMATS else "opaque")
            return Described(shape, words, format=_FORMATS.get(name, ""))
        return Described("object", words, fields=FieldsOnDemand(partial(self._members, declared)))

    def _members(self, node: Any) -> dict[str, Described]:
        """The fields of a type; of a union, those of all its members."""
        if isinstance(node, UnionTypeDefinitionNode):
            found: dict[str, Described] = {}
            for member in node.types or ():
                found.update(self._members(self._definitions.types[member.name.value]))
            return found
        return {item.name.value: self._described(item.type, _words(item)) for item in node.fields or ()}


@dataclass(frozen=True, slots=True)
class PreparedGraphqlCall:
    """One root field, ready to be asked."""

    poster: Poster
    document: str
    start: bytes
    field: str
    fills: Mapping[str, Callable[[Mapping[str, Any]], Any]]
    required: frozenset[str]
    headers: Mapping[str, Callable[[Mapping[str, Any]], Any]]
    repeatable: bool

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        variables: dict[str, Any] = {}
        for name, fill in self.fills.items():
            value = fill(values)
            if value is not None or name in self.required:
                variables[name] = value
        filled = {name: fill(values) for name, fill in self.headers.items()}
        headers = {name: str(value) for name, value in filled.items() if value is not None}
        answer = await self.poster.post(
            self.start, variables, context, headers=headers, repeatable=self.repeatable
        )
        body = answer.data.get(self.field) if isinstance(answer.data, dict) else None
        fault = None
        if answer.errors:
            one = answer.errors[0]
            fault = {"errors": list(answer.errors), "code": _code(one), "message": _message(one)}
        return Answer(answer.status, answer.headers, body, fault)


_COMPOSITE = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, UnionTypeDefinitionNode)


def _needs_arguments(node: Any) -> bool:
    return any(
        isinstance(argument.type, NonNullTypeNode) and argument.default_value is None
        for argument in node.arguments or ()
    )


def _words(node: Any) -> str:
    description = getattr(node, "description", None)
    return description.value if description is not None else ""


def _code(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def _message(error: Mapping[str, Any]) -> str:
    return str(error.get("message", ""))
