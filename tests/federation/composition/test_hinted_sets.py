"""Everything that is worth knowing about a set of subgraphs is told by its code; the sets compose all the same."""

from __future__ import annotations

import pytest

from federation import Severity, judge
from federation.composition import hints
from tests.differential.hinted_sets import HintedSet, hinted_sets


@pytest.mark.parametrize("hinted", hinted_sets(), ids=lambda hinted: hinted.name)
def test_a_set_is_hinted_at_by_its_codes(hinted: HintedSet) -> None:
    composition = judge(hinted.sdls)
    assert composition.supergraph is not None
    assert sorted(o.code for o in composition.objections) == hinted.ours
    for each in composition.objections:
        assert each.severity is Severity.HINT
        assert each.message
        assert each.fix
        assert each.line > 0
    assert bool(hinted.reason) is (hinted.ours != hinted.apollos)


def test_there_is_a_set_for_every_file_of_hints() -> None:
    told = {code for hinted in hinted_sets() for code in hinted.ours}
    for check in (*hints.OF_TYPE, *hints.OF_GRAPH):
        codes = (check.__globals__["__doc__"] or "").partition(":")[0].split(", ")
        for code in codes:
            assert any(each.startswith(code.removesuffix("*")) for each in told), code
