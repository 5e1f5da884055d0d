"""Numbers from the standards' own examples and well-known public bodies; none belongs to a person."""

from __future__ import annotations

import pytest

from connectors.mapping.checksums import is_card, is_citizen_id, is_credit_code


def test_the_examples_of_the_standard_hold() -> None:
    assert is_citizen_id("11010519491231002X"), "GB 11643-1999, annex"
    assert is_credit_code("91350100M000100Y43"), "GB 32100-2015, annex"
    assert is_card("4111111111111111"), "the card industry's test number"


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "11010519491331002X",
        "11010519491231002x",
        "1101054912310",
        "",
        "１1010519491231002X",
        "11010519490229002X",
    ],
)
def test_other_ids_do_not(text: str) -> None:
    assert not is_citizen_id(text)


@pytest.mark.parametrize(
    "text", ["91350100M000100Y44", "91350100O000100Y43", "91350100m000100y43", "", "9" * 17]
)
def test_other_credit_codes_do_not(text: str) -> None:
    assert not is_credit_code(text)


@pytest.mark.parametrize("text", ["4111111111111112", "", "0", "4111 1111 1111 1111"])
def test_other_cards_do_not(text: str) -> None:
    assert not is_card(text)


def test_any_changed_or_swapped_digit_of_an_id_is_noticed() -> None:
    text = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            changed = text[:place] + digit + text[place + 1 :]
            assert is_citizen_id(changed) == (changed == text)
