"""The scorecard over real descriptions (where they are at hand) and over made ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.descriptions import __main__ as card
from bench.descriptions import scoring, summary

DEMO = Path(__file__).parents[2] / "demo" / "connectors"
SHARED = Path(__file__).parents[2].parent / "shared" / "apis" / "openapi"


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/apis is not there")
def test_real_descriptions_are_all_loaded_exposed_and_typed() -> None:
    scores = [scoring.score(path) for path in scoring.roots(SHARED)]
    told = summary.totals(scores)
    assert len(scores) >= 30
    assert [each.file for each in scores if not each.loaded] == []
    assert told["lost"] == 0
    assert told["exposed"] >= summary.GOALS["exposed"]
    assert told["typed"] >= summary.GOALS["typed"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/apis is not there")
def test_real_wsdls_are_all_loaded_with_every_operation() -> None:
    scores = [scoring.score(path, "WSDL") for path in sorted(SHARED.parent.rglob("*.wsdl"))]
    assert len(scores) >= 8
    assert [each.file for each in scores if not each.loaded or each.lost or each.typed < each.described] == []


def test_our_own_descriptions_are_all_loaded_exposed_and_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["descriptions", str(DEMO), "--format", "json"])
    with pytest.raises(SystemExit) as ended:
        card.main()
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert (told["documents_read"], told["wsdl"]["documents_read"]) == (12, 6)
    for figures in (told, told["wsdl"]):
        assert (figures["loaded"], figures["exposed"], figures["typed"], figures["lost"]) == (1, 1, 1, 0)
    assert [each["misses"] for each in told["documents"] if each["misses"]] == []


def made(operations: int) -> str:
    """So many operations over types that lead to one another, as large documents have them."""
    schemas = {
        f"T{n}": {
            "type": "object",
            "properties": {f"f{i}": {"type": "string", "description": "words " * 8} for i in range(20)}
            | {f"t{i}": {"$ref": f"#/components/schemas/T{(n * 7 + i) % 120}"} for i in range(5)},
        }
        for n in range(120)
    }
    paths = {
        f"/t{n}/{{id}}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": f"#/components/schemas/T{n % 120}"}}
                        }
                    }
                },
            }
        }
        for n in range(operations)
    }
    return json.dumps({"openapi": "3.0.3", "paths": paths, "components": {"schemas": schemas}}, indent=2)


def test_a_document_of_138_operations_stays_within_memory(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(made(138))
    alone = card.measured(tmp_path / "api.json")
    assert alone["operations"] == 138
    assert alone["mib"] < summary.MAX_MIB


def test_a_miss_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text(
        "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n"
        "        200: {content: {application/json: {schema: {type: object}}}}\n    post: {operationId: b}\n"
    )
    (tmp_path / "empty.yaml").write_text("openapi: 3.0.0\npaths: {}\n")
    (tmp_path / "notes.yaml").write_text("nothing: here\n")
    bare, empty = (scoring.score(path) for path in scoring.roots(tmp_path))
    assert (bare.operations, bare.exposed, bare.bare, bare.described) == (2, 2, 1, 0)
    assert len(bare.misses) == 2
    assert not empty.loaded
    assert empty.misses[0].startswith("not loaded: ")


@pytest.mark.parametrize("content", [b"", b"<definitions", b"\xff\xfe", b"<a/>"])
def test_what_is_no_wsdl_is_a_miss(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wsdl").write_bytes(content)
    found = scoring.score(tmp_path / "a.wsdl", "WSDL")
    assert (found.loaded, found.operations) == (False, 0)
    assert found.misses[0].startswith("not loaded: ")
