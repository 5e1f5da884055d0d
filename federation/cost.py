"""What parts of the graph cost, as ``@cost`` and ``@listSize`` say it. It knows no operation; ``estimate`` does.

Source: IBM, "GraphQL Cost Directives", sections 7 and 8; Apollo Federation, "Demand control" (weights are numbers there, and one
cost is made of all of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST = 2**31 - 1
"""Where all counting stops."""

Weight = int | float
Coordinate = str


@dataclass(frozen=True, slots=True)
class ListSize:
    """How long a list is. ``slicing``: paths to numbers in the arguments, the largest of which is the size; without any the
    size is ``assumed``. ``sized``: fields of the result whose lists have this size; empty: the field itself. ``one``:
    exactly one slicing argument must be given.
    """

    assumed: int | None = None
    slicing: tuple[tuple[str, ...], ...] = ()
    sized: frozenset[str] = frozenset()
    one: bool = True


@dataclass(frozen=True, slots=True)
class Costs:
    """Weights that are said; what says none weighs 1 if it is an object, else nothing. An object's field has what its
    interfaces' fields say unless it says something itself.
    """

    types: Mapping[str, Weight] = field(default_factory=dict)
    fields: Mapping[Coordinate, Weight] = field(default_factory=dict)
    """``Type.field``, input fields as well."""
    arguments: Mapping[tuple[Coordinate, str], Weight] = field(default_factory=dict)
    lists: Mapping[Coordinate, ListSize] = field(default_factory=dict)
