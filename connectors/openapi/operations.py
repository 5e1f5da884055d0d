"""The operations of an OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1): names, inputs and where they
go, bodies, answers.

An operation without ``operationId`` gets a name from its method and path, independent of order; none is lost.
Must never: take a host from the document; the registered endpoint is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.backend import DescribedOperation
from connectors.openapi.document import Document
from connectors.openapi.messages import Body, Messages, Told, json_of
from connectors.openapi.parameters import Parameter, Parameters
from connectors.openapi.schema_words import plain_words
from connectors.openapi.shapes import MAX_WORK, Shapes

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MAX_OPERATIONS = 5_000
_READS = ("get", "head", "options", "trace")
_BESIDE = ("parameters", "summary", "description", "servers", "$ref", "query", "additionalOperations")


@dataclass(frozen=True, slots=True)
class RestOperation:
    """What it takes to build a request and to read its answer."""

    described: DescribedOperation
    method: str
    path: str
    """With the document's base path in front, if it has one."""
    base: str
    parameters: Mapping[str, Parameter]
    """By the name that a manifest's ``params`` uses."""
    body: Body | None
    accept: str
    told: Told
    summary: str = ""
    """One line in people's words, if there is one."""

    @property
    def body_media(self) -> str | None:
        return None if self.body is None else self.body.media


@dataclass(frozen=True, slots=True)
class Listed:
    """An operation as it stands in the document. ``item`` is the path's own mapping, in ``item_file``."""

    method: str
    path: str
    node: Mapping[str, Any]
    file: str
    item: Mapping[str, Any]
    item_file: str


def read_operations(document: Document, *, max_work: int = MAX_WORK) -> dict[str, RestOperation]:
    """Every operation by its name. ``max_work``: see ``Shapes``."""
    listed = list(_listed(document))
    names = operation_names(document, listed)
    shapes = Shapes(document, max_work=max_work)
    return {
        name: _operation(document, shapes, found, name) for name, found in zip(names, listed, strict=True)
    }


def operation_names(document: Document, listed: list[Listed]) -> list[str]:
    """Unique ``operationId``s as they are; the others by method and path. The order of the document has no say."""
    stated: dict[str, list[int]] = {}
    for index, found in enumerate(listed):
        name = found.node.get("operationId")
        if isinstance(name, str) and name.strip():
            stated.setdefault(name.strip(), []).append(index)
    names = {indexes[0]: name for name, indexes in stated.items() if len(indexes) == 1}
    for name, indexes in stated.items():
        for index in indexes if len(indexes) > 1 else ():
            found = listed[index]
            message = f"the operationId '{name[:80]}' is not the only one: named by method and path"
            document.say(
                "operation.repeated", found.file, found.node, "operationId", message, "name each its own"
            )
    taken = set(names.values())
    for index in sorted(range(len(listed)), key=lambda each: (listed[each].path, listed[each].method)):
        if index not in names:
            names[index] = _free(derived_name(listed[index].method, listed[index].path), taken)
            taken.add(names[index])
    return [names[index] for index in range(len(listed))]


def derived_name(method: str, path: str) -> str:
    """``get /v1/enterprises/{id}`` → ``getV1EnterprisesById``."""
    words: list[str] = []
    for step in path.split("/"):
        for part in re.split(r"(\{[^}]*\})", step):
            if part.startswith("{"):
                words.append("By")
            words.extend(word for word in re.split(r"[^0-9A-Za-z]+", part) if word)
    return method + "".join(word[0].upper() + word[1:] for word in words)


def _free(name: str, taken: set[str]) -> str:
    free, count = name, 2
    while free in taken:
        free, count = f"{name}_{count}", count + 1
    return free


def _listed(document: Document) -> Iterator[Listed]:
    paths, paths_file = document.resolve(document.root.get("paths"), document.path)
    if not isinstance(paths, dict):
        document.say(
            "paths.shape", document.path, document.root, "paths", "'paths' is no mapping", "name each path"
        )
        return
    count = 0
    seen: set[str] = set()
    for raw_path, raw in paths.items():
        path = str(raw_path)
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            fix = f"write '/{path[:80]}'"
            document.say(
                "path.slash", paths_file, paths, raw_path, f"'{path[:80]}' begins with no slash", fix
            )
            path = f"/{path}"
        if not isinstance(raw, dict):
            document.say(
                "path.shape", paths_file, paths, raw_path, f"'{path[:80]}' holds no operations", "remove it"
            )
            continue
        for found in _of_path(document, path, raw, paths_file):
            key = f"{found.method} {path}"
            if key in seen:
                document.say(
                    "operation.twice", found.file, found.node, None, f"'{key[:80]}' stands twice", "keep one"
                )
                continue
            if count >= MAX_OPERATIONS:
                document.say(
                    "paths.many",
                    paths_file,
                    paths,
                    raw_path,
                    f"more than {MAX_OPERATIONS} operations",
                    "split it",
                )
                return
            seen.add(key)
            count += 1
            yield found


def _of_path(document: Document, path: str, raw: Mapping[str, Any], file: str) -> Iterator[Listed]:
    """What stands in the path's own mapping, then what it refers to."""
    target, target_file = document.resolve(raw, file) if "$ref" in raw else (raw, file)
    for item, item_file in ((raw, file), (target, target_file)) if target is not raw else ((raw, file),):
        if not isinstance(item, dict):
            continue
        for key, held in item.items():
            method = str(key).lower()
            if method not in METHODS:
                if (
                    isinstance(held, dict)
                    and "responses" in held
                    and key not in _BESIDE
                    and not method.startswith("x-")
                ):
                    document.say(
                        "operation.method", item_file, item, key, f"'{key[:40]}' is no method", "get, post …"
                    )
                continue
            node, inner = document.resolve(held, item_file)
            if not isinstance(node, dict):
                document.say(
                    "operation.shape",
                    item_file,
                    item,
                    key,
                    f"{method} {path[:80]} is no mapping",
                    "write it out",
                )
                node, inner = {}, item_file
            yield Listed(method, path, node, inner, item, item_file)


def _operation(document: Document, shapes: Shapes, found: Listed, name: str) -> RestOperation:
    inputs = Parameters(document, shapes, found.path)
    inputs.read(found.item, found.item_file)
    inputs.read(found.node, found.file)
    inputs.close(found.node, found.file)
    messages = Messages(document, shapes, found.node, found.file)
    body = messages.body(inputs)
    answer = messages.answer()
    described = {key: parameter.described for key, parameter in inputs.found.items()}
    if body is not None:
        fields = body.described.fields if body.described.shape == "object" else {"body": body.described}
        for field_name, value in fields.items():
            described.setdefault(field_name, value)
    words = str(found.node.get("summary") or found.node.get("description") or "")
    return RestOperation(
        DescribedOperation(name, words, described, answer.described, found.method not in _READS),
        found.method.upper(),
        found.path,
        _base(document, found),
        inputs.found,
        body,
        _accept(answer.accept, inputs.accepted),
        answer.told,
        _summary(found.node),
    )


def _accept(offered: str, allowed: tuple[str, ...]) -> str:
    """The answer's media type, unless a parameter ``Accept`` allows others only: then the JSON among those."""
    if not allowed or offered in allowed:
        return offered
    return json_of(allowed) or allowed[0]


def _summary(node: Mapping[str, Any]) -> str:
    text = node.get("summary")
    text = text if isinstance(text, str) and text.strip() else plain_words(node)
    return " ".join(text.split())[:120]


def _base(document: Document, found: Listed) -> str:
    root = document.root
    if "swagger" in root:
        base = str(root.get("basePath") or "").strip().rstrip("/")
        return base if not base or base.startswith("/") else f"/{base}"
    for place in (found.node, found.item, root):
        servers = place.get("servers")
        servers = [servers] if isinstance(servers, dict) else servers
        if isinstance(servers, list) and servers and isinstance(servers[0], dict):
            return _server_path(servers[0])
    return ""


def _server_path(server: Mapping[str, Any]) -> str:
    """The path of a server's URL, its template filled with the defaults."""
    url = str(server.get("url") or "")
    variables = server.get("variables")
    for word, variable in (variables if isinstance(variables, dict) else {}).items():
        held = variable if isinstance(variable, dict) else {}
        values = held.get("enum")
        first = values[0] if isinstance(values, list) and values else ""
        url = url.replace(f"{{{word}}}", str(held.get("default", first)))
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
    if "://" not in url and not url.startswith("/"):
        path = (
            f"/{path}" if path and "." not in path.partition("/")[0] else path[len(path.partition("/")[0]) :]
        )
    return path
