"""Connectors by REST: the whole life of one, whose it is, and what a program is told when something is wrong."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from gateway.api.bodies import MOST_BYTES
from gateway.api.problems import MEDIA_TYPE
from tests.gateway.api.conftest import token
from tests.gateway.docking.library import FILES, Town, manifest

ROOT = "/api/connectors"
BOOKS = f"{ROOT}/library.books"


def draft(of: Town, text: str, **more: Any) -> dict[str, Any]:
    files = {name: base64.b64encode(content).decode() for name, content in FILES.items()}
    return {"manifest": text, "files": files, "endpoint": of.department.url, **more}


async def post(of: Town, login: str, path: str, body: Any = None) -> httpx.Response:
    answer = await of.client.post(path, json=body, headers=await token(of, login))
    await of.caught_up()
    return answer


async def get(of: Town, login: str, path: str) -> httpx.Response:
    return await of.client.get(path, headers=await token(of, login))


async def test_a_connector_lives_through_its_life_by_rest(reviewed: Town) -> None:
    first = await post(reviewed, "owner", ROOT, draft(reviewed, manifest()))
    assert first.status_code == 201, first.text
    assert (first.json()["state"], first.json()["missing"]) == ("in_review", ["platform"])
    refused = await post(reviewed, "owner", f"{BOOKS}/approve")
    assert (refused.status_code, refused.headers["content-type"]) == (409, MEDIA_TYPE)
    assert "four eyes" in refused.json()["detail"]
    approved = await post(reviewed, "operator1", f"{BOOKS}/approve")
    assert approved.json()["state"] == "published"
    assert (await reviewed.ask())["data"]["books"][0]["title"] == "论语"
    wider = manifest("1.1.0", "isbn: isbn, title: title, shelf: shelf, pages: pages")
    assert (await post(reviewed, "owner", ROOT, draft(reviewed, wider))).status_code == 201
    diff = (await get(reviewed, "owner", f"{BOOKS}/diff")).json()
    assert [(each["kind"], each["coordinate"]) for each in diff["changes"]] == [("safe", "Book.pages")]
    assert (await get(reviewed, "owner", f"{BOOKS}/impact")).json()["passed"] is True
    await post(reviewed, "operator1", f"{BOOKS}/approve")
    assert "pages" in await reviewed.schema()
    assert (await post(reviewed, "owner", f"{BOOKS}/rollback", {"to": "1.0.0"})).json()["version"] == "1.0.0"
    assert "pages" not in await reviewed.schema()
    closed = await post(reviewed, "owner", f"{BOOKS}/disable", {"notice": "维护 / Closed"})
    assert closed.json()["notice"] == {"zh": "维护", "en": "Closed"}
    assert (await post(reviewed, "owner", f"{BOOKS}/enable")).json()["state"] == "published"
    assert (await post(reviewed, "owner", f"{BOOKS}/retire")).json()["state"] == "retired"
    whole = (await get(reviewed, "owner", BOOKS)).json()
    assert [line["action"] for line in whole["history"]] == [
        "publish", "publish", "rollback", "disable", "enable", "retire"
    ]  # fmt: skip
    assert (await post(reviewed, "owner", f"{BOOKS}/rollback")).json()["version"] == "1.0.0"


@pytest.mark.parametrize("login", ["stranger"])
async def test_another_departments_connector_is_not_there(library: Town, login: str) -> None:
    """Whatever the policy: here nothing is reviewed, and the dock would let anybody."""
    await library.submit(manifest())
    assert (await get(library, login, ROOT)).json() == {"connectors": []}
    for path in (BOOKS, *(f"{BOOKS}/{what}" for what in ("grade", "diff", "impact", "findings"))):
        answer = await get(library, login, path)
        assert answer.status_code == 404
        assert answer.json()["detail"] == (await get(library, login, f"{ROOT}/no.such")).json()[
            "detail"
        ].replace("no.such", "library.books")
    for step in ("approve", "promote", "rollback", "disable", "enable", "retire"):
        assert (await post(library, login, f"{BOOKS}/{step}", {})).status_code == 404
    stolen = await post(library, login, ROOT, draft(library, manifest("2.0.0")))
    assert stolen.status_code == 403
    refused = await library.told("retired", "disabled")
    assert [entry["outcome"] for entry in refused] == ["refused", "refused"]
    entries = [entry async for entry in library.gateway.rooms.audit.entries()]
    assert [e["outcome"] for e in entries if e["action"] == "connector.submitted"] == ["ok", "refused"]
    assert (await library.ask())["data"]["books"]


async def test_an_owner_reaches_the_own_department_and_an_operator_all(library: Town) -> None:
    await library.submit(manifest())
    await library.submit(manifest(name="mca.books", root="papers"), by="stranger")
    for login, seen in (
        ("owner", ["library.books"]),
        ("stranger", ["mca.books"]),
        ("operator1", ["library.books", "mca.books"]),
        ("steward", ["library.books", "mca.books"]),
    ):
        rows = (await get(library, login, ROOT)).json()["connectors"]
        assert [row["id"] for row in rows] == seen
    refused = await post(library, "steward", f"{BOOKS}/retire")
    assert (refused.status_code, refused.json()["title"]) == (403, "Not yours to do")


async def test_who_is_nobody_is_told_to_log_in_and_a_citizen_that_it_is_not_for_them(library: Town) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
        answer = await library.client.get(ROOT, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == MEDIA_TYPE
    assert (await get(library, "citizen", ROOT)).status_code == 403


async def test_a_manifest_that_cannot_be_used_comes_back_with_its_findings(library: Town) -> None:
    broken = manifest().replace("kind: rest", "kind: rset")
    answer = await post(library, "owner", ROOT, draft(library, broken))
    assert answer.status_code == 422
    finding = next(each for each in answer.json()["findings"] if each["severity"] == "error")
    assert broken.splitlines()[finding["line"] - 1].strip() == "kind: rset"
    assert finding["fix"]


async def test_a_draft_that_a_stage_objects_to_is_kept_and_says_why(library: Town) -> None:
    clashing = draft(library, manifest(name="archive.books"))
    await library.submit(manifest())
    answer = await post(library, "operator1", ROOT, clashing)
    assert (answer.status_code, answer.json()["state"], answer.json()["passed"]) == (201, "draft", False)
    found = (await get(library, "operator1", f"{ROOT}/archive.books/findings")).json()
    assert [stage["stage"] for stage in found["stages"] if not stage["passed"]] == ["compose"]


async def test_a_draft_comes_as_a_form_with_files_too(library: Town) -> None:
    files = [("files", (name, content)) for name, content in FILES.items()]
    answer = await library.client.post(
        ROOT,
        data={"manifest": manifest(), "endpoint": library.department.url},
        files=files,
        headers=await token(library, "owner"),
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "published")
    again = await post(library, "owner", ROOT, draft(library, manifest()))
    assert (again.status_code, again.json()["unchanged"]) == (200, True)
    assert (await get(library, "owner", f"{BOOKS}/grade")).json()["grade"] in ("none", "bronze", "silver")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"manifest": 7}', "application/json", 400),
        (b'{"manifest": "a", "files": {"a": "%"}}', "application/json", 400),
        (b'{"manifest": "a", "files": {"../../etc/passwd": "YQ=="}}', "application/json", 400),
        (b'{"manifest": "a", "other": 1}', "application/json", 400),
        (b'{"manifest": "a: &a [*a]"}', "application/json", 422),
        (b"manifest: a", "text/yaml", 415),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"--x\r\nbroken", "multipart/form-data", 400),
        (b"", "multipart/form-data; boundary=x", 400),
        (b" " * (MOST_BYTES + 1), "application/json", 413),
    ],
    ids=["cut", "list", "deep", "empty", "type", "base64", "outside", "unknown", "bomb", "yaml", "form", "boundary", "nothing", "large"],
)  # fmt: skip
async def test_whatever_is_sent_a_plain_refusal_comes_back(
    library: Town, content: bytes, kind: str, status: int
) -> None:
    headers = {**await token(library, "owner"), "Content-Type": kind}
    answer = await library.client.post(ROOT, content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert answer.json()["detail"]


async def test_a_step_takes_its_own_words_only(library: Town) -> None:
    await library.submit(manifest())
    for path, body in ((f"{BOOKS}/rollback", {"too": "1"}), (f"{BOOKS}/disable", {"notice": 1})):
        assert (await post(library, "owner", path, body)).status_code == 400
    assert (await post(library, "owner", f"{BOOKS}/disable", {})).status_code == 409
    assert (await post(library, "owner", f"{BOOKS}/rollback", {"to": "9.9.9"})).status_code == 409
    assert (await post(library, "owner", f"{BOOKS}/explode", {})).status_code == 404
