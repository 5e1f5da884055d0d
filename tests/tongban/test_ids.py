"""Ids have one shape each, sort by time and say nothing of a person."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ids import APP, CONNECTOR, DEPARTMENT, SERVICE, new_id, subgraph_of

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
MOMENTS = st.integers(min_value=0, max_value=2**48 - 1).map(lambda ms: ms / 1000)


@given(MOMENTS)
def test_an_id_is_a_ulid(epoch_s: float) -> None:
    assert ULID.fullmatch(new_id(epoch_s))


@given(MOMENTS, MOMENTS)
def test_ids_sort_by_their_millisecond(one_s: float, other_s: float) -> None:
    if int(one_s * 1000) < int(other_s * 1000):
        assert new_id(one_s) < new_id(other_s)


def test_ids_of_one_millisecond_differ() -> None:
    assert len({new_id(1_790_000_000.0) for _ in range(1_000)}) == 1_000


def test_an_id_without_a_moment_is_of_now() -> None:
    assert new_id(0.0) < new_id() < new_id(4_102_444_800.0)


@given(st.from_regex(CONNECTOR, fullmatch=True))
def test_a_subgraph_is_named_by_a_graphql_name(connector: str) -> None:
    assert re.fullmatch(r"[_A-Za-z][_0-9A-Za-z]*", subgraph_of(connector))


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        (DEPARTMENT, ["mca", "h12345"], ["MCA", "1a", "a", "a.b", "mca\n"]),
        (SERVICE, ["mca.bookMarriage"], ["mca", "mca.BookMarriage", "mca.book-marriage", "mca.a.b"]),
        (CONNECTOR, ["samr.enterprise", "samr.a1.b-2"], ["samr", "samr.", "samr..x", "samr.Enterprise"]),
        (APP, ["tongban-app", "mca-1"], ["-a", "App", "a"]),
    ],
)
def test_shapes_take_what_they_should(pattern: re.Pattern[str], fits: list[str], does_not: list[str]) -> None:
    assert all(pattern.fullmatch(text) for text in fits)
    assert not any(pattern.fullmatch(text) for text in does_not)
