"""A GraphQL backend's SDL as a proposal: its root fields, exposed as they are, in the backend's own words.

A backend that speaks federation brings its graph along; of a plain one each root field is named, and a type that would be
taken for one of the platform's is renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import DocumentNode, GraphQLError, ObjectTypeDefinitionNode, parse, print_ast
from graphql.validation import (
    ASTValidationRule,
    KnownTypeNamesRule,
    UniqueEnumValueNamesRule,
    UniqueFieldDefinitionNamesRule,
    UniqueOperationTypesRule,
    UniqueTypeNamesRule,
)
from graphql.validation.validate import validate_sdl

from connectors.backend import Described
from connectors.graphql_http.definitions import MACHINERY, MAX_SDL_BYTES, Definitions, SdlRefused
from connectors.graphql_http.links import Links, keys_of, links_of
from connectors.manifest import Finding
from connectors.proposing.proposal import Exposure, Proposal, ProposedOperation
from connectors.proposing.refusing import Undescribed, refused

_RULES: tuple[type[ASTValidationRule], ...] = (
    KnownTypeNamesRule,
    UniqueTypeNamesRule,
    UniqueFieldDefinitionNamesRule,
    UniqueEnumValueNamesRule,
    UniqueOperationTypesRule,
)
MAX_FINDINGS = 100
_ROOTS = ("Query", "Mutation")
_REMARK = (
    "Subscriptions enter the graph once `subscriptions: {protocol: websocket}` (or sse) stands under backend and"
    " Subscription.… is included: "
)


def propose_sdl(files: Mapping[str, bytes], path: str) -> Proposal:
    """Raises: Undescribed."""
    document = _read(files[path], path)
    try:
        definitions = Definitions(document)
    except SdlRefused as error:
        raise refused("sdl.other", path, str(error), "give the schema by itself") from None
    links = links_of(document)
    federation = _speaks_federation(document, links)
    operations, returns = [], {}
    for root in _ROOTS:
        for name, node in definitions.fields(root).items():
            coordinate = f"{root}.{name}"
            words = " ".join((node.description.value if node.description else "").split())[:200]
            operations.append(
                ProposedOperation(coordinate, root == "Query", (), Described("opaque"), words or name)
            )
            returns[coordinate] = print_ast(node.type)
    own = [name for name in definitions.types if name not in (*_ROOTS, "Subscription")]
    if federation:
        own = [name for name in own if not keys_of(definitions.types[name], links)]
    if not operations and not (federation and len(own) < len(definitions.types)):
        raise refused(
            "sdl.empty", path, "the schema has no query and no mutation", "add 'type Query { … }'", 1, 1
        )
    events = ", ".join(f"Subscription.{name}" for name in definitions.fields("Subscription"))
    return Proposal(
        kind="graphql",
        described_by="sdl",
        title="",
        operations=tuple(operations),
        findings=lambda: (),
        describe={"federation": 2 if links.is_linked else 1} if federation else {},
        remark=_REMARK + events if events else "",
        exposure=Exposure(returns, tuple(own), federation is False),
    )


def _read(content: bytes, path: str) -> DocumentNode:
    """The document, with the places of its parts.

    Raises: Undescribed.
    """
    if len(content) > MAX_SDL_BYTES:
        message = f"over {MAX_SDL_BYTES // 1024 // 1024} MiB"
        raise refused("sdl.large", path, message, "expose a part of the backend by a schema of its own")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused("sdl.encoding", path, "the SDL is not UTF-8", "save it as UTF-8", line, 1) from None
    try:
        document = parse(text)
    except GraphQLError as error:
        raise Undescribed(_finding("sdl.syntax", path, error, "correct it there")) from None
    except RecursionError:
        raise refused("sdl.deep", path, "the SDL is nested too deeply", "nest less") from None
    _judge(document, path)
    return document


def _judge(document: DocumentNode, path: str) -> None:
    """Raises: Undescribed for what could never be composed."""
    for node in document.definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        if node.kind in ("operation_definition", "fragment_definition"):
            code, said, fix = "sdl.operation", "an operation stands in it; a schema is wanted", "take it out"
        elif name.startswith("join__"):
            code, said = "sdl.supergraph", "a supergraph, composed of several subgraphs"
            fix = "give the schema of each subgraph, or serve it by `tongban serve --supergraph`"
        else:
            continue
        assert node.loc is not None
        token = node.loc.start_token
        raise refused(code, path, said, fix, token.line, token.column)
    errors = [error for error in validate_sdl(document, None, _RULES) if not _is_machinery(error)]
    if errors:
        raise Undescribed(*(_judged(path, error) for error in errors[:MAX_FINDINGS]))


def _judged(path: str, error: GraphQLError) -> Finding:
    if error.message.startswith("Unknown type"):
        return _finding("sdl.type", path, error, "define it, or correct the name")
    return _finding("sdl.twice", path, error, "keep one of them")


def _is_machinery(error: GraphQLError) -> bool:
    """Federation's own types need not be declared by who uses them."""
    return any(f"'{name}'" in error.message for name in MACHINERY) or "__" in error.message


def _finding(code: str, path: str, error: GraphQLError, fix: str) -> Finding:
    place = error.locations[0] if error.locations else None
    line, column = (place.line, place.column) if place else (0, 0)
    return Finding(code, "error", path, line, column, error.message[:300], fix)


def _speaks_federation(document: DocumentNode, links: Links) -> bool:
    if links.is_linked:
        return True
    for node in _objects(document):
        if keys_of(node, links):
            return True
        if any(field.name.value == "_service" for field in node.fields or ()):
            return True
    return False


def _objects(document: DocumentNode) -> Iterator[Any]:
    return (
        node
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode) or node.kind == "object_type_extension"
    )
