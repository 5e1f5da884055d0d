"""What of a backend's SDL enters the graph: ``expose`` of a manifest, applied once (``renaming.py`` knows the names,
``rewriting.py`` writes them).

Must never: let a hidden field be asked for; lose a key that another subgraph joins by (a hidden key field
becomes ``@inaccessible``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldNode,
    InlineFragmentNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SelectionSetNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from connectors.graphql_http.definitions import (
    Definition,
    Definitions,
    SdlRefused,
    definitions_of,
    read_field_set,
)
from connectors.graphql_http.documents import named, string_argument, type_name
from connectors.graphql_http.links import importing, keys_of
from connectors.graphql_http.names import Names
from connectors.graphql_http.renaming import ROOTS, Renaming
from connectors.graphql_http.rewriting import Rewriting
from connectors.manifest.model import Expose

_SHARED = ("Citizen", "Matter", "Receipt")
_OUTPUT = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)


@dataclass(frozen=True, slots=True)
class Exposed:
    """A subgraph's SDL in the graph's words. ``roots``: graph's operation type → its fields' names."""

    sdl: str
    names: Names
    roots: Mapping[str, frozenset[str]]
    types: frozenset[str]


def expose(
    sdl: str | bytes | Definitions, choice: Expose, *, federation: bool, subscriptions: bool = False
) -> Exposed:
    """``federation``: everything enters unless ``include`` names root fields; else only what it names. Without
    ``subscriptions`` none of them enter.

    Raises: SdlRefused.
    """
    return _Exposing(definitions_of(sdl).copied(), choice, federation, subscriptions).exposed()


class _Exposing:
    """One application of ``expose``. Works on the backend's names throughout; renames last."""

    def __init__(
        self, definitions: Definitions, choice: Expose, federation: bool, subscriptions: bool
    ) -> None:
        self._definitions = definitions
        self._types = definitions.types
        if not subscriptions:
            self._types.pop("Subscription", None)
            _refuse_subscriptions(choice)
        self._choice = choice
        self._federation = federation
        self._links = definitions.links
        renamed = {**self._prefixed(choice.prefix), **choice.rename}
        self._renaming = Renaming(self._types, renamed, definitions.own_roots)

    def exposed(self) -> Exposed:
        keys = self._key_fields()
        self._include()
        inaccessible = self._hide(keys)
        self._prune()
        if not any(map(self._types.get, ROOTS)) and not self._federation:
            raise SdlRefused(
                "expose.include names no root field: a plain GraphQL backend gives nothing by default"
            )
        names = self._renaming.names()
        rewriting = Rewriting(
            self._definitions,
            self._links,
            self._renaming,
            names,
            federation=self._federation,
            inaccessible=inaccessible,
            descriptions=self._descriptions(),
        )
        definitions = [rewriting.definition(node) for node in self._types.values()]
        definitions += rewriting.with_matters(definitions)
        wanted = ["key"] if not self._federation or any(n.name.value == "Matter" for n in definitions) else []
        if inaccessible or "Citizen" in names.types:
            wanted.append("inaccessible")
        if not self._federation:
            wanted.append("shareable")
        if self._federation and not self._links.is_linked:
            definitions = [rewriting.unmerged(node) for node in definitions]
        document = DocumentNode(definitions=(*rewriting.schema_nodes(), *definitions))
        if wanted and (self._links.is_linked or not self._federation):
            document = importing(document, wanted)
        roots = {root: frozenset(names.fields.get(root, ())) for root in ROOTS if root in names.fields}
        types = frozenset(node.name.value for node in definitions)
        return Exposed(print_ast(document) + "\n", names, roots, types)

    def _prefixed(self, prefix: str) -> dict[str, str]:
        """New names for types that are nobody else's; what has a key is joined by its name."""
        return {
            name: prefix + name
            for name, node in self._types.items()
            if prefix and name not in ROOTS and name not in _SHARED and not keys_of(node, self._links)
            if not isinstance(node, ScalarTypeDefinitionNode)
        }

    # what stays

    def _include(self) -> None:
        include = self._choice.include
        if include is None and self._federation:
            return
        wanted = {self._renaming.backend(item, "include") for item in include or ()}
        for root in ROOTS:
            node = self._types.get(root)
            if node is None:
                continue
            kept = tuple(item for item in node.fields or () if (root, item.name.value) in wanted)
            self._replace(root, kept)

    def _hide(self, keys: Mapping[str, set[str]]) -> set[tuple[str, str]]:
        """Gives back the hidden fields that must stay, since something joins by them."""
        inaccessible: set[tuple[str, str]] = set()
        for item in self._choice.hide:
            coordinate = self._renaming.backend(item, "hide")
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
        start = [name for name in ROOTS if name in self._types]
        if self._federation:
            start += [name for name, node in self._types.items() if keys_of(node, self._links)]
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

    def _descriptions(self) -> Mapping[tuple[str, ...], str]:
        return {
            self._renaming.backend(coordinate, "describe"): words.both
            for coordinate, words in self._choice.describe.items()
            if words.both
        }

    # keys and field sets

    def _key_fields(self) -> Mapping[str, set[str]]:
        """Fields by type that field sets speak of."""
        found: dict[str, set[str]] = {}
        for name, node in self._types.items():
            for directive in keys_of(node, self._links):
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
            note(read_field_set(text), type_)


def _refuse_subscriptions(choice: Expose) -> None:
    named = (*(choice.include or ()), *choice.hide, *choice.rename, *choice.describe)
    if any(coordinate.startswith("Subscription.") for coordinate in named):
        raise SdlRefused(
            "expose speaks of Subscription, but backend.subscriptions does not say how its events come"
        )
