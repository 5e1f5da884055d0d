"""干部数字素养: a clerk who registers a service is told in plain words what to change: each of twenty faults by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from gateway.cli.connector import connector

BROKEN = Path(__file__).parents[1] / "connectors" / "broken"
FAULTS = yaml.safe_load((BROKEN / "manifests.yaml").read_text("utf-8"))
DESCRIPTIONS = yaml.safe_load((BROKEN / "descriptions.yaml").read_text("utf-8"))
JARGON = re.compile(r"Traceback|Exception|NoneType|KeyError|object at 0x|<class")


def told(arguments: list[str]) -> tuple[Result, dict[str, Any]]:
    done = CliRunner().invoke(connector, [*arguments, "--format", "json"])
    return done, json.loads(done.stdout)["findings"][0]


def test_twenty_faults_have_twenty_messages_each_with_line_reason_and_what_to_do() -> None:
    messages: dict[str, str] = {}
    for fault in FAULTS:
        done, found = told(["lint", str(BROKEN / "manifests" / fault["file"])])
        assert done.exit_code == 1
        assert found["line"] == fault["line"]
        assert found["fix"]
        assert not JARGON.search(found["message"] + found["fix"])
        messages[found["message"]] = found["code"]
    assert len(messages) == len(set(messages.values())) == len(FAULTS) >= 20


@pytest.mark.parametrize("name", ["not-closed.wsdl", "no-such-message.wsdl", "no-such-type.wsdl"])
def test_a_wrong_wsdl_yields_line_reason_and_repair_hint(name: str, tmp_path: Path) -> None:
    fault = next(each for each in DESCRIPTIONS if each["file"] == name)
    source = BROKEN / "descriptions" / name
    arguments = [
        "init",
        "--from",
        str(source),
        "-o",
        str(tmp_path / "gov.wells.connector.yaml"),
        "--format",
        "json",
    ]
    found = json.loads(CliRunner().invoke(connector, arguments).stdout)["findings"]
    (one,) = [each for each in found if each["code"] == fault["code"] and each["line"] == fault["line"]]
    assert fault["fix"] in one["fix"]
    assert one["message"]


def test_a_secret_that_was_written_down_is_not_repeated() -> None:
    manifest = BROKEN / "manifests" / "secret-in-it.yaml"
    assert "Geheim2024" in manifest.read_text("utf-8")
    assert "Geheim2024" not in CliRunner().invoke(connector, ["lint", str(manifest)]).output
