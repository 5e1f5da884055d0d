"""Three departments of a small shop (people, goods, opinions), shared by planning and execution tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.federation.in_memory import LINK, InMemorySubgraph

PEOPLE = """
type Query { me: Person  people: [Person!]!  search(word: String!): [Found!]! }
type Mutation { rename(name: String!): Person!  fail: Int! }
type Person @key(fields: "id") { id: ID! name: String  born(format: String): String  secret: String @inaccessible }
type Shop @key(fields: "code") { code: ID! owner: Person }
union Found = Person | Shop
"""

GOODS = """
type Query { goods: [Good!]! }
type Mutation { order(sku: ID!): Order! }
interface Priced { price: Int }
type Good implements Priced @key(fields: "sku") { sku: ID! price: Int weight: Int madeBy: Person! }
type Order { number: ID! good: Good }
type Person @key(fields: "id", resolvable: false) { id: ID! }
"""

OPINIONS = """
type Person @key(fields: "id") { id: ID! opinions: [Opinion!]! trust: Int! }
type Good @key(fields: "sku") {
  sku: ID!
  price: Int @external
  weight: Int @external
  opinions: [Opinion!]
  postage: Int @requires(fields: "price weight")
}
type Opinion { text: String good: Good! by: Person }
type Shop @key(fields: "code") { code: ID! stars: Int }
"""

PERSONS = {"1": {"id": "1", "name": "Ann"}, "2": {"id": "2", "name": "Bo"}}
ALL_GOODS = {
    "a": {"sku": "a", "price": 2, "weight": 3, "madeBy": {"id": "1"}},
    "b": {"sku": "b", "price": 5, "weight": 7, "madeBy": {"id": "1"}},
    "c": {"sku": "c", "price": 1, "weight": None, "madeBy": {"id": "2"}},
}
ALL_OPINIONS = [
    {"text": "good", "by": {"id": "1"}, "good": {"sku": "a"}},
    {"text": "bad", "by": {"id": "1"}, "good": {"sku": "b"}},
    {"text": "so so", "by": {"id": "2"}, "good": {"sku": "a"}},
]

SDLS = {"people": LINK + PEOPLE, "goods": LINK + GOODS, "opinions": LINK + OPINIONS}


def _postage(good: dict[str, Any], _info: Any) -> int:
    if good.get("weight") is None:
        raise ValueError("no weight")
    return int(good["price"] * good["weight"])


def _trust(person: dict[str, Any], _info: Any) -> int:
    if person["id"] == "2":
        raise ValueError("nobody trusts them")
    return 9


def people() -> InMemorySubgraph:
    found = [
        {**PERSONS["2"], "__typename": "Person"},
        {"__typename": "Shop", "code": "s", "owner": PERSONS["1"]},
    ]
    resolvers: dict[str, dict[str, Callable[..., Any]]] = {
        "Query": {
            "me": lambda *_: PERSONS["1"],
            "people": lambda *_: list(PERSONS.values()),
            "search": lambda *_, word: found,
        },
        "Mutation": {"rename": lambda *_, name: {"id": "1", "name": name}, "fail": _fail},
        "Person": {"born": lambda *_, format=None: f"born {format}"},
    }
    return InMemorySubgraph(
        "people",
        SDLS["people"],
        resolvers,
        lambda r: PERSONS.get(r["id"]) if "id" in r else {**r, "owner": PERSONS["1"]},
    )


def _fail(*_: Any) -> int:
    raise ValueError("refused")


def goods() -> InMemorySubgraph:
    resolvers: dict[str, dict[str, Callable[..., Any]]] = {
        "Query": {"goods": lambda *_: list(ALL_GOODS.values())},
        "Mutation": {"order": lambda *_, sku: {"number": f"o-{sku}", "good": ALL_GOODS[sku]}},
    }
    return InMemorySubgraph("goods", SDLS["goods"], resolvers, lambda r: ALL_GOODS.get(r["sku"]))


def opinions() -> InMemorySubgraph:
    resolvers: dict[str, dict[str, Callable[..., Any]]] = {
        "Person": {
            "opinions": lambda p, _: [o for o in ALL_OPINIONS if o["by"]["id"] == p["id"]],  # type: ignore[index]
            "trust": _trust,
        },
        "Good": {
            "opinions": lambda g, _: [o for o in ALL_OPINIONS if o["good"]["sku"] == g["sku"]],  # type: ignore[index]
            "postage": _postage,
        },
        "Shop": {"stars": lambda *_: 4},
    }
    return InMemorySubgraph("opinions", SDLS["opinions"], resolvers)


def shop() -> dict[str, InMemorySubgraph]:
    return {"people": people(), "goods": goods(), "opinions": opinions()}
