"""One recorded request with its answer, whatever recorded it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from connectors.manifest import Finding
from connectors.openapi.files import DescriptionFile
from connectors.openapi.marks import Pointer

MAX_EXCHANGES = 20_000
MAX_SEGMENTS = 30
MAX_MEMBERS = 300
"""Query members or headers of one request."""
ABSENT: Any = object()
"""There is no value (``None`` is JSON's null)."""


@dataclass(frozen=True, slots=True)
class Message:
    """``media`` without parameters, in lower case; ``value`` is JSON, or of a form a dict of texts; ``ABSENT`` if there is
    nothing, or nothing that could be read.
    """

    media: str = ""
    value: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Exchange:
    """``origin`` is empty where a variable stands for it; ``segments`` are unescaped, ``{name}`` for a named variable;
    ``query`` and ``headers`` (lower-case names) hold values that are looked at, and never written anywhere.
    """

    method: str
    origin: str
    segments: tuple[str, ...]
    pointer: Pointer
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sent: Message = Message()
    status: int = 200
    answered: Message = Message()
    title: str = ""


@dataclass(slots=True)
class Recording:
    """What was read of one file. ``schemes``: OpenAPI security schemes that the recording speaks of by itself."""

    kind: str
    path: str
    file: DescriptionFile
    title: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    schemes: list[Mapping[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, code: str, pointer: Pointer, message: str, fix: str, severity: Any = "info") -> None:
        line, column = self.file.at(pointer)
        self.findings.append(Finding(code, severity, self.path, line, column, message, fix))


def segments_of(path: str) -> tuple[str, ...]:
    return tuple(unquote(step) for step in path.split("/") if step)[:MAX_SEGMENTS]


def plain_media(text: Any) -> str:
    return str(text or "").partition(";")[0].strip().lower()[:100]
