"""Whatever a subgraph answers, the gateway answers GraphQL, in time, and tells no more than it should."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.plain import PlainOptions
from tests.gateway.plain.serving import ask, listing, plain
from tests.gateway.plain.subgraphs import REVIEWS, USERS, Scripted
from tests.gateway.serving import served

DEEP = b'{"data":{"me":' + b'{"id":' * 900 + b"1" + b"}" * 900 + b"}}"
ROOT: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 200),
    "HTML": (b"<html>", 502),
    "a number": (b"42", 200),
    "a list": (b"[]", 200),
    "no GraphQL": (b'{"me": 1}', 200),
    "null": (b'{"data": null}', 200),
    "data of another kind": (b'{"data": [1]}', 200),
    "no errors": (b'{"errors": []}', 200),
    "errors that are none": (b'{"data": null, "errors": ["a", 1, null]}', 200),
    "errors as an object": (b'{"data": null, "errors": {"message": "x"}}', 200),
    "a leaf for an object": (b'{"data": {"me": 7}}', 200),
    "a list for an object": (b'{"data": {"me": [[]]}}', 200),
    "an object for a leaf": (b'{"data": {"me": {"id": {"a": 1}}}}', 200),
    "depth": (DEEP, 200),
    "broken UTF-8": (b'{"data": {"me": {"id": "\xff"}}}', 200),
    "NaN": (b'{"data": {"me": {"id": NaN}}}', 200),
}


async def _asked(tmp_path: Path, app: Any, query: str) -> dict[str, Any]:
    async with served(app) as origin:
        named = listing(tmp_path, {"name": "users", "url": origin, "sdl": USERS})
        async with plain(PlainOptions(subgraphs=named)) as client:
            return await ask(client, query)


@pytest.mark.parametrize("kind", ROOT)
async def test_an_answer_that_is_none_is_null_with_an_error(kind: str, tmp_path: Path) -> None:
    answer = await _asked(tmp_path, Scripted(*ROOT[kind]), "{ me { id } }")
    assert answer["data"] == {"me": None}
    assert answer["errors"], kind
    assert all(error["extensions"]["code"] for error in answer["errors"])


ERRORS: dict[str, Any] = {
    "no message": {},
    "a message of another kind": {"message": {"a": 1}, "path": "me"},
    "a path of another kind": {"message": "m", "path": [None, {"a": 1}, True]},
    "a path that leads nowhere": {"message": "m", "path": ["x", -1, 10**9]},
    "a code of another kind": {"message": "m", "extensions": {"code": ["x"]}},
    "extensions of another kind": {"message": "m", "extensions": "code"},
    "keys of ours": {"message": "m", "extensions": {"code": "C", "requestId": "forged", "department": "mca"}},
    "much": {"message": "m" * 100_000, "extensions": {"code": "c" * 100_000}},
}


@pytest.mark.parametrize("kind", ERRORS)
async def test_an_error_is_told_within_bounds(kind: str, tmp_path: Path) -> None:
    body = orjson.dumps({"data": {"me": None}, "errors": [ERRORS[kind]] * 500})
    answer = await _asked(tmp_path, Scripted(body), "{ me { id } }")
    assert 1 <= len(answer["errors"]) <= 100
    for error in answer["errors"]:
        assert isinstance(error["message"], str)
        assert 0 < len(error["message"]) <= 2_000
        assert len(error["extensions"]["code"]) <= 100
        assert error["extensions"].keys() <= {"code", "messageZh", "department", "requestId", "omitted"}
        assert error["extensions"]["department"] == "users"
        assert error["extensions"]["requestId"] != "forged"


async def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 200_000_000, 9)
    scripted = Scripted(bomb, headers=((b"content-encoding", b"gzip"),))
    answer = await _asked(tmp_path, scripted, "{ me { id } }")
    assert answer["errors"][0]["extensions"]["code"] == "DEPARTMENT_ERROR"


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    away = Scripted(b'{"data":{"me":{"id":"stolen"}}}')
    async with served(away) as elsewhere:
        scripted = Scripted(b"", 307, ((b"location", elsewhere.encode()),))
        assert (await _asked(tmp_path, scripted, "{ me { id } }"))["data"] == {"me": None}
    assert not away.asked


ENTITIES = {
    "too few": b'{"data":{"_entities":[]}}',
    "too many": b'{"data":{"_entities":[{"reviews":["x"]},{"reviews":["x"]}]}}',
    "no list": b'{"data":{"_entities":{"0":1}}}',
    "no entities": b'{"data":{}}',
    "of another kind": b'{"data":{"_entities":["x"]}}',
    "errors only": b'{"errors":[{"message":"m","path":["_entities",77,"reviews"]}]}',
}


@pytest.mark.parametrize("kind", ENTITIES)
async def test_entities_that_do_not_fit_cost_their_own_fields(
    kind: str, tmp_path: Path, addresses: dict[str, str]
) -> None:
    async with served(Scripted(ENTITIES[kind])) as origin:
        named = listing(
            tmp_path,
            {"name": "users", "url": addresses["users"], "sdl": USERS},
            {"name": "reviews", "url": origin, "sdl": REVIEWS},
        )
        async with plain(PlainOptions(subgraphs=named)) as client:
            answer = await ask(client, "{ me { name reviews } }")
    assert answer["data"] == {"me": {"name": "Ada", "reviews": None}}
