"""The types of two versions of a connector's SDL that are not written alike, as an app sees them.

What is written alike is not even parsed: of a large graph a new version changes a little. What another department gives
(``@external``) and what no app sees (``@inaccessible``) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    UnionTypeDefinitionNode,
    build_ast_schema,
    is_specified_scalar_type,
    parse,
)

from connectors.graphql_http.definitions import Definition, Definitions
from connectors.graphql_http.documents import named, type_name

Types = Mapping[str, GraphQLNamedType]

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\(?:""")?|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}()\[\]]|^[A-Za-z_]', re.MULTILINE
)
_HIDDEN = frozenset(("inaccessible", "external"))
_LISTS = ("fields", "arguments", "values")
_SHARED = "Citizen"
"""Everybody's type: who gives it no field any more takes its fields away, not the type."""


def changed_types(old: str, new: str) -> tuple[Types, Types]:
    """Without built-in scalars.

    Raises: GraphQLError, TypeError, ValueError for what is no schema.
    """
    before, after = parts_of(old), parts_of(new)
    same = set(before) & set(after)
    found = []
    for text, parts in ((old, before), (new, after)):
        left = "\n".join(
            part for part in parts if part not in same or part.startswith(("extend schema", "schema"))
        )
        found.append(_types(_definitions(left, text)))
    first, second = found
    for one, other in ((first, second), (second, first)):
        if _SHARED in one and _SHARED not in other:
            other[_SHARED] = GraphQLObjectType(_SHARED, {})
    return first, second


def parts_of(sdl: str) -> list[str]:
    """The definitions of a printed SDL, each with its description: one begins where a line does, outside of all brackets."""
    starts: list[int] = []
    depth, described = 0, False
    for token in _TOKEN.finditer(sdl):
        at, sign = token.start(), token.group()[0]
        if sign in "{([":
            depth += 1
        elif sign in "})]":
            depth -= 1
        elif sign != "#" and depth == 0 and (at == 0 or sdl[at - 1] == "\n"):
            if not described:
                starts.append(at)
            described = sign == '"'
    return [sdl[start:end].strip() for start, end in zip(starts, [*starts[1:], len(sdl)], strict=True)]


def _definitions(left: str, whole: str) -> Definitions:
    if not left:
        return Definitions(DocumentNode(definitions=()))
    try:
        return Definitions(parse(left, no_location=True))
    except GraphQLError:  # not as it is printed
        return Definitions(parse(whole, no_location=True))


def _types(definitions: Definitions) -> dict[str, GraphQLNamedType]:
    kept = [
        node for node in (_seen(each, definitions) for each in definitions.types.values()) if node is not None
    ]
    names = {node.name.value for node in kept}
    elsewhere = {name: kind for name, kind in _uses(kept) if name not in names}
    text = "\n".join(kind.format(name) for name, kind in elsewhere.items())
    beside = parse(text, no_location=True).definitions if text else ()
    document = DocumentNode(definitions=(*kept, *beside))
    schema = build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
    return {
        name: found
        for name, found in schema.type_map.items()
        if name in names and not is_specified_scalar_type(found)
    }


def _seen(node: Any, definitions: Definitions) -> Any:
    """Without what is hidden; None where nothing is left."""
    if any(definitions.links.specified(each) in _HIDDEN for each in node.directives or ()):
        return None
    changes: dict[str, Any] = {}
    for part in _LISTS:
        held = getattr(node, part, None)
        if held:
            kept = tuple(each for each in (_seen(each, definitions) for each in held) if each is not None)
            if not kept and part != "arguments":
                return None
            if len(kept) != len(held) or any(one is not other for one, other in zip(kept, held, strict=True)):
                changes[part] = kept
    return named(node, **changes) if changes else node


def _uses(nodes: Iterable[Definition]) -> Iterator[tuple[str, str]]:
    """Names of types, with what stands for one that is the same in both: the kind that its use demands comes last."""
    nodes = list(nodes)
    for node in nodes:
        for field in getattr(node, "fields", None) or ():
            yield type_name(field.type), "scalar {}"
            for argument in getattr(field, "arguments", None) or ():
                yield type_name(argument.type), "scalar {}"
    for node in nodes:
        if isinstance(node, UnionTypeDefinitionNode):
            yield from ((each.name.value, "type {} {{ none: Int }}") for each in node.types or ())
        yield from (
            (each.name.value, "interface {} {{ none: Int }}")
            for each in getattr(node, "interfaces", None) or ()
        )
