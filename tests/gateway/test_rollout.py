"""Progressive ``@override``: for whom labels are active, by their own percentage and by setting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from federation import Supergraph, compose, labels_met
from gateway.rollout import active_labels
from gateway.stages.authorize import authorize
from tests.federation.in_memory import InMemorySubgraph
from tests.gateway.house import CITIZEN, generation_of, identified, plan, prepared
from tongban.caller import ANONYMOUS
from tongban.settings import BadSettings, Settings, label_share, load

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@override"])\n'
OLD = LINK + "type Query { x: Int y: Int z: Int }"
NEW = (
    LINK
    + """type Query {
  x: Int @override(from: "old", label: "percent(25)")
  y: Int @override(from: "old", label: "new-home")
  z: Int @override(from: "old", label: "other")
}"""
)
GRAPH = compose({"old": OLD, "new": NEW})


def active(graph: Supergraph, session: str, *configured: str) -> set[str]:
    caller = replace(CITIZEN, session=session)
    return set(active_labels(graph, identified("{ x }", caller), configured))


def share(label: str, *configured: str) -> float:
    return sum(label in active(GRAPH, f"s-{n}", *configured) for n in range(2_000)) / 20


def test_a_percentage_in_a_label_is_a_share_of_sessions() -> None:
    assert share("percent(25)") == pytest.approx(25, abs=3)


def test_a_session_is_on_the_same_side_every_time() -> None:
    assert all(active(GRAPH, f"s-{n}") == active(GRAPH, f"s-{n}") for n in range(50))


def test_a_label_without_percentage_is_for_nobody_unless_configured() -> None:
    assert active(GRAPH, "s", "new-home") >= {"new-home"}
    assert "other" not in active(GRAPH, "s", "new-home")
    assert share("new-home") == 0


def test_a_share_can_be_configured_for_any_label() -> None:
    assert share("new-home", "new-home=60") == pytest.approx(60, abs=4)
    assert share("percent(25)", "percent(25)=0") == 0
    assert share("percent(25)", "percent(25)") == 100


def test_labels_that_no_field_has_change_nothing() -> None:
    assert active(GRAPH, "s", "nowhere") <= {"percent(25)"}


def test_without_a_login_each_request_is_placed_by_itself() -> None:
    sides = {
        "percent(25)" in active_labels(GRAPH, identified("{ x }", ANONYMOUS, request_id=f"r-{n}"))
        for n in range(100)
    }
    assert sides == {True, False}


def test_a_plan_follows_the_active_labels() -> None:
    generation = generation_of(InMemorySubgraph("old", OLD), InMemorySubgraph("new", NEW), services=())
    given = authorize(prepared(generation, "{ y }"))
    assert "Fetch old" in plan(given, Settings()).compiled.plan.text()
    assert "Fetch new" in plan(given, Settings(override_labels=("new-home",))).compiled.plan.text()


def test_labels_that_an_operation_never_meets_make_no_plans_of_their_own() -> None:
    names = [f"x{n}" for n in range(12)]
    old = LINK + f"type Query {{ plain: Int {' '.join(f'{name}: Int' for name in names)} }}"
    moved = (
        f'{name}: Int @override(from: "old", label: "percent({10 + 5 * n})")' for n, name in enumerate(names)
    )
    new = LINK + f"type Query {{ {' '.join(moved)} }}"
    generation = generation_of(InMemorySubgraph("old", old), InMemorySubgraph("new", new), services=())

    def plans(document: str) -> int:
        for number in range(50):
            given = authorize(prepared(generation, document, request_id=f"r-{number}"))
            plan(given, Settings())
        return len(given.prepared.operation.plans)

    assert plans("{ plain }") == 1
    assert plans("{ plain x7 }") == 2


def test_a_label_is_met_where_a_requirement_moves() -> None:
    link = LINK.replace('["@override"]', '["@override", "@key", "@external", "@requires"]')
    thing = f'{link}type T @key(fields: "id") {{ id: ID! '
    graph = compose(
        {
            "old": thing + "a: Int } type Query { t: T }",
            "new": thing + 'a: Int @override(from: "old", label: "l") }',
            "third": thing + 'a: Int @external b: Int @requires(fields: "a") }',
        }
    )
    assert labels_met(graph, ["Query.t", "T.b"]) == {"l"}
    assert labels_met(GRAPH, ["Query.y"]) == {"new-home"}


def test_a_label_is_met_where_what_a_context_gives_moves() -> None:
    link = LINK.replace("v2.7", "v2.9").replace(
        '["@override"]', '["@override", "@key", "@context", "@fromContext"]'
    )
    new = """type Query { u: U }
type U @key(fields: "id") @context(name: "u") { id: ID! currency: String @override(from: "old", label: "l") t: T }
type T @key(fields: "id") { id: ID! price(c: String @fromContext(field: "$u { currency }")): Int }"""
    graph = compose(
        {"old": link + 'type U @key(fields: "id") { id: ID! currency: String }', "new": link + new}
    )
    assert labels_met(graph, ["Query.u", "U.t", "T.price"]) == {"l"}


def test_the_setting_is_a_list_of_labels_and_shares() -> None:
    settings, _ = load({"TONGBAN_OVERRIDE_LABELS": "new-home, other=12.5"})
    assert settings.override_labels == ("new-home", "other=12.5")
    assert [label_share(entry) for entry in settings.override_labels] == [
        ("new-home", 100.0),
        ("other", 12.5),
    ]


@pytest.mark.parametrize("entry", ["other=", "other=x", "other=101", "other=-1", "other=nan", "=5"])
def test_what_is_no_share_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(BadSettings, match="override_labels"):
        load({"TONGBAN_OVERRIDE_LABELS": entry})
