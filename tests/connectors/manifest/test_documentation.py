"""docs/manifest.md and manifest.schema.json say the same: neither knows a key that the other doesn't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from connectors.credentials.signature import WORDS
from connectors.expressions.dates import FORMATS
from connectors.expressions.slots import _CITIZEN, _REQUEST
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.manifest.model import Outcome
from connectors.manifest.reading import read
from connectors.manifest.shape import SCHEMA, shape_findings
from connectors.outcomes import BY_STATUS, CODES

PAGE = (Path(__file__).parents[3] / "docs" / "manifest.md").read_text(encoding="utf-8")
EXAMPLE, MEANING = PAGE.split("```yaml\n")[1].split("```\n", 1)
NAMED = frozenset(re.findall(r"[A-Za-z]+", " ".join(re.findall(r"`[^`]+`", MEANING))))


def resolved(schema: Any) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        at: Any = SCHEMA
        for step in schema["$ref"].removeprefix("#/").split("/"):
            at = at[int(step)] if isinstance(at, list) else at[step]
        schema = at
    return schema


def unshown(schema: Any, values: list[Any], place: str) -> Iterator[str]:
    """Every key that the schema knows here and none of the example's values has."""
    schema = resolved(schema)
    if not isinstance(schema, dict):
        return
    for branch in (*schema.get("anyOf", ()), *(part["then"] for part in schema.get("allOf", ()))):
        kind = resolved(branch).get("properties", {}).get("kind", {}).get("const")
        meant = [v for v in values if kind is None or (isinstance(v, dict) and v.get("kind") == kind)]
        yield from unshown(branch, meant, f"{place}[{kind}]" if kind else place)
    dicts = [value for value in values if isinstance(value, dict)]
    properties = schema.get("properties", {})
    for name, inner in properties.items():
        held = [value[name] for value in dicts if name in value]
        if held:
            yield from unshown(inner, held, f"{place}.{name}")
        else:
            yield f"{place}.{name}"
    others = [item for value in dicts for name, item in value.items() if name not in properties]
    if isinstance(schema.get("additionalProperties"), dict) and others:
        yield from unshown(schema["additionalProperties"], others, f"{place}.*")
    items = [item for value in values if isinstance(value, list) for item in value]
    if "items" in schema and items:
        yield from unshown(schema["items"], items, f"{place}[]")


def test_everything_that_the_page_shows_is_accepted() -> None:
    assert shape_findings(read(EXAMPLE, "manifest.md")) == []


def test_the_example_means_something_too_apart_from_showing_the_keys_of_every_kind_at_once() -> None:
    with pytest.raises(ManifestRejected) as rejected:
        parse_manifest(EXAMPLE, file="manifest.md")
    assert {found.code for found in rejected.value.findings} == {"auth.wsse", "override.kind"}


def test_everything_that_is_accepted_stands_on_the_page() -> None:
    example = read(EXAMPLE, "manifest.md").value
    missing = [place for place in unshown(SCHEMA, [example], "") if place.rpartition(".")[2] not in NAMED]
    assert missing == []


def test_a_key_that_the_page_lacks_would_be_noticed() -> None:
    schema = {"properties": {"a": {"items": {"properties": {"known": {}, "secretly": {}}}}}}
    assert list(unshown(schema, [{"a": [{"known": 1}]}], "")) == [".a[].secretly"]


def test_every_word_of_the_small_languages_stands_on_the_page() -> None:
    for word in (*_CITIZEN, *_REQUEST):
        assert word in NAMED
    for word in WORDS:
        assert f"{{{word}}}" in MEANING
    for word in FORMATS:
        assert f"`{word}`" in MEANING


def test_the_table_of_outcomes_is_the_one_that_is_used() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in MEANING.split("\n") if "|" in line]
    told = {outcome.strip("`"): code for outcome, code, _ in rows if outcome.startswith("`")}
    assert told == {outcome: CODES[outcome].value for outcome in get_args(Outcome)}
    statuses = {int(status): code for _, code, when in rows for status in re.findall(r"status (\d+)", when)}
    assert {status: statuses[status] for status in BY_STATUS} == {s: c.value for s, c in BY_STATUS.items()}
