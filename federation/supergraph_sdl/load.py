"""A supergraph document → ``Supergraph``: the views of the subgraphs, keys, owners, the schemas. It trusts the
document to be composed and refuses only what makes no schema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    build_ast_schema,
    parse,
    validate_schema,
)

from federation.defer import with_defer
from federation.fieldsets import Need
from federation.memo import Memo
from federation.supergraph import FieldView, MergedField, SubgraphView, Supergraph
from federation.supergraph_sdl.api import hides_anything, plain_document
from federation.supergraph_sdl.clashes import clashing_fields
from federation.supergraph_sdl.contexts import context_setters
from federation.supergraph_sdl.costs import costs_of
from federation.supergraph_sdl.demands import demands_of
from federation.supergraph_sdl.features import read_features
from federation.supergraph_sdl.field_sets import faults
from federation.supergraph_sdl.joins import graphs_of, joined_types
from federation.supergraph_sdl.views import ROOTS, Views, share_of

MOST_REASONS = 20
"""No more are told of one text."""


class InvalidSupergraph(Exception):
    """The text is no supergraph SDL; the message says why, ``reasons`` one by one."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


def load_supergraph(sdl: str) -> Supergraph:
    """The supergraph that the SDL describes, whoever composed it.

    Raises: InvalidSupergraph.
    """
    try:
        document = parse(sdl, no_location=True)
    except GraphQLError as error:
        raise InvalidSupergraph(f"it does not parse: {error.message}") from error
    loaded = load_document(document, hashlib.sha256(sdl.encode()).hexdigest())
    reasons = [*_renamed_roots(loaded.full_schema), *faults(loaded.views, loaded.fields)]
    if reasons:
        raise InvalidSupergraph(*reasons[:MOST_REASONS])
    return loaded


def _renamed_roots(schema: GraphQLSchema) -> Iterator[str]:
    for name, root in zip(
        ROOTS, (schema.query_type, schema.mutation_type, schema.subscription_type), strict=True
    ):
        if root is not None and root.name != name:
            yield f'the root type "{root.name}" must be called "{name}"'


def load_document(document: DocumentNode, identity: str, memo: Memo | None = None) -> Supergraph:
    """The same for a document at hand; ``identity`` becomes its hash. ``memo`` knows the definitions of the last one.

    Raises: InvalidSupergraph.
    """
    graphs = graphs_of(document)
    if not graphs:
        raise InvalidSupergraph("it has no join__Graph: this is a schema, but no supergraph")
    memo = memo or Memo()
    features = read_features(document)
    full = _schema(with_defer(plain_document(document, features, memo, api=False)))
    hides = hides_anything(document, features, memo)
    api = _schema(with_defer(plain_document(document, features, memo, api=True))) if hides else full
    possible = _possible(full)
    try:
        joined = joined_types(document, features, memo)
        views = Views(joined, possible, full, memo).by_subgraph(g.name for g in graphs)
        return _supergraph(document, identity, full, api, possible, views, memo)
    except (GraphQLError, KeyError, ValueError) as error:
        raise InvalidSupergraph(f"a join__ directive makes no sense: {error}") from error


def _supergraph(
    document: DocumentNode,
    identity: str,
    full: GraphQLSchema,
    api: GraphQLSchema,
    possible: dict[str, tuple[str, ...]],
    views: dict[str, SubgraphView],
    memo: Memo,
) -> Supergraph:
    features = read_features(document)
    said = _Said(views)
    fields = _merged_fields(full, possible, memo)
    return Supergraph(
        names=tuple(views),
        hash=identity,
        document=document,
        api_schema=api,
        full_schema=full,
        views=views,
        fields=fields,
        possible=possible,
        owners={at: tuple(names) for at, names in sorted(said.owners.items())},
        keys={(t.name, s): t.keys for s, view in views.items() for t in view.values() if t.keys},
        external=frozenset(said.external),
        requires=said.requires,
        field_descriptions=_descriptions(api),
        clashing=clashing_fields(views, possible, fields),
        field_names=frozenset(name for found in fields.values() for name in found),
        reserved=_reserved(views),
        interface_objects=_interface_objects(views),
        demands=demands_of(document, features, full, fields, possible, views, memo),
        costs=costs_of(document, features, full, memo),
        override_labels={label: share_of(label) for label in said.labels},
        contexts=context_setters(document, possible, views),
        urls={graph.name: graph.url for graph in graphs_of(document) if graph.url},
    )


class _Said:
    """What the views say of fields: who answers them, who does not, on what terms."""

    def __init__(self, views: Mapping[str, SubgraphView]) -> None:
        self.owners: dict[str, list[str]] = {}
        self.external: set[tuple[str, str]] = set()
        self.requires: dict[tuple[str, str], tuple[Need, ...]] = {}
        self.labels: dict[str, None] = {}
        for subgraph, view in views.items():
            for kind in view.values():
                for child in kind.fields.values():
                    self._add(subgraph, f"{kind.name}.{child.name}", child)

    def _add(self, subgraph: str, at: str, child: FieldView) -> None:
        if child.answers:
            self.owners.setdefault(at, []).append(subgraph)
        else:
            self.external.add((subgraph, at))
        if child.requires:
            self.requires[subgraph, at] = child.requires
        if child.guard is not None:
            self.labels[child.guard.label] = None


def _schema(document: DocumentNode) -> GraphQLSchema:
    try:
        schema = build_ast_schema(document, assume_valid_sdl=True)
    except GraphQLError as error:
        raise InvalidSupergraph(error.message) from error
    except (TypeError, ValueError) as error:
        raise InvalidSupergraph(str(error)) from error
    errors = validate_schema(schema)
    if errors:
        raise InvalidSupergraph(*(error.message for error in errors))
    return schema


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


def _merged_fields(
    schema: GraphQLSchema, possible: Mapping[str, tuple[str, ...]], memo: Memo
) -> dict[str, dict[str, MergedField]]:
    composite = frozenset(possible)
    composite = memo.get("composite", (), composite, lambda: composite)
    kinds = [schema.type_map[name] for name in possible]
    return {
        kind.name: memo.get("fields", (kind.ast_node, composite), None, partial(_fields, kind, composite))
        for kind in kinds
    }


def _fields(kind: GraphQLNamedType, composite: frozenset[str]) -> dict[str, MergedField]:
    found: dict[str, MergedField] = {}
    for name, child in getattr(kind, "fields", {}).items():
        result, depth = child.type, 0
        while hasattr(result, "of_type"):
            depth += isinstance(result, GraphQLList)
            result = result.of_type
        found[name] = MergedField(name, result.name, depth, result.name not in composite)
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


def _interface_objects(views: Mapping[str, SubgraphView]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for subgraph, view in views.items():
        for kind in view.values():
            if kind.interface_object:
                found.setdefault(kind.name, []).append(subgraph)
    return {name: tuple(subgraphs) for name, subgraphs in sorted(found.items())}
