"""A field tried: a query of a person's own against the recorded answers of a draft's tests, or read from its sandbox.

The citizen who asks is synthetic. Must never: write anything to a sandbox, or ask production.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.judging import Draft
from connectors.judging.bench import open_bench
from connectors.judging.engine import Unrunnable
from connectors.judging.live import ground_for, open_live
from connectors.judging.replay import Tape
from connectors.manifest import Finding, ManifestRejected, parse_manifest
from connectors.manifest.model import RecordedAnswer, RecordedTest
from federation import ExecutionResult
from gateway.rooms import Rooms

LONGEST_QUERY = 4_000
LONGEST_SHOWN = 20_000
DEADLINE_S = 10.0
RECORDED, SANDBOX = "recorded", "sandbox"


@dataclass(frozen=True, slots=True)
class Tried:
    """``answer``: JSON with its errors; ``problem``: why there is none. ``unrecorded``: operations without a recorded answer."""

    answer: str = ""
    problem: str = ""
    findings: tuple[Finding, ...] = ()
    unrecorded: tuple[str, ...] = ()


async def try_field(rooms: Rooms, draft: Draft, query: str, where: str) -> Tried:
    """``draft`` stands at its sandbox; ``where``: ``recorded`` or ``sandbox``. Does not raise for anything that a person can send."""
    if len(query) > LONGEST_QUERY:
        return Tried(problem=f"A query here has at most {LONGEST_QUERY} characters.")
    try:
        async with asyncio.timeout(DEADLINE_S):
            work = _live(rooms, draft, query) if where == SANDBOX else _recorded(draft, query)
            return await work
    except Unrunnable as error:
        return Tried(problem=str(error))
    except ManifestRejected as rejected:
        return Tried(problem="The draft cannot be opened.", findings=rejected.findings)
    except TimeoutError:
        return Tried(problem=f"No answer within {DEADLINE_S:g} s.")


async def _recorded(draft: Draft, query: str) -> Tried:
    bench, refused = await asyncio.to_thread(open_bench, draft)
    if bench is None:
        raise ManifestRejected(refused)
    try:
        test = RecordedTest("try", query)
        tape = Tape(_by_operation(_answers_for(query, bench.manifest.tests)))
        compiled = await asyncio.to_thread(bench.engine.compile, test)
        result = await bench.run(compiled, tape)
    finally:
        await bench.close()
    return Tried(_shown(result), unrecorded=tuple(dict.fromkeys(tape.unrecorded)))


async def _live(rooms: Rooms, draft: Draft, query: str) -> Tried:
    ground = ground_for(draft, rooms.secrets, rooms.auth.department_tokens, rooms.clock, rooms.transport)
    if ground is None:
        return Tried(problem="It has no sandbox: backend.endpoints: {sandbox: …}. Production is never tried.")
    live = await asyncio.to_thread(open_live, ground)
    try:
        compiled = await asyncio.to_thread(live.engine.compile, RecordedTest("try", query))
        if not compiled.reads:
            return Tried(
                problem="Only reading is tried in a sandbox; a mutation is tried with its recorded answers."
            )
        return Tried(_shown(await compiled.run(rooms.clock.monotonic_s() + DEADLINE_S)))
    finally:
        await live.close()


def example(draft: Draft) -> str:
    """The first test's operation, to begin with; empty without one."""
    try:
        tests = parse_manifest(draft.text, file=draft.file, base=draft.files).tests
    except ManifestRejected:
        return ""
    return next((test.run.strip() for test in tests), "")[:LONGEST_QUERY]


def _answers_for(query: str, tests: Iterable[RecordedTest]) -> list[RecordedAnswer]:
    """Those of the test with this very operation; else those of all tests."""
    held = list(tests)
    same = [test for test in held if test.run.split() == query.split()]
    return [answer for test in (same or held) for answer in test.backend]


def _by_operation(answers: Iterable[RecordedAnswer]) -> dict[str, tuple[RecordedAnswer, ...]]:
    found: dict[str, tuple[RecordedAnswer, ...]] = {}
    for each in answers:
        found[each.operation] = (*found.get(each.operation, ()), each)
    return found


def _shown(result: ExecutionResult) -> str:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [
            {"path": list(each.path or ()), "code": each.code.value, "message": each.message}
            for each in result.errors
        ]
    text = orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}\n…"
