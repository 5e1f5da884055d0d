"""Demands: OR of AND, and several at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.access import Alternatives, Demand, TooManyAlternatives, conjunction, implies, together

NAMES = st.sampled_from("abcd")
ALTERNATIVES = st.lists(st.lists(NAMES, max_size=3).map(tuple), max_size=3).map(tuple)
SHOWN = st.frozensets(NAMES)


def met(demand: Alternatives, shown: frozenset[str]) -> bool:
    return any(all(name in shown for name in each) for each in demand)


def test_nothing_is_demanded_by_default() -> None:
    assert not Demand()
    assert Demand().met_by(False)


def test_one_alternative_is_enough_if_all_of_its_names_are_there() -> None:
    demand = Demand(scopes=frozenset({(("a", "b"), ("c",))}))
    assert demand.met_by(False, {"c"})
    assert demand.met_by(True, {"a", "b"})
    assert not demand.met_by(True, {"a"})
    assert not demand.met_by(True, frozenset(), {"c"})


def test_no_alternative_at_all_is_met_by_nobody() -> None:
    assert not Demand(policies=frozenset({()})).met_by(True, {"a"}, {"a"})


@given(first=ALTERNATIVES, second=ALTERNATIVES, scopes=SHOWN, login=st.booleans())
def test_together_is_both(
    first: Alternatives, second: Alternatives, scopes: frozenset[str], login: bool
) -> None:
    both = together([Demand(True, frozenset({first})), Demand(scopes=frozenset({second}))])
    assert both.met_by(login, scopes) == (login and met(first, scopes) and met(second, scopes))


@given(demands=st.lists(ALTERNATIVES, max_size=3), shown=SHOWN)
def test_a_conjunction_is_met_where_all_of_its_demands_are(
    demands: list[Alternatives], shown: frozenset[str]
) -> None:
    assert met(conjunction(demands), shown) == all(met(each, shown) for each in demands)


def test_a_conjunction_that_would_grow_without_end_is_refused() -> None:
    demands = [((f"a{n}",), (f"b{n}",)) for n in range(40)]
    with pytest.raises(TooManyAlternatives):
        conjunction(demands)
    assert len(conjunction(demands[:7])) == 128
    with_root = [((f"a{n}",), ("root",)) for n in range(40)]
    assert conjunction(with_root) == (tuple(sorted(f"a{n}" for n in range(40))), ("root",))


@given(stronger=ALTERNATIVES, weaker=ALTERNATIVES, shown=SHOWN)
def test_whoever_meets_the_stronger_meets_what_it_implies(
    stronger: Alternatives, weaker: Alternatives, shown: frozenset[str]
) -> None:
    if implies(stronger, weaker) and met(stronger, shown):
        assert met(weaker, shown)


@given(demand=ALTERNATIVES, shown=SHOWN)
def test_only_named_scopes_make_a_difference(demand: Alternatives, shown: frozenset[str]) -> None:
    asked = Demand(scopes=frozenset({demand}))
    assert asked.met_by(True, shown) == asked.met_by(True, shown & asked.scope_names)
