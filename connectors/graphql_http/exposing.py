"""What of a backend's SDL enters the graph, and under which names: ``expose`` of a manifest, applied once.

Must never: let a hidden field be asked for; lose a key that another subgraph joins by (a hidden key field
becomes ``@inaccessible``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueNode,
    FieldDefinitionNode,
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from connectors.graphql_http.definitions import EXTENSIONS, Definition, Definitions, SdlRefused, read_sdl
from connectors.graphql_http.documents import (
    field_set,
    field_set_text,
    name_node,
    named,
    renamed_type,
    string_argument,
    type_name,
)
from connectors.graphql_http.links import Links, importing, links_of
from connectors.graphql_http.names import FieldNames, Names
from connectors.manifest.model import Expose

_ROOTS = ("Query", "Mutation")
_MATTER = 'type Matter @key(fields: "id", resolvable: false) { id: ID! }'
_WITH_MATTER = 'type T { """由此产生的办件 · The matter that was opened""" matter: Matter }'
_STANDARD = ("deprecated", "specifiedBy", "oneOf")
_DEFINITIONS = {definition: extension for extension, definition in EXTENSIONS.items()}
_WITH_FIELDS = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, InputObjectTypeDefinitionNode)
_OUTPUT = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)


@dataclass(frozen=True, slots=True)
class Exposed:
    """A subgraph's SDL in the graph's words. ``roots``: graph's operation type → its fields' names."""

    sdl: str
    names: Names
    roots: Mapping[str, frozenset[str]]


def expose(text: str | bytes, choice: Expose, *, federation: bool) -> Exposed:
    """``federation``: everything enters unless ``include`` names root fields; else only what it names.

    Raises: SdlRefused.
    """
    return _Exposing(read_sdl(text), choice, federation).exposed()


class _Exposing:
    """One application of ``expose``. Works on the backend's names throughout; renames last."""

    def __init__(self, document: DocumentNode, choice: Expose, federation: bool) -> None:
        self._definitions = Definitions(document)
        self._types = self._definitions.types
        self._choice = choice
        self._federation = federation
        self._links: Links = links_of(document)
        self._type_names = {
            old: new
            for old, new in choice.rename.items()
            if "." not in old and old not in ("Query", "Mutation")
        }
        for old in self._type_names:
            if old not in self._types:
                raise SdlRefused(f"expose.rename: the SDL has no type {old}")
        self._renamed: dict[tuple[str, ...], str] = {}
        for coordinate, new in choice.rename.items():
            if "." in coordinate:
                self._renamed[self._backend(coordinate, "rename")] = new

    def exposed(self) -> Exposed:
        keys = self._key_fields()
        self._include()
        inaccessible = self._hide(keys)
        self._prune()
        if not self._types.get("Query") and not self._types.get("Mutation") and not self._federation:
            raise SdlRefused(
                "expose.include names no root field: a plain GraphQL backend gives nothing by default"
            )
        descriptions = self._descriptions()
        names = self._names()
        definitions = [
            self._rewritten(node, names, inaccessible, descriptions) for node in self._types.values()
        ]
        definitions += self._with_matters(definitions)
        wanted = ["key"] if not self._federation or any(n.name.value == "Matter" for n in definitions) else []
        if inaccessible or "Citizen" in names.types:
            wanted.append("inaccessible")
        if not self._federation:
            wanted.append("shareable")
        if self._federation and not self._links.is_linked:
            definitions = [self._unmerged(node, names) for node in definitions]
        document = DocumentNode(definitions=(*self._schema_nodes(), *definitions))
        if wanted and (self._links.is_linked or not self._federation):
            document = importing(document, wanted)
        roots = {root: frozenset(names.fields.get(root, ())) for root in _ROOTS if root in names.fields}
        return Exposed(print_ast(document) + "\n", names, roots)

    # what stays

    def _include(self) -> None:
        include = self._choice.include
        if include is None and self._federation:
            return
        wanted = {self._backend(item, "include") for item in include or ()}
        for root in _ROOTS:
            node = self._types.get(root)
            if node is None:
                continue
            kept = tuple(item for item in node.fields or () if (root, item.name.value) in wanted)
            self._replace(root, kept)

    def _hide(self, keys: Mapping[str, set[str]]) -> set[tuple[str, str]]:
        """Gives back the hidden fields that must stay, since something joins by them."""
        inaccessible: set[tuple[str, str]] = set()
        for item in self._choice.hide:
            coordinate = self._backend(item, "hide")
            type_ = coordinate[0]
            if len(coordinate) == 1:
                self._types.pop(type_, None)
                self._drop_uses(type_)
            elif len(coordinate) == 3:
                self._hide_argument(*coordinate)
            elif coordinate[1] in keys.get(type_, ()):
                inaccessible.add((type_, coordinate[1]))
            else:
                self._drop_member(type_, coordinate[1])
        return inaccessible

    def _hide_argument(self, type_: str, name: str, argument: str) -> None:
        fields = []
        for item in self._types[type_].fields:
            if item.name.value == name:
                item = named(
                    item, arguments=tuple(each for each in item.arguments if each.name.value != argument)
                )
            fields.append(item)
        self._replace(type_, tuple(fields))

    def _drop_member(self, type_: str, member: str) -> None:
        node = self._types[type_]
        part = "values" if isinstance(node, EnumTypeDefinitionNode) else "fields"
        kept = tuple(item for item in getattr(node, part) if item.name.value != member)
        self._replace(type_, kept, part)

    def _drop_uses(self, type_: str) -> None:
        for name, node in list(self._types.items()):
            if isinstance(node, _OUTPUT):
                self._replace(
                    name, tuple(item for item in node.fields or () if type_name(item.type) != type_)
                )
                node = self._types.get(name)
                if node is not None:
                    kept = tuple(item for item in node.interfaces or () if item.name.value != type_)
                    self._types[name] = named(node, interfaces=kept)
            elif isinstance(node, UnionTypeDefinitionNode):
                self._replace(
                    name, tuple(item for item in node.types or () if item.name.value != type_), "types"
                )

    def _replace(self, type_: str, members: tuple[Any, ...], part: str = "fields") -> None:
        if not members:
            self._types.pop(type_, None)
        else:
            self._types[type_] = named(self._types[type_], **{part: members})

    def _prune(self) -> None:
        """Types that nothing leads to any more would only widen the graph; entities lead to themselves."""
        start = [name for name in _ROOTS if name in self._types]
        if self._federation:
            start += [name for name, node in self._types.items() if self._keys(node)]
        reached: set[str] = set()
        while start:
            name = start.pop()
            if name in reached or name not in self._types:
                continue
            reached.add(name)
            start += self._leads_to(self._types[name])
            if isinstance(self._types[name], InterfaceTypeDefinitionNode):
                start += [
                    other
                    for other, node in self._types.items()
                    if any(item.name.value == name for item in getattr(node, "interfaces", None) or ())
                ]
        for name in list(self._types):
            if name not in reached:
                del self._types[name]

    def _leads_to(self, node: Definition) -> Iterator[str]:
        for item in getattr(node, "fields", None) or ():
            yield type_name(item.type)
            for argument in getattr(item, "arguments", None) or ():
                yield type_name(argument.type)
        for item in (*(getattr(node, "types", None) or ()), *(getattr(node, "interfaces", None) or ())):
            yield item.name.value

    # keys and field sets

    def _keys(self, node: Definition) -> list[DirectiveNode]:
        return [item for item in node.directives or () if self._links.specified(item) == "key"]

    def _key_fields(self) -> Mapping[str, set[str]]:
        """Fields by type that field sets speak of."""
        found: dict[str, set[str]] = {}
        for name, node in self._types.items():
            for directive in self._keys(node):
                self._note_fields(string_argument(directive, "fields"), name, found)
            for item in getattr(node, "fields", None) or ():
                for directive in item.directives or ():
                    specified = self._links.specified(directive)
                    if specified in ("requires", "provides"):
                        owner = name if specified == "requires" else type_name(item.type)
                        self._note_fields(string_argument(directive, "fields"), owner, found)
        return found

    def _note_fields(self, text: str | None, type_: str, found: dict[str, set[str]]) -> None:
        def note(selection: SelectionSetNode, type_: str) -> None:
            for node in selection.selections:
                if isinstance(node, FieldNode):
                    found.setdefault(type_, set()).add(node.name.value)
                    inner = self._definitions.fields(type_).get(node.name.value)
                    if node.selection_set is not None and inner is not None:
                        note(node.selection_set, type_name(inner.type))
                elif isinstance(node, InlineFragmentNode) and node.type_condition is not None:
                    note(node.selection_set, node.type_condition.name.value)

        if text is not None:
            note(_field_set(text), type_)

    def _renamed_field_set(self, text: str, type_: str) -> str:
        def rename(selection: SelectionSetNode, type_: str) -> SelectionSetNode:
            found: list[Any] = []
            for node in selection.selections:
                if isinstance(node, FieldNode):
                    inner = self._definitions.fields(type_).get(node.name.value)
                    changes: dict[str, Any] = {"name": name_node(self._member(type_, node.name.value))}
                    if node.selection_set is not None and inner is not None:
                        changes["selection_set"] = rename(node.selection_set, type_name(inner.type))
                    node = named(node, **changes)
                elif isinstance(node, InlineFragmentNode) and node.type_condition is not None:
                    condition = node.type_condition
                    node = named(
                        node,
                        type_condition=renamed_type(condition, self._type_names),
                        selection_set=rename(node.selection_set, condition.name.value),
                    )
                found.append(node)
            return named(selection, selections=tuple(found))

        return field_set_text(rename(_field_set(text), type_))

    # names

    def _backend(self, coordinate: str, block: str) -> tuple[str, ...]:
        """The coordinate in the backend's words; a manifest may use the graph's."""
        type_, *rest = coordinate.split(".")
        old_types = {new: old for old, new in self._type_names.items()}
        type_ = type_ if type_ in self._types else old_types.get(type_, type_)
        if type_ not in self._types:
            raise SdlRefused(f"expose.{block}: the SDL has no type {coordinate.split('.')[0]}")
        if not rest:
            return (type_,)
        old = {new: key[1] for key, new in self._renamed.items() if len(key) == 2 and key[0] == type_}
        members = self._members(type_)
        member = rest[0] if rest[0] in members else old.get(rest[0], rest[0])
        if member not in members:
            raise SdlRefused(f"expose.{block}: {type_} has no {rest[0]}")
        if len(rest) == 1:
            return (type_, member)
        arguments = {item.name.value for item in getattr(members[member], "arguments", None) or ()}
        if rest[1] not in arguments:
            raise SdlRefused(f"expose.{block}: {type_}.{member} has no argument {rest[1]}")
        return (type_, member, rest[1])

    def _members(self, type_: str) -> Mapping[str, Any]:
        node = self._types[type_]
        items = getattr(node, "fields", None) or getattr(node, "values", None) or ()
        return {item.name.value: item for item in items}

    def _member(self, type_: str, name: str) -> str:
        return self._renamed.get((type_, name), name)

    def _type(self, name: str) -> str:
        return self._type_names.get(name, name)

    def _names(self) -> Names:
        fields: dict[str, dict[str, FieldNames]] = {}
        inputs: dict[str, dict[str, FieldNames]] = {}
        enums: dict[str, dict[str, str]] = {}
        for name, node in self._types.items():
            if isinstance(node, EnumTypeDefinitionNode):
                values = {self._member(name, item.name.value): item.name.value for item in node.values or ()}
                if any(graph != backend for graph, backend in values.items()):
                    enums[self._type(name)] = values
            elif isinstance(node, _WITH_FIELDS):
                into = inputs if isinstance(node, InputObjectTypeDefinitionNode) else fields
                held = into.setdefault(self._type(name), {})
                for item in node.fields or ():
                    backend = item.name.value
                    new = self._member(name, backend)
                    if new in held:
                        raise SdlRefused(f"expose.rename gives {self._type(name)} two fields called {new}")
                    held[new] = FieldNames(backend, self._graph_type(item.type), self._arguments(name, item))
        types = {self._type(name): name for name in self._types}
        if len(types) != len(self._types):
            raise SdlRefused("expose.rename gives two types the same name")
        return Names(types, {old: new for new, old in types.items()}, fields, inputs, enums)

    def _arguments(self, type_: str, item: Any) -> dict[str, tuple[str, TypeNode]]:
        return {
            self._renamed.get((type_, item.name.value, argument.name.value), argument.name.value): (
                argument.name.value,
                self._graph_type(argument.type),
            )
            for argument in getattr(item, "arguments", None) or ()
        }

    def _graph_type(self, node: TypeNode) -> TypeNode:
        return renamed_type(node, self._type_names)

    def _descriptions(self) -> Mapping[tuple[str, ...], str]:
        return {
            self._backend(coordinate, "describe"): words.both
            for coordinate, words in self._choice.describe.items()
            if words.both
        }

    # writing

    def _rewritten(
        self,
        node: Definition,
        names: Names,
        inaccessible: set[tuple[str, str]],
        descriptions: Mapping[tuple[str, ...], str],
    ) -> Definition:
        name = node.name.value
        forward = names.graph_types
        changes: dict[str, Any] = {
            "name": name_node(self._type(name)),
            "directives": tuple(self._directives(node.directives, name)),
        }
        if (name,) in descriptions:
            changes["description"] = StringValueNode(value=descriptions[(name,)])
        if isinstance(node, _WITH_FIELDS):
            changes["fields"] = tuple(
                self._rewritten_field(item, name, inaccessible, descriptions) for item in node.fields or ()
            )
        if isinstance(node, EnumTypeDefinitionNode):
            changes["values"] = tuple(
                self._described(
                    named(item, name=name_node(self._member(name, item.name.value))),
                    (name, item.name.value),
                    descriptions,
                )
                for item in node.values or ()
            )
        for part in ("interfaces", "types"):
            if getattr(node, part, None):
                changes[part] = tuple(renamed_type(item, forward) for item in getattr(node, part))
        if not self._federation and isinstance(node, ObjectTypeDefinitionNode) and name not in _ROOTS:
            changes["directives"] = (*changes["directives"], _directive("shareable"))
        return named(node, **changes)

    def _rewritten_field(
        self,
        item: FieldDefinitionNode | InputValueDefinitionNode,
        owner: str,
        inaccessible: set[tuple[str, str]],
        descriptions: Mapping[tuple[str, ...], str],
    ) -> Any:
        name = item.name.value
        new = self._member(owner, name)
        directives = list(self._directives(item.directives, owner, item))
        citizen_key = self._type(owner) == "Citizen" and new == "cid"
        if (owner, name) in inaccessible or citizen_key:
            local = self._links.local("inaccessible")
            if not any(self._links.specified(directive) == "inaccessible" for directive in directives):
                directives.append(_directive(local))
        changes: dict[str, Any] = {
            "name": name_node(new),
            "type": self._graph_type(item.type),
            "directives": tuple(directives),
        }
        if isinstance(item, FieldDefinitionNode):
            changes["arguments"] = tuple(
                self._argument(argument, owner, name, descriptions) for argument in item.arguments or ()
            )
        elif item.default_value is not None:
            changes["default_value"] = self._default(item)
        return self._described(named(item, **changes), (owner, name), descriptions)

    def _argument(
        self,
        argument: InputValueDefinitionNode,
        owner: str,
        name: str,
        descriptions: Mapping[tuple[str, ...], str],
    ) -> Any:
        at = (owner, name, argument.name.value)
        new = self._renamed.get(at, argument.name.value)
        default = self._default(argument) if argument.default_value is not None else None
        changed = named(
            argument, name=name_node(new), type=self._graph_type(argument.type), default_value=default
        )
        return self._described(changed, at, descriptions)

    def _default(self, item: InputValueDefinitionNode) -> Any:
        """A default in the graph's words: only enum values and input fields can differ."""
        value = item.default_value
        enum = type_name(item.type)
        if isinstance(value, EnumValueNode):
            return named(value, value=self._member(enum, value.value))
        return value

    def _described(self, node: Any, at: tuple[str, ...], descriptions: Mapping[tuple[str, ...], str]) -> Any:
        return (
            named(node, description=StringValueNode(value=descriptions[at])) if at in descriptions else node
        )

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
            elif directive.name.value in self._links.names or directive.name.value in (
                "deprecated",
                "specifiedBy",
                "oneOf",
            ):
                yield directive

    def _schema_nodes(self) -> list[Any]:
        """Links stay; operation types are plain by now."""
        found = []
        for node in self._definitions.schema:
            links = tuple(item for item in node.directives or () if item.name.value == "link")
            if links:
                found.append(SchemaExtensionNode(directives=links, operation_types=()))
        return found

    def _unmerged(self, node: Definition, names: Names) -> Definition:
        """In Federation 1 ``extend type`` says that the type belongs to somebody else."""
        backend = names.types.get(node.name.value, node.name.value)
        kind = _DEFINITIONS.get(type(node))
        if backend not in self._definitions.extended or kind is None:
            return node
        return kind(**{key: getattr(node, key, None) for key in kind.keys if key != "loc"})

    def _with_matters(self, definitions: list[Definition]) -> list[Definition]:
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
            if not has_matter and not self._keys(node):
                definitions[position] = named(node, fields=(*(node.fields or ()), *matter))
                given = True
        if not given or any(node.name.value == "Matter" for node in definitions):
            return []
        text = _MATTER.replace("@key", f"@{self._links.local('key')}")
        return list(parse(text, no_location=True).definitions)


def _field_set(text: str) -> SelectionSetNode:
    try:
        return field_set(text)
    except GraphQLError:
        raise SdlRefused("a federation field set can't be parsed") from None


def _directive(name: str) -> DirectiveNode:
    return DirectiveNode(name=name_node(name), arguments=())
