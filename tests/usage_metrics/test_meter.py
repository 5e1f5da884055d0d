"""The meter counts what it is told, and cannot be made to grow."""

from __future__ import annotations

import pytest

from tests.usage_metrics.fakes import AT_S, an_event
from usage_metrics import people
from usage_metrics.events import WHOLE_OPERATION
from usage_metrics.meter import Caps, Meter
from usage_metrics.roll_up import day_number


def test_events_of_one_cell_are_counted_together() -> None:
    meter = Meter()
    for subject in (1, 2, 2):
        meter.record(an_event(subject_hash=subject, latency_ms=8.0))
    delta = meter.take()
    assert delta is not None
    ((cell, taken),) = delta.cells.items()
    assert (cell.service, cell.app, cell.day) == ("mca.marriage", "tongban-app", day_number(AT_S))
    rolled_up = taken.rolled_up()
    assert (rolled_up.count, rolled_up.latency.total) == (3, 3)
    assert people.estimate(rolled_up.people) == 2


def test_what_was_taken_is_not_taken_again() -> None:
    meter = Meter()
    meter.record(an_event())
    assert meter.take() is not None
    assert meter.take() is None


def test_people_of_the_day_stay_in_the_sketch_while_counts_leave() -> None:
    meter = Meter()
    meter.record(an_event(subject_hash=1))
    meter.take()
    meter.record(an_event(subject_hash=2))
    delta = meter.take()
    assert delta is not None
    (taken,) = delta.cells.values()
    assert taken.count == 1
    assert people.estimate(taken.rolled_up().people) == 2


def test_nobody_known_makes_no_sketch() -> None:
    meter = Meter()
    meter.record(an_event(subject_hash=None))
    delta = meter.take()
    assert delta is not None
    assert [taken.rolled_up().people for taken in delta.cells.values()] == [None]


@pytest.mark.parametrize(
    "change",
    [
        {"app": "other-app"},
        {"service": "mps.household"},
        {"client_name": "android"},
        {"client_version": "2.0"},
        {"channel": "kiosk"},
        {"who": "staff"},
        {"kind": "transaction"},
        {"phase": "complete"},
        {"outcome": "timeout"},
        {"at_s": AT_S + 86_400},
    ],
    ids=str,
)
def test_each_dimension_has_cells_of_its_own(change: dict[str, object]) -> None:
    meter = Meter()
    meter.record(an_event())
    meter.record(an_event(**change))
    delta = meter.take()
    assert delta is not None
    assert sorted(taken.count for taken in delta.cells.values()) == [1, 1]


def test_clients_that_make_up_names_and_versions_are_counted_as_other() -> None:
    meter = Meter(Caps(names_per_app=3, versions_per_name=2))
    for number in range(200):
        meter.record(an_event(client_name=f"bot-{number % 20}", client_version=str(number)))
    delta = meter.take()
    assert delta is not None
    assert delta.events == 200
    assert len(delta.cells) <= 3 * 3 + 1
    assert any(cell.client_name == "other" for cell in delta.cells)


@pytest.mark.parametrize("name", ["a" * 65, "x\nFORGED", "<script>", "=1+1;DROP", "\u202e"])
def test_unusual_names_are_not_kept(name: str) -> None:
    meter = Meter()
    meter.record(an_event(client_name=name))
    delta = meter.take()
    assert delta is not None
    assert [cell.client_name for cell in delta.cells] == ["other"]


def test_an_unknown_channel_is_counted_as_unknown() -> None:
    meter = Meter()
    meter.record(an_event(channel="smoke signals"))
    delta = meter.take()
    assert delta is not None
    assert [cell.channel for cell in delta.cells] == ["unknown"]


def test_a_full_meter_still_counts_everything() -> None:
    meter = Meter(Caps(cells=10))
    for number in range(500):
        meter.record(an_event(app=f"app-{number % 50}", service=f"mca.s{number}"))
    assert meter.live_cells <= 21
    delta = meter.take()
    assert delta is not None
    assert delta.events == 500


def test_made_up_operations_are_counted_as_other() -> None:
    meter = Meter(Caps(signatures_per_app=5))
    for number in range(50):
        meter.record(an_event(service=WHOLE_OPERATION, signature=f"{number:064x}"))
    delta = meter.take()
    assert delta is not None
    assert len(delta.operations) == 6
    assert sum(delta.operations.values()) == 50


def test_operations_are_counted_once_however_many_services_they_touch() -> None:
    meter = Meter()
    meter.record(an_event(service=WHOLE_OPERATION, signature="s"))
    for service in ("mca.marriage", "mps.household"):
        meter.record(an_event(service=service, signature="s"))
    delta = meter.take()
    assert delta is not None
    assert list(delta.operations.values()) == [1]


def test_cells_of_yesterday_and_idle_cells_are_dropped() -> None:
    meter = Meter(Caps(idle_takes=3))
    meter.record(an_event(service="mca.idle"))
    meter.record(an_event())
    meter.take()
    for _ in range(3):
        meter.record(an_event())
        meter.take()
    assert meter.live_cells == 1
    meter.record(an_event(at_s=AT_S + 86_400))
    meter.take()
    assert meter.live_cells == 1
