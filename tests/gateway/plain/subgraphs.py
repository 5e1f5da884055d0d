"""Two subgraphs built with another library than ours, and one that answers whatever a test says."""

from __future__ import annotations

from typing import Any

from ariadne import QueryType
from ariadne.asgi import GraphQL
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLError

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n'
)

USERS = (
    LINK
    + """
type Query {
  "Who there is"
  users: [User!]!
  me: User
  tenant: String
  trace: String
  authorization: String
  cookie: String
  fails: String
  first(many: Int!): [User!]!
}
type User @key(fields: "id") { id: ID! name: String }
"""
)
REVIEWS = (
    LINK
    + """
type Query { tenantOfReviews: String }
type Mutation { review(of: ID!, text: String!): String }
type User @key(fields: "id") { id: ID! reviews: [String!] tenantSeen: String }
"""
)
PEOPLE = [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Lin"}]


def header(info: Any, name: str) -> str | None:
    found: str | None = info.context["request"].headers.get(name)
    return found


def users() -> Any:
    query = QueryType()
    query.set_field("users", lambda *_: PEOPLE)
    query.set_field("me", lambda *_: PEOPLE[0])
    query.set_field("first", lambda *_, many: PEOPLE[:many])
    query.set_field("tenant", lambda _, info: header(info, "x-tenant"))
    query.set_field("trace", lambda _, info: header(info, "x-trace"))
    query.set_field("authorization", lambda _, info: header(info, "authorization"))
    query.set_field("cookie", lambda _, info: header(info, "cookie"))

    def fails(*_: Any) -> str:
        raise GraphQLError("no such thing: 42", extensions={"code": "MY_CODE", "stack": "secret frames"})

    query.set_field("fails", fails)
    user = FederatedObjectType("User")
    user.reference_resolver(lambda _, _info, reference: PEOPLE[int(reference["id"]) - 1])
    return GraphQL(make_federated_schema(USERS, [query, user]), logger="tests.silent")


def reviews(seen: list[str] | None = None) -> Any:
    """``seen``: is told of every entity that is asked for."""
    query = QueryType()
    query.set_field("tenantOfReviews", lambda _, info: header(info, "x-tenant"))
    user = FederatedObjectType("User")

    def resolve(_: Any, info: Any, reference: Any) -> dict[str, str]:
        if seen is not None:
            seen.append(reference["id"])
        return {"id": reference["id"]}

    def said(parent: Any, _info: Any) -> list[str]:
        if parent["id"] == "2":
            raise GraphQLError("Lin said nothing", extensions={"code": "SILENT"})
        return [f"by {parent['id']}"]

    user.reference_resolver(resolve)
    user.set_field("reviews", said)
    user.set_field("tenantSeen", lambda _, info: header(info, "x-tenant"))
    return GraphQL(make_federated_schema(REVIEWS, [query, user]), logger="tests.silent")


class Scripted:
    """Answers each request with ``body``; keeps what it was asked."""

    def __init__(self, body: bytes, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.body, self.status, self.headers = body, status, headers
        self.asked: list[bytes] = []
        self.paths: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        self.asked.append((await receive()).get("body", b""))
        headers = [(b"content-type", b"application/json"), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
