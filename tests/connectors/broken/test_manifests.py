"""Broken manifests, each told at its place with its reason and what to do: ``manifests.yaml`` is the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from gateway.cli.connector import connector

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "manifests.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=[row["file"] for row in TABLE])
def test_the_fault_is_told_first_at_its_line_with_what_to_do(row: dict[str, Any]) -> None:
    source = HERE / "manifests" / row["file"]
    done = CliRunner().invoke(connector, ["lint", str(source), "--format", "json"])
    first = json.loads(done.stdout)["findings"][0]
    assert done.exit_code == 1
    assert (first["code"], first["severity"], first["line"]) == (row["code"], "error", row["line"])
    assert row["fix"] in first["fix"]
    assert first["file"] == str(source)
    assert first["message"]


def test_the_table_is_about_every_file_and_no_two_faults_have_one_code() -> None:
    assert sorted(row["file"] for row in TABLE) == sorted(p.name for p in (HERE / "manifests").glob("*.yaml"))
    assert len({row["code"] for row in TABLE}) == len(TABLE) >= 20
