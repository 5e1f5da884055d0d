"""An OpenAPI description as a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.openapi.document import Document
from connectors.openapi.operations import RestOperation, read_operations
from connectors.openapi.shapes import MAX_WORK
from connectors.proposing.proposal import Input, Proposal, ProposedOperation

ERRORS = (
    {"when": "status == `404`", "as": "NOT_FOUND", "result": "null"},
    {"when": "status == `401`", "as": "BACKEND_AUTH"},
    {"when": "status == `403`", "as": "FORBIDDEN"},
    {"when": "status == `400` || status == `422`", "as": "INVALID_INPUT"},
    {"when": "status == `409`", "as": "CONFLICT"},
    {"when": "status == `429`", "as": "RATE_LIMITED"},
)
"""What the statuses of HTTP mean where nothing says otherwise (RFC 9110, 15.5)."""


def propose_openapi(files: Mapping[str, bytes], path: str, *, max_work: int = MAX_WORK) -> Proposal:
    """``max_work``: of its schemas, see ``Shapes``.

    Raises: DescriptionRefused.
    """
    document = Document(files, path)
    found = read_operations(document, max_work=max_work)
    guarded = _guarded(document)
    operations = tuple(_operation(operation, guarded) for operation in found.values())
    info = document.root.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    return Proposal(
        kind="rest",
        described_by="openapi",
        title=" ".join(str(title).split())[:200] if title else "",
        operations=operations,
        findings=document.findings,
        endpoint=_endpoint(document),
        auth=tuple(_auth(document, found.values())),
        errors=ERRORS,
    )


def _operation(operation: RestOperation, guarded: frozenset[tuple[str, str]]) -> ProposedOperation:
    inputs = [
        Input(key, found.described, found.required, "params", found.default)
        for key, found in operation.parameters.items()
        if (found.location, found.name.lower()) not in guarded
    ]
    body = operation.body
    if body is not None and body.described.shape == "object":
        inputs += [
            Input(name, value, name in body.described.required, "body")
            for name, value in body.described.fields.items()
        ]
    elif body is not None:
        inputs.append(Input(None, body.described, body.required, "body"))
    described = operation.described
    return ProposedOperation(
        described.name,
        not described.writes,
        tuple(inputs),
        described.answer,
        operation.summary,
        operation.told,
    )


def _schemes(document: Document) -> Iterator[Mapping[str, Any]]:
    components = document.root.get("components")
    held = document.root.get("securityDefinitions")
    if isinstance(components, dict) and held is None:
        held = components.get("securitySchemes")
    for raw in held.values() if isinstance(held, dict) else ():
        scheme, _ = document.resolve(raw, document.path)
        if isinstance(scheme, dict):
            yield scheme


def _guarded(document: Document) -> frozenset[tuple[str, str]]:
    """Parameters that are credentials: the connector sends them, no caller."""
    found = {("header", "authorization")}
    for scheme in _schemes(document):
        if scheme.get("type") == "apiKey" and isinstance(scheme.get("name"), str):
            found.add((str(scheme.get("in")), scheme["name"].lower()))
    return frozenset(found)


def _auth(document: Document, operations: Iterable[RestOperation]) -> Iterator[Mapping[str, Any]]:
    """By the schemes; where none of them stands in ``Authorization`` and a parameter of that name does, by that."""
    proved = any(scheme.get("type") in ("oauth2", "openIdConnect") for scheme in _schemes(document))
    for entry in _auth_of_schemes(document):
        proved = proved or entry["kind"] != "apiKey" or entry["name"].lower() == "authorization"
        yield entry
    asked = (each for operation in operations for each in operation.parameters.values())
    named = any(each.location == "header" and each.name.lower() == "authorization" for each in asked)
    if named and not proved:
        yield {"kind": "apiKey", "in": "header", "name": "Authorization", "value": "credential"}


def _auth_of_schemes(document: Document) -> Iterator[Mapping[str, Any]]:
    for scheme in _schemes(document):
        kind, word = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if (
            kind == "apiKey"
            and scheme.get("in") in ("header", "query")
            and isinstance(scheme.get("name"), str)
        ):
            yield {"kind": "apiKey", "in": scheme["in"], "name": scheme["name"], "value": "api-key"}
        elif kind == "basic" or (kind == "http" and word == "basic"):
            yield {"kind": "basic", "username": "user", "password": "password"}
        elif kind == "http" and word == "bearer":
            yield {"kind": "bearer", "token": "token"}
        elif kind == "oauth2" and (url := _token_url(scheme)):
            yield {
                "kind": "oauth2",
                "tokenUrl": url,
                "clientId": "client-id",
                "clientSecret": "client-secret",
            }


def _token_url(scheme: Mapping[str, Any]) -> str:
    flows = scheme.get("flows")
    flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
    url = flow.get("tokenUrl") if isinstance(flow, dict) else None
    if url is None and scheme.get("flow") == "application":
        url = scheme.get("tokenUrl")
    return url if isinstance(url, str) else ""


def _endpoint(document: Document) -> str:
    """The origin that the description names: the paths of its servers are added to it at every call."""
    root = document.root
    if "swagger" in root:
        host, schemes = root.get("host"), root.get("schemes")
        scheme = (
            "https" if not isinstance(schemes, list) or not schemes or "https" in schemes else str(schemes[0])
        )
        return _origin(f"{scheme}://{host}") if isinstance(host, str) else ""
    servers = root.get("servers")
    for server in servers if isinstance(servers, list) else ():
        url = str(server.get("url", "")) if isinstance(server, dict) else ""
        variables = server.get("variables") if isinstance(server, dict) else None
        for word, variable in (variables if isinstance(variables, dict) else {}).items():
            url = url.replace(
                f"{{{word}}}", str(variable.get("default", "")) if isinstance(variable, dict) else ""
            )
        if _origin(url):
            return _origin(url)
    return ""


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.netloc
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and re.fullmatch(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?", host)
    return f"{parts.scheme}://{host}" if usable else ""
