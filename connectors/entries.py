"""The entries of the catalogue: services and departments as their manifests declare them.

Must never: know how a department is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ServiceKind = Literal["lookup", "transaction"]


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """One service of the catalogue, and what authorisation decides by."""

    id: str
    department: str
    connector: str
    title_zh: str
    title_en: str
    kind: ServiceKind
    classification: str
    assurance: int
    promised_minutes: int | None
    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    coordinates: tuple[str, ...]
    responsible_unit: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """A department as registered."""

    code: str
    name_zh: str
    name_en: str
