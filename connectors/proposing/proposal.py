"""What a protocol's room tells of a description, for a manifest to be written from it. The same for every protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from connectors.backend import Described
from connectors.manifest import Finding


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that an operation is given. ``name`` is the one that a manifest's ``call`` uses; None is the
    whole body. ``default`` is a plain value, or None.
    """

    name: str | None
    described: Described
    required: bool = False
    place: Literal["params", "body"] = "params"
    default: Any = None


@dataclass(frozen=True, slots=True)
class ProposedOperation:
    """``summary``: one line in people's words. ``told``: what the description says of the answer: its shape, that it is
    some object, or nothing that a type could be made of.
    """

    name: str
    reads: bool
    inputs: tuple[Input, ...]
    answer: Described
    summary: str = ""
    told: Literal["shape", "object", "nothing"] = "shape"


@dataclass(frozen=True, slots=True)
class Exposure:
    """Of a backend that brings its own graph. ``returns``: root field's coordinate → its type; ``types``: the names of those
    of its own types that nobody else joins by, which a prefix may stand before; ``closed``: whether a type called like one
    of the platform's is another one.
    """

    returns: Mapping[str, str]
    types: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """``describe`` is the manifest's block of that name but for the path. ``auth``: what the description says on
    credentials, as entries of ``backend.auth``; ``endpoint``: the base URL it names, or empty.
    """

    kind: Literal["rest", "soap", "graphql"]
    described_by: Literal["openapi", "wsdl", "sdl"]
    title: str
    operations: tuple[ProposedOperation, ...]
    findings: Callable[[], tuple[Finding, ...]]
    """Asked when everything has been looked at: shapes are described on demand."""
    endpoint: str = ""
    describe: Mapping[str, Any] = field(default_factory=dict)
    auth: tuple[Mapping[str, Any], ...] = ()
    errors: tuple[Mapping[str, str], ...] = ()
    """Rules of the envelope that hold for the protocol."""
    remark: str = ""
    """What was guessed and a person has to look at; stands above the root fields."""
    exposure: Exposure | None = None
    """Set where root fields are passed through (``expose``) and not mapped; operations then are coordinates."""
