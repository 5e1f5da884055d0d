"""Lists that come in pages, in the five styles, as Relay connections over a real department."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from connectors.connector import Connector
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.opening import open_connector
from connectors.transport import Transport
from federation.subgraph import FetchContext, FetchResult
from tests.connectors.conftest import CITIZEN, SECRETS, LoopClock, Opened, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import MANIFEST, OPENAPI, ok
from tongban.errors import ErrorCode

CALL = """    args: {name: String!, limit: "Int = 20"}
    returns: "[Lawyer!]"
    call: {operation: searchLawyers, params: {name: $name, limit: $limit}}
    items: list
"""
PATH = "/api/v1/lawyers"
ALL = [f"n{number}" for number in range(23)]
CONTEXT = FetchContext(caller=CITIZEN)
PAGE = """{ lawyers(name: "x", first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { name } } } }"""
Answer = Callable[[web.Request], dict[str, Any]]


def described() -> dict[str, Any]:
    found = copy.deepcopy(OPENAPI)
    operation = found["paths"]["/lawyers"]["get"]
    for name in ("pageNo", "size", "start", "mark"):
        operation["parameters"].append({"name": name, "in": "query", "schema": {"type": "string"}})
    data = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"]
    data["properties"].update(total={"type": "integer"}, next={"type": "string"})
    return found


def paged(opened: Opened, page: str) -> Connector:
    call = CALL.replace(', limit: "Int = 20"', "").replace(", limit: $limit", "")
    return opened(MANIFEST.replace(CALL, f"{call}    page: {page}\n"), described())


def serving(department: LoopbackDepartment, answer: Callable[[web.Request], web.Response]) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return answer(request)

    department.answer("GET", PATH, handler)


def items(names: list[str], **more: Any) -> dict[str, Any]:
    return ok({"list": [{"name": name} for name in names], **more})


def by_number(request: web.Request) -> web.Response:
    size = int(request.query["size"])
    start = (int(request.query["pageNo"]) - 1) * size
    return web.json_response(items(ALL[start : start + size], total=len(ALL)))


def by_offset(request: web.Request) -> web.Response:
    start = int(request.query["start"])
    return web.json_response(items(ALL[start : start + int(request.query["size"])]))


def marked(request: web.Request, size: int) -> tuple[list[str], str | None]:
    start = int(request.query.get("mark", "m0").removeprefix("m"))
    more = start + size < len(ALL)
    return ALL[start : start + size], f"m{start + size}" if more else None


def by_cursor(request: web.Request) -> web.Response:
    names, mark = marked(request, int(request.query["size"]))
    return web.json_response(items(names, next=mark))


def by_link(request: web.Request) -> web.Response:
    names, mark = marked(request, 10)
    links = [f'<{request.url.with_query(mark=mark)}>; rel="next"'] if mark else []
    links.append('<http://elsewhere.example/?mark=m0>; rel="first"')
    return web.json_response(items(names), headers={"Link": ", ".join(links)})


def by_next_url(request: web.Request) -> web.Response:
    names, mark = marked(request, 10)
    return web.json_response(items(names, next=mark and f"https://elsewhere.example/x?name=y&mark={mark}"))


STYLES = {
    "number": ("{style: number, param: pageNo, size: size, maxSize: 10, total: total}", by_number),
    "offset": ("{style: offset, param: start, size: size, maxSize: 10}", by_offset),
    "cursor": ("{style: cursor, param: mark, size: size, maxSize: 10, next: next}", by_cursor),
    "link": ("{style: link, param: mark}", by_link),
    "nextUrl": ("{style: nextUrl, param: mark, next: next}", by_next_url),
}


async def asked(connector: Connector, **variables: Any) -> FetchResult:
    prepared = connector.prepare(fetch(connector, PAGE, first="Int", after="String"))
    return await prepared.run(variables, (), CONTEXT)


def page_of(result: FetchResult) -> dict[str, Any]:
    assert result.errors == ()
    assert result.data is not None
    page = result.data["lawyers"]
    assert isinstance(page, dict)
    return page


def names_of(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in page["edges"]]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("first", [1, 4, 7, 10])
async def test_page_after_page_gives_every_item_once_and_in_order(
    opened: Opened, department: LoopbackDepartment, style: str, first: int
) -> None:
    block, answer = STYLES[style]
    serving(department, answer)
    connector = paged(opened, block)
    found: list[str] = []
    after = None
    for _ in range(len(ALL) + 2):
        page = page_of(await asked(connector, first=first, after=after))
        assert len(page["edges"]) <= first
        found += names_of(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == ALL


@pytest.mark.parametrize("style", STYLES)
async def test_any_items_cursor_goes_on_after_it(
    opened: Opened, department: LoopbackDepartment, style: str
) -> None:
    block, answer = STYLES[style]
    serving(department, answer)
    connector = paged(opened, block)
    page = page_of(await asked(connector, first=7))
    after = page_of(await asked(connector, first=3, after=page["edges"][2]["cursor"]))
    assert names_of(after) == ALL[3:6]


async def test_pages_of_another_size_are_cut_from_one_request(
    opened: Opened, department: LoopbackDepartment
) -> None:
    block, answer = STYLES["number"]
    serving(department, answer)
    connector = paged(opened, block)
    cursor = page_of(await asked(connector, first=7))["pageInfo"]["endCursor"]
    page = page_of(await asked(connector, first=2, after=cursor))
    assert names_of(page) == ALL[7:9]
    assert page["totalCount"] == len(ALL)
    assert department.calls(PATH) == 2


@pytest.mark.parametrize("style", ["number", "offset", "cursor"])
async def test_first_is_never_more_than_the_backend_gives(
    opened: Opened, department: LoopbackDepartment, style: str
) -> None:
    block, answer = STYLES[style]
    serving(department, answer)
    page = page_of(await asked(paged(opened, block), first=5000))
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (10, True)
    assert department.seen[0].query["size"] == ["10"]


def forged(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


BAD = ["", "x", "é", "=", "a" * 5000, forged(1), forged("seal", None, 3, 3), forged("seal", {"a": 1}, 0, 0)]


@pytest.mark.parametrize("after", BAD)
async def test_a_cursor_of_nobodys_is_refused_and_nothing_is_sent(
    opened: Opened, department: LoopbackDepartment, after: str
) -> None:
    result = await asked(paged(opened, STYLES["offset"][0]), first=2, after=after)
    assert [(error.code, error.path) for error in result.errors] == [(ErrorCode.BAD_USER_INPUT, ("lawyers",))]
    assert department.seen == []


async def test_a_cursor_that_was_changed_is_refused(opened: Opened, department: LoopbackDepartment) -> None:
    serving(department, by_offset)
    connector = paged(opened, STYLES["offset"][0])
    cursor = page_of(await asked(connector, first=2))["pageInfo"]["endCursor"]
    seal, *_ = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    for parts in (
        (seal, None, -1, 0),
        (seal, None, True, 0),
        (seal, None, 10**12, 0),
        (seal, "m", 1, 0),
        (seal, None, 1),
    ):
        result = await asked(connector, first=2, after=forged(*parts))
        assert [error.code for error in result.errors] == [ErrorCode.BAD_USER_INPUT], parts
    assert (await asked(connector, first=2, after=cursor + "=")).errors != (), "one spelling a cursor"
    assert department.calls(PATH) == 1


@pytest.mark.parametrize("first", [0, -1])
async def test_first_is_at_least_one(opened: Opened, first: int) -> None:
    result = await asked(paged(opened, STYLES["offset"][0]), first=first)
    assert [error.code for error in result.errors] == [ErrorCode.BAD_USER_INPUT]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "data", [{"list": None}, {"list": "x", "next": 5, "total": "many"}, {"list": [None, 1, []]}, [], None]
)
async def test_an_answer_that_is_no_page_breaks_nothing(
    opened: Opened, department: LoopbackDepartment, style: str, data: Any
) -> None:
    serving(
        department,
        lambda _: web.json_response(ok(data), headers={"Link": "<;>; rel=next, <http://[>; rel=next"}),
    )
    page = page_of(await asked(paged(opened, STYLES[style][0]), first=2))
    assert all(edge["node"] is None or isinstance(edge["node"], dict) for edge in page["edges"])


async def test_the_fields_of_an_entity_come_in_pages_too(
    opened: Opened, department: LoopbackDepartment
) -> None:
    text = MANIFEST.replace(
        "params: {cid: $key.cid}}, items: list}",
        "params: {cid: $key.cid}}, items: list, page: {style: number, param: pageNo, size: size, maxSize: 5}}",
    )
    department.answer(
        "GET", "/api/v1/citizens/9901/vehicles", ok({"list": [{"plateNo": "A"}, {"plateNo": "B"}]})
    )
    connector = opened(text, OPENAPI)
    document = "{ vehicles(first: 2) { edges { node { plateNumber } } pageInfo { hasNextPage hasPreviousPage startCursor } } }"
    prepared = connector.prepare(fetch(connector, document, entity="Citizen"))
    result = await prepared.run({}, [{"__typename": "Citizen", "cid": "9901"}], CONTEXT)
    assert result.errors == ()
    assert result.entities is not None
    entity = result.entities[0]
    assert entity is not None
    assert [edge["node"]["plateNumber"] for edge in entity["vehicles"]["edges"]] == ["A", "B"]
    assert entity["vehicles"]["pageInfo"]["hasNextPage"] is True
    assert department.seen[0].query == {"pageNo": ["1"], "size": ["2"]}


def test_the_graph_has_one_connection_for_each_kind_of_item(opened: Opened) -> None:
    sdl = paged(opened, STYLES["number"][0]).sdl
    assert "type LawyerConnection @shareable {" in sdl
    assert "  edges: [LawyerEdge!]!" in sdl
    assert "  totalCount: Int\n" in sdl
    assert "type PageInfo @shareable {" in sdl
    assert "  ): LawyerConnection" in sdl
    assert "    first: Int = 20" in sdl
    assert "    after: String" in sdl
    assert "__page" not in sdl


def test_a_path_that_no_answer_has_is_named(opened: Opened) -> None:
    with pytest.raises(ManifestRejected) as rejected:
        paged(opened, "{style: number, param: pageNo, size: size, total: totl}")
    (found,) = [found for found in rejected.value.findings if found.severity == "error"]
    assert (found.code, found.fix) == ("path.undescribed", "did you mean 'total'?")


SHOPS = """type Query { shops(name: String, page: Int, size: Int): Shops }
type Shops { list: [Shop!], total: Int, note: String }
type Shop { name: String, street: String }
"""
OF_GRAPHQL = """types: {Shop: {fields: {name: name}}}
query:
  shops:
    args: {name: String}
    returns: "[Shop!]"
    call: {operation: shops, params: {name: $name}}
    items: list
    page: {style: number, param: page, size: size, maxSize: 10, total: total}
"""


async def test_a_graphql_backend_is_asked_for_what_the_page_needs_and_no_more(
    transport: Transport, clock: LoopClock, department: LoopbackDepartment
) -> None:
    head = MANIFEST[: MANIFEST.index("envelope:")].replace("kind: rest", "kind: graphql")
    head = head.replace("openapi: ./hrss/openapi.json", "sdl: ./shops.graphql")
    connector = open_connector(
        parse_manifest(f"{head}governance: {{classification: L1, sharing: none}}\n{OF_GRAPHQL}"),
        {"shops.graphql": SHOPS.encode()},
        endpoint=department.url,
        secrets=SECRETS,
        tokens=StubTokens(),
        clock=clock,
        transport=transport,
    )
    department.answer("POST", "/graphql", {"data": {"shops": {"list": [{"name": "a"}], "total": 1}}})
    document = "{ shops(first: 5) { edges { node { name } } pageInfo { hasNextPage } totalCount } }"
    result = await connector.prepare(fetch(connector, document)).run({}, (), CONTEXT)
    assert result.errors == ()
    assert result.data == {
        "shops": {
            "edges": [{"node": {"name": "a"}}],
            "pageInfo": {"hasNextPage": False},
            "totalCount": 1,
        }
    }
    sent = json.loads(department.seen[0].body)
    assert sent["variables"] == {"page": 1, "size": 5}
    asked_for = sent["query"].partition("shops(")[2]
    assert "name" in asked_for
    assert "total" in asked_for
    assert "street" not in asked_for
    assert "edges" not in asked_for
