"""Why a code is told and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Plain sentences, without a full stop at the end."""

    cause: str
    fix: str
