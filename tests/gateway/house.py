"""A small house to knock at: two departments and the platform, a login that knows three people, and the pipeline over them.

Nothing here opens a socket or a database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from connectors.entries import DepartmentEntry, ServiceEntry
from connectors.snapshot import Snapshot
from federation import Subgraph, compose
from gateway.beside import Beside
from gateway.documents import TrustedDocuments
from gateway.generation import Generation
from gateway.in_force import InForce
from gateway.pipeline import Pipeline
from gateway.seats import SeatsByPerson
from gateway.stages import plan as plan_stage
from gateway.stages import prepare as prepare_stage
from gateway.stages.meter import Metering
from gateway.types import Arrived, Authorized, Identified, Operation, Planned, Prepared
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.gateway.fake_department import BOOK, FakeDepartment
from tongban.caller import Caller, Client, Person, Role
from tongban.clock import Clock, SystemClock
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings
from usage_metrics import UsageEvent

T = TypeVar("T")

CANARY = Person("01J8ZQ5XK3M9V7T2B4N6P8R0S1", "990101199001011233", "金丝雀", "13900009999")
CANARIES = (CANARY.cid, CANARY.name, CANARY.mobile)

CITIZEN = Caller("a-citizen", person=CANARY, level=2, roles=frozenset({Role.CITIZEN}))
BASIC = replace(CITIZEN, level=1)
OFFICER = Caller("a-officer", level=2, roles=frozenset({Role.OFFICER}), department="mca")
TOKENS = {"citizen": CITIZEN, "basic": BASIC, "officer": OFFICER}

GUIDE = (
    LINK
    + """
type Query {
  "A greeting"
  hello(to: String, times: Int): String
  office(number: ID!): Office
  offices: [Office!]!
  marriage: Marriage
  cases: [String!]
  wide: String
}
type Office { number: ID! name: String! head: Office deputy: Office }
type Marriage { number: ID! }
"""
)

OFFICES = [{"number": "1", "name": "婚姻登记处"}, {"number": "2", "name": "户籍科"}]


def service(name: str, *coordinates: str, **more: Any) -> ServiceEntry:
    department = name.partition(".")[0]
    plain = ServiceEntry(
        id=name,
        department=department,
        connector=f"{department}.test",
        title_zh="测试",
        title_en="Test",
        kind="lookup",
        classification="L1",
        assurance=0,
        promised_minutes=30,
        roles=(),
        purposes=(),
        coordinates=coordinates,
        responsible_unit="测试科",
    )
    return replace(plain, **more)


SERVICES = (
    service("guide.hello", "Query.hello"),
    service("guide.offices", "Query.office", "Query.offices"),
    service("guide.marriage", "Query.marriage", classification="L3", assurance=2),
    service("guide.cases", "Query.cases", classification="L2", assurance=1, roles=("officer", "auditor")),
    service("mca.bookMarriage", f"Mutation.{BOOK}", kind="transaction", classification="L2", assurance=1),
)


def guide() -> InMemorySubgraph:
    """A department that answers look-ups, from a real schema."""
    root = {
        "hello": lambda _info, to="world", times=1: f"hello {to}" * times,
        "office": lambda _info, number: next((o for o in OFFICES if o["number"] == number), None),
        "offices": OFFICES,
        "marriage": {"number": "HY-1"},
        "cases": ["one"],
        "wide": "通" * 2_000,
    }
    return InMemorySubgraph("guide", GUIDE, root=root)


def generation_of(*subgraphs: Subgraph, services: tuple[ServiceEntry, ...] = SERVICES) -> Generation:
    by_coordinate = {coordinate: entry.id for entry in services for coordinate in entry.coordinates}
    departments = {code: DepartmentEntry(code, "测试厅", "Test") for code in ("guide", "mca")}
    snapshot = Snapshot(1, {}, {entry.id: entry for entry in services}, by_coordinate, departments)
    by_name = {subgraph.name: subgraph for subgraph in subgraphs}
    return Generation(1, compose({name: s.sdl for name, s in by_name.items()}), by_name, snapshot)


@dataclass(slots=True)
class KnownLogins:
    """Implements ``Login``: tokens are names; an unknown one is refused."""

    callers: Mapping[str, Caller] = field(default_factory=lambda: TOKENS)

    def stranger(self, client: Client) -> Caller:
        return Caller(client=client)

    async def caller_of(self, token: str, client: Client) -> Caller:
        if token not in self.callers:
            raise CallerFault(ErrorCode.UNAUTHENTICATED, "The token is not valid.")
        return replace(self.callers[token], client=client)


@dataclass
class House:
    """The pipeline and what it told the meter."""

    generation: Generation | None
    settings: Settings = field(default_factory=Settings)
    login: Any = field(default_factory=KnownLogins)
    documents: TrustedDocuments = field(default_factory=TrustedDocuments)
    clock: Clock = field(default_factory=SystemClock)
    told: list[UsageEvent] = field(default_factory=list)
    learnt: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.in_force = InForce(self.generation)
        self.seats = SeatsByPerson(self.settings.max_user_subscriptions, self.settings.max_subscriptions)
        self.beside = Beside()

    @property
    def pipeline(self) -> Pipeline:
        metering = Metering(self.told.append, lambda caller: 7 if caller.subject else None, self.clock)
        return Pipeline(
            settings=self.settings,
            clock=self.clock,
            login=self.login,
            documents=self.documents,
            in_force=self.in_force,
            metering=metering,
            learn=self.learnt.append,
            seats=self.seats,
            beside=self.beside,
        )

    @property
    def answer(self) -> Callable[[Arrived], Awaitable[Any]]:
        return self.pipeline.answer


def plain_house(**more: Any) -> House:
    return House(generation_of(guide(), FakeDepartment()), **more)


def arrived(document: str | None, **more: Any) -> Arrived:
    """A request as the HTTP face hands it on; without a deadline."""
    plain = Arrived(
        request_id="request-1",
        received_s=0.0,
        deadline_s=float("inf"),
        document=document,
        document_id=None,
        operation_name=None,
        variables={},
        authorization=None,
        client=Client(),
    )
    return replace(plain, **more)


def identified(document: str | None, caller: Caller = Caller(), **more: Any) -> Identified:
    return Identified(arrived(document, **more), caller)


def prepared(
    generation: Generation,
    document: str,
    settings: Settings = Settings(),
    caller: Caller = Caller(),
    learn: Callable[[Operation], None] = lambda _operation: None,
    **more: Any,
) -> Prepared:
    who = identified(document, caller, **more)
    return at_once(prepare_stage.prepare(who, generation, document, settings, learn, Beside()))


def plan(authorized: Authorized, settings: Settings) -> Planned:
    return at_once(plan_stage.plan(authorized, settings, Beside()))


def at_once(walk: Coroutine[Any, Any, T]) -> T:
    """What a stage comes to, for tests that have nothing to do meanwhile."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, walk).result()
