"""Fields that come in pages, as Relay connections (GraphQL Cursor Connections Specification): types, arguments, calls.

A manifest's ``page`` block turns ``[Lawyer!]`` into ``LawyerConnection`` before the graph is drawn; from then on these are
types like any other, read from an answer that ``pages.py`` lays out for them. Must never: change a field without ``page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graphql import TypeNode, parse_type

from connectors.backend import CallSpec, Described, Slot
from connectors.manifest.model import Argument, Field, Manifest, TypeDeclaration, Words
from connectors.manifest.runtime import Page
from connectors.mapping.types import element, name_of

PAGE, SIZE = "__page", "__size"
"""Arguments that no client can give: two underscores belong to GraphQL itself (section 2.3)."""
DEFAULT_FIRST = 20
PAGE_INFO = "PageInfo"

_FIRST = Argument("first", parse_type("Int"), str(DEFAULT_FIRST), Words("最多给出多少条", "How many at most"))
_AFTER = Argument("after", parse_type("String"), None, Words("从这个游标之后", "After this cursor"))


def with_connections(manifest: Manifest) -> Manifest:
    """The manifest with its paged fields as connections."""
    paged = [field for field in _fields(manifest) if field.page is not None]
    if not paged:
        return manifest
    kind = manifest.backend.kind
    declared = {found.name: found for field in paged for found in _types(name_of_items(field))}
    types = {name: _with_fields(block, kind) for name, block in manifest.types.items()}
    entities = {
        name: replace(block, fields=_converted(block.fields, kind))
        for name, block in manifest.entities.items()
    }
    return replace(
        manifest,
        types={**types, **declared},
        query=_converted(manifest.query, kind),
        entities=entities,
    )


def name_of_items(field: Field) -> str:
    """``[Lawyer!]`` → ``Lawyer``."""
    assert field.type is not None
    return name_of(field.type)


def described_connection(items: Described) -> Described:
    """What a connection is read from, where the description tells of the items."""
    edge = Described("object", fields={"node": element(items), "cursor": Described("string")})
    info = {
        "hasNextPage": "boolean",
        "hasPreviousPage": "boolean",
        "startCursor": "string",
        "endCursor": "string",
    }
    return Described(
        "object",
        items.description,
        {
            "edges": Described("list", item=edge),
            "pageInfo": Described("object", fields={name: Described(shape) for name, shape in info.items()}),  # type: ignore[arg-type]
            "totalCount": Described("integer"),
        },
    )


def _fields(manifest: Manifest) -> Iterable[Field]:
    yield from manifest.query.values()
    for fields in (
        *(found.fields for found in manifest.types.values()),
        *(found.fields for found in manifest.entities.values()),
    ):
        yield from fields.values()


def _with_fields(block: TypeDeclaration, kind: str) -> TypeDeclaration:
    return replace(block, fields=_converted(block.fields, kind))


def _converted(fields: Mapping[str, Field], kind: str) -> dict[str, Field]:
    return {
        name: field if field.page is None else _connection(field, field.page, kind)
        for name, field in fields.items()
    }


def _connection(field: Field, page: Page, kind: str) -> Field:
    assert field.call is not None
    given = {argument.name for argument in field.args}
    added = tuple(argument for argument in (_FIRST, _AFTER) if argument.name not in given)
    return replace(
        field,
        type=_type(f"{name_of_items(field)}Connection"),
        args=(*field.args, *added),
        call=_paged(field.call, page, kind),
    )


def _paged(call: CallSpec, page: Page, kind: str) -> CallSpec:
    params, body = dict(call.params), call.body
    for name, slot in ((page.param, PAGE), (page.size, SIZE)):
        if name is None:
            continue
        hole = Slot("args", (slot,))
        inside = name.removeprefix("body.")
        if kind == "soap" or inside != name:
            body = {**(body if isinstance(body, Mapping) else {}), inside: hole}
        else:
            params[name] = hole
    return replace(call, params=params, body=body)


def _types(item: str) -> tuple[TypeDeclaration, ...]:
    return (
        _declared(
            f"{item}Connection",
            Words("分页的列表", "A list in pages"),
            edges=f"[{item}Edge!]!",
            pageInfo=f"{PAGE_INFO}!",
            totalCount="Int",
        ),
        _declared(f"{item}Edge", Words("列表中的一项", "One item of the list"), node=item, cursor="String!"),
        _declared(
            PAGE_INFO,
            Words("前后是否还有", "Whether there is more"),
            hasNextPage="Boolean!",
            hasPreviousPage="Boolean!",
            startCursor="String",
            endCursor="String",
        ),
    )


def _declared(name: str, description: Words, **fields: str) -> TypeDeclaration:
    specs: dict[str, Any] = {
        field: Field(name=field, type=_type(text), source=field) for field, text in fields.items()
    }
    return TypeDeclaration(name=name, description=description, fields=specs)


def _type(text: str) -> TypeNode:
    return parse_type(text, no_location=True)
