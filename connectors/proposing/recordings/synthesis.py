"""An OpenAPI description out of a recording, for the rest of the machinery to read as any other.

Names and shapes only: no value of a request or an answer, no credentials, no example.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.proposing.recordings.exchange import ABSENT, Exchange, Recording
from connectors.proposing.recordings.paths import path_of, templates
from connectors.proposing.recordings.shapes import schema_of
from connectors.proposing.recordings.values import is_key, is_secret

_METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH")
_ORDINARY = ("x-requested-with", "x-real-ip", "x-request-id", "x-correlation-id", "x-client-data")
_ORDINARY_BEGIN = ("x-forwarded", "x-b3", "x-trace", "x-datadog", "x-csrf", "x-xsrf", "x-amz", "x-cloud")
_FORGERY = ("csrf", "xsrf")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")


def synthesized(recording: Recording, origin: str = "") -> dict[str, Any]:
    """The document. ``origin``: the one whose requests are meant; without it the one with most."""
    exchanges, chosen = _of_one_origin(list(_usable(recording)), recording, origin)
    grouped: dict[str, dict[str, list[Exchange]]] = defaultdict(lambda: defaultdict(list))
    for exchange, template in zip(exchanges, templates(exchanges), strict=True):
        grouped[path_of(template)][exchange.method].append(exchange)
    schemes = dict(_schemes(recording, exchanges))
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {
            "title": recording.title or f"From a recording ({recording.kind})",
            "version": "0",
            "description": "Made from recorded requests by tongban connector init. Names and shapes only: correct what it got wrong.",
        },
    }
    if chosen:
        document["servers"] = [{"url": chosen}]
    document["paths"] = {
        path: {method.lower(): _operation(path, found) for method, found in sorted(methods.items())}
        for path, methods in sorted(grouped.items())
    }
    if schemes:
        document["components"] = {"securitySchemes": schemes}
    return document


def written(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _usable(recording: Recording) -> Iterator[Exchange]:
    told: set[tuple[str, tuple[str, ...]]] = set()
    for exchange in recording.exchanges:
        code = ""
        if exchange.method not in _METHODS:
            code, said, fix = "recording.method", "a method that no description has: left out", "remove it"
        elif _is_graphql(exchange):
            code, said = "recording.graphql", "these are GraphQL requests: left out"
            fix = "tongban connector init --from the address of the GraphQL endpoint"
        elif exchange.status >= 400 or exchange.status < 0:
            code, said = "recording.failed", "a request that failed: its answer is not looked at"
            fix = "record one that succeeds"
        if code and (code, exchange.segments) not in told:
            told.add((code, exchange.segments))
            recording.say(code, exchange.pointer, said, fix)
        if code in ("", "recording.failed"):
            yield exchange


def _is_graphql(exchange: Exchange) -> bool:
    value = exchange.sent.value
    query = value.get("query") if isinstance(value, dict) else None
    return exchange.sent.media == "application/graphql" or (
        exchange.method == "POST" and isinstance(query, str) and "{" in query
    )


def _of_one_origin(
    exchanges: list[Exchange], recording: Recording, origin: str
) -> tuple[list[Exchange], str]:
    """Requests without an origin belong to any."""
    counted = Counter(
        each.origin for each in exchanges if each.origin for _ in range(1 + 9 * _has_data(each))
    )
    chosen = origin if origin in counted else max(sorted(counted), key=counted.__getitem__, default="")
    told: set[str] = set()
    kept = []
    for each in exchanges:
        if each.origin in ("", chosen):
            kept.append(each)
        elif each.origin not in told:
            told.add(each.origin)
            message = f"requests to another origin than {chosen} are left out"
            recording.say(
                "recording.origin", each.pointer, message, "--endpoint with that origin takes them instead"
            )
    return kept, chosen


def _has_data(exchange: Exchange) -> bool:
    return isinstance(exchange.answered.value, dict | list)


def _operation(path: str, exchanges: list[Exchange]) -> dict[str, Any]:
    operation: dict[str, Any] = {}
    title = _title(exchanges)
    if title:
        operation["summary"] = title
    parameters = [*_path_parameters(path, exchanges), *_query(exchanges), *_headers(exchanges)]
    if parameters:
        operation["parameters"] = parameters
    sent = [each.sent for each in exchanges if each.sent.value is not ABSENT]
    if sent:
        media = sent[0].media or "application/json"
        schema = schema_of(message.value for message in sent if message.media == sent[0].media)
        operation["requestBody"] = {"required": True, "content": {media: {"schema": schema}}}
    operation["responses"] = _responses(exchanges)
    return operation


def _title(exchanges: list[Exchange]) -> str:
    """Without words that are values in these very exchanges."""
    title = next((each.title for each in exchanges if each.title), "")
    held = [(each.sent.value, each.answered.value, list(each.query.values())) for each in exchanges if title]
    text = json.dumps(held, ensure_ascii=False, default=str)
    return " ".join(word for word in title.split() if f'"{word}"' not in text)


def _responses(exchanges: list[Exchange]) -> dict[str, Any]:
    good = [each.answered for each in exchanges if each.status < 300 and each.answered.value is not ABSENT]
    answer: dict[str, Any] = {"description": "as recorded" if good else "no answer was recorded"}
    if good:
        answer["content"] = {"application/json": {"schema": schema_of(message.value for message in good)}}
    return {"200": answer}


def _path_parameters(path: str, exchanges: list[Exchange]) -> Iterator[dict[str, Any]]:
    for position, step in enumerate(path.strip("/").split("/")):
        if step.startswith("{"):
            values = [each.segments[position] for each in exchanges]
            name = step.strip("{}")
            yield {"name": name, "in": "path", "required": True, "schema": _of_texts(values)}


def _query(exchanges: list[Exchange]) -> Iterator[dict[str, Any]]:
    names = dict.fromkeys(name for each in exchanges for name in each.query)
    for name in names:
        if is_key(name) and not is_secret(name):
            values = [each.query[name] for each in exchanges if name in each.query]
            required = len(exchanges) > 1 and len(values) == len(exchanges)
            yield {"name": name, "in": "query", "required": required, "schema": _of_texts(values)}


def _headers(exchanges: list[Exchange]) -> Iterator[dict[str, Any]]:
    names = dict.fromkeys(name for each in exchanges for name in each.headers)
    for name in names:
        plain = name not in _ORDINARY and not name.startswith(_ORDINARY_BEGIN) and not is_secret(name)
        if name.startswith("x-") and plain and is_key(name):
            yield {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}


def _of_texts(values: Iterable[str]) -> dict[str, Any]:
    """A number only where no digit would be lost by it."""
    texts = [text for text in values if text and not text.startswith("{")]
    if texts and all(_NUMBER.fullmatch(text) for text in texts):
        long = max(map(len, texts)) > 9
        return {"type": "integer", "format": "int64"} if long else {"type": "integer"}
    if texts and set(texts) <= {"true", "false"}:
        return {"type": "boolean"}
    return {"type": "string"}


def _schemes(recording: Recording, exchanges: list[Exchange]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """How credentials travelled: kinds and names."""
    found: list[Mapping[str, Any]] = list(recording.schemes)
    cookie = None
    for each in exchanges:
        for name, value in each.headers.items():
            scheme = _scheme_of(name, value)
            if scheme is not None and scheme not in found:
                found.append(scheme)
        for name in each.query:
            scheme = {"type": "apiKey", "in": "query", "name": name}
            if is_secret(name) and is_key(name) and scheme not in found:
                found.append(scheme)
        cookie = cookie or (each.pointer if "cookie" in each.headers else None)
    if cookie is not None:
        message = "requests carried a cookie: the platform keeps no sessions and sends none"
        recording.say(
            "recording.cookie", cookie, message, "ask the department for a credential of the connector's own"
        )
    for index, scheme in enumerate(found, 1):
        yield f"credential{index}", scheme


def _scheme_of(name: str, value: str) -> Mapping[str, Any] | None:
    if name == "authorization":
        word = value.partition(" ")[0].lower()
        return (
            {"type": "http", "scheme": word}
            if word in ("basic", "bearer")
            else {"type": "http", "scheme": "bearer"}
        )
    secret = is_secret(name) and is_key(name) and "cookie" not in name
    if (
        secret
        and not any(word in name for word in _FORGERY)
        and not name.startswith(("proxy-", "sec-", "www-"))
    ):
        return {"type": "apiKey", "in": "header", "name": name}
    return None
