"""The scorecard over real descriptions (where they are at hand) and over made ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import descriptions

SHARED = Path(__file__).parents[2].parent / "shared" / "apis" / "openapi"


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/apis is not there")
def test_real_descriptions_are_all_loaded_exposed_and_typed() -> None:
    scores = [descriptions.score(path) for path in descriptions.roots(SHARED)]
    summary = descriptions.totals(scores)
    assert len(scores) >= 30
    assert [each.file for each in scores if not each.loaded] == []
    assert summary["lost"] == 0
    assert summary["exposed"] >= descriptions.GOALS["exposed"]
    assert summary["typed"] >= descriptions.GOALS["typed"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/apis is not there")
def test_real_wsdls_are_all_loaded_with_every_operation() -> None:
    scores = [descriptions.score(path, "WSDL") for path in sorted(SHARED.parent.rglob("*.wsdl"))]
    assert len(scores) >= 8
    assert [each.file for each in scores if not each.loaded or each.lost or each.typed < each.described] == []


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
    alone = descriptions.measured(tmp_path / "api.json")
    assert alone["operations"] == 138
    assert alone["mib"] < descriptions.MAX_MIB


def test_a_miss_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text(
        "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n"
        "        200: {content: {application/json: {schema: {type: object}}}}\n    post: {operationId: b}\n"
    )
    (tmp_path / "empty.yaml").write_text("openapi: 3.0.0\npaths: {}\n")
    (tmp_path / "notes.yaml").write_text("nothing: here\n")
    bare, empty = (descriptions.score(path) for path in descriptions.roots(tmp_path))
    assert (bare.operations, bare.exposed, bare.bare, bare.described) == (2, 2, 1, 0)
    assert len(bare.misses) == 2
    assert not empty.loaded
    assert empty.misses[0].startswith("not loaded: ")
