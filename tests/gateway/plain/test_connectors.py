"""``--connector MANIFEST``: a REST backend beside plain subgraphs, in one graph, under the manifest's own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from gateway.plain import PlainGateway, PlainOptions, PlainUnusable
from tests.gateway.plain.serving import ask, plain
from tests.gateway.plain.subgraphs import Scripted
from tests.gateway.plain.test_supergraph import written
from tests.gateway.serving import served
from tongban.settings import Settings

MANIFEST = """
apiVersion: tongban/v1
kind: Connector
metadata:
  id: mee.air
  version: 1.0.0
  title: {zh: 空气质量, en: Air}
  department: {code: mee, name: {zh: 生态环境厅}}
  owners: [{name: 信息中心, role: developer, contact: dev@mee.example}]
  lifecycle: production
backend:
  kind: rest
  describe: {openapi: ./air/openapi.json}
  endpoints: {production: "ORIGIN"}
  auth: [{kind: AUTH}]
governance: {purposes: [air.view], classification: L1, sharing: unconditional}
services:
  air: {title: {zh: 空气质量}, kind: lookup, fields: [Query.air]}
  secret: {title: {zh: 内部}, kind: lookup, classification: L3, fields: [Query.inner]}
types:
  Air: {fields: {city: city, index: aqi}}
query:
  air: {returns: Air, call: {operation: getAir}}
  inner: {returns: Air, call: {operation: getAir}}
"""
OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "air", "version": "1"},
    "paths": {
        "/air": {
            "get": {
                "operationId": "getAir",
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {"city": {"type": "string"}, "aqi": {"type": "integer"}},
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}


def manifest(folder: Path, origin: str, auth: str = "none") -> str:
    (folder / "air").mkdir(exist_ok=True)
    (folder / "air" / "openapi.json").write_bytes(orjson.dumps(OPENAPI))
    path = folder / "mee.connector.yaml"
    path.write_text(MANIFEST.replace("ORIGIN", origin).replace("AUTH", auth))
    return str(path)


@pytest.fixture
async def backend() -> AsyncIterator[str]:
    async with served(Scripted(b'{"city": "north", "aqi": 40}')) as origin:
        yield origin


async def test_it_stands_beside_the_subgraphs(listed: str, tmp_path: Path, backend: str) -> None:
    options = PlainOptions(subgraphs=listed, connectors=(manifest(tmp_path, backend),))
    async with plain(options) as client:
        answer = await ask(client, "{ me { name } air { city index } }")
    assert answer == {"data": {"me": {"name": "Ada"}, "air": {"city": "north", "index": 40}}}


async def test_it_stands_beside_the_subgraphs_of_a_supergraph_file(
    addresses: dict[str, str], tmp_path: Path, backend: str
) -> None:
    file = written(tmp_path, addresses["users"], addresses["reviews"])
    async with plain(PlainOptions(supergraph=file, connectors=(manifest(tmp_path, backend),))) as client:
        answer = await ask(client, "{ me { name reviews } air { city } }")
    assert answer == {"data": {"me": {"name": "Ada", "reviews": ["by 1"]}, "air": {"city": "north"}}}


async def test_what_its_manifest_keeps_to_a_level_is_kept(tmp_path: Path, backend: str) -> None:
    async with plain(PlainOptions(connectors=(manifest(tmp_path, backend),))) as client:
        assert (await ask(client, "{ air { city } }"))["data"] == {"air": {"city": "north"}}
        answer = await ask(client, "{ inner { city } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ("exchanged, audience: mee", "only the full gateway makes"),
        ('bearer, token: "secret://mee/token"', "secret://mee/token"),
    ],
)
async def test_one_that_cannot_be_opened_is_refused(auth: str, said: str, tmp_path: Path) -> None:
    options = PlainOptions(connectors=(manifest(tmp_path, "http://127.0.0.1:1", auth),))
    with pytest.raises(PlainUnusable, match=said):
        await PlainGateway(options, Settings(log_level="error")).open()
