"""``tongban serve --subgraphs FILE.json --anonymous``: composed by itself, asked over real sockets."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import httpx
import pytest

from federation import compose
from gateway.plain import Objected, PlainGateway, PlainOptions, PlainUnusable
from tests.gateway.plain.serving import ask, listing, plain
from tests.gateway.plain.subgraphs import REVIEWS, USERS, Scripted
from tests.gateway.serving import served
from tongban.settings import Settings, without_limits


async def test_an_operation_is_answered_from_several_subgraphs(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        assert await ask(client, "{ me { name reviews } }") == {
            "data": {"me": {"name": "Ada", "reviews": ["by 1"]}}
        }


async def test_without_an_sdl_the_subgraph_is_asked_for_it(addresses: dict[str, str], tmp_path: Path) -> None:
    unsaid = listing(tmp_path, *({"name": name, "url": url} for name, url in addresses.items()))
    async with plain(PlainOptions(subgraphs=unsaid)) as client:
        assert (await ask(client, "{ me { reviews } }"))["data"] == {"me": {"reviews": ["by 1"]}}


async def test_errors_of_a_subgraph_keep_their_message_and_code_and_nothing_else(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        answer = await ask(client, "{ me { name } oops: fails }")
    (error,) = answer["errors"]
    assert error["message"] == "no such thing: 42"
    assert error["path"] == ["oops"]
    assert error["extensions"].keys() == {"code", "department", "requestId"}
    assert (error["extensions"]["code"], error["extensions"]["department"]) == ("MY_CODE", "users")
    assert answer["data"] == {"me": {"name": "Ada"}, "oops": None}


async def test_an_entitys_error_stands_at_the_clients_path(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        answer = await ask(client, "{ everybody: users { said: reviews } }")
    assert answer["data"] == {"everybody": [{"said": ["by 1"]}, {"said": None}]}
    (error,) = answer["errors"]
    assert (error["message"], error["path"]) == ("Lin said nothing", ["everybody", 1, "said"])
    assert error["extensions"]["code"] == "SILENT"


async def test_a_field_called_me_is_nobodys_secret_here(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        response = await client.post("/graphql", json={"query": "{ me { id } }"})
    assert (response.status_code, response.json()) == (200, {"data": {"me": {"id": "1"}}})


async def test_an_authorization_header_is_not_for_an_anonymous_gateway(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        for header in ("Basic dTpw", "Bearer no.such.token", ""):
            assert "errors" not in await ask(client, "{ me { id } }", authorization=header)


async def test_a_variable_with_a_default_may_stand_where_null_may_not(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        query = "query Q($many: Int = 1, $with: Boolean = false) { first(many: $many) { id name @include(if: $with) } }"
        assert await ask(client, query) == {"data": {"first": [{"id": "1"}]}}
        assert (await ask(client, query, {"many": 2, "with": True}))["data"]["first"][1]["name"] == "Lin"


async def test_a_clients_variable_may_be_called_representations(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        query = "query($representations: Boolean!) { me { reviews @include(if: $representations) } }"
        assert await ask(client, query, {"representations": True}) == {"data": {"me": {"reviews": ["by 1"]}}}


async def test_introspection_is_refused_unless_it_was_asked_for(listed: str) -> None:
    query = "{ __schema { queryType { name } } }"
    async with plain(PlainOptions(subgraphs=listed)) as client:
        assert "data" not in await ask(client, query)
        assert (await client.get("/schema.graphql")).status_code == 403
        assert await ask(client, "{ __typename }") == {"data": {"__typename": "Query"}}
    async with plain(PlainOptions(subgraphs=listed), Settings(introspection=True)) as client:
        assert (await ask(client, query))["data"] == {"__schema": {"queryType": {"name": "Query"}}}
        assert "Who there is" in (await client.get("/schema.graphql")).text


async def test_limits_hold_until_they_are_taken_off(listed: str) -> None:
    wide = "{ " + " ".join(f"a{number}: tenant" for number in range(60)) + " }"
    async with plain(PlainOptions(subgraphs=listed)) as client:
        assert (await ask(client, wide))["errors"][0]["extensions"]["code"] == "COST_EXCEEDED"
    async with plain(PlainOptions(subgraphs=listed), without_limits(Settings())) as client:
        assert len((await ask(client, wide))["data"]) == 60
        nested = "[" * 300 + "]" * 300
        deep = await client.post(
            "/graphql",
            content=f'{{"query":"{{ tenant }}","variables":{{"a":{nested}}}}}',
            headers={"content-type": "application/json"},
        )
        assert deep.status_code == 400


async def test_it_says_that_it_lives_and_is_ready(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        assert (await client.get("/health")).text == "ok\n"
        assert (await client.get("/readyz?verbose")).json()["subgraphs"] == ["reviews", "users"]
        assert "tongban_requests_total" in (await client.get("/metrics")).text
        assert (await client.get("/oauth/token")).status_code == 404


async def test_the_same_graph_has_the_same_hash_wherever_it_was_composed(
    listed: str, addresses: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(f"# composed elsewhere\n{compose({'users': USERS, 'reviews': REVIEWS}, addresses).sdl}")
    found = []
    for options in (PlainOptions(subgraphs=listed), PlainOptions(supergraph=str(file))):
        async with plain(options) as client:
            found.append((await client.get("/readyz?verbose")).json()["supergraph"])
    assert found[0] == found[1]


async def test_a_websocket_without_the_one_subprotocol_is_refused_in_words(listed: str) -> None:
    shake = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    async with plain(PlainOptions(subgraphs=listed)) as client:
        response = await client.get(
            "/graphql", headers={**shake, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="}
        )
    assert response.status_code == 400
    assert "graphql-transport-ws" in response.json()["errors"][0]["message"]


async def test_a_url_is_used_to_the_letter(tmp_path: Path) -> None:
    scripted = Scripted(b'{"data":{"me":{"id":"1"}}}')
    async with served(scripted) as origin:
        for path in ("", "/", "/deep/graphql/"):
            named = listing(tmp_path, {"name": "users", "url": origin + path, "sdl": USERS})
            async with plain(PlainOptions(subgraphs=named)) as client:
                assert "errors" not in await ask(client, "{ me { id } }")
    assert scripted.paths == ["/", "/", "/deep/graphql/"]


async def test_nothing_is_written_to_disk(
    listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with plain(PlainOptions(subgraphs=listed), Settings()) as client:
        await ask(client, "{ me { id } }")
    assert os.listdir(tmp_path) == ["subgraphs.json"]


async def test_a_subgraph_that_is_away_costs_its_own_fields(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        named = listing(
            tmp_path,
            {"name": "users", "url": addresses["users"], "sdl": USERS},
            {"name": "reviews", "url": away, "sdl": REVIEWS},
        )
        async with plain(PlainOptions(subgraphs=named)) as client:
            answer = await ask(client, "{ me { name reviews } }")
    assert answer["data"] == {"me": {"name": "Ada", "reviews": None}}
    assert answer["errors"][0]["extensions"]["code"] == "DEPARTMENT_UNAVAILABLE"


async def test_what_does_not_compose_is_objected_to(tmp_path: Path) -> None:
    broken = listing(tmp_path, {"name": "users", "url": "http://127.0.0.1:1/", "sdl": "type Query {"})
    with pytest.raises(Objected):
        await PlainGateway(PlainOptions(subgraphs=broken), Settings(log_level="error")).open()


ITEM = '{"name": "users", "url": "http://127.0.0.1:1/", "sdl": "type Query { a: Int }"}'
BAD_FILES = {
    "not JSON": ("[", "is not JSON"),
    "no list": (ITEM, "must be a list"),
    "empty": ("[]", "must be a list"),
    "no objects": ("[1]", "subgraph 1 must be an object"),
    "no name": ('[{"url": "http://x/"}]', 'needs a text under "name"'),
    "no url": (f'[{ITEM}, {{"name": "b"}}]', 'subgraph 2 needs a text under "url"'),
    "an sdl of another kind": ('[{"name": "a", "url": "http://x/", "sdl": 1}]', '"sdl" must be the text'),
    "an unknown key": ('[{"name": "a", "url": "http://x/", "schema": "s"}]', 'unknown key "schema"'),
    "events by an unknown way": (
        '[{"name": "a", "url": "http://x/", "sdl": "s", "subscriptions": {"protocol": "pigeon"}}]',
        '"subscriptions" must be',
    ),
    "events from elsewhere": (
        '[{"name": "a", "url": "http://x/", "sdl": "s", "subscriptions": {"protocol": "sse", "path": "//y/"}}]',
        'the "path" of "subscriptions" must begin with one "/"',
    ),
    "twice the same": (f"[{ITEM}, {ITEM}]", "two subgraphs are called 'users'"),
    "no address": ('[{"name": "a", "url": "ftp://x/", "sdl": "s"}]', "is no address to ask"),
    "a user in the address": ('[{"name": "a", "url": "http://u:p@x/", "sdl": "s"}]', "is no address to ask"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
async def test_a_bad_list_is_refused_in_plain_words(kind: str, tmp_path: Path) -> None:
    text, said = BAD_FILES[kind]
    path = tmp_path / "subgraphs.json"
    path.write_text(text)
    with pytest.raises(PlainUnusable, match=said):
        await PlainGateway(PlainOptions(subgraphs=str(path)), Settings(log_level="error")).open()


async def test_a_subgraph_that_does_not_tell_its_schema_is_named(tmp_path: Path) -> None:
    for body, status in ((b'{"data":{"_service":null}}', 200), (b"<html>", 502), (b'{"errors":[{}]}', 400)):
        async with served(Scripted(body, status)) as origin:
            named = listing(tmp_path, {"name": "users", "url": origin})
            with pytest.raises(PlainUnusable, match=f"subgraph users at {origin} .*{status}"):
                await PlainGateway(PlainOptions(subgraphs=named), Settings(log_level="error")).open()


async def test_get_runs_queries_too(listed: str) -> None:
    async with plain(PlainOptions(subgraphs=listed)) as client:
        response: httpx.Response = await client.get("/graphql", params={"query": "{ me { name } }"})
    assert response.json() == {"data": {"me": {"name": "Ada"}}}
