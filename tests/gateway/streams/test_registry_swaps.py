"""A whole gateway with its registry: subscriptions while connectors are published and retired."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.app import Gateway
from tests.gateway.serving import served
from tests.gateway.streams.clients import Events
from tests.gateway.streams.newsroom import Newsroom, newsroom, open_to_all
from tongban.settings import Settings

SDL = b"""
type Query { hello: String }
type Subscription { news: News }
type News { id: ID! text: String! }
"""
FILES = {"news/schema.graphql": SDL}
SUBSCRIBE = {"query": "subscription { news { text } }"}


EXPOSED = "Query.hello, Subscription.news"


def manifest(name: str, version: str = "1.0.0", fields: str = EXPOSED, include: str = EXPOSED) -> str:
    return f"""
apiVersion: tongban/v1
kind: Connector
metadata:
  id: {name}.desk
  version: {version}
  title: {{zh: 新闻, en: News}}
  department: {{code: {name}, name: {{zh: 新闻办, en: News office}}}}
  owners: [{{name: 甲, role: developer, contact: dev@news.example}}, {{name: 乙, role: data-steward, contact: steward@news.example}}]
  lifecycle: production
backend:
  kind: graphql
  describe: {{sdl: ./news/schema.graphql}}
  subscriptions: {{protocol: websocket}}
  endpoints: {{sandbox: "http://127.0.0.1:1"}}
  limits: {{timeout: 3s, concurrency: 10, maxBody: 1MiB}}
envelope:
  errors: [{{when: "fault.errors", as: BACKEND_ERROR}}]
governance: {{purposes: [news.view], classification: L1, legalBasis: 政务公开, responsibleUnit: 新闻科, sharing: unconditional}}
services:
  told: {{title: {{zh: 新闻, en: News}}, kind: lookup, classification: L1, promisedMinutes: 0, fields: [{fields}]}}
expose:
  include: [{include}]
"""


@pytest.fixture
async def upstream() -> AsyncIterator[Newsroom]:
    room = newsroom()
    async with open_to_all(room):
        yield room


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    gateway = Gateway(
        Settings(
            data_dir=tmp_path,
            egress_allow=("127.0.0.0/8",),
            store_poll_s=0.02,
            request_deadline_s=0.5,
            log_level="error",
        )
    )
    await gateway.open()
    yield gateway
    await gateway.close()


async def published(gateway: Gateway, room: Newsroom, text: str) -> None:
    before = gateway.current.now
    await gateway.rooms.registry.publish(text, FILES, room.origin, "dev", replace=True)
    async with asyncio.timeout(20):
        await gateway.current.in_force.news(before)
    assert not gateway.current.status.problem, gateway.current.status
    assert not gateway.current.status.skipped, gateway.current.status


async def text_of(events: Events) -> object:
    name, told = await events.next()
    assert name == "next"
    return told["data"]["news"]["text"]


async def test_only_what_changed_is_opened_again(gateway: Gateway, upstream: Newsroom) -> None:
    await published(gateway, upstream, manifest("news"))
    accept = {"accept": "text/event-stream"}
    async with (
        served(gateway) as origin,
        httpx.AsyncClient(base_url=origin, timeout=20) as client,
        client.stream("POST", "/graphql", json=SUBSCRIBE, headers=accept) as response,
    ):
        events = Events(response)
        await upstream.wire.has(1)
        upstream.wire.tell("one")
        assert await text_of(events) == "one"

        other = manifest("other", fields="Query.greeting", include="Query.hello")
        other += "  rename: {Query.hello: greeting}\n"
        await published(gateway, upstream, other)
        upstream.wire.tell("two")
        assert await text_of(events) == "two"
        assert upstream.wire.opened == 1

        await published(gateway, upstream, manifest("news", "1.0.1"))
        await upstream.wire.has(1, opened=2)
        upstream.wire.tell("three")
        assert await text_of(events) == "three"

        before = gateway.current.now
        await gateway.rooms.registry.retire("news.desk", "dev")
        await gateway.current.in_force.news(before)
        name, told = await events.next()
        assert (name, told["errors"][0]["extensions"]["code"]) == ("next", "GRAPHQL_VALIDATION_FAILED")
        assert await events.next() == ("complete", None)
        await upstream.wire.has(0)


async def test_a_connector_is_not_closed_under_a_subscription_that_has_not_moved(
    gateway: Gateway, upstream: Newsroom
) -> None:
    """As under a client that takes nothing: what it draws from is closed when it has gone."""
    await published(gateway, upstream, manifest("news"))
    in_force = gateway.current.in_force
    assert in_force.now is not None
    release = in_force.hold(in_force.now)
    (old,) = in_force.now.snapshot.connectors.values()
    await published(gateway, upstream, manifest("news", "1.0.1"))
    retiring = gateway.current._open._retiring[old]
    done, _ = await asyncio.wait({retiring}, timeout=1)
    assert not done
    release()
    await asyncio.wait_for(retiring, 20)
