"""Masks of a published connector, over the wire: whole values only for the request's purpose."""

from __future__ import annotations

import pytest

from tests.gateway.docking.library import Town, manifest


@pytest.mark.parametrize(("purpose", "shelf"), [("books.view", "A-1"), ("books.lend", "***")])
async def test_a_value_is_whole_for_the_purpose_of_the_request_only(
    library: Town, purpose: str, shelf: str
) -> None:
    masked = f"{{from: shelf, mask: all, unmaskFor: [{purpose}]}}"
    await library.submit(manifest(fields=f"isbn: isbn, title: title, shelf: {masked}"))
    (book,) = (await library.ask())["data"]["books"]
    assert book["shelf"] == shelf
