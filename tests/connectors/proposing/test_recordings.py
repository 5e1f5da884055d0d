"""From recorded requests to a description: operations and types, and nothing that belongs to a person or opens a door."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.proposing import Undescribed, propose
from connectors.proposing.describing import Description, describe
from connectors.proposing.writing import Identity, write_manifest
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, SECRETS, LoopClock, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment

API = "https://api.citizens.gov"
PRIVATE = (
    "zhang-wei", "张伟", "110101199003074477", "13800138000", "hunter2", "eyJhbGciOi", "sid=7f", "k-5521", "42.5", "alice",
    "alice@example.org", "2026-03-04", "csrf-9", "Alice",
)  # fmt: skip


def entry(
    method: str, url: str, answer: Any = None, *, status: int = 200, sent: Any = None, **more: Any
) -> dict[str, Any]:
    """One entry of a HAR."""
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [{"name": name, "value": value} for name, value in more.get("headers", {}).items()],
    }
    if sent is not None:
        media = "application/json" if not isinstance(sent, str) else "application/x-www-form-urlencoded"
        request["postData"] = {"mimeType": media, "text": sent if isinstance(sent, str) else json.dumps(sent)}
    content: dict[str, Any] = {"mimeType": more.get("media", "application/json; charset=utf-8")}
    if answer is not None:
        content["text"] = json.dumps(answer)
    return {"request": request, "response": {"status": status, "content": content}}


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def person(**more: Any) -> dict[str, Any]:
    return {"id": 7, "name": "张伟", "idNumber": "110101199003074477", "born": "1990-03-07", **more}


RECORDED = har(
    entry("GET", "https://portal.citizens.gov/app.js", media="application/javascript"),
    entry("OPTIONS", f"{API}/v1/citizens/7"),
    entry(
        "GET", f"{API}/v1/citizens/7?fields=all&token=hunter2", person(balance=42.5, seenAt="2026-03-04T05:06:07Z"),
        headers={"Authorization": "Bearer eyJhbGciOi", "Cookie": "sid=7f", "X-Api-Key": "k-5521", "X-Channel": "web",
                 "X-CSRF-Token": "csrf-9"},
    ),
    entry("GET", f"{API}/v1/citizens/zhang-wei", person(nickname=None)),
    entry("GET", f"{API}/v1/citizens/alice", {"name": "alice", "mail": "alice@example.org"}),
    entry("GET", f"{API}/v1/citizens", {"total": 2, "list": [person(), person(cards=[{"no": 12345678901}])]}),
    entry("POST", f"{API}/v1/citizens", {"id": 8}, sent={"name": "张伟", "mobile": "13800138000", "agree": True}, status=201),
    entry("POST", f"{API}/v1/login", {"ok": True}, sent="user=alice&password=hunter2"),
    entry("DELETE", f"{API}/v1/citizens/8", status=204),
    entry("GET", f"{API}/v1/broken", {"error": "Alice is unknown"}, status=500),
    entry("POST", f"{API}/graphql", {"data": {}}, sent={"query": '{ person(name: "Alice") { id } }'}),
    entry("GET", "https://tracker.example/t?who=alice", {"ok": 1}),
    entry("GET", f"{API}/v1/balances", {"110101199003074477": 1, "110101199003074478": 2}),
    entry("GET", f"{API}/v1/households", {name: {"rooms": 1, "members": 2} for name in ("张伟", "alice", "Alice")}),
)  # fmt: skip


def described(content: bytes, name: str = "x.har", **more: Any) -> tuple[Description, dict[str, Any]]:
    found = describe({f"d/{name}": content}, f"d/{name}", **more)
    return found, json.loads(found.files[found.path])


def shape(document: dict[str, Any], path: str, method: str = "get") -> Any:
    return document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]


def test_operations_parameters_and_types_come_out_of_a_recording() -> None:
    found, document = described(RECORDED)
    assert (found.path, found.made_from, set(found.files)) == ("d/openapi.json", "HAR", {"d/openapi.json"})
    assert document["servers"] == [{"url": API}]
    assert {path: sorted(methods) for path, methods in document["paths"].items()} == {
        "/v1/citizens": ["get", "post"],
        "/v1/citizens/{citizenId}": ["delete", "get"],
        "/v1/login": ["post"],
        "/v1/broken": ["get"],
        "/v1/balances": ["get"],
        "/v1/households": ["get"],
    }
    citizen = shape(document, "/v1/citizens/{citizenId}")
    assert citizen["properties"] == {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "idNumber": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "balance": {"type": "number"},
        "seenAt": {"type": "string", "format": "date-time"},
        "nickname": {},
        "mail": {"type": "string"},
    }
    assert citizen["required"] == ["name"]
    listed = shape(document, "/v1/citizens")["properties"]["list"]["items"]
    assert listed["properties"]["cards"]["items"]["properties"]["no"] == {
        "type": "integer",
        "format": "int64",
    }
    for path in ("/v1/balances", "/v1/households"):
        assert shape(document, path) == {"type": "object"}, "names that are data are no fields"
    get = document["paths"]["/v1/citizens/{citizenId}"]["get"]
    assert [(each["name"], each["in"]) for each in get["parameters"]] == [
        ("citizenId", "path"),
        ("fields", "query"),
        ("x-channel", "header"),
    ]
    login = document["paths"]["/v1/login"]["post"]["requestBody"]["content"]
    assert set(login["application/x-www-form-urlencoded"]["schema"]["properties"]) == {"user", "password"}
    assert {(each["type"], each.get("name", each.get("scheme"))) for each in document["components"]["securitySchemes"].values()} == {
        ("http", "bearer"),
        ("apiKey", "x-api-key"),
        ("apiKey", "token"),
    }  # fmt: skip


def test_nothing_of_a_person_and_no_secret_is_in_what_is_written() -> None:
    found, _ = described(RECORDED)
    proposal = propose(found.files, found.path).proposal
    written = write_manifest(proposal, found.path, Identity("gov.citizens", "gov"))
    parse_manifest(written.text, base=found.files)
    told = "\n".join(str(each) for each in (*found.findings, *written.findings))
    for text in (found.files[found.path].decode(), written.text, told):
        assert [value for value in PRIVATE if value in text] == []


def test_what_is_left_out_is_told_at_its_place() -> None:
    found, _ = described(RECORDED)
    told = {each.code: each for each in found.findings}
    assert set(told) == {"recording.graphql", "recording.failed", "recording.origin", "recording.cookie"}
    assert all(
        each.file == "d/x.har" and each.line == 1 and each.column > 1 and each.fix for each in found.findings
    )


def test_the_origin_that_is_meant_can_be_said() -> None:
    _, document = described(RECORDED, origin="https://tracker.example")
    assert list(document["paths"]) == ["/t"]


def test_steps_that_change_after_a_plural_while_answers_stay_alike_are_parameters() -> None:
    answer = {"code": 0, "data": {"title": "t", "pages": 1}}
    _, document = described(
        har(*(entry("GET", f"{API}/reports/{name}/pages", answer) for name in ("weather", "roads")),
            *(entry("GET", f"{API}/status/{name}", answer) for name in ("mail", "post")))
    )  # fmt: skip
    assert list(document["paths"]) == ["/reports/{reportId}/pages", "/status/mail", "/status/post"]


def test_answers_in_base64_and_without_content_are_taken_for_what_they_are() -> None:
    packed = entry("GET", f"{API}/a", media="application/json")
    packed["response"]["content"] |= {"text": base64.b64encode(b'{"x": 1}').decode(), "encoding": "base64"}
    _, document = described(har(packed, entry("GET", f"{API}/b"), entry("GET", f"{API}/c", [])))
    assert shape(document, "/a")["properties"] == {"x": {"type": "integer"}}
    assert document["paths"]["/b"]["get"]["responses"] == {"200": {"description": "no answer was recorded"}}
    assert shape(document, "/c") == {"type": "array", "items": {}}


async def test_what_was_recorded_is_answered_through_the_manifest(
    transport: Transport, clock: LoopClock, tokens: StubTokens, department: LoopbackDepartment
) -> None:
    found, _ = described(RECORDED)
    written = write_manifest(
        propose(found.files, found.path).proposal, found.path, Identity("gov.citizens", "gov")
    )
    department.answer(
        "GET", "/v1/citizens/9", {"id": 9, "name": "李静", "born": "2001-02-03", "balance": "none"}
    )
    connector = open_connector(
        parse_manifest(written.text, base=found.files),
        found.files,
        endpoint=department.url,
        secrets=SECRETS,
        tokens=tokens,
        clock=clock,
        transport=transport,
    )
    document = '{ getV1CitizensByCitizenId(citizenId: "9", fields: "all") { id name born balance mail } }'
    result = await connector.prepare(fetch(connector, document)).run({}, (), FetchContext(CITIZEN))
    assert result.data["getV1CitizensByCitizenId"] == {
        "id": 9,
        "name": "李静",
        "born": "2001-02-03",
        "balance": None,
        "mail": None,
    }


COLLECTION: dict[str, Any] = {
    "info": {"name": "Land register", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "variable": [{"key": "baseUrl", "value": "https://land.gov/api"}],
    "auth": {"type": "apikey", "apikey": [{"key": "key", "value": "X-Land-Key"}, {"key": "value", "value": "k-5521"}]},
    "item": [
        {
            "name": "Parcels",
            "item": [
                {
                    "name": "One parcel of 张伟",
                    "request": {
                        "method": "GET",
                        "header": [{"key": "X-Tenant", "value": "alice"}],
                        "url": {"raw": "{{baseUrl}}/parcels/:parcelId?full=true", "query": [{"key": "full", "value": "true"},
                                {"key": "old", "value": "1", "disabled": True}]},
                    },
                    "response": [
                        {"code": 200, "header": [{"key": "Content-Type", "value": "application/json"}],
                         "body": '{"owner": "张伟", "area": 42.5}'},
                        {"code": 404, "body": '{"message": "Alice"}'},
                    ],
                },
                {
                    "name": "Register",
                    "request": {"method": "POST", "url": "{{baseUrl}}/parcels",
                                "body": {"mode": "raw", "raw": '{"owner": "{{owner}}", "area": {{area}}}'}},
                },
            ],
        },
        {"name": "List", "request": "{{baseUrl}}/parcels"},
        {"name": "Nothing", "request": {}},
    ],
}  # fmt: skip


def test_a_collection_gives_operations_with_the_titles_that_people_gave_them() -> None:
    found, document = described(json.dumps(COLLECTION).encode(), "land.json")
    assert found.made_from == "Postman"
    assert document["info"]["title"] == "Land register"
    assert document["servers"] == [{"url": "https://land.gov"}]
    parcel = document["paths"]["/api/parcels/{parcelId}"]["get"]
    assert parcel["summary"] == "One parcel of", "张伟 is a value of the answer"
    assert [(each["name"], each["schema"]["type"]) for each in parcel["parameters"]] == [
        ("parcelId", "string"),
        ("full", "boolean"),
        ("x-tenant", "string"),
    ]
    assert set(shape(document, "/api/parcels/{parcelId}")["properties"]) == {"owner", "area"}
    body = document["paths"]["/api/parcels"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"] == {"owner": {"type": "string"}, "area": {"type": "integer"}}
    assert document["components"]["securitySchemes"] == {
        "credential1": {"type": "apiKey", "name": "X-Land-Key", "in": "header"}
    }
    assert [value for value in PRIVATE if value in found.files[found.path].decode()] == []
    assert {each.code for each in found.findings} == {"recording.entry", "recording.failed"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.har", b"", "recording.unreadable"),
        ("x.har", b'{"log": {"entries": 7}}', "har.shape"),
        ("x.har", b'{"log": {"entries": []}}', "recording.empty"),
        ("x.har", b'{"log": ' + b"[" * 5000, "recording.unreadable"),
        ("x.json", b'{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/"}, "item": 1}', "postman.shape"),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused_with_reason_and_fix(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Undescribed) as refused:
        described(content, name)
    (finding,) = refused.value.findings
    assert (finding.code, finding.severity) == (code, "error")
    assert finding.fix
