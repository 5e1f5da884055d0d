"""The operations of an OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1): names, inputs and where they
go, bodies, answers.

An operation without ``operationId`` gets a name from its method and path, independent of order; none is lost.
Must never: take a host from the document; the registered endpoint is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from connectors.backend import Described, DescribedOperation
from connectors.openapi.document import Document
from connectors.openapi.shapes import OPAQUE, Shapes

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_READS = ("get", "head", "options", "trace")
_SUCCESS = ("200", "201", "202", "203", "2XX", "2xx", "default", "204")

Location = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """``style``: how a list is written in a query: ``multi`` (repeated), ``csv``, ``ssv``, ``tsv``,
    ``pipes``, ``deepObject``.
    """

    name: str
    location: Location
    required: bool
    described: Described
    style: str = "multi"


@dataclass(frozen=True, slots=True)
class RestOperation:
    """What it takes to build a request and to read its answer."""

    described: DescribedOperation
    method: str
    path: str
    """With the document's base path in front, if it has one."""
    base: str
    parameters: Mapping[str, Parameter]
    body_media: str | None
    accept: str
    findings: tuple[str, ...] = field(default=())


def read_operations(document: Document) -> dict[str, RestOperation]:
    """Every operation by its name."""
    listed = list(_listed(document))
    stated: dict[str, list[int]] = {}
    for index, (_, _, operation, _, _) in enumerate(listed):
        name = operation.get("operationId")
        if isinstance(name, str) and name:
            stated.setdefault(name, []).append(index)
    names = {indexes[0]: name for name, indexes in stated.items() if len(indexes) == 1}
    taken = set(names.values())
    found: dict[str, RestOperation] = {}
    for index, (method, path, operation, item, file) in enumerate(listed):
        name = names.get(index) or _free(derived_name(method, path), taken)
        taken.add(name)
        found[name] = _Reading(document, file, item, operation).operation(name, method, path)
    return found


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


def _listed(document: Document) -> Iterator[tuple[str, str, Any, Any, str]]:
    paths = document.root.get("paths")
    for path, raw in (paths if isinstance(paths, dict) else {}).items():
        item, file = document.resolve(raw, document.path)
        if not isinstance(item, dict) or not str(path).startswith("/"):
            continue
        for method in METHODS:
            operation, inner = document.resolve(item.get(method), file)
            if isinstance(operation, dict):
                yield method, str(path), operation, item, inner


class _Reading:
    def __init__(self, document: Document, file: str, item: Any, operation: Any) -> None:
        self._document = document
        self._file = file
        self._item = item
        self._operation = operation
        self._shapes = Shapes(document)
        self._swagger = "swagger" in document.root

    def operation(self, name: str, method: str, path: str) -> RestOperation:
        parameters, form, body_schema = self._parameters()
        media, body = self._body(form, body_schema)
        inputs = {name: parameter.described for name, parameter in parameters.items()}
        for field_name, described in body.fields.items():
            inputs.setdefault(field_name, described)
        if media is not None and not body.fields:
            inputs.setdefault("body", body)
        answer, accept = self._answer()
        words = self._operation.get("summary") or self._operation.get("description") or ""
        return RestOperation(
            DescribedOperation(name, str(words), inputs, answer, method not in _READS),
            method.upper(),
            path,
            self._base(),
            parameters,
            media,
            accept,
        )

    def _base(self) -> str:
        if self._swagger:
            return str(self._document.root.get("basePath") or "").rstrip("/")
        for place in (self._operation, self._item, self._document.root):
            servers = place.get("servers")
            if isinstance(servers, list) and servers and isinstance(servers[0], dict):
                url = str(servers[0].get("url", ""))
                for word, variable in (servers[0].get("variables") or {}).items():
                    url = url.replace(f"{{{word}}}", str((variable or {}).get("default", "")))
                return urlsplit(url).path.rstrip("/")
        return ""

    def _parameters(self) -> tuple[dict[str, Parameter], dict[str, Described], Any]:
        """Parameters, the fields of a Swagger 2 form, and a Swagger 2 body's schema."""
        found: dict[str, Parameter] = {}
        form: dict[str, Described] = {}
        body: Any = None
        for owner in (self._item, self._operation):
            raw_list = owner.get("parameters")
            for raw in raw_list if isinstance(raw_list, list) else ():
                parameter, file = self._document.resolve(raw, self._file)
                if not isinstance(parameter, dict) or "name" not in parameter:
                    continue
                name, location = str(parameter["name"]), parameter.get("in")
                if location == "body":
                    body = (parameter.get("schema", {}), file)
                    continue
                described = self._described(parameter, file)
                if location == "formData":
                    form[name] = described
                elif location in ("path", "query", "header", "cookie"):
                    found[name] = Parameter(
                        name,
                        location,
                        bool(parameter.get("required")),
                        described,
                        _style(parameter, self._swagger),
                    )
        return found, form, body

    def _described(self, parameter: Any, file: str) -> Described:
        schema = parameter.get("schema")
        if schema is None and isinstance(parameter.get("content"), dict):
            media: Any = next(iter(parameter["content"].values()), None)
            schema = media.get("schema", {}) if isinstance(media, dict) else {}
        told = self._shapes.of(schema if schema is not None else parameter, file)
        words = str(parameter.get("description") or told.description)
        return Described(told.shape, words, told.fields, told.item, told.enum, told.format)

    def _body(self, form: Mapping[str, Described], swagger_body: Any) -> tuple[str | None, Described]:
        if self._swagger:
            consumes = self._operation.get("consumes") or self._document.root.get("consumes") or []
            if form:
                multipart = "multipart/form-data" in consumes
                media = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"
                return media, Described("object", fields=dict(form))
            if swagger_body is None:
                return None, OPAQUE
            return _json_of(consumes) or "application/json", self._shapes.of(*swagger_body)
        body, file = self._document.resolve(self._operation.get("requestBody"), self._file)
        content = body.get("content") if isinstance(body, dict) else None
        if not isinstance(content, dict) or not content:
            return None, OPAQUE
        media = _json_of(content) or next(iter(content))
        schema = content[media].get("schema", {}) if isinstance(content[media], dict) else {}
        return str(media), self._shapes.of(schema, file)

    def _answer(self) -> tuple[Described, str]:
        responses = self._operation.get("responses")
        responses = {str(k): v for k, v in responses.items()} if isinstance(responses, dict) else {}
        accept = "application/json"
        best = OPAQUE
        for status in _SUCCESS:
            response, file = self._document.resolve(responses.get(status), self._file)
            if not isinstance(response, dict):
                continue
            media, schema = self._answered(response)
            accept = media or accept
            if schema is not None:
                best = self._shapes.of(schema, file)
                if best.shape != "opaque":
                    break
        return best, accept if "json" in accept else f"{accept}, application/json"

    def _answered(self, response: Any) -> tuple[str | None, Any]:
        if self._swagger:
            produces = self._operation.get("produces") or self._document.root.get("produces") or []
            return _json_of(produces), response.get("schema")
        content = response.get("content")
        if not isinstance(content, dict) or not content:
            return None, None
        media = _json_of(content) or next(iter(content))
        value = content[media]
        return str(media), value.get("schema", {}) if isinstance(value, dict) else {}


def _json_of(media_types: Any) -> str | None:
    names = [str(name) for name in media_types]
    plain = [name for name in names if name.partition(";")[0].strip().lower() == "application/json"]
    json_like = [name for name in names if "json" in name.lower()]
    found = plain or json_like
    return found[0] if found else None


def _style(parameter: Any, swagger: bool) -> str:
    if swagger:
        return str(parameter.get("collectionFormat") or "csv")
    style = parameter.get("style", "form" if parameter.get("in") in ("query", "cookie") else "simple")
    if style == "deepObject":
        return "deepObject"
    if parameter.get("explode", style == "form") and style == "form":
        return "multi"
    return {"spaceDelimited": "ssv", "pipeDelimited": "pipes"}.get(style, "csv")
