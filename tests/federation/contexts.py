"""What tests of @context share: a link that imports it, and a small subgraph with one contextual argument."""

from __future__ import annotations

from tests.federation.in_memory import LINK

CONTEXT_LINK = LINK.replace('"@tag"', '"@tag", "@context", "@fromContext"').replace("v2.3", "v2.8")

QUERY = "type Query { t: T! }"
SETTER = """type T @key(fields: "id") @context(name: "c") { id: ID! u: U! prop: String! size: Int list: [String!]! o: O os: [O!] }
type O { a: String! b: String! }"""


def filled(argument: str, of: str = 'type U @key(fields: "id")') -> str:
    """A subgraph whose ``U.field`` has the argument."""
    return f"{QUERY} {SETTER} {of} {{ id: ID! field({argument}): Int }}"
