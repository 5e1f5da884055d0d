"""``--issuer URL --audience NAME``: a bearer token of that issuer, or no data."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.plain import PlainGateway, PlainOptions, PlainUnusable
from tests.gateway.plain.issuing import AUDIENCE, issuer_app, token
from tests.gateway.plain.serving import plain, socket_url
from tests.gateway.serving import served
from tests.gateway.streams.clients import calling
from tongban.settings import Settings

STRANGERS = ec.generate_private_key(ec.SECP256R1())
QUERY = {"query": "{ me { name } }"}


@pytest.fixture
async def issuer() -> AsyncIterator[str]:
    async with served(issuer_app()) as origin:
        yield origin


async def test_without_a_token_there_is_no_data(issuer: str, listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed, issuer=issuer, audience=AUDIENCE)) as client:
        for headers in ({}, {"authorization": "Basic dTpw"}, {"authorization": "Bearer"}):
            response = await client.post("/graphql", json=QUERY, headers=headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")
            assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert "data" not in response.json()


async def test_a_token_of_the_issuer_is_served(issuer: str, listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed, issuer=issuer, audience=AUDIENCE)) as client:
        headers = {"authorization": f"Bearer {token(issuer)}"}
        response = await client.post("/graphql", json=QUERY, headers=headers)
    assert response.json() == {"data": {"me": {"name": "Ada"}}}


async def test_on_sockets_too(issuer: str, listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed, issuer=issuer, audience=AUDIENCE)) as client:
        url = socket_url(client)
        async with calling(url) as caller:
            await caller.init({"Authorization": f"Bearer {token(issuer)}"})
            await caller.subscribe("a", QUERY["query"])
            assert (await caller.hear())["payload"] == {"data": {"me": {"name": "Ada"}}}
        for payload in (
            {},
            {"Authorization": "Basic dTpw"},
            {"Authorization": f"Bearer {token(issuer, STRANGERS)}"},
        ):
            async with calling(url) as caller:
                await caller.say(type="connection_init", payload=payload)
                await caller.subscribe("a", QUERY["query"])
                assert await caller.closed() == 4403


async def test_a_token_that_ends_while_a_socket_is_open_is_refused_there(issuer: str, listed: str) -> None:
    """Verified anew for each operation."""
    short = token(issuer, exp=int(time.time()) + 2)
    async with (
        plain(PlainOptions(subgraphs=listed, issuer=issuer, audience=AUDIENCE)) as client,
        calling(socket_url(client), authorization=f"Bearer {short}") as caller,
    ):
        await caller.init()
        answer = {"type": "next"}
        while answer["type"] in ("next", "complete"):
            await caller.subscribe("a", QUERY["query"])
            answer = await caller.hear()
            if answer["type"] == "next":
                await caller.hear()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"  # type: ignore[index]


async def test_any_other_token_is_refused(issuer: str, listed: str) -> None:
    bad = [
        token(issuer, STRANGERS),
        token("https://other.example"),
        token(issuer, aud="another-graph"),
        token(issuer, exp=int(time.time()) - 1),
        token(issuer)[:-4] + "AAAA",
    ]
    async with plain(PlainOptions(subgraphs=listed, issuer=issuer, audience=AUDIENCE)) as client:
        for each in bad:
            response = await client.post("/graphql", json=QUERY, headers={"authorization": f"Bearer {each}"})
            assert (response.status_code, "data" in response.json()) == (401, False)


async def test_the_token_itself_goes_on_only_where_that_was_asked_for(issuer: str, listed: str) -> None:
    headers = {"authorization": f"Bearer {token(issuer)}", "x-tenant": "north"}
    async with plain(PlainOptions(subgraphs=listed, issuer=issuer, audience=AUDIENCE)) as client:
        response = await client.post("/graphql", json={"query": "{ tenant }"}, headers=headers)
    assert response.json() == {"data": {"tenant": None}}


async def test_an_issuer_that_cannot_be_asked_is_named(listed: str, addresses: dict[str, str]) -> None:
    options = PlainOptions(subgraphs=listed, issuer=addresses["users"], audience=AUDIENCE)
    with pytest.raises(PlainUnusable, match=f"the issuer {addresses['users']} cannot be used"):
        await PlainGateway(options, Settings(log_level="error")).open()
