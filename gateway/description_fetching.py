"""A description from an address, with what it leads to at the same origin, for ``connector init``.

Every request goes through the egress policy of connectors: no redirects, no address that is not allowed. Must never: ask
another origin than the one the person named, or send it anything but plain requests.
"""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit, urlunsplit

from connectors.backend import BackendUnreachable
from connectors.egress import LOOPBACK
from connectors.manifest import Finding
from connectors.transport import RawAnswer, Transport
from gateway.description_source import MAX_BYTES, MAX_FILES, Described
from gateway.references import Reference, references
from tongban.clock import SystemClock

FETCH_TIMEOUT_S = 20.0
"""Of one request."""
ALL_TIMEOUT_S = 60.0
_ACCEPT = "application/json, application/yaml, text/yaml, application/xml, */*"
_REDIRECTS = (301, 302, 303, 307, 308)
_QUERIED = {"wsdl": ".wsdl", "singlewsdl": ".wsdl", "xsd": ".xsd"}
"""How servers of SOAP name the parts of a description: a word in the query."""


class NotFetched(ValueError):
    """A sentence that says why. ``status``: that of the answer, if one came."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Fetching:
    """One person's look at one origin: an asynchronous context."""

    def __init__(self, egress_allow: tuple[str, ...]) -> None:
        self._clock = SystemClock()
        self._transport = Transport(clock=self._clock, egress_allow=(*LOOPBACK, *egress_allow))
        self._end_s = self._clock.monotonic_s() + ALL_TIMEOUT_S

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.close()

    async def get(self, url: str, most_bytes: int = MAX_BYTES) -> bytes:
        """Raises: NotFetched."""
        return (await self._asked("GET", url, {"Accept": _ACCEPT}, None, most_bytes)).content

    async def post_json(self, url: str, body: bytes) -> bytes:
        """The answer's bytes, whatever its status below 500: GraphQL answers errors with any.

        Raises: NotFetched.
        """
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json, application/json",
        }
        return (await self._asked("POST", url, headers, body, MAX_BYTES)).content

    async def _asked(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, most_bytes: int
    ) -> RawAnswer:
        deadline_s = min(self._clock.monotonic_s() + FETCH_TIMEOUT_S, self._end_s)
        try:
            answer = await self._transport.exchange(
                method, url, headers, body, deadline_s=deadline_s, max_body_bytes=most_bytes
            )
        except BackendUnreachable as error:
            raise NotFetched(str(error), getattr(error, "status", 0)) from None
        except ValueError as error:
            raise NotFetched(f"no address: {error}") from None
        if answer.status in _REDIRECTS:
            raise NotFetched(
                f"the address moves elsewhere (HTTP status {answer.status}), which is not followed: "
                "give the address that it moves to",
                answer.status,
            )
        if answer.status != 200 and (method == "GET" or answer.status >= 500):
            raise NotFetched(f"HTTP status {answer.status}, expected 200", answer.status)
        return answer


@dataclass(slots=True)
class _Gathering:
    """``names``: address → the path that its file is laid at."""

    origin: str
    files: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def name(self, url: str) -> str:
        """As the path of the address says; of ``…/Service?xsd=types.xsd`` the name in the query, which readers look for."""
        parts = urlsplit(url)
        path = posixpath.normpath(unquote(parts.path)).lstrip("/")
        if parts.query:
            path = posixpath.join(posixpath.dirname(path), _queried(parts.query, posixpath.basename(path)))
        words = [re.sub(r"[^0-9A-Za-z._-]", "-", word).strip(".-")[:80] for word in path.split("/")]
        name = "/".join(word for word in words if word) or "description"
        while name in self.names.values():
            name = f"again/{name}"
        return name

    def say(self, code: str, base: str, reference: Reference, message: str, fix: str) -> None:
        said = f"{reference.place[:200]!r} is not fetched: {message}"
        self.findings.append(
            Finding(code, "warning", self.names[base], reference.line, reference.column, said, fix)
        )


def _queried(query: str, plain: str) -> str:
    """``Service?wsdl`` → ``Service.wsdl``; ``xsd=../a/types.xsd`` → ``types.xsd``; ``xsd=1`` → ``1.xsd``."""
    for word, value in parse_qsl(query, keep_blank_values=True):
        ending = _QUERIED.get(word.lower())
        if ending is not None:
            name = posixpath.basename(value.replace("\\", "/")) or plain
            return name if name.lower().endswith(ending) else f"{name}{ending}"
    return plain


async def gather(fetching: Fetching, url: str, content: bytes) -> Described:
    """``content`` was answered at ``url``: with it, what it names at the same origin, and what these name.

    What stands at another origin is not fetched. Raises: ValueError (too much of it).
    """
    gathering = _Gathering(origin_of(url))
    waiting = [plain_address(url)]
    gathering.names[waiting[0]] = gathering.name(url)
    gathering.files[gathering.names[waiting[0]]] = content
    size = len(content)
    while waiting:
        base = waiting.pop()
        for reference in references(gathering.files[gathering.names[base]]):
            there = _judged(gathering, reference, base)
            if not there:
                continue
            try:
                answered = await fetching.get(there, MAX_BYTES - size)
            except NotFetched as error:
                gathering.say("file.missing", base, reference, str(error), "correct the reference")
                continue
            size += len(answered)
            if len(gathering.files) >= MAX_FILES or size >= MAX_BYTES:
                raise ValueError(f"{url}: more than {MAX_FILES} files or {MAX_BYTES} bytes belong to it")
            gathering.names[there] = gathering.name(there)
            gathering.files[gathering.names[there]] = answered
            waiting.append(there)
    above = os.path.commonpath([posixpath.dirname(name) for name in gathering.files])
    cut = len(above) + 1 if above else 0
    return Described(
        {name[cut:]: found for name, found in gathering.files.items()},
        next(iter(gathering.files))[cut:],
        tuple(
            Finding(f.code, f.severity, f.file[cut:], f.line, f.column, f.message, f.fix)
            for f in gathering.findings
        ),
        gathering.origin,
    )


def _judged(gathering: _Gathering, reference: Reference, base: str) -> str:
    """The address that is meant; empty where nothing is to be fetched: that it isn't there is the reader's to say."""
    try:
        there = plain_address(urljoin(base, reference.place))
        origin = origin_of(there)
    except ValueError:
        return ""
    return there if origin == gathering.origin and there not in gathering.names else ""


def plain_address(url: str) -> str:
    """Without fragment and credentials."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def origin_of(url: str) -> str:
    """Raises: ValueError."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower())
    if port is None or not parts.hostname:
        raise ValueError("only http and https")
    usual = {("http", 80), ("https", 443)}
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = host if (parts.scheme.lower(), port) in usual else f"{host}:{port}"
    return f"{parts.scheme.lower()}://{shown}"
