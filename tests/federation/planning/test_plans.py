"""Plans as readable text next to their queries, with the number of fetches and waves."""

from __future__ import annotations

from textwrap import dedent

import pytest
from graphql import parse, validate

from federation import Plan, PlanBudgetExceeded, compose, plan
from tests.federation.contexts import CONTEXT_LINK
from tests.federation.in_memory import LINK
from tests.federation.shop import SDLS

SUPERGRAPH = compose(SDLS)


def planned(text: str, sdls: dict[str, str] | None = None) -> Plan:
    supergraph = compose({name: LINK + sdl for name, sdl in sdls.items()}) if sdls else SUPERGRAPH
    document = parse(text)
    assert not validate(supergraph.api_schema, document)
    return plan(supergraph, document)


def assert_plan(found: Plan, text: str, *, fetches: int, waves: int) -> None:
    assert found.text() == dedent(text).strip()
    assert (found.fetches, found.waves) == (fetches, waves)


def test_one_subgraph_is_one_fetch_without_aliases_or_typenames() -> None:
    assert_plan(
        planned("{ me { called: name  __typename } }"),
        """
        Plan {
          Fetch people {
            me {
              name
            }
          }
        }
        """,
        fetches=1,
        waves=1,
    )


def test_a_list_of_entities_is_one_fetch_by_key() -> None:
    assert_plan(
        planned("{ people { opinions { text } } }"),
        """
        Plan {
          Sequence {
            Fetch people {
              people {
                id
              }
            }
            Flatten people.@ {
              Fetch opinions by Person(id) {
                ... on Person {
                  opinions {
                    text
                  }
                }
              }
            }
          }
        }
        """,
        fetches=2,
        waves=2,
    )


def test_requirements_are_fetched_first_from_another_subgraph() -> None:
    assert_plan(
        planned("{ me { opinions { good { postage } } } }"),
        """
        Plan {
          Sequence {
            Fetch people {
              me {
                id
              }
            }
            Flatten me {
              Fetch opinions by Person(id) {
                ... on Person {
                  opinions {
                    good {
                      sku
                    }
                  }
                }
              }
            }
            Flatten me.opinions.@.good {
              Fetch goods by Good(sku) {
                ... on Good {
                  price
                  weight
                }
              }
            }
            Flatten me.opinions.@.good {
              Fetch opinions by Good(sku price weight) {
                ... on Good {
                  postage
                }
              }
            }
          }
        }
        """,
        fetches=4,
        waves=4,
    )


def test_roots_of_different_subgraphs_run_in_parallel() -> None:
    found = planned("{ me { name } goods { price } }")
    assert (found.fetches, found.waves) == (2, 1)
    assert found.to_json()["kind"] == "Parallel"  # type: ignore[index]


def test_entities_of_several_types_and_paths_travel_in_one_batch() -> None:
    assert_plan(
        planned('{ search(word: "x") { ... on Person { trust } ... on Shop { stars } } goods { postage } }'),
        """
        Plan {
          Sequence {
            Parallel {
              Fetch people {
                search(word: "x") {
                  __typename
                  ... on Person {
                    id
                  }
                  ... on Shop {
                    code
                  }
                }
              }
              Fetch goods {
                goods {
                  price
                  weight
                  sku
                }
              }
            }
            Flatten search.@, goods.@ {
              BatchFetch opinions by Person(id) Shop(code) Good(sku price weight) {
                ... on Person {
                  trust
                }
                ... on Shop {
                  stars
                }
                ... on Good {
                  postage
                }
              }
            }
          }
        }
        """,
        fetches=3,
        waves=2,
    )


def test_a_fetch_all_of_whose_fields_share_a_condition_stands_under_it() -> None:
    assert_plan(
        planned("query ($more: Boolean!) { me { name trust @include(if: $more) } }"),
        """
        Plan {
          Sequence {
            Fetch people {
              me {
                name
                id @include(if: $more)
              }
            }
            Include if $more {
              Flatten me {
                Fetch opinions by Person(id) {
                  ... on Person {
                    trust
                  }
                }
              }
            }
          }
        }
        """,
        fetches=2,
        waves=2,
    )


def test_mutations_run_in_field_order_with_their_follow_ups_between() -> None:
    found = planned('mutation { a: order(sku: "a") { good { postage } } b: rename(name: "x") { trust } }')
    assert [(step.subgraph, step.act) for step in found.steps] == [
        ("goods", 0),
        ("opinions", 0),
        ("people", 1),
        ("opinions", 1),
    ]
    assert found.waves == 4


def test_the_same_field_with_other_arguments_gets_another_key() -> None:
    assert_plan(
        planned('{ me { a: born  b: born(format: "x")  c: born(format: "y")  d: born(format: "x") } }'),
        """
        Plan {
          Fetch people {
            me {
              born
              born_2: born(format: "x")
              born_3: born(format: "y")
            }
          }
        }
        """,
        fetches=1,
        waves=1,
    )


def test_a_missing_key_part_comes_from_a_subgraph_on_the_way() -> None:
    found = planned(
        "{ thing { far } }",
        {
            "a": 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }',
            "b": 'type Thing @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }',
            "c": 'type Thing @key(fields: "code") { code: ID! far: String }',
        },
    )
    assert [step.subgraph for step in found.steps] == ["a", "b", "c"]


def test_a_composite_key_is_put_together_from_two_subgraphs() -> None:
    found = planned(
        "{ thing { far } }",
        {
            "a": 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! x: ID! @shareable }',
            "b": """type Thing @key(fields: "id") { id: ID! org: Org @shareable }
                    type Org { no: ID! @shareable }""",
            "c": """type Thing @key(fields: "x org { no }") { x: ID! org: Org far: String }
                    type Org { no: ID! @shareable }""",
        },
    )
    assert [step.subgraph for step in found.steps] == ["a", "b", "c"]
    assert found.steps[2].depends == (0, 1)


def test_an_interface_field_is_asked_once_where_every_object_answers_it() -> None:
    found = planned(
        "{ all { name more } }",
        {
            "a": """type Query { all: [Being!]! } interface Being { id: ID! name: String }
                    type Cat implements Being @key(fields: "id") { id: ID! name: String }
                    type Dog implements Being @key(fields: "id") { id: ID! name: String }""",
            "b": """interface Being { id: ID! more: Int }
                    type Cat implements Being @key(fields: "id") { id: ID! more: Int }
                    type Dog implements Being @key(fields: "id") { id: ID! more: Int }""",
        },
    )
    assert_plan(
        found,
        """
        Plan {
          Sequence {
            Fetch a {
              all {
                __typename
                name
                id
              }
            }
            Flatten all.@ {
              Fetch b by Cat(id) Dog(id) {
                ... on Cat {
                  more
                }
                ... on Dog {
                  more
                }
              }
            }
          }
        }
        """,
        fetches=2,
        waves=2,
    )


def test_a_value_without_a_key_is_completed_through_its_parent() -> None:
    found = planned(
        "{ me { address { city street } } }",
        {
            "a": """type Query { me: Me } type Me @key(fields: "id") { id: ID! address: Address @shareable }
                    type Address { city: String }""",
            "b": """type Me @key(fields: "id") { id: ID! address: Address @shareable }
                    type Address { street: String }""",
        },
    )
    assert [step.subgraph for step in found.steps] == ["a", "b"]


def test_an_overridden_field_is_never_asked_of_the_old_subgraph() -> None:
    found = planned(
        "{ me { name } }",
        {
            "a": 'type Query { me: Me } type Me @key(fields: "id") { id: ID! name: String }',
            "b": 'type Me @key(fields: "id") { id: ID! name: String @override(from: "a") }',
        },
    )
    assert [step.subgraph for step in found.steps] == ["a", "b"]


def test_fragments_that_multiply_run_out_of_budget() -> None:
    chain = " ".join(
        f"fragment F{n} on Person {{ opinions {{ by {{ ...F{n + 1} }} a: by {{ ...F{n + 1} }} "
        f"good {{ opinions {{ by {{ ...F{n + 1} }} }} }} }} }}"
        for n in range(30)
    )
    text = f"{{ me {{ ...F0 }} }} {chain} fragment F30 on Person {{ name }}"
    with pytest.raises(PlanBudgetExceeded):
        plan(SUPERGRAPH, parse(text))


def test_the_plan_as_json_names_the_kinds() -> None:
    found = planned("query ($more: Boolean!) { me { trust @include(if: $more) } goods { sku } }").to_json()
    assert found is not None
    assert found["kind"] == "Sequence"
    text = str(found)
    assert all(f"'kind': '{kind}'" in text for kind in ("Parallel", "Condition", "Flatten", "Fetch"))


def test_a_plan_as_json_says_where_a_contexts_values_come_from() -> None:
    sdl = """type Query { users: [User!] }
    type User @context(name: "user") { currency: String payments: [Payment!] }
    type Payment @key(fields: "id") { id: ID! amount(currency: String @fromContext(field: "$user { currency }")): String }"""
    found = plan(compose({"bank": CONTEXT_LINK + sdl}), parse("{ users { payments { amount } } }")).to_json()
    fetch = found["nodes"][1]["node"]  # type: ignore[index]
    assert fetch["variables"] == ["context_Payment_amount_currency"]
    assert fetch["representations"][0]["contexts"] == [
        {
            "variable": "context_Payment_amount_currency",
            "type": "String",
            "from": [{"path": "users.@", "selection": "currency"}],
        }
    ]
