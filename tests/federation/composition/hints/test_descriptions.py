"""INCONSISTENT_DESCRIPTION."""

from __future__ import annotations

import pytest

from tests.federation.composition.objecting import hints

EVERYWHERE = """
"W" type V @shareable { "W" x("W" n: Int): Int }
"W" enum E { "W" A }
"W" input I { "W" n: Int }
type Query { v(i: I): V @shareable e: E @shareable }
"""


def test_whatever_is_described_in_other_words_is_told() -> None:
    found = hints(a=EVERYWHERE.replace("W", "one"), b=EVERYWHERE.replace("W", "two"))
    assert {each.code for each in found} == {"INCONSISTENT_DESCRIPTION"}
    assert {each.subgraphs for each in found} == {("b", "a")}
    named = [each.message.split('"')[1] for each in found]
    assert named == ["E", "E.A", "I", "I.n", "V", "V.x", "V.x(n:)"]


@pytest.mark.parametrize("words", ['"one"', '" one "', '""', ""])
def test_the_same_words_and_none_are_not(words: str) -> None:
    a, b = EVERYWHERE.replace("W", "one"), EVERYWHERE.replace('"W"', words)
    assert hints(a=a, b=b) == []
