from __future__ import annotations

import pytest

from connectors.expressions import ConditionError, compile_condition


@pytest.mark.parametrize(
    ("condition", "body", "holds"),
    [
        ("code == '0000'", {"code": "0000"}, True),
        ("code == '200'", {"code": 200}, True),
        ("code == `200`", {"code": "200"}, True),
        ("code == '1'", {"code": True}, False),
        ("name == '1'", {"name": 1}, False),
        ("status == `401`", {"status": 401}, True),
        ("status == '401'", {"status": 401}, True),
        ("starts_with(code, '2')", {"code": 2001}, True),
        ("starts_with(code, '2')", {"code": None}, False),
        ("starts_with(code, '2')", {}, False),
        ("fault != null", {"fault": {"faultcode": "x"}}, True),
        ("fault != null", {"fault": None}, False),
        ("true", {}, True),
        ("a.b.c", {"a": {"b": {"c": "words"}}}, False),
        ("length(list) > `1`", {"list": [1, 2]}, True),
    ],
)
def test_a_condition_is_true_or_false_and_never_an_error(
    condition: str, body: dict[str, object], holds: bool
) -> None:
    assert compile_condition(condition)(body) is holds


@pytest.mark.parametrize("text", ["", "code ==", "住所 == 'x'", "code = '1'", "nope(code) ="])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        compile_condition(text)
