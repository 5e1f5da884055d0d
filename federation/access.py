"""What a caller must show for a field: ``@authenticated``, ``@requiresScopes``, ``@policy``. It knows no caller and no request.

Source: Apollo Federation, "Authorization" (scopes and policies are OR of AND; what several elements say holds at once).
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import reduce

Alternatives = tuple[tuple[str, ...], ...]
"""Any of them suffices; each demands all of its names. None at all: nobody suffices."""


@dataclass(frozen=True, slots=True)
class Demand:
    """All of it at once. ``scopes`` and ``policies``: each of the alternatives must be met."""

    authenticated: bool = False
    scopes: frozenset[Alternatives] = frozenset()
    policies: frozenset[Alternatives] = frozenset()

    def __and__(self, other: Demand) -> Demand:
        return Demand(
            self.authenticated or other.authenticated,
            self.scopes | other.scopes,
            self.policies | other.policies,
        )

    def __bool__(self) -> bool:
        return self.authenticated or bool(self.scopes) or bool(self.policies)

    def met_by(
        self, authenticated: bool, scopes: Set[str] = frozenset(), policies: Set[str] = frozenset()
    ) -> bool:
        """Whether a caller with these suffices."""
        return (
            (authenticated or not self.authenticated)
            and all(_met(each, scopes) for each in self.scopes)
            and all(_met(each, policies) for each in self.policies)
        )

    @property
    def scope_names(self) -> frozenset[str]:
        """The scopes that make a difference."""
        return _names(self.scopes)

    @property
    def policy_names(self) -> frozenset[str]:
        """The policies that make a difference."""
        return _names(self.policies)


NOTHING = Demand()


def together(demands: Iterable[Demand]) -> Demand:
    """All of them at once."""
    return reduce(Demand.__and__, demands, NOTHING)


MOST_ALTERNATIVES = 500
"""Of a conjunction while it is made: each demand may multiply them."""


class TooManyAlternatives(Exception):
    """Demands that cannot be told as alternatives."""


def conjunction(demands: Iterable[Alternatives]) -> Alternatives:
    """All demands at once, as alternatives again; those that demand more than another are left out.

    Raises: TooManyAlternatives.
    """
    found: set[frozenset[str]] = {frozenset()}
    for demand in sorted(set(demands), key=len):
        if len(found) * len(demand) > MOST_ALTERNATIVES:
            raise TooManyAlternatives
        found = {one.union(other) for one in found for other in demand}
        found = {one for one in found if not any(other < one for other in found)}
    return tuple(sorted(tuple(sorted(one)) for one in found))


def implies(stronger: Alternatives, weaker: Alternatives) -> bool:
    """Whether whoever satisfies the one satisfies the other."""
    return all(any(set(one) <= set(other) for one in weaker) for other in stronger)


def _met(demand: Alternatives, shown: Set[str]) -> bool:
    return any(set(each) <= shown for each in demand)


def _names(demands: Iterable[Alternatives]) -> frozenset[str]:
    return frozenset(name for each in demands for names in each for name in names)
