"""A graph with events: news from one subgraph, their authors from another, behind the real application under the real server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from gateway.documents import TrustedDocuments
from gateway.front_door import Doors, enter
from gateway.generation import Generation
from gateway.http import GraphQLEndpoint
from gateway.serving import server_options
from gateway.stages.respond import refuse
from gateway.transports.websocket import Behind, SocketEndpoint
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.gateway.house import House, generation_of, service
from tongban.clock import SystemClock
from tongban.settings import Settings

NEWS = (
    LINK
    + """
type Query { hello(to: String): String  waits: String  latest: News }
type Mutation { publish(text: String!): News }
type Subscription { news(topic: String): News  cases: News }
type News @key(fields: "id") { id: ID! text: String! }
"""
)
AUTHORS = (
    LINK
    + """
type News @key(fields: "id") { id: ID! author: String }
"""
)
SERVICES = (
    service("news.hello", "Query.hello", "Query.waits", "Query.latest"),
    service("news.publish", "Mutation.publish", kind="transaction", assurance=1),
    service("news.news", "Subscription.news"),
    service("news.cases", "Subscription.cases", classification="L2", assurance=1),
)
SUBSCRIBE = "subscription { news { id text } }"
TRUSTED = "subscription Trusted { news { text } }"


class Wire:
    """What reporters send, to whoever listens."""

    def __init__(self) -> None:
        self._listening: list[asyncio.Queue[dict[str, str] | None]] = []
        self._changed = asyncio.Event()
        self.opened = 0

    @property
    def open(self) -> int:
        return len(self._listening)

    def tell(self, *texts: str) -> None:
        for text in texts:
            for listener in self._listening:
                listener.put_nowait({"id": text, "text": text})

    def end(self) -> None:
        for listener in self._listening:
            listener.put_nowait(None)

    async def has(self, listeners: int, opened: int = 0) -> None:
        """Waits until as many listen, and as many have ever begun to."""
        async with asyncio.timeout(20):
            while self.open != listeners or self.opened < opened:
                self._changed.clear()
                await self._changed.wait()

    async def source(self, _root: Any, _info: Any, **_: Any) -> AsyncGenerator[dict[str, Any], None]:
        listener: asyncio.Queue[dict[str, str] | None] = asyncio.Queue()
        self._listening.append(listener)
        self.opened += 1
        self._changed.set()
        try:
            while (event := await listener.get()) is not None:
                yield event
        finally:
            self._listening.remove(listener)
            self._changed.set()


def news(wire: Wire, sdl: str = NEWS) -> InMemorySubgraph:
    stuck = asyncio.Event()

    async def waits(*_: Any) -> str:
        await stuck.wait()
        return "never"

    return InMemorySubgraph(
        "news",
        sdl,
        {
            "Query": {
                "hello": lambda _r, _i, to="world": f"hello {to}",
                "waits": waits,
                "latest": lambda *_: {"id": "1", "text": "one"},
            },
            "Mutation": {"publish": lambda _r, _i, text: {"id": text, "text": text}},
            "Subscription": {"news": wire.source, "cases": wire.source},
        },
    )


class Desk:
    """Where authors are asked for: it may be closed for a while."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.asked = 0
        self.waiting = 0

    async def author(self, news: Mapping[str, str], _info: Any) -> str:
        self.asked += 1
        self.waiting += 1
        try:
            await self.open.wait()
        finally:
            self.waiting -= 1
        if news["id"] == "nobody's":
            raise ValueError("not known")
        return news["author"]


def authors(sdl: str = AUTHORS, said: str = "by", desk: Desk | None = None) -> InMemorySubgraph:
    resolvers = {"News": {"author": desk.author}} if desk is not None else {}
    return InMemorySubgraph(
        "authors", sdl, resolvers, lambda each: {"id": each["id"], "author": f"{said} {each['id']}"}
    )


@dataclass
class Newsroom:
    """The application; ``house`` tells what the meter heard."""

    house: House
    wire: Wire
    desk: Desk
    settings: Settings
    origin: str = ""
    forward_headers: frozenset[str] = frozenset()
    _doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        pipeline, clock = self.house.pipeline, SystemClock()
        behind = Behind(
            pipeline.answer,
            pipeline.identify,
            self.settings,
            clock,
            self.house.in_force,
            self.forward_headers,
        )
        graphql = GraphQLEndpoint(pipeline.answer, refuse, self.settings, clock, self.forward_headers)
        self._doors = Doors(graphql, SocketEndpoint(behind), Starlette())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await enter(self._doors, scope, receive, send)

    def leave(self) -> None:
        self.house.in_force.leave()

    def take_over(self, *subgraphs: InMemorySubgraph) -> Generation:
        generation = generation_of(*subgraphs, services=SERVICES)
        self.house.in_force.take_over(generation)
        return generation

    async def empty(self) -> None:
        """Waits until nobody has a seat."""
        async with asyncio.timeout(20):
            while self.house.seats.taken:  # noqa: ASYNC110
                await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"{self.origin}/graphql"

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)


def newsroom(settings: Settings | None = None, **more: Any) -> Newsroom:
    settings = settings or Settings(heartbeat_s=30)
    wire = more.pop("wire", None) or Wire()
    desk = Desk()
    generation = generation_of(news(wire), authors(desk=desk), services=SERVICES)
    documents = TrustedDocuments([TRUSTED])
    house = House(generation, settings=settings, documents=documents, **more)
    return Newsroom(house, wire, desk, settings)


@asynccontextmanager
async def open_to_all(room: Newsroom) -> AsyncIterator[uvicorn.Server]:
    """Under the server that production has; gives it, so that a test can end it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        room.origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(room, lifespan="off", **server_options(room.settings)))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield server
        finally:
            server.should_exit = True
            await serving
