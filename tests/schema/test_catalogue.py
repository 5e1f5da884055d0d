"""The catalogue is searched in Chinese and English, best match first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.catalogue import CatalogueIndex, CurrentIndex, FixedCatalogue
from tests.schema.people import CATALOGUE

INDEX = CatalogueIndex(CATALOGUE.services, CATALOGUE.departments)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("婚姻登记预约", ["mca.bookMarriage", "mca.marriage"]),
        ("婚姻", ["mca.marriage", "mca.bookMarriage"]),
        ("户口", ["mps.household"]),
        ("民政厅", ["mca.marriage", "mca.bookMarriage"]),
        ("AIR quality", ["mee.airQuality"]),
        ("register", ["mps.household"]),
        ("mps.household", ["mps.household"]),
        ("结婚登记", ["mca.marriage", "mca.bookMarriage"]),
        ("预约 民政", ["mca.bookMarriage"]),
        ("marriage book", ["mca.bookMarriage"]),
        ("houshold register", ["mps.household"]),
        ("火星移民", []),
        ("spaceship", []),
    ],
)
def test_words_find_services(text: str, found: list[str]) -> None:
    got = [entry.id for entry in INDEX.search(text)]
    assert got[: len(found)] == found
    assert bool(got) == bool(found)


def test_department_and_kind_narrow_the_search() -> None:
    assert [entry.id for entry in INDEX.search("婚姻", kind="transaction")] == ["mca.bookMarriage"]
    assert [entry.id for entry in INDEX.search(department="mee")] == ["mee.airQuality"]
    assert INDEX.search("婚姻", department="mee") == []


def test_without_words_everything_registered_is_listed() -> None:
    assert INDEX.search() == list(CATALOGUE.services)


@given(st.text(max_size=40))
def test_no_text_breaks_the_search(text: str) -> None:
    assert set(INDEX.search(text)) <= set(CATALOGUE.services)


def test_a_department_that_left_is_known_by_its_code() -> None:
    assert INDEX.department("gone").name_zh == "gone"


class ChangingCatalogue:
    """A catalogue whose registrations change."""

    def __init__(self, now: FixedCatalogue) -> None:
        self.services, self.departments = now.services, now.departments


def test_a_new_registration_is_found_at_once_and_an_unchanged_catalogue_is_indexed_once() -> None:
    catalogue = ChangingCatalogue(FixedCatalogue())
    current = CurrentIndex(catalogue)
    assert current() is current()
    assert current().search() == []
    catalogue.services = CATALOGUE.services
    assert len(current().search()) == len(CATALOGUE.services)
