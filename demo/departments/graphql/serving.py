"""Serves an executable schema over HTTP: documents parsed once, errors in the department's own words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ariadne.asgi import GraphQL
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate
from starlette.requests import Request

from demo.context import Context
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.visit import Visit

DESCRIPTIONS = Path(__file__).parents[2] / "connectors"

STANDARD_WORDS: Mapping[Why, str] = {why: why.value for why in Why}

_REMEMBERED = 512

_SILENT = logging.getLogger("demo.graphql")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False  # messages may name what a citizen sent


def description(code: str) -> str:
    """The SDL as the department publishes it: the file is what the server is made from."""
    return (DESCRIPTIONS / code / "schema.graphql").read_text("utf-8")


def serve(context: Context, schema: GraphQLSchema, words: Mapping[Why, str] = STANDARD_WORDS) -> Any:
    """An ASGI app on every path; ``words`` are the department's codes for its refusals."""

    async def visit(request: Request, _: Any) -> Visit:
        return await Visit.of(request, context)

    def formatted(error: GraphQLError, _: bool) -> dict[str, Any]:
        told = dict(error.formatted)
        if isinstance(error.original_error, Refused):
            told["extensions"] = {"code": words[error.original_error.why]}
        elif error.original_error is not None:
            told = {**told, "message": "内部错误", "extensions": {"code": "INTERNAL"}}
        return told

    documents = _Documents()
    return GraphQL(
        schema,
        context_value=visit,
        query_parser=documents.parsed,
        query_validator=documents.validated,
        error_formatter=formatted,
        logger=_SILENT,
    )


class _Documents:
    """Parses and validates each document once: a gateway sends the same few for ever."""

    def __init__(self) -> None:
        self._parsed: dict[str, DocumentNode] = {}
        self._valid: dict[int, DocumentNode] = {}
        """By identity: graphql-core's nodes hash by their whole content."""

    def parsed(self, _: Any, data: Mapping[str, Any]) -> DocumentNode:
        text = str(data["query"])
        if text not in self._parsed:
            if len(self._parsed) >= _REMEMBERED:
                self._parsed.clear()
                self._valid.clear()
            self._parsed[text] = parse(text)
        return self._parsed[text]

    def validated(
        self, schema: GraphQLSchema, document: DocumentNode, *rest: Any, **more: Any
    ) -> list[GraphQLError]:
        if self._valid.get(id(document)) is document:
            return []
        errors = validate(schema, document, *rest, **more)
        if not errors:
            self._valid[id(document)] = document
        return errors
