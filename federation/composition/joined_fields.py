"""``@join__field``: which subgraphs have a field of the supergraph, and on what terms. It merges no types."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import ConstDirectiveNode, TypeNode

from federation.composition.draft import DeclaredField, Draft
from federation.composition.field_set_check import is_of_interface
from federation.composition.nodes import Constant, EnumName, directive
from federation.composition.source import FieldSet
from federation.contextual import read_reference
from federation.fieldsets import field_set_text
from federation.supergraph_sdl.literals import written


class JoinedFields:
    """The directives of every field of one draft."""

    def __init__(self, draft: Draft, values: dict[str, str]) -> None:
        self._draft = draft
        self._values = values
        self._plain: dict[str, ConstDirectiveNode] = {}

    def answering(self, children: list[DeclaredField]) -> list[DeclaredField]:
        """Those that resolve the field (all, where none does): their types count."""
        found = [d for d in children if self._draft.answers(d.subgraph, d.type, d.field)]
        return found or children

    def directives(
        self, children: list[DeclaredField], merged: TypeNode, holders: int
    ) -> tuple[ConstDirectiveNode, ...]:
        """``holders``: how many subgraphs have the type. Where all have the field alike, nothing is said."""
        having = [(child, terms) for child in children if (terms := self._terms(child)) is not None]
        said = [terms for _, terms in having]
        types = [written(child.field.type) for child, _ in having]
        differ = set(types) != {written(merged)}
        if not differ and len(said) == holders and not any(len(terms) > 1 for terms in said):
            return ()
        if differ:
            said = [{**terms, "type": own} for terms, own in zip(said, types, strict=True)]
        return tuple(map(self._directive, said))

    def _directive(self, terms: dict[str, Constant]) -> ConstDirectiveNode:
        """Where only the graph is told, the same node for every field of it: most are so."""
        if len(terms) > 1:
            return directive("join__field", **_in_order(terms))
        graph = str(terms["graph"])
        if graph not in self._plain:
            self._plain[graph] = directive("join__field", **terms)
        return self._plain[graph]

    def _terms(self, child: DeclaredField) -> dict[str, Constant] | None:
        """The arguments for one subgraph; None where it does not have the field any more."""
        at = (child.subgraph.name, child.type.name, child.field.name)
        terms: dict[str, Constant] = {"graph": EnumName(self._values[child.subgraph.name])}
        if child.field.external:
            return {**terms, "external": True}
        if at in self._draft.overridden:
            return {**terms, "usedOverridden": True} if self._is_used(child) else None
        optional: dict[str, Constant] = {
            "requires": _text(child.field.requires),
            "provides": _text(child.field.provides),
            "override": child.field.override_from if child.field.override_from in self._values else None,
            "overrideLabel": self._label(child),
            "contextArguments": list(_contexts(child)) or None,
        }
        return {**terms, **{name: value for name, value in optional.items() if value is not None}}

    def _label(self, child: DeclaredField) -> str | None:
        """None where nobody is left from whom the field could be moved little by little."""
        if child.field.override_label is None:
            return self._draft.guarded.get((child.subgraph.name, child.type.name, child.field.name))
        for old in self._draft.types[child.type.name]:
            there = old.type.fields.get(child.field.name)
            if old.subgraph.name == child.field.override_from and there and not there.external:
                return child.field.override_label
        return None

    def _is_used(self, child: DeclaredField) -> bool:
        at = (child.type.name, child.field.name)
        used = self._draft.used.get(child.subgraph.name, set())
        return at in used or is_of_interface(child.subgraph, child.type, child.field.name)


_ORDER = ("graph", "requires", "provides", "type", "external", "override", "usedOverridden", "overrideLabel")


def _in_order(terms: dict[str, Constant]) -> dict[str, Constant]:
    return {name: terms[name] for name in (*_ORDER, "contextArguments") if name in terms}


def _text(fields: FieldSet | None) -> str | None:
    return field_set_text(fields.needs) if fields is not None and fields.needs else None


def _contexts(child: DeclaredField) -> Iterable[dict[str, Constant]]:
    for name, given in child.field.context_arguments.items():
        reference = read_reference(given.from_context or "")
        if reference is not None:
            yield {
                "context": f"{child.subgraph.name}__{reference.context}",
                "name": name,
                "type": written(given.type),
                "selection": f"{{ {field_set_text(reference.needs)} }}",
            }
