"""What a GraphQL server says of itself, as SDL: the answer to an introspection query, or to ``{ _service { sdl } }``.

Source: GraphQL specification, section 4 (introspection); Federation subgraph specification.
"""

from __future__ import annotations

import json
from typing import Any

from graphql import GraphQLError, build_client_schema, get_introspection_query, print_schema

from connectors.proposing.refusing import refused

SERVICE_QUERY = json.dumps({"query": "{ _service { sdl } }"}).encode()
SCHEMA_QUERY = json.dumps(
    {"query": get_introspection_query(descriptions=True), "operationName": "IntrospectionQuery"}
).encode()
_FIX = "ask the server again with the usual introspection query"


def looks_introspected(head: str) -> bool:
    """Of a file's beginning."""
    return head.lstrip().startswith("{") and '"__schema"' in head[:4096]


def sdl_of(content: bytes, path: str) -> bytes:
    """The schema in the result of an introspection query, with or without ``data`` around it.

    Raises: Undescribed.
    """
    answer = _json(content, path)
    inner = answer.get("data")
    data: Any = inner if isinstance(inner, dict) else answer
    if not isinstance(data.get("__schema"), dict):
        raise refused("introspection.other", path, "it holds no __schema", _FIX)
    try:
        return (print_schema(build_client_schema(data)) + "\n").encode()
    except GraphQLError as error:
        raise refused("introspection.broken", path, error.message[:300], _FIX, 1, 1) from None
    except (TypeError, ValueError, KeyError, AttributeError):
        message = "parts of what introspection gives are missing in it"
        raise refused("introspection.broken", path, message, _FIX, 1, 1) from None
    except RecursionError:
        raise refused("introspection.deep", path, "types are nested too deeply", _FIX) from None


def service_sdl_of(content: bytes) -> bytes | None:
    """The SDL in an answer to ``SERVICE_QUERY``; None where the server is no subgraph."""
    try:
        data = json.loads(content).get("data")
        sdl = data["_service"]["sdl"]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
    return sdl.encode("utf-8", "replace") if isinstance(sdl, str) and sdl.strip() else None


def _json(content: bytes, path: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except json.JSONDecodeError as error:
        raise refused(
            "introspection.json", path, f"no JSON: {error.msg}", _FIX, error.lineno, error.colno
        ) from None
    except (ValueError, RecursionError):
        raise refused("introspection.json", path, "no JSON that can be read", _FIX) from None
    if not isinstance(found, dict):
        raise refused("introspection.other", path, "it holds no __schema", _FIX, 1, 1)
    return found
