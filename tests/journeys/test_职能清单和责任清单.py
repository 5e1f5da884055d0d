"""职能清单和责任清单: an operation without its ground, its unit and its times is not published, whoever asks and however."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connectors.judging import Draft, as_published, lint
from gateway.cli import cli
from gateway.connector_files import read_connector
from tests.connectors.judging.parks import MANIFEST, OPENAPI, altered, line_of

PROVINCE = Path(__file__).parents[2] / "demo" / "connectors"

LACKING = [
    ("duty.basis", "governance:", altered("  legalBasis: 城市公园管理办法\n", "")),
    ("duty.basis", "governance:", altered("legalBasis: 城市公园管理办法", 'legalBasis: " "')),
    ("duty.basis", "  book:", altered("    promisedMinutes: 10\n", '    promisedMinutes: 10\n    legalBasis: ""\n')),
    ("duty.unit", "governance:", altered("  responsibleUnit: 公园管理科\n", "")),
    ("duty.time", "  book:", altered("    promisedMinutes: 10\n", "")),
    ("duty.legal", "  book:", altered("  legalDays: 20\n", "")),
]  # fmt: skip


def written(folder: Path, text: str) -> str:
    manifest = folder / "parks.connector.yaml"
    manifest.write_text(text, "utf-8")
    (folder / "parks").mkdir(exist_ok=True)
    (folder / "parks" / "openapi.json").write_text(json.dumps(OPENAPI), "utf-8")
    return str(manifest)


@dataclass(frozen=True, slots=True)
class Store:
    """A store of its own, and the commands on it."""

    folder: Path

    def run(self, *words: str, given: str | None = None) -> tuple[int, Any]:
        """Exit status, and the JSON document on standard output."""
        sent = ["connector", *words, "--data", str(self.folder / "data"), "--format", "json"]
        done = CliRunner().invoke(cli, sent, input=given)
        return done.exit_code, json.loads(done.stdout)

    def publish(self, text: str, *words: str) -> tuple[int, Any]:
        return self.run("publish", written(self.folder, text), *words)


def errors(told: Any) -> list[tuple[str, int]]:
    return [(each["code"], each["line"]) for each in told["findings"] if each["severity"] == "error"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Nobody is asked for a review: the easiest route there is."""
    monkeypatch.setenv("TONGBAN_REVIEW", "off")
    return Store(tmp_path)


@pytest.mark.parametrize(("code", "words", "text"), LACKING)
def test_without_one_of_them_it_is_refused_at_its_line(
    store: Store, code: str, words: str, text: str
) -> None:
    status, told = store.publish(text)
    assert (status, told["state"]) == (1, "draft")
    assert errors(told) == [(code, line_of(words, text))]
    _, rows = store.run("list")
    assert [row["version"] for row in rows] == [None]


def test_with_all_of_them_it_is_published(store: Store) -> None:
    status, told = store.publish(MANIFEST)
    assert (status, told["state"]) == (0, "published"), told


def test_times_may_be_said_in_days(store: Store) -> None:
    status, told = store.publish(
        altered("    promisedMinutes: 10\n", "    promisedDays: 3\n    legalDays: 7\n")
    )
    assert status == 0, told


def test_what_init_left_to_be_filled_in_is_no_ground_where_a_review_is_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = altered("legalBasis: 城市公园管理办法", 'legalBasis: "TODO: law or regulation"')
    assert store.publish(text)[0] == 0
    monkeypatch.setenv("TONGBAN_REVIEW", "on")
    added = ["user", "add", "keeper", "--role", "operator", "--password", "a long password"]
    assert CliRunner().invoke(cli, [*added, "--data", str(store.folder / "data")]).exit_code == 0
    status, told = store.publish(text.replace("version: 1.0.0", "version: 1.0.1"), "--as", "keeper")
    assert (status, told["state"]) == (1, "draft")
    assert errors(told) == [("duty.unfilled", line_of("legalBasis", text))]


def test_check_tells_it_before_anybody_publishes(store: Store) -> None:
    status, told = store.run("check", written(store.folder, altered("  responsibleUnit: 公园管理科\n", "")))
    assert (status, [code for code, _ in errors(told)]) == (1, ["duty.unit"])


def test_what_init_writes_says_the_times_and_what_is_to_be_filled_in(store: Store) -> None:
    written(store.folder, MANIFEST)
    manifest = store.folder / "made.connector.yaml"
    source = str(store.folder / "parks" / "openapi.json")
    made = CliRunner().invoke(
        cli, ["connector", "init", "--from", source, "-o", str(manifest), "--id", "parks.made"]
    )
    assert made.exit_code == 0, made.output
    text, files = read_connector(manifest)
    judged = as_published(lint(Draft(text, files)), reviewed=True)
    assert {each.code for each in judged.findings if each.severity == "error"} == {"duty.unfilled"}
    assert as_published(lint(Draft(text, files)), reviewed=False).passed


def test_the_whole_province_has_them() -> None:
    manifests = sorted(PROVINCE.glob("*.connector.yaml"))
    assert len(manifests) == 26
    for manifest in manifests:
        text, files = read_connector(manifest)
        assert as_published(lint(Draft(text, files)), reviewed=True).passed, manifest.name
