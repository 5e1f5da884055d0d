"""Serves an executable schema over HTTP: documents parsed once, errors in the department's own words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ariadne.asgi import GraphQL
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse
from starlette.requests import Request

from demo.context import Context
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.visit import Visit

DESCRIPTIONS = Path(__file__).parents[2] / "descriptions"

STANDARD_WORDS: Mapping[Why, str] = {why: why.value for why in Why}

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

    return GraphQL(
        schema,
        context_value=visit,
        query_parser=_parsed,
        error_formatter=formatted,
        logger=_SILENT,
    )


def _parsed(_: Any, data: Mapping[str, Any]) -> DocumentNode:
    return _document(str(data["query"]))


@lru_cache(maxsize=512)
def _document(query: str) -> DocumentNode:
    return parse(query)
