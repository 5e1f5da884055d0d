"""Which route a draft has to take: the setting, else what the store says of itself, else the whole one."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.registry import Registry
from tongban.settings import Settings


@dataclass(frozen=True, slots=True)
class Policy:
    """``review`` False: published at once, without words of people and without a canary. ``source`` says who decided."""

    review: bool
    canary_percent: float
    source: str

    @property
    def canary(self) -> bool:
        return self.review and self.canary_percent > 0


async def policy_of(settings: Settings, registry: Registry) -> Policy:
    if settings.review:
        return Policy(settings.review == "on", settings.canary_percent, "setting review")
    held = await registry.review()
    if held is not None:
        return Policy(held, settings.canary_percent, "the store's own")
    return Policy(True, settings.canary_percent, "default")
