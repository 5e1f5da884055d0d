"""The probes of one draft, one after the other, each with its layer: network, data, business."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from connectors.backend import BackendNotReached, BackendTimeout, BackendUnreachable, BackendUnusable
from connectors.certificates import NoCertificate, certificate_ends_s
from connectors.credentials.tls import tls_context
from connectors.judging.comparing import differences, dotted, kind
from connectors.judging.engine import Compiled, Unrunnable, synthetic_caller
from connectors.judging.live import Ground, Live, open_live, with_bad_credentials
from connectors.judging.model import Light, Lights
from connectors.manifest.findings import Finding, ManifestRejected, Severity
from connectors.manifest.model import RecordedTest
from connectors.manifest.reading import Place
from federation import ExecutionResult, FetchContext
from tongban.errors import ErrorCode

EXPIRES_SOON_S = 30 * 86_400
DEADLINE_S = 15.0
"""Of one live test, however many calls it takes."""
MOST_LIVE = 50
_ASKED_AGAIN_S = 0.2
_REFUSED = (ErrorCode.BACKEND_AUTH, ErrorCode.FORBIDDEN, ErrorCode.UNAUTHENTICATED)
_DONE = ("DECIDED", "DELIVERED")

Layer = Literal["network", "data", "business"]


@dataclass
class Probing:
    """A context manager: the connector is closed at its end."""

    ground: Ground
    live: Live
    found: list[Finding] = field(default_factory=list)
    reached: bool = False
    _asked: set[Layer] = field(default_factory=set)
    _red: dict[Layer, str] = field(default_factory=dict)
    _unsure: dict[Layer, str] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.live.close()

    def lights(self) -> Lights:
        """Of what has been asked so far."""
        return Lights(self._light("network"), self._light("data"), self._light("business"))

    def _light(self, layer: Layer) -> Light:
        if layer in self._red:
            return Light("red", self._red[layer])
        if layer not in self._asked or layer in self._unsure:
            return Light("unknown", self._unsure.get(layer, "nothing was asked"))
        return Light("green")

    def _say(
        self, layer: Layer | None, code: str, severity: Severity, place: Place, message: str, fix: str
    ) -> None:
        """What is no mere information makes the layer's light red."""
        places = self.ground.manifest.places
        while place and place not in places:
            place = place[:-1]
        line, column = places.get(place, (1, 1))
        self.found.append(Finding(code, severity, self.ground.manifest.file, line, column, message, fix))
        if layer is not None and severity != "info":
            self._red.setdefault(layer, message)

    # network

    async def network(self) -> None:
        """Reached, the certificate holds, and the backend says that it is well."""
        self._asked.add("network")
        self.reached = await self._reach()
        if not self.reached:
            return
        await self._certificate()
        poller = self.live.connector.health
        if poller is None:
            message = "nothing says how the backend's health is asked for"
            self._say(None, "probe.no-health", "info", ("backend",), message, "health: {get: …}")
            return
        result = await poller.look()
        if not result.up:
            message = f"the backend is not well: {result.evidence}"
            fix = "ask the department, or correct the health block"
            self._say("network", "probe.health", "error", ("backend", "health"), message, fix)

    async def _reach(self) -> bool:
        """Any HTTP answer will do."""
        ground = self.ground
        try:
            await ground.transport.exchange(
                "GET",
                ground.endpoint,
                {"Accept": "*/*"},
                None,
                deadline_s=ground.clock.monotonic_s() + ground.manifest.backend.limits.timeout_s,
                ssl=tls_context(ground.manifest.backend.tls, ground.secrets),
            )
        except (BackendNotReached, BackendTimeout) as error:
            message = f"the sandbox is not reached: {error}"
            fix = "is it up; is the address right; may the platform reach it (TONGBAN_EGRESS_ALLOW)"
            self._say("network", "probe.unreachable", "error", ("backend", "endpoints"), message, fix)
            return False
        except BackendUnusable:
            return True  # an answer that nobody can use is an answer
        except BackendUnreachable as error:
            message = f"the sandbox breaks off: {error}"
            fix = "ask the department what listens there"
            self._say("network", "probe.unreachable", "error", ("backend", "endpoints"), message, fix)
            return False
        return True

    async def _certificate(self) -> None:
        ground = self.ground
        context = tls_context(ground.manifest.backend.tls, ground.secrets)
        try:
            ends_s = await certificate_ends_s(ground.endpoint, ground.transport.egress, context)
        except NoCertificate as error:
            place: Place = ("backend", "endpoints")
            self._say("network", "probe.certificate", "error", place, str(error), "renew it")
            return
        left_s = None if ends_s is None else ends_s - ground.clock.epoch_s()
        if left_s is not None and left_s < EXPIRES_SOON_S:
            message = f"the backend's certificate ends in {max(left_s, 0) / 86_400:.0f} days"
            self._say(None, "probe.certificate", "warning", ("backend", "endpoints"), message, "renew it")

    # data

    async def data(self) -> None:
        """Every live test that reads: no error, what is expected, and answers as they are described."""
        tests = self._tests(reads=True)
        if not tests:
            message = "no test reads from the sandbox: credentials and answers were not tried"
            fix = "tests: [{name: …, live: sandbox, run: '{ … }', expectType: true}]"
            self._say(None, "probe.no-live", "info", ("tests",), message, fix)
        for index, test, compiled in tests:
            self._asked.add("data")
            await self._read(index, test, compiled)
        for drift in self.live.watched.drifts():
            severity: Severity = "warning" if drift.known else "info"
            fix = "bring the description up to date, then the mapping"
            message = f"{drift.operation}: {drift.message}"
            self._say("data", "probe.drift", severity, ("backend", "describe"), message, fix)
        for (_, coordinate), count in sorted(self.live.connector.quality.counts().items()):
            message = f"{coordinate} had {count} values that do not fit its type"
            fix = "a format, an enum or another type for it"
            self._say("data", "probe.quality", "warning", ("types",), message, fix)

    async def _read(self, index: int, test: RecordedTest, compiled: Compiled) -> None:
        result = await self._run(compiled)
        place: Place = ("tests", index)
        for error in result.errors:
            at = dotted(error.path or ())
            if error.code in _REFUSED:
                message = f"'{test.name}': the sandbox refuses the platform's credential at {at}"
                self._say(
                    "data", "probe.refused", "error", place, message, "the right secret for the sandbox"
                )
            else:
                message = f"'{test.name}': {at} has the error {error.code.value}"
                self._say("data", "probe.live", "error", place, message, "see what the sandbox answers there")
        if result.errors:
            return
        if test.expect is not None:
            for each in differences(test.expect, result.data):
                words = f"expected {kind(each.expected)}, got {kind(each.got)}"
                message = f"'{test.name}': {dotted(each.path)}: {words}"
                if kind(each.expected) == kind(each.got):
                    message = f"'{test.name}': {dotted(each.path)} has another value than is expected"
                self._say("data", "probe.differs", "error", place, message, "mend the mapping or the test")
        elif test.expect_type and all(value is None for value in (result.data or {}).values()):
            message = f"'{test.name}' found nothing in the sandbox: no type can be judged"
            self._say("data", "probe.empty", "warning", place, message, "ask for what the sandbox has")

    # credentials

    async def bad_credentials(self) -> None:
        """The first live read with wrong secrets and tokens must be refused."""
        tests = self._tests(reads=True)
        auth = self.ground.manifest.backend.auth
        if not tests or (all(each.kind in ("none", "mtls") for each in auth)):
            return
        ground = with_bad_credentials(self.ground)
        try:
            live = open_live(ground)
        except ManifestRejected:
            return
        try:
            compiled = live.engine.compile(tests[0][1])
            result = await compiled.run(self._deadline_s())
        finally:
            await live.close()
        if not result.errors:
            message = "the sandbox answers a wrong credential as it answers the right one"
            fix = "tell the department: anybody in its network can ask for this data"
            self._say(None, "probe.bad-credential", "warning", ("backend", "auth"), message, fix)

    # business

    async def business(self, patience_s: float) -> None:
        """Every live test that writes: it opens a matter, and the matter is completed."""
        for index, test, compiled in self._tests(reads=False):
            self._asked.add("business")
            result = await self._run(compiled)
            place: Place = ("tests", index)
            if result.errors:
                error = result.errors[0]
                message = f"'{test.name}': {dotted(error.path or ())} has the error {error.code.value}"
                self._say("business", "probe.matter", "error", place, message, "see what the sandbox answers")
            elif not result.issued:
                message = f"'{test.name}' was answered without a number"
                self._say("business", "probe.matter", "error", place, message, "number: <path in data>")
            else:
                await self._followed(test, place, result.issued[0].number, patience_s)

    async def _followed(self, test: RecordedTest, place: Place, number: str, patience_s: float) -> None:
        if self.ground.manifest.matters is None:
            self._unsure["business"] = f"'{test.name}' got a number; nothing says how its state is asked for"
            return
        until_s = self.ground.clock.monotonic_s() + patience_s
        while True:
            state = await self.live.connector.matter_state(number, self._context())
            if state in _DONE:
                return
            if self.ground.clock.monotonic_s() >= until_s:
                break
            await asyncio.sleep(_ASKED_AGAIN_S)
        if state is None:
            message = f"'{test.name}' got a number whose state nobody knows"
            self._say("business", "probe.matter", "error", place, message, "matters: {call: …, state: …}")
        else:
            self._unsure["business"] = f"'{test.name}' stands at {state} after {patience_s:g} s"

    # shared

    def _tests(self, *, reads: bool) -> list[tuple[int, RecordedTest, Compiled]]:
        """The live tests of one kind, compiled; one that cannot be is a finding of the contract stage."""
        found: list[tuple[int, RecordedTest, Compiled]] = []
        for index, test in enumerate(self.ground.manifest.tests):
            if test.live is None or len(found) >= MOST_LIVE:
                continue
            try:
                compiled = self.live.engine.compile(test)
            except Unrunnable as error:
                message = f"'{test.name}' cannot be run: {error}"
                fix = "fields of the graph, as tongban connector lint knows them"
                self._say(None, "contract.operation", "error", ("tests", index, "run"), message, fix)
                continue
            if compiled.reads is reads:
                found.append((index, test, compiled))
        return found

    async def _run(self, compiled: Compiled) -> ExecutionResult:
        return await compiled.run(self._deadline_s())

    def _context(self) -> FetchContext:
        return FetchContext(synthetic_caller(), self._deadline_s(), "probe")

    def _deadline_s(self) -> float:
        return self.ground.clock.monotonic_s() + DEADLINE_S
