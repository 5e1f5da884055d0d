"""Every description of a folder before its mock, one after another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from bench.descriptions.answering import Answers, Miss
from bench.descriptions.gets import ask_gets
from bench.descriptions.scoring import Brought, bring
from bench.descriptions.soap_operations import ask_operations
from connectors.manifest import ManifestRejected
from connectors.proposing import Undescribed
from federation import CompositionFailed

Way = Literal["prism", "prism --errors", "npm soap"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one description's connector was answered by one mock."""

    file: Path
    way: Way
    answers: Answers


async def ask(documents: Sequence[Path], wsdls: Sequence[Path]) -> list[Asked]:
    """OpenAPI documents in two ways, WSDLs in one. A description that is refused is a miss by itself."""
    found: list[Asked] = []
    for path in documents:
        found.append(Asked(path, "prism", await _asked(path, partial(ask_gets, errors=False))))
        found.append(Asked(path, "prism --errors", await _asked(path, partial(ask_gets, errors=True))))
    for path in wsdls:
        found.append(Asked(path, "npm soap", await _asked(path, ask_operations)))
    return found


async def _asked(path: Path, asking: Callable[[Brought], Awaitable[Answers]]) -> Answers:
    try:
        return await asking(bring(path))
    except (Undescribed, ManifestRejected, CompositionFailed, ValueError, OSError) as refused:
        return Answers(misses=[Miss(f"not opened: {str(refused)[:300]}", operation="the whole document")])
