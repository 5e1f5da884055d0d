"""A described operation and a call, compiled to a function that builds the request: URL template,
query, headers, body.

Must never: let a value change the path, the host or the header structure of a request.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from connectors.backend import CallSpec, ValueUnusable
from connectors.expressions.slots import Fill, compile_fill
from connectors.openapi.messages import is_json
from connectors.openapi.operations import RestOperation
from connectors.openapi.parameters import Parameter

Values = Mapping[str, Any]
Encode = Callable[[Any], tuple[bytes, str]]

_JOINTS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_STEPS = re.compile(r"[/\\]")
_HOLE = re.compile(r"\{([^}]*)\}")


class IncompleteCall(ValueError):
    """The call leaves a hole in the path."""


class RequestTemplate:
    """Everything of a request that is known before the values are."""

    def __init__(self, operation: RestOperation, call: CallSpec, base_url: str) -> None:
        self.method = operation.method
        self._headers = {"Accept": operation.accept}
        self._path = _path_parts(base_url + operation.path, call)
        self._query = [
            (_wire(operation, name), compile_fill(template), operation.parameters.get(name))
            for name, template in call.params.items()
            if _location(operation, name) == "query"
        ]
        self._header_fills = [
            (_wire(operation, name), compile_fill(template))
            for name, template in call.params.items()
            if _location(operation, name) == "header"
        ] + [(name, compile_fill(template)) for name, template in call.headers.items()]
        self._cookies = [
            (_wire(operation, name), compile_fill(template))
            for name, template in call.params.items()
            if _location(operation, name) == "cookie"
        ]
        self._body = None if call.body is None else compile_fill(call.body)
        self._encode = _encoder(operation.body_media or "application/json")

    def fill(self, values: Values) -> tuple[str, dict[str, str], bytes | None]:
        """URL, headers, body.

        Raises: ValueUnusable for a value that can't stand in a path.
        """
        url = "".join(part if isinstance(part, str) else _segment(part(values)) for part in self._path)
        pairs: list[tuple[str, str]] = []
        for name, fill, parameter in self._query:
            pairs.extend(_query_pairs(name, fill(values), parameter))
        if pairs:
            url = f"{url}?{urlencode(pairs, quote_via=quote)}"
        headers = dict(self._headers)
        for name, fill in self._header_fills:
            value = fill(values)
            if value is not None:
                headers[name] = _header(value)
        if self._cookies:
            crumbs = [(name, fill(values)) for name, fill in self._cookies]
            headers["Cookie"] = "; ".join(
                f"{name}={quote(_text(value), safe='')}" for name, value in crumbs if value is not None
            )
        if self._body is None:
            return url, headers, None
        body, media = self._encode(self._body(values))
        headers["Content-Type"] = media
        return url, headers, body


def _location(operation: RestOperation, name: str) -> str:
    if f"{{{name}}}" in operation.path:
        return "path"  # whether declared or not
    parameter = operation.parameters.get(name)
    return "query" if parameter is None else parameter.location


def _wire(operation: RestOperation, name: str) -> str:
    """A parameter's own name; a call's may say where it goes (``query.id``)."""
    parameter = operation.parameters.get(name)
    return name if parameter is None else parameter.name


def _path_parts(template: str, call: CallSpec) -> list[str | Fill]:
    parts: list[str | Fill] = []
    for index, piece in enumerate(_HOLE.split(template)):
        if index % 2 == 0:
            parts.append(quote(piece, safe="/:@!$&'()*+,;=%~[]"))
        else:
            if piece not in call.params:
                raise IncompleteCall(f"{call.operation} has '{{{piece}}}' in its path: give it under params")
            parts.append(compile_fill(call.params[piece]))
    return parts


def _segment(value: Any) -> str:
    text = "" if value is None else _text(value)
    # an encoded slash is a slash again for many servers, and then a step up is one
    if not text or _CONTROL.search(text) or any(part in (".", "..") for part in _STEPS.split(text)):
        raise ValueUnusable("a path parameter has no usable value")
    return quote(text, safe="")


def _query_pairs(name: str, value: Any, parameter: Parameter | None) -> list[tuple[str, str]]:
    if value is None:
        return []
    style = "multi" if parameter is None else parameter.style
    if isinstance(value, list):
        texts = [_text(item) for item in value if item is not None]
        if style in _JOINTS:
            return [(name, _JOINTS[style].join(texts))]
        return [(name, text) for text in texts]
    if isinstance(value, dict):
        if style == "deepObject":
            return [(f"{name}[{key}]", _text(item)) for key, item in value.items()]
        return [(key, _text(item)) for key, item in value.items()]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return str(value)


def _header(value: Any) -> str:
    text = _text(value)
    if not text.isprintable():
        raise ValueUnusable("a header has no usable value")
    # RFC 9110 5.5: only ASCII travels safely in a field value
    return text if text.isascii() else quote(text)


def _encoder(media: str) -> Encode:
    kind = media.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return lambda body: (urlencode(_form(body)).encode(), media)
    if kind == "multipart/form-data":
        return lambda body: _multipart(_form(body))
    if kind.startswith("text/"):
        return lambda body: (_text(body).encode(), f"{kind}; charset=utf-8")
    if not is_json(kind):
        return lambda body: (_text(body).encode(), media)
    sent = media if "json" in kind else "application/json"
    return lambda body: (orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), sent)


def _form(body: Any) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in (body if isinstance(body, dict) else {}).items():
        values = value if isinstance(value, list) else [value]
        pairs.extend((name, _text(item)) for item in values if item is not None)
    return pairs


def _multipart(pairs: list[tuple[str, str]]) -> tuple[bytes, str]:
    """RFC 7578, text parts only."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{quote(name, safe=" ")}"\r\n\r\n{text}\r\n'
        for name, text in pairs
    ]
    body = "".join(parts) + f"--{boundary}--\r\n"
    return body.encode(), f"multipart/form-data; boundary={boundary}"
