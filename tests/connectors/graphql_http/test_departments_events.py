"""A department's manifest to its events: opened as a connector, asked with the citizen's department token, over TLS too."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection

from connectors.channel import Channel
from connectors.connector import Connector
from connectors.credentials.tls import tls_context
from connectors.graphql_http.plain import PlainSubgraph
from connectors.graphql_http.posting import Poster
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.manifest.model import Subscriptions, Tls
from connectors.manifest.runtime import Limits
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from federation.subgraph import FetchContext, FetchResult, NotStreaming, PlannedFetch, Streaming
from tests.connectors.conftest import CITIZEN, LoopClock, StubTokens
from tests.connectors.credentials.test_tls import Authority, pem
from tests.connectors.graphql_http.scripted import Sockets, following, sockets
from tongban.errors import CallerFault, ErrorCode

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { queue: Int }
type Subscription { called(window: Int): Ticket }
type Ticket @key(fields: "no") { no: ID! }
"""
MANIFEST = """
apiVersion: tongban/v1
kind: Connector
metadata:
  id: moe.hall
  version: 1.0.0
  title: {zh: 大厅, en: Hall}
  department: {code: moe, name: {zh: 教育厅, en: Education}}
  owners: [{name: 信息中心, role: developer, contact: dev@moe.example}]
  lifecycle: production
backend:
  kind: graphql
  describe: {sdl: ./hall.graphql, federation: 2}
  endpoints: {sandbox: "http://127.0.0.1:1"}
  auth: [{kind: exchanged, audience: moe}]
  SUBSCRIPTIONS
governance:
  {assurance: 1, purposes: [hall.view], classification: L2, legalBasis: 义务教育法, responsibleUnit: 信息中心, sharing: conditional}
services:
  called: {title: {zh: 叫号, en: Called}, kind: lookup, classification: L1, fields: [Subscription.called]}
"""
EXPOSING = "expose: {rename: {Subscription.called: ticketCalled}}"
CONTEXT = FetchContext(caller=CITIZEN)
Planned = Callable[..., PlannedFetch]


async def called(server: Sockets, socket: ServerConnection) -> None:
    await server.greet(socket)
    await socket.send(following({"ticketCalled": {"no": "A7"}}))
    await socket.send('{"type":"complete","id":"1"}')


@pytest.fixture
def fetch(planned: Planned) -> PlannedFetch:
    return planned("subscription { ticketCalled(window: 3) { no } }")


@pytest.fixture
def connected(transport: Transport, clock: LoopClock) -> Callable[..., Connector]:
    def open_(url: str, tokens: StubTokens, said: str = "", exposing: str = EXPOSING) -> Connector:
        return open_connector(
            parse_manifest(MANIFEST.replace("SUBSCRIPTIONS", said) + exposing),
            {"hall.graphql": SDL.encode()},
            endpoint=url,
            secrets=HeldSecrets({}),
            tokens=tokens,
            clock=clock,
            transport=transport,
        )

    return open_


async def test_the_opening_carries_the_citizens_department_token(
    connected: Callable[..., Connector], tokens: StubTokens, fetch: PlannedFetch
) -> None:
    async with sockets(called) as server:
        connector = connected(server.url, tokens, "subscriptions: {protocol: websocket, path: /events}")
        assert isinstance(connector, Streaming)
        found = [event async for event in connector.prepare_events(fetch).events({}, CONTEXT)]
    assert found == [FetchResult(data={"ticketCalled": {"no": "A7"}})]
    assert "ticketCalled" in connector.sdl
    token = server.headers[0]["authorization"]
    assert token.startswith("Bearer e30.")
    assert server.got[0]["payload"] == {"Authorization": token}
    assert "ticketCalled: called(window: 3)" in server.got[1]["payload"]["query"]


class NoToken(StubTokens):
    """Refuses everybody."""

    async def token_for(self, *_: object) -> str:
        raise CallerFault(ErrorCode.CONSENT_REQUIRED, detail="who it was")


async def test_without_a_token_nobody_is_asked(
    connected: Callable[..., Connector], fetch: PlannedFetch
) -> None:
    async with sockets(called) as server:
        connector = connected(server.url, NoToken(), "subscriptions: {protocol: sse}")
        (only,) = [event async for event in connector.prepare_events(fetch).events({}, CONTEXT)]
    assert [(e.code, e.path, e.department) for e in only.errors] == [(ErrorCode.CONSENT_REQUIRED, (), "moe")]
    assert not server.headers


def test_a_manifest_without_a_word_on_events_gives_none(
    connected: Callable[..., Connector], tokens: StubTokens, fetch: PlannedFetch
) -> None:
    with pytest.raises(ManifestRejected, match=r"backend\.subscriptions"):
        connected("http://127.0.0.1:1", tokens)
    silent = connected("http://127.0.0.1:1", tokens, exposing="")
    assert "ticketCalled" not in silent.sdl
    with pytest.raises(NotStreaming):
        silent.prepare_events(fetch)


async def test_the_way_is_guarded_by_tls_like_any_other(
    transport: Transport, clock: LoopClock, planned: Planned, tmp_path: Path
) -> None:
    authority = Authority()
    (tmp_path / "server.pem").write_text("\n".join(authority.pair("server")))
    guard = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=pem(authority.certificate))
    guard.verify_mode = ssl.CERT_REQUIRED
    guard.load_cert_chain(tmp_path / "server.pem")
    certificate, key = authority.pair("tongban")
    secrets = HeldSecrets(
        {"secret://x/ca": pem(authority.certificate), "secret://x/c": certificate, "secret://x/k": key}
    )

    async def asked(url: str, tls: Tls) -> FetchResult:
        channel = Channel(
            transport, url, clock=clock, limits=Limits(timeout_s=5), ssl=tls_context(tls, secrets)
        )
        subgraph = PlainSubgraph("s", "", Poster(channel, f"{url}/"), Subscriptions("websocket"))
        fetch = planned("subscription { ticketCalled { no } }")
        (only,) = [event async for event in subgraph.prepare_events(fetch).events({}, FetchContext())]
        return only

    async with sockets(called, ssl=guard) as server:
        url = server.url.replace("http://", "https://").rstrip("/")
        whole = await asked(url, Tls("secret://x/ca", "secret://x/c", "secret://x/k"))
        bare = await asked(url, Tls("secret://x/ca"))
        unknown = await asked(url, Tls())
    assert whole.data == {"ticketCalled": {"no": "A7"}}
    for refused in (bare, unknown):
        assert [error.code for error in refused.errors] == [ErrorCode.DEPARTMENT_UNAVAILABLE]
