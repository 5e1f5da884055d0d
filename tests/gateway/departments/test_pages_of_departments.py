"""The pages without scripts: a connector's life by forms, and whose it is."""

from __future__ import annotations

import re

import pytest

from connectors.revisions import State
from tests.gateway.departments.town import Visit, visit
from tests.gateway.docking.library import FILES, Town, manifest

BOOKS = "/departments/library.books"
UPLOAD = [("files", (name.rpartition("/")[2], content)) for name, content in FILES.items()]


async def propose(of: Town, browser: Visit) -> None:
    await browser.open("/departments/new")
    said = {
        "id": "library.books",
        "department_name": "图书馆",
        "endpoint": of.department.url,
        "classification": "L1",
    }
    await browser.post("/departments/propose", said, UPLOAD)


async def submit(browser: Visit, text: str) -> None:
    """From the sheet that is open, with the files that it carries."""
    carried = {**browser.hidden("packed"), **browser.shown("endpoint")}
    await browser.post("/departments/submit", {**carried, "manifest": text})


async def sheet_with(of: Town, browser: Visit, text: str) -> None:
    """A manifest uploaded with its description; a browser sends no folders."""
    await browser.open("/departments/new")
    files = [*UPLOAD, ("files", ("library.connector.yaml", text.encode()))]
    await browser.post("/departments/propose", {"endpoint": of.department.url}, files)


async def test_from_a_description_to_the_graph_and_back_by_forms(reviewed: Town) -> None:
    async with visit(reviewed, "owner") as owner, visit(reviewed, "operator1") as operator:
        await propose(reviewed, owner)
        assert "listBooks" in owner.textarea("manifest")
        await sheet_with(reviewed, owner, manifest())
        assert "library/openapi.json" in owner.page.text
        await submit(owner, manifest())
        assert str(owner.page.url).endswith(f"{BOOKS}?done=submit")
        assert "平台运维人员" in owner.page.text
        assert "four eyes" in owner.page.text
        assert f'action="{BOOKS}/approve"' not in owner.page.text
        await operator.open(BOOKS)
        await operator.post(f"{BOOKS}/approve", {})
        await reviewed.caught_up()
        assert (await reviewed.ask())["data"]["books"][0]["title"] == "论语"
        wider = manifest("1.1.0", "isbn: isbn, title: title, shelf: shelf, pages: pages")
        await owner.open(f"{BOOKS}/edit")
        await submit(owner, wider)
        assert "Book.pages" in owner.page.text
        await operator.open(BOOKS)
        await operator.post(f"{BOOKS}/approve", {})
        await owner.open(BOOKS)
        await owner.post(f"{BOOKS}/rollback", {"to": "1.0.0"})
        await reviewed.caught_up()
        assert "pages" not in await reviewed.schema()
        await owner.post(f"{BOOKS}/disable", {"notice_zh": "维护中", "notice_en": "Closed"})
        assert "维护中" in owner.page.text
        await owner.post(f"{BOOKS}/enable", {})
        refused = await owner.post(f"{BOOKS}/retire", {})
        assert refused.status_code == 400
        await owner.post(f"{BOOKS}/retire", {"sure": "yes"})
        await owner.open("/departments/")
        assert "library.books" not in owner.page.text
    told = [(e["action"], e["outcome"]) for e in await reviewed.told()]
    assert [action.partition(".")[2] for action, outcome in told if outcome == "ok"] == [
        "submitted", "approved", "published", "submitted", "approved", "published",
        "rolled_back", "disabled", "enabled", "retired",
    ]  # fmt: skip


async def test_a_finding_stands_beside_its_line_with_what_to_do(library: Town) -> None:
    async with visit(library, "owner") as owner:
        broken = manifest().replace("operation: listBooks", "operation: listBoks")
        await sheet_with(library, owner, broken)
        line = next(n for n, text in enumerate(broken.splitlines(), 1) if "listBoks" in text)
        beside = re.search(rf'data-line="{line}">(.*?)</li>', owner.page.text, re.DOTALL)
        assert beside is not None
        assert "listBooks" in beside[1].partition("改法")[2]
        await submit(owner, broken)
        assert owner.page.status_code == 422
        assert owner.textarea("manifest") == broken
    assert [each.state for each in await library.gateway.rooms.registry.list()] == [State.DRAFT]


async def test_checking_asks_every_stage_and_keeps_nothing(library: Town) -> None:
    await library.submit(manifest())
    async with visit(library, "owner") as owner:
        await owner.open(f"{BOOKS}/edit")
        less = manifest("1.1.0", "isbn: isbn, title: title")
        await owner.post("/departments/check", {**owner.hidden("packed"), "manifest": less})
        assert "impact.breaking-unused" in owner.page.text
        assert "影响分析" in owner.page.text
    assert len(await library.gateway.rooms.registry.list()) == 1


async def test_a_description_that_is_none_is_refused_in_words(library: Town) -> None:
    async with visit(library, "owner") as owner:
        await owner.open("/departments/new")
        said = {"id": "library.books", "pasted": "<html><body>Hello</body></html>"}
        await owner.post("/departments/propose", said)
        assert owner.page.status_code == 422
        assert "web page" in owner.page.text
        await owner.post("/departments/propose", {"id": "library.books"})
        assert owner.page.status_code == 400
        await owner.post("/departments/propose", {**said, "id": "Library"})
        assert owner.page.status_code == 400


TEST = """
tests:
  - name: books
    run: '{ books { title } }'
    backend: [{operation: listBooks, body: [{isbn: '978', title: 论语}]}]
    expect: {books: [{title: 论语}]}
"""


async def test_a_field_is_tried_with_recorded_answers_and_in_the_sandbox(library: Town) -> None:
    sandbox = manifest().replace("http://127.0.0.1:1", library.department.url)
    await library.submit(sandbox + TEST)
    async with visit(library, "owner") as owner:
        await owner.open(BOOKS)
        assert owner.textarea("query") == "{ books { title } }"
        await owner.post(f"{BOOKS}/try", {"query": "{ books { isbn title } }", "where": "recorded"})
        assert "模拟结果" in owner.page.text
        assert "论语" in owner.page.text
        calls = library.department.calls("/books")
        await owner.post(f"{BOOKS}/try", {"query": "{ books { shelf } }", "where": "sandbox"})
        assert "A-1" in owner.page.text
        assert library.department.calls("/books") == calls + 1
        for wrong in ("{ books { titel } }", "{", "", "{ books { title } }" * 500):
            await owner.post(f"{BOOKS}/try", {"query": wrong, "where": "recorded"})
            assert owner.page.status_code == 200
            assert 'class="alert"' in owner.page.text


async def test_a_look_at_the_sandbox_shows_its_lights(library: Town) -> None:
    await library.submit(manifest().replace("http://127.0.0.1:1", library.department.url))
    async with visit(library, "owner") as owner:
        await owner.open(BOOKS)
        await owner.post(f"{BOOKS}/look", {})
        assert "light green" in owner.page.text
        await owner.open("/departments/")
        assert "light green" in owner.page.text
        await owner.post("/departments/look", {})
        assert owner.page.status_code == 200


async def test_what_it_is_served_from_is_never_looked_at_or_tried(library: Town) -> None:
    """The address of its publication may be production; its sandbox is another, and down."""
    await library.submit(manifest())
    async with visit(library, "owner") as owner:
        await owner.open(BOOKS)
        before = len(library.department.seen)
        await owner.post(f"{BOOKS}/look", {})
        assert "light red" in owner.page.text
        await owner.post(f"{BOOKS}/try", {"query": "{ books { shelf } }", "where": "sandbox"})
        assert "DEPARTMENT_UNAVAILABLE" in owner.page.text
    assert len(library.department.seen) == before


async def test_a_successor_takes_over_in_a_version_that_changes_nothing_else(library: Town) -> None:
    await library.submit(manifest())
    async with visit(library, "owner") as owner:
        await owner.open(BOOKS)
        await owner.post(
            f"{BOOKS}/handover", {"owner": "0", "name": "丙: #1", "contact": "new@library.example"}
        )
        text = owner.textarea("manifest")
        wanted = manifest("1.0.1").replace("version: 1.0.1", 'version: "1.0.1"')
        wanted = wanted.replace("name: 甲", 'name: "丙: #1"').replace(
            "dev@library.example", '"new@library.example"'
        )
        assert text.strip() == wanted.strip()
        await submit(owner, text)
        assert "1.0.1" in owner.page.text
        assert (
            await owner.post(f"{BOOKS}/handover", {"owner": "9", "name": "a", "contact": "b"})
        ).status_code == 409


@pytest.mark.parametrize("login", ["stranger", "citizen"])
async def test_who_is_not_of_the_department_sees_and_moves_nothing(library: Town, login: str) -> None:
    """Nothing is reviewed here, and the dock would let anybody."""
    await library.submit(manifest())
    async with visit(library, login) as other:
        assert "library.books" not in (await other.open("/departments/")).text
        for path in (BOOKS, f"{BOOKS}/edit"):
            assert (await other.open(path)).status_code == (404 if login == "stranger" else 403)
        await other.open("/departments/")
        for step in (
            "approve",
            "promote",
            "rollback",
            "disable",
            "enable",
            "retire",
            "look",
            "try",
            "handover",
        ):
            answer = await other.post(f"{BOOKS}/{step}", {"sure": "yes", "notice_zh": "关", "query": "{ a }"})
            assert answer.status_code == (404 if login == "stranger" else 403)
        stolen = await other.post("/departments/submit", {"manifest": manifest("3.0.0")})
        assert stolen.status_code in (403, 422)
    assert (await library.ask())["data"]["books"]
    assert len(await library.gateway.rooms.registry.list()) == 1


async def test_a_steward_reads_and_gives_a_word_but_moves_nothing(reviewed: Town) -> None:
    await reviewed.submit(manifest(classification="L2"))
    async with visit(reviewed, "steward") as steward:
        page = await steward.open(BOOKS)
        assert f'action="{BOOKS}/approve"' in page.text
        assert f'action="{BOOKS}/retire"' not in page.text
        await steward.post(f"{BOOKS}/approve", {})
        assert "已同意" in steward.page.text
        assert (await steward.post(f"{BOOKS}/promote", {})).status_code == 403
