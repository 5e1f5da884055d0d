"""What judging a draft takes and gives: the border to the rooms that keep and publish drafts.

Nothing here reads a file, a clock or a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from connectors.manifest.findings import Finding

Level = Literal["none", "bronze", "silver", "gold", "platinum"]
LEVELS: tuple[Level, ...] = ("none", "bronze", "silver", "gold", "platinum")
"""From the lowest."""

ChangeKind = Literal["breaking", "dangerous", "safe"]
Colour = Literal["green", "red", "unknown"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A connector before it is published.

    ``text`` is the manifest's YAML; ``files`` the description files as ``connector_files.read_connector`` names them
    (paths relative to the manifest); ``endpoint`` a base URL instead of the manifest's own; ``file`` how findings call
    the manifest.
    """

    text: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    endpoint: str | None = None
    file: str = "manifest"


@dataclass(frozen=True, slots=True)
class OperationCounts:
    """Of one description: operations it has, operations that a call of the manifest (or ``expose``) reaches, and
    reached operations whose answer the description types."""

    described: int
    exposed: int
    typed: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one stage says of a draft. ``stage``: ``lint``, ``contract`` or ``probe``."""

    stage: str
    findings: tuple[Finding, ...] = ()
    operations: OperationCounts | None = None

    @property
    def passed(self) -> bool:
        """No finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A rule of a level that the draft does not meet. ``rule`` is a dotted code (``grade.owner``)."""

    rule: str
    level: Level
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Grade:
    """``level`` is the highest of which, and of all below which, every rule is met; ``unmet`` has the rules of every
    level above it, lowest level first."""

    level: Level
    unmet: tuple[Unmet, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What only recorded use can tell, for platinum. Measured over ``days`` without a gap; ``drift`` is the number of
    drift findings in that time; shares are 0 to 1, times seconds."""

    days: int
    p95_s: float
    availability: float
    drift: int


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    ``coordinate`` is a schema coordinate (``Type.field``, ``Type.field(arg:)``, ``Enum.VALUE``), ``service:<id>`` or
    ``backend.<key>``. ``breaking``: a request that was answered may now be refused or read wrongly; ``dangerous``: it is
    still answered, in a way that a client may not expect.
    """

    kind: ChangeKind
    coordinate: str
    message: str
    fix: str = ""
    governance: bool = False
    """Of class, level, purpose, role or ground: a data steward signs it."""


@dataclass(frozen=True, slots=True)
class Light:
    """``evidence`` is a sentence about the probe that made it so, without an answer's values."""

    colour: Colour
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Lights:
    """Is the backend reached; do its answers keep the contract; does a test matter complete from end to end."""

    network: Light
    data: Light
    business: Light
