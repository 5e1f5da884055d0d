"""The Accept header → the forms in which a client takes a single answer, an answer in parts, and events.

Source: GraphQL over HTTP specification, §6.1 "Media Types"; RFC 9110 §12.5.1; for streams the forms that clients have in use
(``Form``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tongban.errors import CallerFault, ErrorCode

T = TypeVar("T")

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"


class Form(StrEnum):
    """How a stream is written; the value is its Content-Type, which repeats what was asked for."""

    DEFER_2022 = 'multipart/mixed;boundary="-";deferSpec=20220824'
    INCREMENTAL = 'multipart/mixed;boundary="-";incrementalSpec=v0.2'
    MULTIPART = 'multipart/mixed;boundary="-"'
    SUBSCRIPTION = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
    EVENT_STREAM = "text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Accepted:
    """None: not in any form. ``parts``: for a deferred answer. ``events``: for a subscription."""

    single: str | None = JSON
    parts: Form | None = None
    events: Form | None = None

    @property
    def stream_of_one(self) -> Form | None:
        """For a single answer, where no single form is accepted."""
        return self.parts or self.events


ANYTHING = Accepted()
"""Without an Accept header: the older type, as clients without one expect."""

UNKNOWN = Accepted(GRAPHQL_RESPONSE)
"""To tell somebody that nothing of what is accepted is offered."""


def accepted(accept: str | None) -> Accepted:
    """Raises CallerFault(NOT_ACCEPTABLE) where nothing that is offered is accepted.

    Of equals the one named first; an answer in parts only where it is liked no less than a single one.
    """
    if accept is None:
        return ANYTHING
    single: dict[str, float] = {}
    parts: dict[Form, float] = {}
    events: dict[Form, float] = {}
    for media_type, parameters in _ranges(accept):
        quality = _quality(parameters.get("q", "1"))
        form = _form(media_type, parameters)
        if quality <= 0 or parameters.get("charset", "utf-8").lower() != "utf-8":
            continue
        if media_type in _SINGLE:
            single.setdefault(_SINGLE[media_type], quality)
        elif form is Form.SUBSCRIPTION:
            events.setdefault(form, quality)
        elif form is not None:
            parts.setdefault(form, quality)
            if form is Form.EVENT_STREAM:
                events.setdefault(form, quality)
    if not single and not parts and not events:
        raise CallerFault(ErrorCode.NOT_ACCEPTABLE, f"Accept {GRAPHQL_RESPONSE} or {JSON}.")
    if single and parts and max(single.values()) > max(parts.values()):
        parts = {}
    return Accepted(_best(single), _best(parts), _best(events))


_SINGLE = {GRAPHQL_RESPONSE: GRAPHQL_RESPONSE, JSON: JSON, "*/*": JSON, "application/*": JSON}
_SPECIFICATIONS = ("deferspec", "incrementalspec", "subscriptionspec")


def _form(media_type: str, parameters: Mapping[str, str]) -> Form | None:
    if media_type == "text/event-stream":
        return Form.EVENT_STREAM
    if media_type != "multipart/mixed":
        return None
    asked = tuple((name, parameters[name].lower()) for name in _SPECIFICATIONS if name in parameters)
    return {
        (): Form.MULTIPART,
        (("deferspec", "20220824"),): Form.DEFER_2022,
        (("incrementalspec", "v0.2"),): Form.INCREMENTAL,
        (("subscriptionspec", "1.0"),): Form.SUBSCRIPTION,
    }.get(asked)


def _best(weighed: Mapping[T, float]) -> T | None:
    return max(weighed, key=lambda each: weighed[each], default=None)


_ELEMENT = re.compile(r'(?:[^,"]++|"[^"]*+"?+)++')
_PIECE = re.compile(r'(?:[^;"]++|"[^"]*+"?+)++')


def _ranges(accept: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each media range in lower case, with its parameters, quoted or not."""
    for element in _ELEMENT.findall(accept):
        media_type, *rest = (piece.strip() for piece in _PIECE.findall(element) or [""])
        pairs = (piece.partition("=") for piece in rest)
        yield media_type.lower(), {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _quality(text: str) -> float:
    """RFC 9110 §12.4.2; what is no quality accepts nothing."""
    return float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) else 0.0


def takes_gzip(accept_encoding: str) -> bool:
    """RFC 9110 §12.5.3: named, and not with a quality of nothing."""
    return any(
        coding == "gzip" and _quality(parameters.get("q", "1")) > 0
        for coding, parameters in _ranges(accept_encoding)
    )
