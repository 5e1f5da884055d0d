"""Properties: whatever is given, a manifest comes out or one typed refusal whose findings say what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.manifest import Finding, parse_manifest
from connectors.proposing import Undescribed, propose
from connectors.proposing.describing import describe, is_described
from connectors.proposing.kinds import is_page
from connectors.proposing.writing import Identity, write_manifest
from tests.connectors.proposing.test_recordings import COLLECTION, RECORDED

SDL = b"""extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { venue(id: ID! = "1"): Venue @deprecated venues(of: [Kind!]): [Venue!]! any: U _service: _Service! }
type Venue @key(fields: "id") { id: ID! kind: Kind } enum Kind { A B } union U = Venue scalar Date
extend type Venue { near: [Venue] } input In { a: Int = 1 b: In } interface I { id: ID! } type Subscription { s: I }"""
SEEDS = {"x.har": RECORDED, "x.json": json.dumps(COLLECTION).encode(), "x.graphql": SDL}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def brought_through(content: bytes, path: str) -> str | None:
    """The manifest's text, which its own parser takes; None for a refusal, which says why and what to do."""
    refused: tuple[Finding, ...] = ()
    try:
        found = describe({path: content}, path)
        written = write_manifest(
            propose(found.files, found.path).proposal, found.path, Identity("gov.any", "x")
        )
    except Undescribed as error:
        refused = error.findings
    if refused:
        assert (refused[0].severity, bool(refused[0].message), bool(refused[0].fix)) == ("error", True, True)
        return None
    parse_manifest(written.text, base=found.files)
    return written.text


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(sorted(SEEDS)), st.integers(0, 6000), st.integers(0, 60), st.binary(max_size=20))
def test_a_damaged_file_becomes_a_manifest_or_is_refused(path: str, at: int, cut: int, put: bytes) -> None:
    content = SEEDS[path]
    at %= len(content)
    brought_through(content[:at] + put + content[at + cut :], path)


def replaced(tree: Any, path: list[int], value: Any) -> Any:
    """The tree with one part, found by positions, exchanged."""
    if not path or not isinstance(tree, dict | list) or not tree:
        return value
    if isinstance(tree, dict):
        key = list(tree)[path[0] % len(tree)]
        return {**tree, key: replaced(tree[key], path[1:], value)}
    at = path[0] % len(tree)
    return [*tree[:at], replaced(tree[at], path[1:], value), *tree[at + 1 :]]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["x.har", "x.json"]), st.lists(st.integers(0, 20), min_size=1, max_size=9), JSON)
def test_a_recording_with_one_part_exchanged_is_read_or_refused(
    path: str, where: list[int], value: Any
) -> None:
    tree = replaced(json.loads(SEEDS[path]), where, value)
    brought_through(json.dumps(tree).encode(), path)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_looked_at(content: bytes) -> None:
    is_described(content)
    brought_through(content, "x")


@pytest.mark.parametrize(
    "content",
    [
        b"<!---->" * 9_000,
        b"{" * 50_000,
        b"type Query { a: " + b"[" * 50_000,
        b"type Query { a(b: Int = " + b"[" * 20_000 + b"]" * 20_000 + b"): Int }",
        b'{"data": {"__schema": ' + b"[" * 50_000,
        b'{"log": {"entries": [' + b"[" * 50_000,
        b'<import ' + b"location " * 50_000,
        b'"$ref"' * 50_000,
        b"<" + b"a" * 50_000,
    ],
)  # fmt: skip
def test_what_never_ends_is_refused(content: bytes) -> None:
    is_described(content)
    assert brought_through(content, "x") is None


@pytest.mark.parametrize(
    ("head", "page"),
    [
        ("<!doctype html>", True),
        ('<?xml version="1.0"?>\n<!-- x --><html lang="en">', True),
        ("<definitions><documentation><html>", False),
        ("type Query { a: String } # <html>", False),
    ],
)
def test_a_web_page_is_told_from_a_description(head: str, page: bool) -> None:
    assert is_page(head) == page
