"""Broken and hostile descriptions, each told at its place with its reason and what to do: ``descriptions.yaml`` is the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from connectors.judging import Draft, lint
from gateway.cli.connector import connector

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "descriptions.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=[row["file"] for row in TABLE])
def test_what_is_wrong_is_told_at_its_place_with_what_to_do(row: dict[str, Any], tmp_path: Path) -> None:
    source, manifest = HERE / "descriptions" / row["file"], tmp_path / "gov.wells.connector.yaml"
    done = CliRunner().invoke(
        connector, ["init", "--from", str(source), "-o", str(manifest), "--format", "json"]
    )
    told = [each for each in json.loads(done.stdout)["findings"] if each["code"] == row["code"]]
    assert row["line"] in [each["line"] for each in told]
    (found,) = [each for each in told if each["line"] == row["line"]]
    assert row["fix"] in found["fix"]
    assert found["file"] == f"gov.wells/{row['file']}"
    assert found["message"]
    refused = row.get("refused", False)
    assert (done.exit_code, manifest.exists()) == ((1, False) if refused else (0, True))


def test_the_table_is_about_every_file() -> None:
    assert sorted(row["file"] for row in TABLE) == sorted(
        path.name for path in (HERE / "descriptions").iterdir()
    )


MANIFEST = """\
apiVersion: tongban/v1
kind: Connector
metadata:
  id: gov.wells
  version: 0.1.0
  title: {en: Wells}
  department: {code: gov, name: {en: Wells}}
  owners: [{name: Wells, role: developer, contact: wells@gov.example}]
  lifecycle: draft
backend: {kind: KIND, describe: {WORD: ./FILE}, endpoints: {sandbox: "http://127.0.0.1:9"}}
governance: {classification: L1, sharing: conditional}
"""


@pytest.mark.parametrize(
    ("kind", "word", "file"),
    [
        ("rest", "openapi", "deep.yaml"),
        ("rest", "openapi", "list.json"),
        ("soap", "wsdl", "doctype.wsdl"),
        ("soap", "wsdl", "not-closed.wsdl"),
        ("graphql", "sdl", "brace.graphql"),
    ],
)
def test_lint_of_a_manifest_tells_the_same_place(kind: str, word: str, file: str) -> None:
    row = next(row for row in TABLE if row["file"] == file)
    text = MANIFEST.replace("KIND", kind).replace("WORD", word).replace("FILE", file)
    found = lint(Draft(text, {file: (HERE / "descriptions" / file).read_bytes()})).findings[0]
    assert (found.code, found.severity, found.file, found.line) == (row["code"], "error", file, row["line"])
