"""UNKNOWN_FEDERATION_LINK_VERSION, INVALID_LINK_DIRECTIVE_USAGE."""

from __future__ import annotations

import pytest

from federation import judge


def codes(version: str, imported: str = "", more: str = "") -> list[str]:
    link = f'@link(url: "https://specs.apollo.dev/federation/{version}", import: [{imported}])'
    return [o.code for o in judge({"a": f"extend schema {link} {more} type Query {{ x: Int }}"}).objections]


@pytest.mark.parametrize("version", ["v1.0", "v2.99", "v3.0"])
def test_a_version_that_does_not_exist_is_refused(version: str) -> None:
    assert codes(version) == ["UNKNOWN_FEDERATION_LINK_VERSION"]


@pytest.mark.parametrize(
    "imported",
    ['"@nothing"', '"@listSize"', '{name: "@key", as: "key"}'],
    ids=["unknown", "too new", "an alias that is no directive"],
)
def test_what_the_version_does_not_have_is_not_imported(imported: str) -> None:
    assert codes("v2.8", imported) == ["INVALID_LINK_DIRECTIVE_USAGE"]


def test_what_it_has_is() -> None:
    assert codes("v2.9", '"@listSize", {name: "@key", as: "@id"}') == []


def test_federation_is_linked_once() -> None:
    again = '@link(url: "https://specs.apollo.dev/federation/v2.3", as: "other")'
    assert codes("v2.0", more=again) == ["INVALID_LINK_DIRECTIVE_USAGE"]
