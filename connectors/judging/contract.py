"""The recorded tests of a manifest, through the real mapping and the real engine. Sends nothing to the backend.

Then each recorded answer is spoiled: whatever a backend does, an answer must come that holds what it can hold, blames the
department and repeats none of its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connectors.judging.bench import Bench, open_bench
from connectors.judging.comparing import MOST_DIFFERENCES, Difference, differences, dotted
from connectors.judging.engine import Compiled, Unrunnable
from connectors.judging.leaves import Leaf, leaves
from connectors.judging.model import Draft, Judgement
from connectors.judging.replay import Tape
from connectors.judging.spoiling import CANARY, Spoiled, members, whole
from connectors.manifest.findings import Finding, Severity
from connectors.manifest.model import RecordedAnswer, RecordedTest
from connectors.manifest.reading import Place
from federation import ExecutionResult
from tongban.errors import ErrorCode

MOST_TESTS = 100
MOST_RUNS = 2_000
"""Runs with spoiled answers for one draft; what is over is told."""

_OURS = (ErrorCode.INTERNAL_ERROR, ErrorCode.UNANSWERABLE)


async def contract(draft: Draft) -> Judgement:
    """Each test with the answers recorded for it, then with those answers spoiled. Bounded, and the same each time."""
    bench, refused = open_bench(draft)
    if bench is None:
        return Judgement("contract", refused)
    stage = _Stage(bench)
    try:
        await stage.all()
    finally:
        await bench.close()
    return Judgement("contract", tuple(dict.fromkeys(stage.found)))


@dataclass
class _Stage:
    bench: Bench
    found: list[Finding] = field(default_factory=list)
    runs: int = 0

    def say(self, code: str, severity: Severity, place: Place, message: str, fix: str) -> None:
        places = self.bench.manifest.places
        while place and place not in places:
            place = place[:-1]
        line, column = places.get(place, (1, 1))
        self.found.append(Finding(code, severity, self.bench.manifest.file, line, column, message, fix))

    async def all(self) -> None:
        recorded = [(i, t) for i, t in enumerate(self.bench.manifest.tests) if t.backend or t.live is None]
        for index, test in recorded[:MOST_TESTS]:
            try:
                compiled = self.bench.engine.compile(test)
            except Unrunnable as error:
                message = f"'{test.name}' cannot be run: {error}"
                fix = "fields of the graph, as tongban connector lint knows them"
                self.say("contract.operation", "error", ("tests", index, "run"), message, fix)
                continue
            if await self._as_recorded(index, test, compiled):
                await self._spoiled(index, test, compiled)
        if len(recorded) > MOST_TESTS or self.runs >= MOST_RUNS:
            message = (
                f"not every way of spoiling was tried: {MOST_TESTS} tests and {MOST_RUNS} runs are the bound"
            )
            self.say("contract.bounded", "info", ("tests",), message, "fewer or smaller recorded answers")

    async def _as_recorded(self, index: int, test: RecordedTest, compiled: Compiled) -> bool:
        """True where the test holds."""
        before = len(self.found)
        tape = Tape(_tape(test))
        result = await self.run(compiled, tape, f"'{test.name}'", ("tests", index))
        if result is None:
            return False
        for operation in dict.fromkeys(tape.unrecorded):
            message = f"'{test.name}' asks {operation}, of which no answer is recorded"
            fix = f"backend: [{{operation: {operation}, body: …}}]"
            self.say("contract.unrecorded", "error", ("tests", index, "backend"), message, fix)
        if tape.unrecorded:
            return False
        expected = test.expect
        if expected is not None:
            found = list(differences(expected, result.data))
            for each in found[:MOST_DIFFERENCES]:
                self._differs(index, test, each)
        for error in result.errors:
            path = error.path or ()
            if expected is not None and _at(expected, path) is None:
                message = (
                    f"'{test.name}': {dotted(path)} is null as expected, with the error {error.code.value}"
                )
                self.say("contract.error", "info", ("tests", index), message, "")
                continue
            message = f"'{test.name}': {dotted(path)} has the error {error.code.value}"
            fix = "a rule of envelope.errors for it, or envelope.success"
            self.say("contract.error", "error", ("tests", index), message, fix)
        return not any(each.severity == "error" for each in self.found[before:])

    def _differs(self, index: int, test: RecordedTest, difference: Difference) -> None:
        place: Place = ("tests", index, "expect", *difference.path)
        fix = "correct the mapping of this field, or the expectation"
        self.say("contract.differs", "error", place, f"'{test.name}': {difference}", fix)

    async def run(self, compiled: Compiled, tape: Tape, what: str, place: Place) -> ExecutionResult | None:
        try:
            result = await self.bench.run(compiled, tape)
        except Exception as error:  # whatever escapes is the finding
            message = f"{what} made the engine stop with {type(error).__name__}"
            self.say("contract.crash", "error", place, message, _REPORT)
            return None
        if any(error.code in _OURS for error in result.errors):
            self.say("contract.crash", "error", place, f"{what} ends in an internal error", _REPORT)
        return result

    # spoiled

    async def _spoiled(self, index: int, test: RecordedTest, compiled: Compiled) -> None:
        result = await self.bench.run(compiled, Tape(_tape(test)))
        schema = self.bench.engine.supergraph.api_schema
        before = leaves(self.bench.manifest, schema, compiled.document, result.data)
        case = _Case(self, index, test, compiled, before)
        for number, answer in enumerate(test.backend):
            for spoiled in self._ways(answer):
                if self.runs >= MOST_RUNS:
                    return
                self.runs += 1
                await case.judge(number, answer, spoiled)

    def _ways(self, answer: RecordedAnswer) -> Iterator[Spoiled]:
        writing = self.bench.transport.writing
        assert writing is not None
        raw = writing.answer({answer.operation: answer}, b"")
        yield from whole(raw, self.bench.manifest.backend.kind)
        yield from members(answer)


_REPORT = "tell the platform's operators: this must not happen whatever a backend sends"


@dataclass
class _Case:
    """One test's answers, spoiled one at a time."""

    stage: _Stage
    index: int
    test: RecordedTest
    compiled: Compiled
    before: tuple[Leaf, ...]
    told: set[tuple[str, str]] = field(default_factory=set)

    async def judge(self, number: int, answer: RecordedAnswer, spoiled: Spoiled) -> None:
        stage, place = self.stage, ("tests", self.index, "backend", number)
        inside = f" {dotted(spoiled.path)}" if spoiled.path else ""
        what = f"'{self.test.name}' with {answer.operation} giving {spoiled.what}{inside}"
        answers = _tape(self.test)
        if spoiled.answer is not None:
            held = [spoiled.answer if each is answer else each for each in self.test.backend]
            answers = _by_operation(held)
            tape = Tape(answers)
        else:
            assert spoiled.raw is not None
            tape = Tape(answers, {answer.operation: spoiled.raw})
        result = await stage.run(self.compiled, tape, what, place)
        if result is None:
            return
        if any(CANARY in error.message for error in result.errors):
            fix = "message: show only for rules whose words are meant for citizens"
            stage.say("contract.leak", "error", place, f"{what}: an error repeats the answer's words", fix)
        self._kept(answer, spoiled, result, what, place)
        failed = spoiled.raw is not None and spoiled.raw.status == 500
        if failed and not result.errors and any(answer.operation in each.operations for each in self.before):
            message = f"{what}: nothing tells that it failed"
            fix = "envelope.success that an answer with status 500 does not meet"
            stage.say("contract.silent", "warning", place, message, fix)

    def _kept(
        self, answer: RecordedAnswer, spoiled: Spoiled, result: ExecutionResult, what: str, place: Place
    ) -> None:
        """Whatever does not come from the spoiled part must be there as before."""
        member = next((step for step in reversed(spoiled.path) if isinstance(step, str)), None)
        if member is not None and member in self._decisive():
            member = None
        lost = []
        for leaf in self.before:
            if not leaf.operations:
                continue  # of a backend that brings its own graph: its own nulls are its schema's
            concerned = answer.operation in leaf.operations and (member is None or member in leaf.steps)
            if not concerned and _at(result.data, leaf.path) != leaf.value:
                lost.append(leaf.coordinate)
        names = ", ".join(dict.fromkeys(lost))
        cause = spoiled.what if member is None else member
        if names and (cause, names) not in self.told:
            self.told.add((cause, names))
            message = f"{what} loses {names} as well"
            fix = "let the fields that may be missing be nullable: no '!'"
            self.stage.say("contract.spreads", "warning", place, message, fix)

    def _decisive(self) -> set[str]:
        """Members that the envelope judges the whole answer by."""
        envelope = self.stage.bench.manifest.envelope
        texts = [envelope.success or "", envelope.data, envelope.message or ""]
        texts += [rule.when for rule in envelope.errors]
        return {word for text in texts for word in _words(text)}


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if letter.isalnum() or letter in "_-@":
            word += letter
        else:
            yield word
            word = ""
    yield word


def _tape(test: RecordedTest) -> Mapping[str, tuple[RecordedAnswer, ...]]:
    return _by_operation(list(test.backend))


def _by_operation(answers: list[RecordedAnswer]) -> Mapping[str, tuple[RecordedAnswer, ...]]:
    found: dict[str, tuple[RecordedAnswer, ...]] = {}
    for each in answers:
        found[each.operation] = (*found.get(each.operation, ()), each)
    return found


def _at(value: object, path: tuple[str | int, ...]) -> object:
    """What stands there; None above something that is not there, too."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
