"""The control address, over real sockets: each mode is met by the next caller, and goes away again."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from demo import departments
from demo.context import Context
from demo.host import Department, Province, running
from demo.world import build_world

OPEN_DATA = {"query": '{ airQuality(cityCode: "990100") { aqi } }'}


@pytest.fixture
async def province() -> AsyncIterator[Province]:
    async with running("mee", world=build_world()) as running_province:
        yield running_province


@pytest.fixture
def mee(province: Province) -> Department:
    return province["mee"]


async def control(web: httpx.AsyncClient, department: Department, **wish: object) -> httpx.Response:
    return await web.post(department.control_url, json=wish)


async def asked(web: httpx.AsyncClient, department: Department) -> httpx.Response:
    return await web.post(f"{department.url}/graphql", json=OPEN_DATA)


async def test_get_tells_the_mode_and_the_calls_by_operation(web: httpx.AsyncClient, mee: Department) -> None:
    await asked(web, mee)
    await asked(web, mee)
    told = (await web.get(f"{mee.control_url}/")).json()
    assert told["mode"] == "ok"
    assert told["traits"] == []
    assert told["calls"] == {"airQuality": 2}
    assert told["requests"] == 2


async def test_down_refuses_connections_even_on_a_kept_one(web: httpx.AsyncClient, mee: Department) -> None:
    await asked(web, mee)
    assert (await control(web, mee, mode="down")).json()["mode"] == "down"
    with pytest.raises(httpx.ConnectError):
        await asked(web, mee)
    await control(web, mee, mode="ok")
    assert (await asked(web, mee)).status_code == 200


async def test_reset_breaks_the_connection(web: httpx.AsyncClient, mee: Department) -> None:
    await control(web, mee, mode="reset")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError)):
        await asked(web, mee)
    await control(web, mee, mode="ok")
    assert (await asked(web, mee)).status_code == 200


async def test_hang_never_answers_and_lets_go_when_it_ends(web: httpx.AsyncClient, mee: Department) -> None:
    await control(web, mee, mode="hang")
    waiting = asyncio.ensure_future(asked(web, mee))
    while (await web.get(mee.control_url)).json()["requests"] == 0:
        assert not waiting.done()
    await control(web, mee, mode="ok")
    assert (await waiting).status_code == 503
    assert (await asked(web, mee)).status_code == 200


async def test_slow_answers_late_but_well(web: httpx.AsyncClient, mee: Department) -> None:
    await control(web, mee, mode="slow", delay_ms=150)
    started_s = time.monotonic()
    assert (await asked(web, mee)).json()["data"]["airQuality"]
    assert time.monotonic() - started_s >= 0.15


async def test_trickle_sends_a_byte_at_a_time(web: httpx.AsyncClient, mee: Department) -> None:
    await control(web, mee, mode="trickle", delay_ms=1)
    async with web.stream("POST", f"{mee.url}/graphql", json=OPEN_DATA) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert b"airQuality" in b"".join(pieces)
    assert len(pieces) > 5


async def test_html_is_a_login_page_with_status_200(web: httpx.AsyncClient, mee: Department) -> None:
    await control(web, mee, mode="html")
    answer = await asked(web, mee)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "登录" in answer.text


async def test_error500_is_an_error_without_the_departments_words(
    web: httpx.AsyncClient, mee: Department
) -> None:
    await control(web, mee, mode="error500")
    answer = await asked(web, mee)
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


async def test_the_nightly_window_depends_on_the_departments_clock(
    web: httpx.AsyncClient, mee: Department
) -> None:
    await control(web, mee, traits=["nightly_window"], now="2026-03-04T02:30:00+08:00")
    assert (await asked(web, mee)).status_code == 503
    await control(web, mee, now="2026-03-04T04:30:00+08:00")
    assert (await asked(web, mee)).status_code == 200
    assert (await control(web, mee, traits=[])).json()["traits"] == []


async def test_a_case_can_be_put_into_a_state(web: httpx.AsyncClient, mee: Department) -> None:
    mee.cases.open("dischargePermit", "s", number="PW1")
    answer = (await control(web, mee, case={"number": "PW1", "state": "supplement"})).json()
    assert answer["case"] == {"number": "PW1", "state": "supplement"}
    told = await web.post(mee.url, json={"query": '{ caseStatus(permitNo: "PW1") { state } }'})
    assert told.json()["data"]["caseStatus"]["state"] == "S3"


@pytest.mark.parametrize(
    "wish",
    [
        {"mode": "sleepy"},
        {"mood": "ok"},
        {"delay_ms": -1},
        {"traits": "x"},
        {"case": {"number": "none", "state": "decided"}},
        {"now": "2026-01-01T00:00:00"},
    ],
)
async def test_a_senseless_wish_is_refused_and_changes_nothing(
    web: httpx.AsyncClient, mee: Department, wish: dict[str, object]
) -> None:
    assert (await control(web, mee, **wish)).status_code == 400
    assert (await web.get(mee.control_url)).json()["mode"] == "ok"


async def bare(_: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


async def test_an_mtls_department_asks_for_a_certificate_and_can_show_an_expired_one(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("demo.host.department_builder", lambda _: build_bare)
    async with running("tmd", world=build_world()) as province:
        tmd = province["tmd"]
        assert tmd.url.startswith("https://")
        async with httpx.AsyncClient(verify=_client_side(province.secrets, tmp_path)) as with_certificate:
            assert (await with_certificate.get(tmd.url)).status_code == 204
            await control(web, tmd, traits=["expired_certificate"])
            with pytest.raises(httpx.ConnectError, match="expired"):
                await with_certificate.get(tmd.url)
            await control(web, tmd, traits=[])
            assert (await with_certificate.get(tmd.url)).status_code == 204
        trusting = ssl.create_default_context(cadata=province.secrets["secret://tmd/ca"])
        async with httpx.AsyncClient(verify=trusting) as without_certificate:
            with pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)):
                await without_certificate.get(tmd.url)


def build_bare(_: Context) -> object:
    return bare


def _client_side(secrets: object, directory: Path) -> ssl.SSLContext:
    values: dict[str, str] = dict(secrets)  # type: ignore[call-overload]
    chain = directory / "client.pem"
    chain.write_text(values["secret://tmd/client-cert"] + values["secret://tmd/client-key"])
    context = ssl.create_default_context(cadata=values["secret://tmd/ca"])
    context.load_cert_chain(chain)
    return context


def test_the_table_of_departments_names_all_26_of_the_province() -> None:
    assert len(departments.MODULES) == 26
