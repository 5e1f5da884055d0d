from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.manifest.runtime import Mask
from connectors.mapping.masks import MASKS, masked


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "欧阳修文", "欧***"),
        ("name", "John Smith", "J*** S****"),
        ("name", "丁", "*"),
        ("idNumber", "110101199001011234", "110***********1234"),
        ("phone", "13812345678", "138****5678"),
        ("phone", "110", "***"),
        ("email", "someone@example.com", "s***@example.com"),
        ("email", "a@example.com", "***"),
        ("email", "nobody", "***"),
        ("bankCard", "6222021234567890123", "***************0123"),
        ("address", "北京市朝阳区建国路1号2单元", "北京市朝阳区****"),
        ("address", "somewhere else", "****"),
        ("address", "朝阳区", "****"),
        ("plate", "京A12345", "京A***45"),
        ("all", "anything", "***"),
    ],
)
def test_the_usual_ways(mask: Mask, value: str, shown: str) -> None:
    assert masked(mask, value) == shown


def test_lists_are_masked_item_by_item_and_what_is_no_text_is_null() -> None:
    assert masked("phone", ["13812345678", None]) == ["138****5678", None]
    assert masked("idNumber", 110101199001011234) is None


@given(mask=st.sampled_from(get_args(Mask)), value=st.text(min_size=1))
def test_something_is_always_hidden(mask: Mask, value: str) -> None:
    assert "*" in masked(mask, value)


def test_there_is_one_way_for_each_word_of_the_manifest() -> None:
    assert set(MASKS) == set(get_args(Mask))
