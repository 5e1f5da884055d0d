"""A vendor's upgrade rehearsed: the recorded tests that read, asked of the new version, beside what the old one answered.

Must never: send a mutation, or tell a value of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.backend import Answer
from connectors.judging.bench import Bench, open_bench
from connectors.judging.comparing import dotted
from connectors.judging.engine import Unrunnable
from connectors.judging.live import Live, ground_for, open_live
from connectors.judging.model import Draft
from connectors.judging.probing import DEADLINE_S
from connectors.judging.replay import Named, Tape
from connectors.judging.shapes import DifferenceKind, shape_differences
from connectors.judging.watching import Watched
from connectors.manifest import ManifestRejected
from connectors.manifest.model import RecordedAnswer, RecordedTest
from connectors.mapping.envelope import Judge, Verdict
from connectors.ports import Secrets, TokenExchange
from connectors.quality import QualityFinding
from connectors.transport import Transport
from federation import ExecutionResult
from tongban.clock import Clock
from tongban.errors import ErrorCode

MOST_TESTS = 100
_ASKED_FOR = (ErrorCode.NOT_FOUND, ErrorCode.BAD_USER_INPUT, ErrorCode.CONFLICT)
"""Failures that a request itself brings about; others were the old backend's bad day."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``path`` is a place in the operation's answer, or a coordinate of the graph where ``operation`` is empty.

    Of kind ``added`` it breaks nobody.
    """

    test: str
    operation: str
    path: str
    kind: DifferenceKind
    message: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """``calls``: answers that were compared. ``skipped``: (test, why)."""

    calls: int
    differences: tuple[Difference, ...]
    skipped: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        """Nothing differs but what is new."""
        return all(each.kind == "added" for each in self.differences)


async def rehearse(
    draft: Draft, *, secrets: Secrets, tokens: TokenExchange, clock: Clock, transport: Transport
) -> Rehearsal:
    """``draft`` is the old version's manifest; its ``endpoint`` is the new version's address. Raises: ManifestRejected."""
    watched: list[Watched] = []

    def watch(backend: Named) -> Watched:
        watched.append(Watched(backend))
        return watched[0]

    ground = ground_for(draft, secrets, tokens, clock, transport)
    if ground is None or draft.endpoint is None:
        raise ValueError("the new version's address is not said")
    bench, refused = open_bench(draft, around=lambda backend: watch(Named(backend)))
    if bench is None:
        raise ManifestRejected(refused)
    try:
        live = open_live(ground)
    except ManifestRejected:
        await bench.close()
        raise
    run = _Run(bench, watched[0], live, Judge(bench.manifest.envelope), clock)
    try:
        await run.all()
    finally:
        await live.close()
        await bench.close()
    return Rehearsal(run.calls, tuple(dict.fromkeys(run.found)), tuple(run.skipped))


class _Run:
    def __init__(self, bench: Bench, recorded: Watched, live: Live, judge: Judge, clock: Clock) -> None:
        self._bench, self._recorded, self._live = bench, recorded, live
        self._judge, self._clock = judge, clock
        self.calls = 0
        self.found: list[Difference] = []
        self.skipped: list[tuple[str, str]] = []

    async def all(self) -> None:
        tests = [test for test in self._bench.manifest.tests if test.backend]
        for test in tests[:MOST_TESTS]:
            why_not = await self._one(test)
            if why_not:
                self.skipped.append((test.name, why_not))
        self.skipped += [(test.name, f"more than {MOST_TESTS} tests") for test in tests[MOST_TESTS:]]

    async def _one(self, test: RecordedTest) -> str:
        """Why it was not compared; empty where it was."""
        try:
            before, after = self._bench.engine.compile(test), self._live.engine.compile(test)
        except Unrunnable as error:
            return f"cannot be run: {error}"
        if not before.reads:
            return "it writes"
        self._recorded.answers.clear()
        old = await self._bench.run(before, Tape(_by_operation(test)))
        if any(error.code not in _ASKED_FOR for error in old.errors):
            return "it recorded a failure that no request brings about"
        self._live.watched.answers.clear()
        broken = dict(self._live.connector.quality.findings())
        new = await after.run(self._clock.monotonic_s() + DEADLINE_S)
        told = [*self._answers(test.name), *self._quality(test.name, broken)]
        self.found += told or self._results(test.name, old, new)
        return ""

    def _answers(self, test: str) -> Iterator[Difference]:
        """The answers of each operation in their order, recorded beside live."""
        waiting = list(self._live.watched.answers)
        for operation, old in self._recorded.answers:
            at = next((i for i, (name, _) in enumerate(waiting) if name == operation), None)
            if at is None:
                yield Difference(test, operation, "", "outcome", "was answered, gives no usable answer")
                continue
            self.calls += 1
            _, new = waiting.pop(at)
            was, is_ = self._outcome(old), self._outcome(new)
            if was != is_:
                yield Difference(test, operation, "", "outcome", f"was {was}, is {is_}")
                continue
            described = self._live.watched.operation(operation).answer
            for each in shape_differences(old.body, new.body, described):
                yield Difference(test, operation, each.path, each.kind, each.message)

    def _outcome(self, answer: Answer) -> str:
        verdict: Verdict = self._judge.judge(answer)
        if verdict.absent:
            return "nothing there"
        return "data" if verdict.problem is None else verdict.problem.code.value

    def _quality(self, test: str, before: Mapping[QualityFinding, int]) -> Iterator[Difference]:
        """Values of the new version that the manifest cannot read, or only mends."""
        for found, number in self._live.connector.quality.findings().items():
            if number > before.get(found, 0):
                message = f"its value is {found.kind} ({found.rule})"
                yield Difference(test, "", found.coordinate, "quality", message)

    def _results(self, test: str, old: ExecutionResult, new: ExecutionResult) -> list[Difference]:
        """Where no answer tells (a backend that brings its own graph): errors that were not there before."""
        known = {(error.path, error.code) for error in old.errors}
        return [
            Difference(test, "", dotted(error.path or ()), "outcome", f"has the error {error.code.value}")
            for error in new.errors
            if (error.path, error.code) not in known
        ]


def _by_operation(test: RecordedTest) -> dict[str, tuple[RecordedAnswer, ...]]:
    found: dict[str, tuple[RecordedAnswer, ...]] = {}
    for answer in test.backend:
        found[answer.operation] = (*found.get(answer.operation, ()), answer)
    return found
