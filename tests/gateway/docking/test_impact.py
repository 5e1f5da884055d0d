"""A breaking change is told with whom it would hit: operations, client versions, calls and people a day."""

from __future__ import annotations

from typing import Any

from connectors.revisions import State
from tests.gateway.docking.library import Town, manifest
from usage_metrics import UsageEvent

DAY_S = 86_400
SHELF = "query Shelves { books { shelf } }"
TITLE = "query Titles { books { title } }"
NARROWER = manifest("2.0.0", "isbn: isbn, title: title")


async def used(town: Town, query: str, version: str, people: int, days_ago: int = 0) -> None:
    """Asked once over the wire, so that what it names is known; then by so many people, each once."""
    await town.ask(query, **{"apollographql-client-name": "reader", "apollographql-client-version": version})
    rooms = town.gateway.rooms
    now = town.gateway.current.now
    assert now is not None
    operation: Any = now.operations.get((query, None))
    for person in range(people):
        for service in ("*", "library.books"):
            rooms.meter.record(
                UsageEvent(
                    at_s=rooms.clock.epoch_s() - days_ago * DAY_S,
                    app="tongban-app",
                    service=service,
                    signature=operation.signature,
                    client_name="reader",
                    client_version=version,
                    subject_hash=person * 7_919 + 1,
                )
            )
    await rooms.flusher.flush()


async def test_what_is_used_may_not_break(library: Town) -> None:
    await library.submit(manifest())
    await used(library, SHELF, "1.0", people=3)
    await used(library, TITLE, "2.0", people=30)
    standing = await library.submit(NARROWER)
    assert (standing.passed, standing.revision.state) == (False, State.DRAFT)
    impact = standing.results[-1]
    (finding,) = [f for f in impact.findings if f.severity == "error"]
    assert finding.code == "impact.breaking-used"
    assert "Book.shelf is gone" in finding.message
    assert "Shelves of tongban-app (reader 1.0)" in finding.message
    assert "<10 people a day" in finding.message
    assert "Titles" not in finding.message
    (change,) = [c for c in impact.more["changes"] if c["kind"] == "breaking"]
    assert (change["impact"], change["coordinate"], change["people_a_day"]) == (
        "breaking-used", "Book.shelf", "<10",
    )  # fmt: skip
    told = {(o["operation"], o["app"], o["client_name"], o["client_version"]) for o in change["operations"]}
    assert ("Shelves", "tongban-app", "reader", "1.0") in told
    assert (await library.ask(SHELF))["data"]["books"] == [{"shelf": "A-1"}]


async def test_people_of_a_larger_group_are_told_as_a_number(library: Town) -> None:
    await library.submit(manifest())
    await used(library, SHELF, "1.0", people=40)
    standing = await library.submit(NARROWER)
    (change,) = [c for c in standing.results[-1].more["changes"] if c["kind"] == "breaking"]
    assert 36 <= int(change["people_a_day"]) <= 44


async def test_it_may_break_with_a_reason_which_is_kept(library: Town) -> None:
    await library.submit(manifest())
    await used(library, SHELF, "1.0", people=1)
    standing = await library.submit(NARROWER, accept_breaking="the reader app 1.0 is switched off")
    assert standing.revision.state is State.PUBLISHED
    assert standing.revision.accepted_breaking == "the reader app 1.0 is switched off"
    assert [f.code for f in standing.results[-1].findings] == ["impact.breaking-accepted"]
    entry = (await library.told("submitted"))[-1]
    assert entry["details"]["accept_breaking"] == "the reader app 1.0 is switched off"


async def test_what_nobody_uses_is_a_warning(library: Town) -> None:
    await library.submit(manifest())
    await used(library, TITLE, "1.0", people=5)
    standing = await library.submit(NARROWER)
    assert standing.revision.state is State.PUBLISHED
    assert [(f.code, f.severity) for f in standing.results[-1].findings] == [
        ("impact.breaking-unused", "warning")
    ]


async def test_use_is_looked_at_for_400_days(library: Town) -> None:
    await library.submit(manifest())
    await library.ask(SHELF)
    rooms = library.gateway.rooms
    now = library.gateway.current.now
    assert now is not None
    operation: Any = now.operations.get((SHELF, None))
    await rooms.flusher.flush()
    for days_ago, wanted in ((401, 0), (399, 1)):
        rooms.meter.record(
            UsageEvent(
                at_s=rooms.clock.epoch_s() - days_ago * DAY_S,
                app="old-app",
                service="*",
                signature=operation.signature,
                client_version=str(days_ago),
            )
        )
        await rooms.flusher.flush()
        standing = await library.submit(NARROWER)
        (change,) = [c for c in standing.results[-1].more["changes"] if c["kind"] == "breaking"]
        old = [o for o in change["operations"] if o["app"] == "old-app"]
        assert len(old) == wanted


async def test_a_change_of_an_argument_or_a_type_hits_who_names_the_field(library: Town) -> None:
    await library.submit(manifest(args="city: String"))
    await used(library, TITLE, "1.0", people=1)
    standing = await library.submit(manifest("2.0.0"))
    (change,) = [c for c in standing.results[-1].more["changes"] if c["kind"] == "breaking"]
    assert (change["coordinate"], change["impact"]) == ("Query.books(city:)", "breaking-used")
