"""Probe: a real sandbox on loopback, well and in every way not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from connectors.judging import lights, probe
from connectors.manifest import Finding
from tests.connectors.judging.parks import MANIFEST, altered, line_of
from tests.connectors.judging.sandbox import Sandbox, ground, sandbox


@pytest.fixture
async def parks() -> AsyncIterator[Sandbox]:
    async with sandbox() as made:
        yield made


async def probed(parks: Sandbox, text: str = MANIFEST, **given: Any) -> tuple[Finding, ...]:
    async with ground(**given) as held:
        return (await probe(parks.draft(text), **held)).findings


async def test_a_sandbox_that_is_well_leaves_nothing_to_say(parks: Sandbox) -> None:
    assert await probed(parks) == ()
    assert parks.department.calls("/health") == 1
    assert {seen.headers.get("X-Api-Key") for seen in parks.department.seen if seen.path == "/parks/P1"} == {
        "the-right-key",
        "tongban-probe-bad-credential",
    }


async def test_a_probe_changes_nothing(parks: Sandbox) -> None:
    await probed(parks)
    assert {seen.method for seen in parks.department.seen} == {"GET"}


async def test_nobody_there_is_told_and_nothing_more_is_asked(parks: Sandbox) -> None:
    await parks.department.stop()
    (found,) = await probed(parks)
    assert (found.code, found.severity) == ("probe.unreachable", "error")
    assert found.line == line_of("endpoints: {sandbox", MANIFEST)


async def test_ill_health_is_told_without_a_value(parks: Sandbox) -> None:
    parks.health = {"status": "DOWN-4711"}
    (found,) = await probed(parks)
    assert (found.code, found.line) == ("probe.health", line_of("health:", MANIFEST))
    assert "4711" not in found.message


async def test_a_key_that_the_sandbox_refuses_is_told(parks: Sandbox) -> None:
    found = await probed(parks, key="an-old-key")
    assert [each.code for each in found] == ["probe.refused"]
    assert "an-old-key" not in str(found)


async def test_a_sandbox_that_takes_any_key_is_a_warning(parks: Sandbox) -> None:
    parks.asks_for_key = False
    (found,) = await probed(parks)
    assert (found.code, found.severity) == ("probe.bad-credential", "warning")


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"area": {"mu": 12}}, "probe.drift", "getPark: data.area is described as number and came as object"),
        (
            {"kindCode": "77-secret"},
            "probe.drift",
            "data.kindCode has a value that is none of the 2 described",
        ),
        ({"area": "wide-secret"}, "probe.quality", "Park.areaMu had 1 values"),
    ],
)
async def test_answers_that_left_the_description_are_told_by_name_and_kind(
    parks: Sandbox, changed: dict[str, Any], code: str, words: str
) -> None:
    parks.park |= changed
    found = await probed(parks)
    assert any(each.code == code and words in each.message for each in found), found
    assert "secret" not in str(found)


async def test_a_member_that_nobody_described_is_only_told(parks: Sandbox) -> None:
    parks.park["swings"] = 3
    (found,) = await probed(parks)
    assert (found.code, found.severity) == ("probe.drift", "info")


async def test_nothing_in_the_sandbox_is_told(parks: Sandbox) -> None:
    parks.park = None
    assert "probe.empty" in {each.code for each in await probed(parks)}


async def test_without_live_tests_that_is_said(parks: Sandbox) -> None:
    text = "".join(line for line in MANIFEST.splitlines(True) if "live: sandbox" not in line)
    assert [each.code for each in await probed(parks, text)] == ["probe.no-live"]


async def test_production_is_never_probed(parks: Sandbox) -> None:
    text = altered("endpoints: {sandbox:", "endpoints: {production:").replace(
        "http://127.0.0.1:8199", parks.department.url
    )
    draft = parks.draft(text)
    async with ground() as held:
        judgement = await probe(type(draft)(draft.text, draft.files), **held)
    assert [each.code for each in judgement.findings] == ["probe.sandbox"]
    assert parks.department.seen == []


async def test_a_secret_that_nobody_has_is_told_by_its_name(parks: Sandbox) -> None:
    async with ground() as held:
        held["secrets"] = type(held["secrets"])({})
        judgement = await probe(parks.draft(), **held)
    assert [each.code for each in judgement.findings] == ["backend.auth"]


async def test_a_matter_that_is_not_finished_in_time_leaves_the_light_unknown(parks: Sandbox) -> None:
    parks.state = "1"
    async with ground() as held:
        found = await lights(parks.draft(), **held, patience_s=0)
    assert (found.business.colour, found.network.colour, found.data.colour) == ("unknown", "green", "green")
    assert "ACCEPTED" in found.business.evidence


async def test_a_server_without_tls_where_tls_is_meant_is_not_reached(parks: Sandbox) -> None:
    draft = parks.draft()
    tls = type(draft)(draft.text, draft.files, parks.department.url.replace("http:", "https:"))
    async with ground() as held:
        judgement = await probe(tls, **held)
    assert [each.code for each in judgement.findings] == ["probe.unreachable"]
