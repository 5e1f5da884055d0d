"""What was used is counted, what was never used is listed too, and nobody is in it."""

from __future__ import annotations

import subprocess
import sys
import time

import orjson

from tests.journeys.conftest import Demo


def report(demo: Demo, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", "usage", "report", "--data", str(demo.data), *arguments],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


def test_the_report_lists_every_service_also_those_never_called(demo: Demo) -> None:
    demo.ask(
        "{ me { healthCode { colour } } }",
        headers={"graphql-client-name": "journey", "graphql-client-version": "9.9"},
    )
    end = time.monotonic() + 30
    while "journey" not in report(demo) and time.monotonic() < end:
        pass
    text = report(demo)
    assert "nhc.healthCode" in text
    assert "journey" in text
    rows = orjson.loads(report(demo, "--format", "json"))
    assert "vets.stopBenefit" in str(rows)


def test_nothing_personal_is_in_logs_metrics_or_usage(demo: Demo) -> None:
    import httpx

    me = demo.ask("{ me { id name household { number } socialInsurance { cardNumber } } }")["data"]["me"]
    canaries = [me["name"], me["household"]["number"], me["socialInsurance"]["cardNumber"]]
    written = (demo.data / "stderr.txt").read_text() + report(demo) + httpx.get(f"{demo.origin}/metrics").text
    assert not [canary for canary in canaries if canary in written]


def test_the_demo_printed_what_a_person_needs(demo: Demo) -> None:
    text = "\n".join(demo.printed)
    assert demo.printed[-1] == f"ready {demo.origin}"
    assert "citizen01" in text
    assert "/graphiql" in text
    assert len(demo.facts["backends"]) == 26
