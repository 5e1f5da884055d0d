"""From a changed coordinate to the fields by which use is recorded."""

from __future__ import annotations

import pytest

from gateway.docking.affected import Affected, services_of

SDL = """
type Query { books(filter: Filter, kind: Kind): [Book!] anything: Thing }
type Book implements Item { id: ID! kind: Kind author: Author }
type Author { name: String }
type Chair { legs: Int }
interface Item { id: ID! }
union Thing = Book | Chair
enum Kind { NOVEL ATLAS }
input Filter { inner: Inner }
input Inner { year: Int }
"""
SERVICES: dict[str, tuple[str, ...]] = {
    "library.books": ("Query.books",),
    "library.rest": ("Query.anything",),
}


@pytest.mark.parametrize(
    ("coordinate", "fields"),
    [
        ("Book.id", {"Book.id"}),
        ("Query.books(kind:)", {"Query.books"}),
        ("Item.id", {"Book.id"}),
        ("Kind.NOVEL", {"Query.books", "Book.kind"}),
        ("Inner.year", {"Query.books"}),
        ("Author", {"Book.author", "Author.name"}),
        ("Thing.Chair", {"Query.anything"}),
        ("service:library.rest", {"Query.anything"}),
        ("metadata.id", {"Query.books", "Query.anything"}),
        ("Unknown.field", set()),
    ],
)
def test_a_change_hits_who_names_these_fields(coordinate: str, fields: set[str]) -> None:
    assert Affected(SDL, SERVICES).fields(coordinate) == fields


def test_services_are_those_that_list_one_of_the_fields() -> None:
    assert services_of(["Query.books", "Book.id"], SERVICES) == {"library.books"}
