"""``tongban connector lint|check|grade|lights`` as people, scripts and code hosts read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.connector import connector
from tests.connectors.judging.parks import MANIFEST, OPENAPI, altered

DEMO = Path(__file__).parents[3] / "demo" / "connectors"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(connector, [str(each) for each in arguments])


@pytest.fixture
def parks(tmp_path: Path) -> Path:
    """A manifest with its description beside it."""
    return written(tmp_path, MANIFEST)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that nothing was published in."""
    for name in ("TONGBAN_DATABASE_URL", "TONGBAN_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TONGBAN_REVIEW", "off")
    return tmp_path / "data"


def written(folder: Path, text: str) -> Path:
    (folder / "parks").mkdir(exist_ok=True)
    (folder / "parks" / "openapi.json").write_text(json.dumps(OPENAPI), "utf-8")
    manifest = folder / "parks.connector.yaml"
    manifest.write_text(text, "utf-8")
    return manifest


def test_lint_tells_scripts_findings_and_operations(tmp_path: Path) -> None:
    manifest = written(tmp_path, altered("from: area,", "from: aera,"))
    done = run("lint", manifest, "--format", "json")
    told = json.loads(done.stdout)
    (found,) = [each for each in told["findings"] if each["severity"] == "error"]
    assert done.exit_code == 1
    assert found.keys() == {"code", "severity", "file", "line", "column", "message", "fix"}
    assert found["code"] == "path.undescribed"
    assert told["operations"] == {"described": 4, "exposed": 4, "typed": 4}


def test_lint_tells_people_one_finding_a_line_with_its_fix(tmp_path: Path) -> None:
    manifest = written(tmp_path, altered("  legalBasis: 城市公园管理办法\n", ""))
    done = run("lint", manifest)
    assert done.exit_code == 0
    assert f"{manifest}:27:1: warning duty.basis: " in done.stdout
    assert "    fix: legalBasis" in done.stdout


def test_lint_tells_code_hosts_in_sarif(tmp_path: Path) -> None:
    """The properties that SARIF 2.1.0 requires of a log, a run, a tool, a rule and a result (its sections 3.13 to 3.49)."""
    manifest = written(tmp_path, altered("operation: getPark, params", "operation: getParc, params"))
    log: Any = json.loads(run("lint", manifest, "--format", "sarif").stdout)
    (one,) = log["runs"]
    driver = one["tool"]["driver"]
    assert (log["version"], driver["name"]) == ("2.1.0", "tongban")
    assert "sarif-schema-2.1.0.json" in log["$schema"]
    for result in one["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"]
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
    assert "call.operation" in {result["ruleId"] for result in one["results"]}
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in driver["rules"])


def test_check_goes_stage_by_stage(parks: Path, data: Path) -> None:
    done = run("check", parks, "--data", data)
    assert done.exit_code == 0, done.output
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if ": passed" in line] == [
        "lint",
        "compose",
        "contract",
    ]
    told = json.loads(run("check", parks, "--data", data, "--format", "json").stdout)
    assert [(each["stage"], each["passed"]) for each in told["stages"]] == [
        ("lint", True),
        ("compose", True),
        ("contract", True),
    ]
    assert told["operations"] == {"described": 4, "exposed": 4, "typed": 4}


def test_check_stops_at_the_stage_that_fails(tmp_path: Path, data: Path) -> None:
    manifest = written(tmp_path, altered("areaMu: 12.5, opensOn", "areaMu: 13.5, opensOn"))
    done = run("check", manifest, "--data", data, "--probe", "--format", "json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [each["stage"] for each in told["stages"]] == ["lint", "compose", "contract"]
    assert "contract.differs" in {each["code"] for each in told["findings"]}


def test_check_composes_with_what_is_published(tmp_path: Path, data: Path) -> None:
    assert run("publish", DEMO / "hrss.connector.yaml", "--data", data).exit_code == 0
    text = MANIFEST.replace("ParkTour", "SocialInsurance").replace("parkTours", "socialInsurance")
    text = altered("guide: {from: guideName,", "cardNumber: {type: Float, from: guideName,", text)
    text = text.replace("{ number guide }", "{ number cardNumber }").replace(
        "guide: 测试}]}}", "cardNumber: null}]}}"
    )
    manifest = written(tmp_path, text)
    done = run("check", manifest, "--data", data, "--format", "json")
    told = json.loads(done.stdout)
    errors = {each["code"]: each for each in told["findings"] if each["severity"] == "error"}
    assert done.exit_code == 1
    assert [each["stage"] for each in told["stages"]] == ["lint", "compose"]
    assert "compose.claimed" in errors
    composed = [each for code, each in errors.items() if code not in ("compose.claimed", "compose.service")]
    assert composed
    assert all(each["line"] > 1 and each["file"] == str(manifest) for each in composed)


def test_check_of_the_next_version_is_not_composed_with_the_one_before(parks: Path, data: Path) -> None:
    assert run("publish", parks, "--data", data).exit_code == 0
    parks.write_text(altered("version: 1.0.0", "version: 1.0.1"), "utf-8")
    assert run("check", parks, "--data", data).exit_code == 0


def test_check_with_a_probe_needs_the_sandbox(parks: Path, data: Path) -> None:
    data.mkdir()
    (data / "secrets.json").write_text('{"secret://parks/key": "k"}', "utf-8")
    arguments = (
        "check",
        parks,
        "--data",
        data,
        "--probe",
        "--endpoint",
        "http://127.0.0.1:9",
        "--format",
        "json",
    )
    told = json.loads(run(*arguments).stdout)
    assert [each["stage"] for each in told["stages"]] == ["lint", "compose", "contract", "probe"]
    assert told["findings"][-1]["code"] == "probe.unreachable"


def test_lights_are_three_and_red_is_1(parks: Path, data: Path) -> None:
    data.mkdir()
    (data / "secrets.json").write_text('{"secret://parks/key": "k"}', "utf-8")
    arguments = ("lights", parks, "--data", data, "--endpoint", "http://127.0.0.1:9", "--format", "json")
    done = run(*arguments)
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {name: light["colour"] for name, light in found.items()} == {
        "network": "red",
        "data": "unknown",
        "business": "unknown",
    }


def test_grade_of_a_file_and_of_what_is_published(parks: Path, data: Path) -> None:
    done = run("grade", parks)
    assert done.stdout.splitlines()[0] == "bronze"
    assert run("publish", parks, "--data", data).exit_code == 0
    told = json.loads(run("grade", "parks.venues", "--data", data, "--format", "json").stdout)
    assert told["grade"] == "bronze"
    assert {"rule", "level", "message", "fix"} == told["unmet"][0].keys()
    assert run("grade", "parks.nothing", "--data", data).exit_code == 2
