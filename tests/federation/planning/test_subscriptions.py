"""Plans of subscriptions: one subgraph gives the events, the rest comes by keys for each of them."""

from __future__ import annotations

from textwrap import dedent

import pytest
from graphql import parse

from federation import InvalidSubscription, Plan, Supergraph, Unplannable, compose, plan
from tests.federation.in_memory import LINK

BOARD = """
schema { query: Asked subscription: Told }
type Asked { version: Int }
type Told { posted(topic: ID): Post!  ticked: Tick @shareable }
type Post @key(fields: "id") { id: ID! text: String author: Person! }
type Person @key(fields: "name", resolvable: false) { name: ID! }
type Tick @shareable { at: Int }
"""
PEOPLE = """
type Query { people: [Person!] }
type Subscription { ticked: Tick @shareable }
type Person @key(fields: "name") { name: ID! age: Int weight: Int }
type Tick @shareable { at: Int by: Person }
"""
CLINIC = """
type Query { clinic: Int }
type Person @key(fields: "name") { name: ID! weight: Int @external dose: Int @requires(fields: "weight") }
type Post @key(fields: "id") { id: ID! likes: Int }
"""
SDLS = {"board": BOARD, "people": PEOPLE, "clinic": CLINIC}


def composed(sdls: dict[str, str] = SDLS) -> Supergraph:
    return compose({name: LINK + sdl for name, sdl in sdls.items()})


def planned(text: str, sdls: dict[str, str] = SDLS, labels: tuple[str, ...] = ()) -> Plan:
    return plan(composed(sdls), parse(text), active_labels=labels)


def test_the_primary_fetch_gives_what_its_subgraph_has_and_the_rest_runs_for_each_event() -> None:
    found = planned("subscription($t: ID) { new: posted(topic: $t) { text likes author { age dose } } }")
    assert (
        found.text()
        == dedent(
            """
            Plan {
              Subscription {
                Fetch board {
                  posted(topic: $t) {
                    text
                    author {
                      name
                    }
                    id
                  }
                }
                Sequence {
                  Parallel {
                    Flatten posted.author {
                      Fetch people by Person(name) {
                        ... on Person {
                          age
                          weight
                        }
                      }
                    }
                    Flatten posted {
                      Fetch clinic by Post(id) {
                        ... on Post {
                          likes
                        }
                      }
                    }
                  }
                  Flatten posted.author {
                    Fetch clinic by Person(name weight) {
                      ... on Person {
                        dose
                      }
                    }
                  }
                }
              }
            }
            """
        ).strip()
    )
    assert (found.fetches, found.waves) == (4, 3)


def test_what_one_subgraph_has_alone_needs_nothing_for_each_event() -> None:
    found = planned("subscription { posted { text } }")
    assert found.to_json() == {
        "kind": "Subscription",
        "primary": {
            "kind": "Fetch",
            "subgraph": "board",
            "operation": "subscription",
            "selection": "{\n  posted {\n    text\n  }\n}",
            "variables": [],
        },
        "rest": None,
    }


def test_of_several_subgraphs_that_share_the_field_the_one_that_has_all_of_it_gives_the_events() -> None:
    assert planned("subscription { ticked { at by { age } } }").text().count("Fetch people") == 1


def test_events_of_two_subgraphs_are_never_put_together() -> None:
    sdls = {
        "left": "type Query { l: Int } type Subscription { t: T @shareable } type T { a: Int @shareable l: Int }",
        "right": "type Query { r: Int } type Subscription { t: T @shareable } type T { a: Int @shareable r: Int }",
    }
    assert planned("subscription { t { a r } }", sdls).text().count("Fetch right") == 1
    with pytest.raises(Unplannable):
        planned("subscription { t { l r } }", sdls)


def test_a_field_goes_with_its_override_label() -> None:
    sdls = {
        "old": "type Query { o: Int } type Subscription { bill: Int }",
        "new": 'type Query { n: Int } type Subscription { bill: Int @override(from: "old", label: "moved") }',
    }
    assert "Fetch old" in planned("subscription { bill }", sdls).text()
    assert "Fetch new" in planned("subscription { bill }", sdls, ("moved",)).text()


def test_conditions_below_the_root_field_stay_in_the_plan() -> None:
    found = planned("subscription($d: Boolean!) { posted { id likes @include(if: $d) } }").text()
    assert "Include if $d" in found


@pytest.mark.parametrize(
    "text",
    [
        "subscription { posted { id } ticked { at } }",
        "subscription { a: posted { id } b: posted { id } }",
        "subscription { __typename }",
        "subscription { posted { id } __typename }",
        "subscription($x: Boolean!) { posted @include(if: $x) { id } }",
        "subscription($x: Boolean!) { ... @skip(if: $x) { posted { id } } }",
        "subscription { posted @skip(if: true) { id } }",
    ],
)
def test_anything_but_one_unconditional_root_field_is_refused(text: str) -> None:
    with pytest.raises(InvalidSubscription):
        planned(text)


def test_one_root_field_in_several_pieces_is_one() -> None:
    text = "subscription { posted { id } ...More } fragment More on Subscription { posted { text } }"
    assert planned(text).fetches == 1


def test_a_graph_without_subscriptions_says_so() -> None:
    with pytest.raises(InvalidSubscription, match="no subscriptions"):
        planned("subscription { x }", {"one": "type Query { a: Int }"})
