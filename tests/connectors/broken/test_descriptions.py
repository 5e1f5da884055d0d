"""Broken and hostile descriptions, each told at its place with its reason and what to do: ``descriptions.yaml`` is the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

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
