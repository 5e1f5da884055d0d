"""``--forward-header NAME``: a caller's header reaches backends, its own requests' only, and never in place of one of ours."""

from __future__ import annotations

import asyncio

import pytest

from gateway.plain import PlainOptions
from tests.gateway.plain.serving import ask, plain, socket_url
from tests.gateway.streams.clients import calling


async def test_only_the_headers_that_were_named_go_on(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed, forward_headers=("x-tenant",))) as client:
        answer = await ask(client, "{ tenant trace tenantOfReviews }", x_tenant="north", x_trace="t")
        assert answer == {"data": {"tenant": "north", "trace": None, "tenantOfReviews": "north"}}
        assert (await ask(client, "{ tenant }"))["data"] == {"tenant": None}
    async with plain(PlainOptions(subgraphs=listed)) as client:
        assert (await ask(client, "{ tenant }", x_tenant="north"))["data"] == {"tenant": None}


async def test_entity_fetches_carry_them_too(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed, forward_headers=("x-tenant",))) as client:
        answer = await ask(client, "{ users { tenantSeen } }", x_tenant="north")
    assert answer["data"] == {"users": [{"tenantSeen": "north"}, {"tenantSeen": "north"}]}


async def test_no_work_is_shared_between_callers_whose_headers_differ(listed: str, seen: list[str]) -> None:
    tenants = [f"tenant-{number % 20}" for number in range(60)]
    async with plain(PlainOptions(subgraphs=listed, forward_headers=("x-tenant",))) as client:
        answers = await asyncio.gather(
            *(ask(client, "{ tenant me { tenantSeen } }", x_tenant=tenant) for tenant in tenants)
        )
    assert [answer["data"] for answer in answers] == [
        {"tenant": tenant, "me": {"tenantSeen": tenant}} for tenant in tenants
    ]


async def test_a_header_cannot_replace_one_of_ours(listed: str) -> None:
    forwarding = PlainOptions(subgraphs=listed, forward_headers=("user-agent", "x-tenant"))
    async with plain(forwarding) as client:
        answer = await ask(client, "{ tenant }", user_agent="evil", x_tenant="a")
    assert answer == {"data": {"tenant": "a"}}


async def test_those_of_an_upgrade_go_on_with_each_operation_of_the_socket(listed: str) -> None:
    options = PlainOptions(subgraphs=listed, forward_headers=("x-tenant",))
    async with (
        plain(options) as client,
        calling(socket_url(client), x_tenant="north", x_trace="t") as caller,
        calling(socket_url(client)) as other,
    ):
        for each, tenant in ((caller, "north"), (other, None)):
            await each.init({"x-tenant": "south", "headers": {"x-tenant": "south"}})
            await each.subscribe("a", "{ tenant trace users { tenantSeen } }")
            seen = [{"tenantSeen": tenant}] * 2
            answer = {"data": {"tenant": tenant, "trace": None, "users": seen}}
            assert (await each.hear())["payload"] == answer


async def test_without_a_login_the_credentials_of_a_socket_are_for_backends_only(listed: str) -> None:
    options = PlainOptions(subgraphs=listed, forward_headers=("authorization",))
    async with plain(options) as client, calling(socket_url(client)) as caller:
        await caller.init({"Authorization": "Basic dTpw"})
        await caller.subscribe("a", "{ authorization }")
        assert (await caller.hear())["payload"] == {"data": {"authorization": "Basic dTpw"}}


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("{own}", True),
        ("https://evil.example", False),
        ("http://127.0.0.1:1", False),
        ("http://127.0.0.1.evil.example", False),
        ("{own}@evil.example", False),
        ("null", False),
        ("http://[", False),
        ("http://127.0.0.1:99999", False),
    ],
)
async def test_a_page_of_another_origin_lends_no_credentials_of_its_visitor(
    listed: str, origin: str, same: bool
) -> None:
    options = PlainOptions(subgraphs=listed, forward_headers=("cookie", "authorization", "x-tenant"))
    async with plain(options) as client:
        page = origin.replace("{own}", str(client.base_url).rstrip("/"))
        sent = {"cookie": "session=1", "authorization": "Basic dTpw", "x_tenant": "north"}
        async with calling(socket_url(client), origin=page, **sent) as caller:
            await caller.init()
            await caller.subscribe("a", "{ authorization cookie tenant }")
            theirs = {"authorization": "Basic dTpw", "cookie": "session=1"}
            expected = theirs if same else dict.fromkeys(theirs)
            assert (await caller.hear())["payload"] == {"data": {**expected, "tenant": "north"}}


async def test_a_token_is_no_credential_that_a_browser_sends_by_itself(listed: str) -> None:
    options = PlainOptions(subgraphs=listed, forward_headers=("authorization",))
    async with (
        plain(options) as client,
        calling(socket_url(client), origin="https://app.example", authorization="Bearer t") as caller,
    ):
        await caller.init()
        await caller.subscribe("a", "{ authorization }")
        assert (await caller.hear())["payload"] == {"data": {"authorization": "Bearer t"}}
