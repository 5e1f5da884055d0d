"""Hostile descriptions: what would never end is cut, told, and small."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.openapi import samples
from connectors.openapi.document import Document
from connectors.openapi.operations import MAX_OPERATIONS, read_operations
from connectors.proposing import Proposal, propose
from connectors.proposing.openapi import propose_openapi
from connectors.proposing.types import MAX_FIELDS
from connectors.proposing.writing import Identity, TooLarge, write_manifest

HEAD = "openapi: 3.0.0\n"
ALIASES = "a0: &a0 {x: y}\n" + "".join(
    f"a{n}: &a{n} {{{', '.join(f'k{i}: *a{n - 1}' for i in range(9))}}}\n" for n in range(1, 60)
)


def document(schema: Any, schemas: Any = None) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.0.0",
        "paths": {"/a": {"get": {"responses": {"200": content}}}},
        "components": {"schemas": schemas or {}},
    }


def fields(root: dict[str, Any] | str) -> tuple[int, set[str]]:
    """How many fields of types a manifest gets, and what is told."""
    content = root if isinstance(root, str) else json.dumps(root)
    return written(propose({"x": content.encode()}, "x").proposal)


def written(proposal: Proposal) -> tuple[int, set[str]]:
    found = write_manifest(proposal, "x", Identity("gov.x1", "x"))
    return found.text.count("\n"), {each.code for each in found.findings}


@pytest.mark.parametrize("where", ["schema: {properties: *a59}", "example: *a59"])
def test_a_bomb_of_aliases_gives_a_small_manifest(where: str) -> None:
    lines, _ = fields(
        f"{HEAD}{ALIASES}paths: {{/a: {{get: {{responses: {{200: {{content: {{application/json: {{{where}}}}}}}}}}}}}}}\n"
    )
    assert lines < 2 * samples.MAX_VALUES


def test_choices_among_choices_end() -> None:
    ref = "#/components/schemas/S"
    mesh = {
        f"S{n}": {
            "type": "object",
            "properties": {f"p{m}": {"oneOf": [{"$ref": f"{ref}{(n * m + 1) % 40}"}, {"$ref": f"{ref}{(n + m) % 40}"}]} for m in range(40)},
        }
        for n in range(40)
    }  # fmt: skip
    content = json.dumps(document({"$ref": f"{ref}0"}, mesh)).encode()
    lines, codes = written(propose_openapi({"x": content}, "x", max_work=5_000))
    assert lines < 2 * MAX_FIELDS
    assert "schema.many" in codes


def test_a_chain_of_types_is_cut_where_no_person_would_look() -> None:
    chain = {
        f"S{n}": {"type": "object", "properties": {"n": {"$ref": f"#/components/schemas/S{n + 1}"}}}
        for n in range(5_000)
    }
    assert "types.many" in fields(document({"$ref": "#/components/schemas/S0"}, chain))[1]


def test_more_operations_than_anybody_has_are_cut_and_told() -> None:
    root = {"openapi": "3.0.0", "paths": {f"/a{n}": {"get": {}} for n in range(MAX_OPERATIONS + 10)}}
    files = {"x": json.dumps(root).encode()}
    read = Document(files, "x")
    assert len(read_operations(read)) == MAX_OPERATIONS
    assert "paths.many" in {found.code for found in read.findings()}
    with pytest.raises(TooLarge):
        write_manifest(propose(files, "x").proposal, "x", Identity("gov.x1", "x"))
