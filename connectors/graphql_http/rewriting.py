"""Definitions of a backend's SDL written in the graph's words: names, field sets, descriptions, ``matter``.

Must never: decide what enters the graph; ``exposing.py`` has done that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    EnumTypeDefinitionNode,
    EnumValueNode,
    FieldDefinitionNode,
    FieldNode,
    InlineFragmentNode,
    InputValueDefinitionNode,
    ObjectTypeDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    StringValueNode,
    parse,
)

from connectors.graphql_http.definitions import EXTENSIONS, Definition, Definitions, read_field_set
from connectors.graphql_http.documents import (
    field_set_text,
    name_node,
    named,
    renamed_type,
    string_argument,
    type_name,
)
from connectors.graphql_http.links import Links, keys_of
from connectors.graphql_http.names import Names
from connectors.graphql_http.renaming import ROOTS, WITH_FIELDS, Renaming

_MATTER = 'type Matter @key(fields: "id", resolvable: false) { id: ID! }'
_WITH_MATTER = 'type T { """由此产生的办件 · The matter that was opened""" matter: Matter }'
_STANDARD = ("deprecated", "specifiedBy", "oneOf")
_DEFINITIONS = {definition: extension for extension, definition in EXTENSIONS.items()}


class Rewriting:
    """``inaccessible`` and ``descriptions`` are by the backend's coordinates."""

    def __init__(
        self,
        definitions: Definitions,
        links: Links,
        renaming: Renaming,
        names: Names,
        *,
        federation: bool,
        inaccessible: Collection[tuple[str, str]],
        descriptions: Mapping[tuple[str, ...], str],
    ) -> None:
        self._definitions = definitions
        self._links = links
        self._renaming = renaming
        self._names = names
        self._federation = federation
        self._inaccessible = inaccessible
        self._descriptions = descriptions

    def definition(self, node: Definition) -> Definition:
        name = node.name.value
        forward = self._names.graph_types
        changes: dict[str, Any] = {
            "name": name_node(self._renaming.type(name)),
            "directives": tuple(self._directives(node.directives, name)),
        }
        if (name,) in self._descriptions:
            changes["description"] = StringValueNode(value=self._descriptions[(name,)])
        if isinstance(node, WITH_FIELDS):
            changes["fields"] = tuple(self._field(item, name) for item in node.fields or ())
        if isinstance(node, EnumTypeDefinitionNode):
            changes["values"] = tuple(
                self._described(
                    named(item, name=name_node(self._renaming.member(name, item.name.value))),
                    (name, item.name.value),
                )
                for item in node.values or ()
            )
        for part in ("interfaces", "types"):
            if getattr(node, part, None):
                changes[part] = tuple(renamed_type(item, forward) for item in getattr(node, part))
        if not self._federation and isinstance(node, ObjectTypeDefinitionNode) and name not in ROOTS:
            changes["directives"] = (*changes["directives"], _directive("shareable"))
        return named(node, **changes)

    def _field(self, item: FieldDefinitionNode | InputValueDefinitionNode, owner: str) -> Any:
        name = item.name.value
        new = self._renaming.member(owner, name)
        directives = list(self._directives(item.directives, owner, item))
        citizen_key = self._renaming.type(owner) == "Citizen" and new == "cid"
        if (owner, name) in self._inaccessible or citizen_key:
            local = self._links.local("inaccessible")
            if not any(self._links.specified(directive) == "inaccessible" for directive in directives):
                directives.append(_directive(local))
        changes: dict[str, Any] = {
            "name": name_node(new),
            "type": self._renaming.graph_type(item.type),
            "directives": tuple(directives),
        }
        if isinstance(item, FieldDefinitionNode):
            changes["arguments"] = tuple(
                self._argument(argument, owner, name) for argument in item.arguments or ()
            )
        elif item.default_value is not None:
            changes["default_value"] = self._default(item)
        return self._described(named(item, **changes), (owner, name))

    def _argument(self, argument: InputValueDefinitionNode, owner: str, name: str) -> Any:
        at = (owner, name, argument.name.value)
        new = self._renaming.argument(*at)
        default = self._default(argument) if argument.default_value is not None else None
        changed = named(
            argument,
            name=name_node(new),
            type=self._renaming.graph_type(argument.type),
            default_value=default,
        )
        return self._described(changed, at)

    def _default(self, item: InputValueDefinitionNode) -> Any:
        """A default in the graph's words: only enum values and input fields can differ."""
        value = item.default_value
        enum = type_name(item.type)
        if isinstance(value, EnumValueNode):
            return named(value, value=self._renaming.member(enum, value.value))
        return value

    def _described(self, node: Any, at: tuple[str, ...]) -> Any:
        if at not in self._descriptions:
            return node
        return named(node, description=StringValueNode(value=self._descriptions[at]))

    def _directives(
        self, directives: Iterable[DirectiveNode] | None, owner: str, item: Any = None
    ) -> Iterator[DirectiveNode]:
        """Federation's own, their field sets renamed, and ``@deprecated``; what a backend made for itself
        stays there.
        """
        for directive in directives or ():
            specified = self._links.specified(directive)
            if specified in ("key", "requires", "provides"):
                text = string_argument(directive, "fields")
                if text is None:
                    continue
                type_ = type_name(item.type) if specified == "provides" and item is not None else owner
                fields = StringValueNode(value=self._renamed_field_set(text, type_))
                yield named(
                    directive,
                    arguments=tuple(
                        named(argument, value=fields) if argument.name.value == "fields" else argument
                        for argument in directive.arguments or ()
                    ),
                )
            elif directive.name.value in self._links.names or directive.name.value in _STANDARD:
                yield directive

    def schema_nodes(self) -> list[Any]:
        """Links stay; operation types are plain by now."""
        found = []
        for node in self._definitions.schema:
            links = tuple(item for item in node.directives or () if item.name.value == "link")
            if links:
                found.append(SchemaExtensionNode(directives=links, operation_types=()))
        return found

    def unmerged(self, node: Definition) -> Definition:
        """In Federation 1 ``extend type`` says that the type belongs to somebody else."""
        backend = self._names.types.get(node.name.value, node.name.value)
        kind = _DEFINITIONS.get(type(node))
        if backend not in self._definitions.extended or kind is None:
            return node
        return kind(**{key: getattr(node, key, None) for key in kind.keys if key != "loc"})

    def with_matters(self, definitions: list[Definition]) -> list[Definition]:
        """Every object that a mutation returns gets ``matter``, which the gateway fills."""
        mutation = next((node for node in definitions if node.name.value == "Mutation"), None)
        if mutation is None:
            return []
        returned = {type_name(item.type) for item in mutation.fields}
        matter = parse(_WITH_MATTER, no_location=True).definitions[0].fields  # type: ignore[attr-defined]
        given = False
        for position, node in enumerate(definitions):
            if not isinstance(node, ObjectTypeDefinitionNode) or node.name.value not in returned:
                continue
            has_matter = any(item.name.value == "matter" for item in node.fields or ())
            if not has_matter and not keys_of(node, self._links):
                definitions[position] = named(node, fields=(*(node.fields or ()), *matter))
                given = True
        if not given or any(node.name.value == "Matter" for node in definitions):
            return []
        text = _MATTER.replace("@key", f"@{self._links.local('key')}")
        return list(parse(text, no_location=True).definitions)

    def _renamed_field_set(self, text: str, type_: str) -> str:
        def rename(selection: SelectionSetNode, type_: str) -> SelectionSetNode:
            found: list[Any] = []
            for node in selection.selections:
                if isinstance(node, FieldNode):
                    inner = self._definitions.fields(type_).get(node.name.value)
                    changes: dict[str, Any] = {
                        "name": name_node(self._renaming.member(type_, node.name.value))
                    }
                    if node.selection_set is not None and inner is not None:
                        changes["selection_set"] = rename(node.selection_set, type_name(inner.type))
                    node = named(node, **changes)
                elif isinstance(node, InlineFragmentNode) and node.type_condition is not None:
                    condition = node.type_condition
                    node = named(
                        node,
                        type_condition=renamed_type(condition, self._renaming.type_names),
                        selection_set=rename(node.selection_set, condition.name.value),
                    )
                found.append(node)
            return named(selection, selections=tuple(found))

        return field_set_text(rename(read_field_set(text), type_))


def _directive(name: str) -> DirectiveNode:
    return DirectiveNode(name=name_node(name), arguments=())
