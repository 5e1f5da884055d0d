"""``graphql-transport-ws`` on a real socket. Source: graphql-ws, "GraphQL over WebSocket Protocol"."""

from __future__ import annotations

import hashlib

import pytest
from websockets.exceptions import InvalidStatus

from tests.gateway.streams.clients import calling
from tests.gateway.streams.newsroom import SUBSCRIBE, TRUSTED, Newsroom, newsroom, open_to_all
from tongban.settings import Settings


async def test_a_query_is_answered_by_one_next_and_complete(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("a", "query ($to: String) { hello(to: $to) }", variables={"to": "通"})
        answer = {"data": {"hello": "hello 通"}}
        assert await caller.hear() == {"type": "next", "id": "a", "payload": answer}
        assert await caller.hear() == {"type": "complete", "id": "a"}


async def test_a_mutation_runs_in_the_name_of_the_connection(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init({"Authorization": "Bearer citizen"})
        await caller.subscribe("m", 'mutation { publish(text: "one") { text } }')
        assert (await caller.hear())["payload"] == {"data": {"publish": {"text": "one"}}}


async def test_events_come_with_what_other_subgraphs_add(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", "subscription { news { text author } }")
        await room.wire.has(1)
        room.wire.tell("one", "two")
        for text in ("one", "two"):
            data = {"news": {"text": text, "author": f"by {text}"}}
            assert await caller.hear() == {"type": "next", "id": "s", "payload": {"data": data}}
        room.wire.end()
        assert await caller.hear() == {"type": "complete", "id": "s"}


async def test_complete_unsubscribes_and_frees_the_id(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        await caller.say(type="complete", id="s")
        await room.wire.has(0)
        await caller.subscribe("s", "{ hello }")
        assert (await caller.hear())["payload"] == {"data": {"hello": "hello world"}}


async def test_who_leaves_is_unsubscribed(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        for id in ("a", "b"):
            await caller.subscribe(id, SUBSCRIBE)
        await room.wire.has(2)
    await room.wire.has(0)
    await room.empty()


async def test_a_trusted_document_is_known_by_either_name(room: Newsroom) -> None:
    digest = hashlib.sha256(TRUSTED.encode()).hexdigest()
    async with calling(room.socket_url) as caller:
        await caller.init()
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        await caller.say(type="subscribe", id="a", payload={"extensions": persisted})
        await caller.say(type="subscribe", id="b", payload={"documentId": f"sha256:{digest}"})
        await room.wire.has(2)
        room.wire.tell("one")
        heard = [await caller.hear() for _ in "ab"]
        assert sorted(each["id"] for each in heard) == ["a", "b"]
        await caller.say(type="subscribe", id="c", payload={"documentId": "unknown"})
        refused = await caller.hear()
        assert (refused["type"], refused["id"]) == ("error", "c")
        assert refused["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { cases { text } }", "UNAUTHENTICATED"),
        ("subscription { news { text } cases { text } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription ($n: String) { news(topic: $n) { text } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_run_is_an_error_without_complete(room: Newsroom, query: str, code: str) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("x", query, variables={"n": [1]})
        refused = await caller.hear()
        assert (refused["type"], refused["id"]) == ("error", "x")
        assert refused["payload"][0]["extensions"]["code"] == code
        await caller.say(type="ping", payload={"n": 1})
        assert await caller.hear() == {"type": "pong", "payload": {"n": 1}}
    assert room.wire.opened == 0


# -- who is there


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "Bearer citizen"},
        {"authorization": "Bearer citizen"},
        {"headers": {"Authorization": "Bearer citizen"}},
    ],
)
async def test_the_first_message_may_carry_the_token(room: Newsroom, payload: dict[str, object]) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init(payload)
        await caller.subscribe("s", "subscription { cases { text } }")
        await room.wire.has(1)


async def test_the_upgrade_may_carry_the_token(room: Newsroom) -> None:
    async with calling(room.socket_url, authorization="Bearer citizen") as caller:
        await caller.init()
        await caller.subscribe("s", "subscription { cases { text } }")
        await room.wire.has(1)


@pytest.mark.parametrize("token", ["Bearer stolen", "Basic Y2l0aXplbg==", "Bearer ", ""])
async def test_a_bad_token_closes_4403_without_data(room: Newsroom, token: str) -> None:
    async with calling(room.socket_url) as caller:
        await caller.say(type="connection_init", payload={"Authorization": token})
        await caller.subscribe("a", "{ hello }")
        assert await caller.closed() == 4403
    assert room.house.told == []


@pytest.mark.parametrize("protocol", [None, "graphql-ws", "graphql-transport-ws2"])
async def test_no_other_subprotocol_is_spoken(room: Newsroom, protocol: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with calling(room.socket_url, protocol=protocol):
            pass
    assert refused.value.response.status_code == 400


async def test_sockets_are_at_one_address(room: Newsroom) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with calling(room.socket_url + "/elsewhere"):
            pass
    assert refused.value.response.status_code == 404


async def test_what_is_sent_too_early_closes_4401(room: Newsroom) -> None:
    async with calling(room.socket_url, authorization="Bearer citizen") as caller:
        await caller.say(type="ping")
        assert await caller.hear() == {"type": "pong"}
        await caller.subscribe("a", "{ hello }")
        assert await caller.closed() == 4401
    assert room.house.told == []


async def test_a_second_init_closes_4429(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.say(type="connection_init")
        assert await caller.closed() == 4429


async def test_an_id_in_use_closes_4409(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("a", SUBSCRIBE)
        await caller.subscribe("a", SUBSCRIBE)
        assert await caller.closed() == 4409
    await room.wire.has(0)


async def test_who_never_says_who_it_is_is_closed_4408() -> None:
    room = newsroom(Settings(socket_init_s=0.05))
    async with open_to_all(room), calling(room.socket_url) as caller:
        assert await caller.closed() == 4408


async def test_who_has_said_so_may_be_silent() -> None:
    room = newsroom(Settings(socket_init_s=0.5))
    async with open_to_all(room), calling(room.socket_url) as caller, calling(room.socket_url) as other:
        await caller.init()
        assert await other.closed() == 4408  # as much time has gone by for both
        await caller.subscribe("a", "{ hello }")
        assert (await caller.hear())["type"] == "next"


# -- how much


async def test_a_socket_has_so_many_subscriptions() -> None:
    room = newsroom(Settings(max_socket_subscriptions=2))
    async with open_to_all(room), calling(room.socket_url) as caller, calling(room.socket_url) as other:
        await caller.init()
        for id in ("a", "b"):
            await caller.subscribe(id, SUBSCRIBE)
        await room.wire.has(2)
        await caller.subscribe("c", SUBSCRIBE)
        refused = await caller.hear()
        assert (refused["type"], refused["id"]) == ("error", "c")
        assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await other.init()
        await other.subscribe("a", SUBSCRIBE)
        await room.wire.has(3)
        await caller.say(type="complete", id="a")
        await room.wire.has(2)
        await caller.subscribe("c", SUBSCRIBE)
        await room.wire.has(3)


async def test_a_person_has_so_many_subscriptions_on_all_sockets() -> None:
    room = newsroom(Settings(max_user_subscriptions=2))
    async with open_to_all(room), calling(room.socket_url) as caller, calling(room.socket_url) as other:
        for each in (caller, other):
            await each.init({"Authorization": "Bearer citizen"})
            await each.subscribe("a", SUBSCRIBE)
        await room.wire.has(2)
        await caller.subscribe("b", SUBSCRIBE)
        assert (await caller.hear())["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        async with calling(room.socket_url, authorization="Bearer officer") as officer:
            await officer.init()
            await officer.subscribe("a", SUBSCRIBE)
            await room.wire.has(3)


async def test_a_socket_runs_so_many_operations_at_once() -> None:
    room = newsroom(Settings(max_socket_operations=2))
    async with open_to_all(room), calling(room.socket_url) as caller:
        await caller.init()
        for id in ("a", "b", "c"):
            await caller.subscribe(id, "{ waits }")
        refused = await caller.hear()
        assert (refused["type"], refused["id"]) == ("error", "c")


async def test_a_process_has_so_many_sockets() -> None:
    room = newsroom(Settings(max_sockets=1))
    async with open_to_all(room):
        async with calling(room.socket_url):
            with pytest.raises(InvalidStatus) as refused:
                async with calling(room.socket_url):
                    pass
            assert refused.value.response.status_code == 503
        async with calling(room.socket_url) as caller:
            await caller.init()


async def test_limits_on_documents_hold_on_sockets_too() -> None:
    room = newsroom(Settings(max_aliases=2))
    async with open_to_all(room), calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("a", "{ a: hello b: hello c: hello }")
        assert (await caller.hear())["payload"][0]["extensions"]["code"] == "COST_EXCEEDED"


async def test_each_operation_is_metered_once(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("a", "{ nothing }")
        await caller.hear()
        await caller.subscribe("b", SUBSCRIBE)
        await room.wire.has(1)
        room.wire.tell("one", "two")
        await caller.hear()
        await caller.hear()
    outcomes = [(event.service, event.outcome) for event in room.house.told]
    assert outcomes == [("*", "caller_error"), ("*", "ok"), ("news.news", "ok")]
