"""The people and firms that all departments agree on, made anew from a seed and held in memory.

``build_world`` is deterministic. Keys are valid: 18-digit citizen ids (GB 11643 checksum, region 99xxxx) and
unified social credit codes (GB 32100 checksum).
"""

from __future__ import annotations

from demo.logins import seed_logins
from demo.population import REFERENCE_DAY, Population
from demo.records import (
    Birth,
    Citizen,
    Credential,
    Enterprise,
    Login,
    Property,
    TollTrip,
    Vehicle,
    Violation,
    World,
)

__all__ = [
    "REFERENCE_DAY",
    "Birth",
    "Citizen",
    "Credential",
    "Enterprise",
    "Login",
    "Property",
    "TollTrip",
    "Vehicle",
    "Violation",
    "World",
    "build_world",
]


FEWEST = 1000


def build_world(seed: int = 20260105, citizens: int = 2000, enterprises: int = 300) -> World:
    """The same province for the same arguments, on any machine.

    Shape: at least as many people as asked for (families are completed), and the logins of ``seed_logins``.
    Raises: ValueError for fewer than ``FEWEST`` citizens.
    """
    if citizens < FEWEST:
        raise ValueError(f"at least {FEWEST} citizens: fewer have not all the logins among them")
    population = Population(seed)
    world = population.build(citizens, enterprises)
    world.logins.extend(seed_logins(world))
    return world
