"""``tongban serve --supergraph FILE --anonymous``: a supergraph of the ``join`` specification, at the addresses that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.plain import PlainGateway, PlainOptions, PlainUnusable
from tests.gateway.plain.serving import ask, plain
from tongban.settings import Settings

SUPERGRAPH = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query }

directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String,
  external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false
) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }

enum join__Graph {
  REVIEWS @join__graph(name: "reviews", url: "REVIEWS_URL")
  USERS @join__graph(name: "users", url: "USERS_URL")
}

type Query @join__type(graph: REVIEWS) @join__type(graph: USERS) {
  me: User @join__field(graph: USERS)
  users: [User!]! @join__field(graph: USERS)
}

type User @join__type(graph: REVIEWS, key: "id") @join__type(graph: USERS, key: "id") {
  id: ID!
  name: String @join__field(graph: USERS)
  reviews: [String!] @join__field(graph: REVIEWS)
}
"""


def written(folder: Path, users: str, reviews: str, text: str = SUPERGRAPH) -> str:
    path = folder / "supergraph.graphql"
    path.write_text(text.replace("USERS_URL", users).replace("REVIEWS_URL", reviews))
    return str(path)


async def test_an_operation_is_answered_from_the_subgraphs_that_the_file_names(
    addresses: dict[str, str], tmp_path: Path
) -> None:
    file = written(tmp_path, addresses["users"], addresses["reviews"])
    async with plain(PlainOptions(supergraph=file)) as client:
        answer = await ask(client, "{ users { name reviews } }")
    assert answer["data"] == {
        "users": [{"name": "Ada", "reviews": ["by 1"]}, {"name": "Lin", "reviews": None}]
    }
    assert answer["errors"][0]["message"] == "Lin said nothing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type Query {", "is no supergraph"),
        ("type Query { a: Int }", "is no supergraph"),
        (SUPERGRAPH.replace("USERS_URL", ""), "users has no url"),
        (SUPERGRAPH.replace("USERS_URL", "file:///etc/passwd"), "is no address to ask"),
    ],
)
async def test_a_bad_supergraph_is_refused_in_plain_words(text: str, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, "http://127.0.0.1:1/", "http://127.0.0.1:1/", text)
    with pytest.raises(PlainUnusable, match=said):
        await PlainGateway(PlainOptions(supergraph=file), Settings(log_level="error")).open()
