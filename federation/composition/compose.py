"""SDLs in, a supergraph or objections out. The same answer for any order of the subgraphs; no I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from graphql import (
    DocumentNode,
    GraphQLSchema,
    build_ast_schema,
    print_ast,
    validate_schema,
)

from federation.composition.draft import Draft, depth, named
from federation.composition.merge import merged_document
from federation.composition.objection import CompositionFailed, Objection, Severity, objection
from federation.composition.rules import RULES, satisfiability
from federation.composition.source import Kind, SubgraphSource, TypeSource, read_subgraph
from federation.fieldsets import Need
from federation.supergraph import FieldView, KeyView, MergedField, SubgraphView, Supergraph, TypeView
from federation.supergraph_sdl.clashes import clashing_fields


def compose(subgraphs: Mapping[str, str]) -> Supergraph:
    """One graph out of many.

    Raises: CompositionFailed with every objection found at the first stage that has an error.
    """
    draft = Draft.of(_read(subgraphs))
    _raise_if_any([o for rule in RULES for o in rule(draft)])
    full = _schema(merged_document(draft, api=False))
    api_document = merged_document(draft, api=True)
    api = _schema(api_document)
    supergraph = _supergraph(draft, subgraphs, full, api)
    _raise_if_any(list(satisfiability.check(draft, supergraph)))
    return supergraph


def _read(subgraphs: Mapping[str, str]) -> list[SubgraphSource]:
    read: list[SubgraphSource] = []
    failed: list[Objection] = []
    for name in sorted(subgraphs):
        try:
            read.append(read_subgraph(name, subgraphs[name]))
        except CompositionFailed as failure:
            failed.extend(failure.objections)
    _raise_if_any(failed)
    return read


def _raise_if_any(objections: list[Objection]) -> None:
    errors = [o for o in objections if o.severity is Severity.ERROR]
    if errors:
        raise CompositionFailed(errors)


def _schema(document: DocumentNode) -> GraphQLSchema:
    try:
        schema = build_ast_schema(document, assume_valid_sdl=True)
    except (TypeError, ValueError) as error:
        raise CompositionFailed([objection("INVALID_GRAPHQL", (), None, str(error))]) from error
    _raise_if_any([objection("INVALID_GRAPHQL", (), None, e.message) for e in validate_schema(schema)])
    return schema


def _supergraph(
    draft: Draft, subgraphs: Mapping[str, str], full: GraphQLSchema, api: GraphQLSchema
) -> Supergraph:
    possible = _possible(full)
    views = {source.name: _view(draft, source, possible) for source in draft.sources}
    owners: dict[str, list[str]] = {}
    external: set[tuple[str, str]] = set()
    requires: dict[tuple[str, str], tuple[Need, ...]] = {}
    for subgraph, view in views.items():
        for kind in view.values():
            for child in kind.fields.values():
                at = f"{kind.name}.{child.name}"
                if child.answers:
                    owners.setdefault(at, []).append(subgraph)
                else:
                    external.add((subgraph, at))
                if child.requires:
                    requires[(subgraph, at)] = child.requires
    fields = _merged_fields(full)
    return Supergraph(
        names=tuple(views),
        hash=_hash(subgraphs),
        api_schema=api,
        document=merged_document(draft, api=False),
        full_schema=full,
        views=views,
        fields=fields,
        possible=possible,
        owners={at: tuple(names) for at, names in sorted(owners.items())},
        keys={(t.name, s): t.keys for s, view in views.items() for t in view.values() if t.keys},
        external=frozenset(external),
        requires=requires,
        field_descriptions=_descriptions(api),
        clashing=clashing_fields(views, possible, fields),
        field_names=frozenset(name for found in fields.values() for name in found),
        reserved=_reserved(views),
    )


def _hash(subgraphs: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, sdl in sorted(subgraphs.items()):
        for part in (name, sdl):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def _possible(schema: GraphQLSchema) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if hasattr(kind, "resolve_type"):
            found[name] = tuple(sorted(o.name for o in schema.get_possible_types(kind)))  # type: ignore[arg-type]
        elif hasattr(kind, "is_type_of"):
            found[name] = (name,)
    return found


def _merged_fields(schema: GraphQLSchema) -> dict[str, dict[str, MergedField]]:
    found: dict[str, dict[str, MergedField]] = {}
    for name in _possible(schema):
        kind = schema.type_map[name]
        found[name] = {}
        for field_name, child in getattr(kind, "fields", {}).items():
            text = str(child.type)
            bare = text.strip("[]!")
            leaf = bare not in schema.type_map or not (
                hasattr(schema.type_map[bare], "resolve_type") or hasattr(schema.type_map[bare], "is_type_of")
            )
            found[name][field_name] = MergedField(field_name, bare, text.count("["), leaf)
    return found


def _descriptions(schema: GraphQLSchema) -> dict[str, str]:
    return {
        f"{name}.{field_name}": child.description
        for name, kind in schema.type_map.items()
        if not name.startswith("__")
        for field_name, child in getattr(kind, "fields", {}).items()
        if child.description
    }


def _reserved(views: Mapping[str, SubgraphView]) -> frozenset[str]:
    found: set[str] = set()

    def add(needs: tuple[Need, ...]) -> None:
        for need in needs:
            found.add(need.name)
            add(need.needs)

    for view in views.values():
        for kind in view.values():
            for key in kind.keys:
                add(key.needs)
            for child in kind.fields.values():
                add(child.requires)
    return frozenset(found)


def _view(
    draft: Draft, source: SubgraphSource, possible: Mapping[str, tuple[str, ...]]
) -> dict[str, TypeView]:
    own = _own_possible(source)
    found: dict[str, TypeView] = {}
    for declared in source.types.values():
        if declared.kind not in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION):
            continue
        found[declared.name] = TypeView(
            declared.name,
            declared.kind is not Kind.OBJECT,
            _field_views(draft, source, declared, possible),
            tuple(KeyView(k.fields.needs or (), k.resolvable) for k in declared.keys),
            own[declared.name],
            declared.interface_object,
            tuple(declared.interfaces),
        )
    return found


def _field_views(
    draft: Draft, source: SubgraphSource, declared: TypeSource, possible: Mapping[str, tuple[str, ...]]
) -> dict[str, FieldView]:
    return {
        child.name: FieldView(
            child.name,
            print_ast(child.type),
            named(child.type),
            depth(child.type),
            named(child.type) not in possible,
            draft.answers(source, declared, child),
            (child.requires.needs or ()) if child.requires else (),
            child.external,
            (child.provides.needs or ()) if child.provides else (),
        )
        for child in declared.fields.values()
    }


def _own_possible(source: SubgraphSource) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for declared in source.types.values():
        if declared.kind is Kind.UNION:
            found[declared.name] = set(declared.members)
        elif declared.kind is Kind.INTERFACE:
            found.setdefault(declared.name, set())
        elif declared.kind is Kind.OBJECT:
            found[declared.name] = {declared.name}
            for interface in declared.interfaces:
                found.setdefault(interface, set()).add(declared.name)
    return {name: tuple(sorted(objects)) for name, objects in found.items()}
