"""Operations by chance on one subgraph: the engine answers as graphql-core does."""

from __future__ import annotations

from random import Random

import pytest

from tests.federation.execution.specification.kitchen import answers, whole_schema
from tests.federation.worlds.operations import operation_of

PARTS = 4
PER_PART = 75


@pytest.mark.parametrize("part", range(PARTS))
def test_any_operation_is_answered_as_by_graphql_core(part: int) -> None:
    dice = Random(part)
    schema = whole_schema({})
    failed = 0
    for _ in range(PER_PART):
        text, variables = operation_of(dice, schema)
        theirs, ours = answers(text, variables)
        assert ours.data == theirs.data or theirs.failed, text
        if not theirs.failed:
            assert ours == theirs, text
        assert ours.failed == theirs.failed, text
        failed += theirs.failed
    assert 0 < failed < PER_PART
