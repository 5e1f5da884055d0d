"""The platform's own subgraph as SDL, for composing without a house around it."""

from __future__ import annotations

from gateway.catalogue import CurrentCatalogue
from schema.matter_log import MatterLog
from schema.platform import NAME, platform_schema
from storage.database import Database
from storage.sealed import Sealed
from tongban.clock import SystemClock

__all__ = ["NAME", "platform_sdl"]


def platform_sdl() -> str:
    """Nothing is opened or asked: a schema's SDL does not depend on its data."""
    matters = MatterLog(Database("sqlite+aiosqlite://"), Sealed.fresh(), SystemClock())
    return platform_schema(CurrentCatalogue(), matters).sdl
