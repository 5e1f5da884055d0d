"""Property: whatever is done to a description, reading it ends, and ends in operations or in a refusal."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.manifest import parse_manifest
from connectors.openapi.document import DescriptionRefused, Document
from connectors.openapi.operations import read_operations
from connectors.proposing import Undescribed, propose
from connectors.proposing.writing import Identity, write_manifest

WHOLE: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "企业", "version": 1.0},
    "servers": [{"url": "https://{x}.gov/v1", "variables": {"x": {"default": "api"}}}],
    "paths": {
        "/firms/{id}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {"operationId": "get firm", "responses": {"200": {"$ref": "#/components/responses/firm"}}},
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Firm"}}}
                },
                "responses": {
                    "201": {"content": {"*/*": {"example": {"a": [1]}}}},
                    "default": {"description": "x"},
                },
            },
        }
    },
    "components": {
        "parameters": {
            "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "default": 1}}
        },
        "responses": {
            "firm": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Firm"}}}}
        },
        "schemas": {
            "Firm": {
                "allOf": [{"$ref": "#/components/schemas/Base"}],
                "discriminator": {"propertyName": "kind", "mapping": {"a": "Base"}},
                "required": ["name"],
                "properties": {
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Firm"}},
                    "state": {"enum": ["in use", "closed"]},
                    "either": {
                        "oneOf": [{"type": ["string", "null"]}, {"$ref": "#/components/schemas/Firm"}]
                    },
                },
            },
            "Base": {"type": "object", "properties": {"name": {"type": "string", "format": "date"}}},
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
}

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({}),
    st.sampled_from(["#/components/schemas/Firm", "#", "#/", "other.json", "object", "array", "$ref", "..", "${x}", "http://x"]),
    st.just({"$ref": "#/components/schemas/Firm"}), st.just({"$ref": "#/paths"}), st.just([{"$ref": "#"}]),
)  # fmt: skip

KEYS = ["type", "$ref", "properties", "items", "", "@", "a.b", "姓名", "__x", "1", "in"]


def places(node: Any) -> list[tuple[Any, Any]]:
    found = []
    members = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
    for step, item in members:
        found.append((node, step))
        if isinstance(item, dict | list):
            found.extend(places(item))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    root = copy.deepcopy(WHOLE)
    for _ in range(draw(st.integers(1, 6))):
        standing = places(root)
        if not standing:
            break
        holder, step = draw(st.sampled_from(standing))
        how = draw(st.sampled_from(["replace", "remove", "rename", "move"]))
        with suppress(KeyError, IndexError):
            if how == "replace":
                holder[step] = copy.deepcopy(draw(JUNK))
            elif how == "remove":
                del holder[step]
            elif how == "rename" and isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = holder.pop(step)
            else:
                other, place = draw(st.sampled_from(standing))
                holder[step] = copy.deepcopy(other[place])
    return root


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_mutated_description_gives_a_manifest_that_parses_or_a_refusal(root: dict[str, Any]) -> None:
    files = {"d/api.json": json.dumps(root).encode()}
    with suppress(Undescribed):
        proposal = propose(files, "d/api.json").proposal
        written = write_manifest(proposal, "d/api.json", Identity("gov.firms", "厅"))
        manifest = parse_manifest(written.text, base=files)
        assert len(manifest.query) + len(manifest.mutation) == len(proposal.operations)
        assert all(found.fix and found.line >= 0 for found in written.findings)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_bytes_give_operations_or_a_refusal(data: st.DataObject) -> None:
    content = bytearray(json.dumps(WHOLE, indent=1, ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with suppress(DescriptionRefused):
        document = Document({"x": bytes(content)}, "x")
        read_operations(document)
        document.findings()


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab:-{}[],#&*!|>'\"% \t\n@`?0.$/"), max_size=60))
def test_any_text_after_a_good_beginning_is_got_over(text: str) -> None:
    with suppress(DescriptionRefused):
        document = Document({"x": f"openapi: 3.0.0\npaths: {{}}\n{text}".encode()}, "x")
        document.findings()
