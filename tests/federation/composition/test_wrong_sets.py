"""Everything that can be wrong with a set of subgraphs is told by its code; no set makes composition itself fail."""

from __future__ import annotations

import pytest

from federation import Severity, judge
from tests.differential.wrong_sets import WrongSet, wrong_sets


@pytest.mark.parametrize("wrong", wrong_sets(), ids=lambda wrong: wrong.name)
def test_a_wrong_set_is_refused_by_its_codes(wrong: WrongSet) -> None:
    found = [o for o in judge(wrong.sdls).objections if o.severity is Severity.ERROR]
    assert ({o.code for o in found} or {"composes"}) == wrong.codes["Tongban"]
    for each in found:
        assert each.message
        assert each.fix
        assert each.subgraphs
        assert each.line > 0, each


@pytest.mark.parametrize("wrong", wrong_sets(), ids=lambda wrong: wrong.name)
def test_where_composers_differ_the_page_says_why(wrong: WrongSet) -> None:
    differ = len(set(wrong.codes.values())) > 1
    assert bool(wrong.reason) is differ
