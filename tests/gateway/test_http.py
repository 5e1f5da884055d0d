"""GraphQL over HTTP on a real socket. Source: graphql.github.io/graphql-over-http, draft of 2025."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from gateway.http import GraphQLEndpoint
from gateway.stages.respond import refuse
from gateway.types import Arrived, Response
from tests.gateway.conftest import TRUSTED
from tests.gateway.house import House
from tests.gateway.serving import served
from tongban.clock import SystemClock
from tongban.ids import new_id
from tongban.settings import Settings

NEWER = "application/graphql-response+json"
OLDER = "application/json"
HELLO = {"query": "{ hello }"}
BOOK = {"query": 'mutation { bookMarriageRegistration(spouseNumber: "1") { number } }'}


async def post(client: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    """Headers by keyword: ``content_type`` is ``content-type``."""
    given = {"content-type": OLDER, "accept": NEWER}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return await client.post("/", content=content, headers=given)


def code_of(response: httpx.Response) -> str:
    """The code of a refusal: errors, and no data."""
    body = response.json()
    assert "data" not in body
    code: str = body["errors"][0]["extensions"]["code"]
    return code


# -- what is asked


async def test_a_query_is_answered(client: httpx.AsyncClient) -> None:
    response = await post(client, HELLO)
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello world"}})


async def test_variables_and_an_operation_name_are_taken(client: httpx.AsyncClient) -> None:
    body = {
        "query": "query A($to: String) { hello(to: $to) } query B { wide }",
        "operationName": "A",
        "variables": {"to": "通"},
        "extensions": {"whatever": [1]},
        "unknown": 1,
    }
    assert (await post(client, body)).json() == {"data": {"hello": "hello 通"}}


@pytest.mark.parametrize("absent", ["operationName", "variables", "extensions", "documentId"])
async def test_null_is_as_good_as_absent(client: httpx.AsyncClient, absent: str) -> None:
    assert (await post(client, {**HELLO, absent: None})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"{ hello }"',
        b'{"query": "{ hello }"',
        b'{"query": "{ hello }"} trailing',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": NaN}',
        b"[" * 5_000,
        b'{"a":' * 1_500 + b"1" + b"}" * 1_500,
        {},
        {"query": ""},
        {"query": None},
        {"query": 7},
        {"query": {"a": 1}},
        {**HELLO, "operationName": 7},
        {**HELLO, "variables": "{}"},
        {**HELLO, "variables": []},
        {**HELLO, "variables": 0},
        {**HELLO, "extensions": 0},
        {**HELLO, "extensions": "x"},
        {**HELLO, "documentId": 7},
    ],
)
@pytest.mark.parametrize("accept", [NEWER, OLDER])
async def test_what_is_no_graphql_request_is_400(client: httpx.AsyncClient, body: Any, accept: str) -> None:
    response = await post(client, body, accept=accept)
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


async def test_json_that_nests_too_deep_is_refused(client: httpx.AsyncClient) -> None:
    deep: Any = 1
    for _ in range(62):
        deep = [deep]
    assert (await post(client, {**HELLO, "variables": {"x": deep}})).status_code == 200
    response = await post(client, {**HELLO, "variables": {"x": [[deep]]}})
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


async def test_batches_are_refused(client: httpx.AsyncClient) -> None:
    response = await post(client, [HELLO, HELLO])
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")
    assert "batches" in response.json()["errors"][0]["message"]


# -- media types (§5.4, §6.1)


@pytest.mark.parametrize(
    "content_type",
    [OLDER, "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
async def test_json_in_utf_8_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    assert (await post(client, HELLO, content_type=content_type)).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "application/jsonp",
    ],
)
async def test_any_other_body_is_415(client: httpx.AsyncClient, content_type: str) -> None:
    response = await post(client, HELLO, content_type=content_type)
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_without_a_type_is_415(client: httpx.AsyncClient) -> None:
    response = await client.post("/", content=orjson.dumps(HELLO))
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (NEWER, NEWER),
        (OLDER, OLDER),
        ("*/*", OLDER),
        ("application/*", OLDER),
        (f"{NEWER}, {OLDER};q=0.9", NEWER),
        (f"{OLDER};q=0.9, {NEWER}", NEWER),
        (f"{OLDER}, {NEWER};q=0.5", OLDER),
        (f"{NEWER};charset=utf-8", NEWER),
        (f"{NEWER.upper()}", NEWER),
        (f"text/html, {NEWER};q=0.2, image/png", NEWER),
        (f"{OLDER};q=0, {NEWER}", NEWER),
        (f"{NEWER};q=nonsense, {OLDER};q=0.1", OLDER),
    ],
)
async def test_the_answer_is_of_the_type_that_is_liked_best(
    client: httpx.AsyncClient, accept: str, given: str
) -> None:
    response = await post(client, HELLO, accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{given}; charset=utf-8")


async def test_who_accepts_nothing_in_particular_gets_the_older_type(client: httpx.AsyncClient) -> None:
    async with client.stream(
        "POST", "/", content=orjson.dumps(HELLO), headers=[("content-type", OLDER)]
    ) as response:
        assert response.headers["content-type"].startswith(OLDER)


@pytest.mark.parametrize(
    "accept", ["text/html", "image/*", f"{NEWER};q=0", f"{OLDER};charset=gbk", "text/event-stream;q=0"]
)
async def test_who_accepts_neither_type_is_told_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(client, HELLO, accept=accept)
    assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")
    assert response.headers["content-type"].startswith(NEWER)


@pytest.mark.parametrize(
    ("body", "newer", "older", "code"),
    [
        ({"query": "{ hello("}, 400, 200, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello } query B { hello }"}, 400, 200, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query Q($n: ID!) { office(number: $n) { name } }"}, 400, 200, "BAD_USER_INPUT"),
        ({"documentId": "0" * 64}, 400, 200, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "{ marriage { number } }"}, 401, 401, "UNAUTHENTICATED"),
        ({"query": "{ " + "a: hello " * 31 + "}"}, 400, 400, "COST_EXCEEDED"),
        ({"query": "{ __schema { types { name } } }"}, 403, 403, "FORBIDDEN"),
    ],
)
async def test_the_status_goes_by_the_type(
    client: httpx.AsyncClient, body: Any, newer: int, older: int, code: str
) -> None:
    """§6.4: the newer type says it in the status; the older one has 200 for what was well-formed."""
    answers = [await post(client, body, accept=accept) for accept in (NEWER, OLDER)]
    assert [response.status_code for response in answers] == [newer, older]
    assert {code_of(response) for response in answers} == {code}


@pytest.mark.parametrize("accept", [NEWER, OLDER])
async def test_an_answer_with_errors_in_it_is_200(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(
        client, {"query": "{ hello marriage { number } }"}, accept=accept, authorization="Bearer basic"
    )
    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["errors", "data"]
    assert body["data"] == {"hello": "hello world", "marriage": None}
    (error,) = body["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["marriage"], "STEP_UP_REQUIRED")
    assert error["extensions"]["department"] == "guide"


# -- methods


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_405_with_those_allowed(client: httpx.AsyncClient, method: str) -> None:
    """RFC 9110 §15.5.6."""
    response = await client.request(method, "/", params=HELLO)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert method == "HEAD" or code_of(response) == "METHOD_NOT_ALLOWED"


async def test_a_query_may_come_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A($to: String) { hello(to: $to) } query B { wide }",
        "operationName": "A",
        "variables": '{"to": "通 & 办"}',
        "extensions": "{}",
    }
    response = await client.get("/", params=parameters, headers={"accept": NEWER})
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello 通 & 办"}})


async def test_a_mutation_by_get_is_405_and_sends_nothing(client: httpx.AsyncClient, house: House) -> None:
    for _ in range(2):
        response = await client.get(
            "/", params=BOOK, headers={"accept": NEWER, "authorization": "Bearer citizen"}
        )
        assert (response.status_code, code_of(response)) == (405, "METHOD_NOT_ALLOWED")
        assert response.headers["allow"] == "GET, POST"
    assert house.generation is not None
    assert house.generation.subgraphs["mca"].received == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query={hello}&variables=[]",
        "query={hello}&variables={",
        "query={hello}&variables=0",
        "query={hello}&extensions=7",
        "query=%FF",
        "&".join(f"a{n}=1" for n in range(30)) + "&query={hello}",
        "query={hello}&variables={%22a%22:" + "[" * 70 + "]" * 70 + "}",
    ],
)
async def test_a_query_string_that_is_no_request_is_400(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/?{query_string}", headers={"accept": NEWER})
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


# -- sizes


async def test_a_body_that_says_it_is_too_large_is_413(client: httpx.AsyncClient) -> None:
    response = await post(client, b" " * 20_001)
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_that_grows_too_large_is_413(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(30):
            yield b" " * 1_000

    response = await client.post("/", content=endless(), headers={"content-type": OLDER})
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_of_just_the_size_is_read(client: httpx.AsyncClient) -> None:
    body = orjson.dumps(HELLO)
    assert (await post(client, body + b" " * (20_000 - len(body)))).status_code == 200


async def test_a_document_that_is_too_large_is_413(client: httpx.AsyncClient) -> None:
    response = await post(client, {"query": "{ hello }" + " " * 5_000})
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_query_string_that_is_too_large_is_413(client: httpx.AsyncClient) -> None:
    response = await client.get("/", params={"query": "{ hello }" + " " * 5_000})
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, identity", "nonsense"])
async def test_a_compressed_request_is_refused_unread(client: httpx.AsyncClient, coding: str) -> None:
    response = await post(client, gzip.compress(orjson.dumps(HELLO)), content_encoding=coding)
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
async def test_no_coding_is_no_compression(client: httpx.AsyncClient, coding: str) -> None:
    assert (await post(client, HELLO, content_encoding=coding)).status_code == 200


# -- headers


async def test_a_request_id_is_echoed_in_the_header_and_in_errors(client: httpx.AsyncClient) -> None:
    response = await post(client, {"query": "{ nothing }"}, x_request_id="0d9f1c2e-aaaa-bbbb")
    assert response.headers["x-request-id"] == "0d9f1c2e-aaaa-bbbb"
    assert response.json()["errors"][0]["extensions"]["requestId"] == "0d9f1c2e-aaaa-bbbb"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "x" * 65,
        "has space 1234",
        "semi;colon-1234",
        "--------",
        "caf\xe9-12345",
        "990101199001011233",
        "id-99010119900101123X-1",
        "13900009999",
    ],
)
async def test_a_strange_request_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    response = await client.post(
        "/",
        content=orjson.dumps(HELLO),
        headers=[(b"content-type", OLDER.encode()), (b"x-request-id", given.encode("latin-1"))],
    )
    made = response.headers["x-request-id"]
    assert made != given
    assert len(made) == len(new_id())


async def test_a_request_without_an_id_gets_one_of_its_own(client: httpx.AsyncClient) -> None:
    made = {(await post(client, HELLO)).headers["x-request-id"] for _ in range(3)}
    assert len(made) == 3


async def test_an_answer_is_kept_by_nobody(client: httpx.AsyncClient) -> None:
    headers = (await post(client, HELLO)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "Authorization" in headers["vary"]


async def test_who_must_log_in_is_told_how(client: httpx.AsyncClient) -> None:
    for authorization in ("Bearer forged", "Basic abc", "Bearer"):
        response = await post(client, HELLO, authorization=authorization)
        assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_long_answer_is_compressed_for_who_takes_it(client: httpx.AsyncClient) -> None:
    asked = {"query": "{ wide }"}
    packed = await post(client, asked, accept_encoding="gzip, br")
    plain = await post(client, asked, accept_encoding="identity")
    short = await post(client, HELLO, accept_encoding="gzip")
    refused = await post(client, asked, accept_encoding="gzip;q=0, identity")
    assert [r.headers.get("content-encoding") for r in (packed, plain, short, refused)] == [
        "gzip",
        None,
        None,
        None,
    ]
    assert packed.json() == plain.json() == refused.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert "Accept-Encoding" in plain.headers["vary"]


# -- trusted documents

ID = hashlib.sha256(TRUSTED.encode()).hexdigest()


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": ID},
        {"documentId": f"sha256:{ID}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ID}}},
    ],
)
async def test_a_trusted_document_is_known_by_its_id(client: httpx.AsyncClient, body: Any) -> None:
    assert (await post(client, body)).json() == {"data": {"hello": "hello world"}}


async def test_a_trusted_document_may_come_by_get(client: httpx.AsyncClient) -> None:
    by_id = await client.get("/", params={"documentId": ID})
    by_hash = await client.get("/", params={"extensions": f'{{"persistedQuery":{{"sha256Hash":"{ID}"}}}}'})
    assert by_id.json() == by_hash.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("document_id", ["0" * 64, "", "sha256:", "../../etc/passwd"])
async def test_an_unknown_document_is_said_to_be_unknown(client: httpx.AsyncClient, document_id: str) -> None:
    response = await post(client, {"documentId": document_id})
    assert (response.status_code, code_of(response)) == (400, "PERSISTED_QUERY_NOT_FOUND")


# -- what arrives behind the face


class Remembering:
    """Answers everything with nothing and remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []

    async def answer(self, arrived: Arrived) -> Response:
        self.arrived.append(arrived)
        return Response(200, b"{}")


@pytest.fixture
def behind() -> Remembering:
    return Remembering()


@pytest.fixture
async def face(behind: Remembering, settings: Settings) -> Any:
    endpoint = GraphQLEndpoint(behind.answer, refuse, settings, SystemClock())
    async with served(endpoint) as origin, httpx.AsyncClient(base_url=origin) as client:
        yield client


@pytest.mark.parametrize(
    "given", ["x", "00-0-0-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", "13900009999"]
)
async def test_a_trace_that_is_none_goes_nowhere(
    face: httpx.AsyncClient, behind: Remembering, given: str
) -> None:
    await post(face, HELLO, traceparent=given)
    assert behind.arrived[0].traceparent is None


async def test_headers_arrive_as_what_they_mean(face: httpx.AsyncClient, behind: Remembering) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await post(
        face,
        HELLO,
        authorization="Bearer t",
        idempotency_key="k-1",
        traceparent=trace,
        apollographql_client_name="app",
        graphql_client_version="1.2",
    )
    (arrived,) = behind.arrived
    assert arrived.authorization == "Bearer t"
    assert (arrived.idempotency_key, arrived.traceparent) == ("k-1", trace)
    assert (arrived.client.name, arrived.client.version) == ("app", "1.2")
    assert arrived.client.app == "anonymous"
    assert not arrived.read_only
    assert arrived.deadline_s - arrived.received_s == pytest.approx(10.0)


@pytest.mark.parametrize("key", ["", "x" * 129, "caf\xe9", "tab\there"])
async def test_a_strange_idempotency_key_is_refused(
    face: httpx.AsyncClient, behind: Remembering, key: str
) -> None:
    """Never ignored: the client believes that it is protected."""
    response = await face.post(
        "/",
        content=orjson.dumps(HELLO),
        headers=[(b"content-type", OLDER.encode()), (b"idempotency-key", key.encode("latin-1"))],
    )
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")
    assert behind.arrived == []


@pytest.mark.parametrize("key", ["x", "x" * 128, '"8e03978e-40d5-43dd-bc93-6894a57f9324"'])
async def test_a_common_idempotency_key_is_taken(
    face: httpx.AsyncClient, behind: Remembering, key: str
) -> None:
    await post(face, HELLO, idempotency_key=key)
    assert behind.arrived[0].idempotency_key == key


@pytest.mark.parametrize("name", ["x" * 65, "caf\xe9", "a\tb"])
async def test_a_strange_client_name_is_nothing(
    face: httpx.AsyncClient, behind: Remembering, name: str
) -> None:
    await face.post(
        "/",
        content=orjson.dumps(HELLO),
        headers=[(b"content-type", OLDER.encode()), (b"graphql-client-name", name.encode("latin-1"))],
    )
    assert behind.arrived[0].client.name == ""


async def test_a_header_that_comes_twice_is_one_with_both_values(
    face: httpx.AsyncClient, behind: Remembering
) -> None:
    """RFC 9110 §5.3: who reads the first and who reads the last must not disagree about who asks."""
    twice = [("authorization", "Bearer a"), ("authorization", "Bearer b"), ("content-type", OLDER)]
    await face.post("/", content=orjson.dumps(HELLO), headers=twice)
    assert behind.arrived[0].authorization == "Bearer a, Bearer b"
    types = [("content-type", OLDER), ("content-type", "text/plain")]
    assert (await face.post("/", content=orjson.dumps(HELLO), headers=types)).status_code == 415
    accepts = [("accept", "text/html"), ("accept", NEWER), ("content-type", OLDER)]
    assert (await face.post("/", content=orjson.dumps(HELLO), headers=accepts)).status_code == 200


async def test_a_body_that_never_comes_is_not_waited_for_longer_than_a_request_may_take(
    behind: Remembering, settings: Settings
) -> None:
    hurried = replace(settings, request_deadline_s=0.05)
    async with served(GraphQLEndpoint(behind.answer, refuse, hurried, SystemClock())) as origin:
        where = urlsplit(origin)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
        )
        status = await asyncio.wait_for(reader.readline(), 30)
        writer.close()
    assert status.startswith(b"HTTP/1.1 400")
    assert behind.arrived == []


async def test_a_client_that_leaves_early_is_nobodys_error(
    behind: Remembering, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(GraphQLEndpoint(behind.answer, refuse, settings, SystemClock())) as origin:
        where = urlsplit(origin)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient(base_url=origin) as client:
            assert (await post(client, HELLO)).status_code == 200
    assert caplog.records == []
