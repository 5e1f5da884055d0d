"""What scripts read of every command (docs/commands.md): 0 done, 1 objections, 2 wrong usage, 3 could not; JSON alone on stdout."""

from __future__ import annotations

import fcntl
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.cli import main

GOOD = Path(__file__).parents[3] / "demo" / "connectors" / "mca.connector.yaml"


@dataclass(frozen=True)
class Ended:
    """What a script sees of a command."""

    status: object
    out: str
    err: str


Tongban = Callable[..., Ended]


@pytest.fixture
def tongban(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tongban:
    """The console script up to its exit status. Commands that set logging up for good get a process of their own."""
    monkeypatch.setenv("TONGBAN_REVIEW", "off")
    for name in ("TONGBAN_DATABASE_URL", "TONGBAN_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ended:
        words = [str(each) for each in arguments]
        if words[:1] == ["plan"] or words[1:2] in (["publish"], ["retire"]):
            ended = subprocess.run(
                [sys.executable, "-m", "gateway.cli", *words], capture_output=True, text=True
            )
            return Ended(ended.returncode, ended.stdout, ended.stderr)
        monkeypatch.setattr(sys, "argv", ["tongban", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        caught = capsys.readouterr()
        return Ended(stop.value.code, caught.out, caught.err)

    return run


@pytest.fixture
def data(tmp_path: Path, tongban: Tongban) -> Path:
    """A data folder with one published connector."""
    assert tongban("connector", "publish", GOOD, "--data", tmp_path / "data").status == 0
    return tmp_path / "data"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A data folder whose database is none."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "tongban.db").write_text("this is no database " * 50)
    return tmp_path / "broken"


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_help_and_version_are_done(tongban: Tongban) -> None:
    assert tongban("--help").status == 0
    assert tongban("connector", "publish", "--help").status == 0
    assert tongban("--version").out.startswith("tongban ")


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("connector",), ("plan",), ("usage", "report", "--since", "x")]
)
def test_wrong_usage_is_2(tongban: Tongban, arguments: tuple[str, ...]) -> None:
    ended = tongban(*arguments)
    assert (ended.status, ended.out) == (2, "")


@pytest.mark.parametrize("text", ["a: [", "x: 1", ""])
def test_a_manifest_with_findings_is_1_for_lint_and_for_publish(
    tongban: Tongban, tmp_path: Path, text: str
) -> None:
    manifest = written(tmp_path / "bad.yaml", text)
    assert tongban("connector", "lint", manifest).status == 1
    told = tongban("connector", "lint", manifest, "--format", "json")
    assert told.status == 1
    assert json.loads(told.out)["findings"][0]["severity"] == "error"
    published = tongban("connector", "publish", manifest, "--data", tmp_path / "data")
    assert (published.status, published.out) == (1, "")
    assert "bad.yaml" in published.err


def test_a_manifest_without_errors_is_0(tongban: Tongban) -> None:
    told = tongban("connector", "lint", GOOD, "--format", "json")
    severities = {found["severity"] for found in json.loads(told.out)["findings"]}
    assert (told.status, "error" in severities) == (0, False)


def test_a_version_published_with_another_content_is_1(tongban: Tongban, data: Path) -> None:
    told = tongban("connector", "publish", GOOD, "--endpoint", "http://192.0.2.1/", "--data", data)
    assert (told.status, "raise the version" in told.err) == (1, True)


@pytest.mark.parametrize("command", ["show", "retire"])
def test_a_connector_that_is_not_published_is_wrong_usage(tongban: Tongban, data: Path, command: str) -> None:
    told = tongban("connector", command, "nope.none", "--data", data)
    assert (told.status, "nope.none" in told.err) == (2, True)


def test_operations_that_do_not_fit_are_1_and_an_ambiguous_document_is_2(
    tongban: Tongban, data: Path, tmp_path: Path
) -> None:
    unknown = written(tmp_path / "unknown.graphql", "{ nope }")
    unfinished = written(tmp_path / "unfinished.graphql", "{")
    several = written(tmp_path / "several.graphql", "query A { me { id } } query B { me { id } }")
    assert tongban("plan", unknown, "--data", data).status == 1
    assert tongban("plan", unfinished, "--data", data).status == 1
    assert tongban("plan", several, "--data", data).status == 2
    assert tongban("plan", several, "--name", "C", "--data", data).status == 2


def test_a_document_that_is_no_text_is_3(tongban: Tongban, data: Path, tmp_path: Path) -> None:
    (tmp_path / "bytes.graphql").write_bytes(b"\xff\xfe\x00")
    assert tongban("plan", tmp_path / "bytes.graphql", "--data", data).status == 3


@pytest.mark.parametrize("name", ["none.graphql", "."])
def test_an_operation_that_cannot_be_read_is_3_and_one_sentence(
    tongban: Tongban, data: Path, tmp_path: Path, name: str
) -> None:
    ended = tongban("plan", tmp_path / name, "--data", data)
    assert (ended.status, ended.out, len(ended.err.splitlines())) == (3, "", 1)
    assert "cannot be read" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("connector", "list"),
        ("connector", "show", "x"),
        ("connector", "retire", "x"),
        ("connector", "publish", GOOD),
        ("usage", "report"),
        ("audit", "export", "-o", "OUTPUT"),
        ("plan", "OPERATION"),
        ("keys", "rotate"),
        ("db", "upgrade"),
        ("user", "add", "someone", "--password", "long enough"),
    ],
)
def test_a_broken_database_is_3_and_one_sentence(
    tongban: Tongban, broken: Path, tmp_path: Path, arguments: tuple[object, ...]
) -> None:
    files = {
        "OUTPUT": tmp_path / "out.ndjson",
        "OPERATION": written(tmp_path / "me.graphql", "{ me { id } }"),
    }
    ended = tongban(*(files.get(str(each), each) for each in arguments), "--data", broken)
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.splitlines()[-1] == "tongban: the database failed: file is not a database"


@pytest.mark.parametrize(
    "arguments", [("connector", "list"), ("usage", "report"), ("keys", "rotate"), ("plan", GOOD)]
)
def test_no_database_is_3(tongban: Tongban, tmp_path: Path, arguments: tuple[object, ...]) -> None:
    ended = tongban(*arguments, "--data", tmp_path / "none")
    assert (ended.status, "no database" in ended.err) == (3, True)
    assert not (tmp_path / "none").exists()


def test_a_database_server_that_is_away_or_unknown_is_3(
    tongban: Tongban, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for url in (f"postgresql+asyncpg://u:p@127.0.0.1:{port}/db", "nonsense", "mysql://u:p@127.0.0.1/db"):
        monkeypatch.setenv("TONGBAN_DATABASE_URL", url)
        ended = tongban("usage", "report")
        assert (ended.status, ended.out, len(ended.err.splitlines())) == (3, "", 1), url


@pytest.mark.parametrize("command", [("serve",), ("serve", "--workers", "2"), ("demo",)])
def test_a_port_that_is_taken_is_3_and_one_sentence(
    tongban: Tongban, tmp_path: Path, command: tuple[str, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = tongban(*command, "--port", port, "--data", tmp_path / "data")
    assert (ended.status, len(ended.err.splitlines())) == (3, 1)
    assert f"127.0.0.1:{port}" in ended.err


def test_a_second_demo_in_the_same_folder_is_3(tongban: Tongban, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (tmp_path / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = tongban("demo", "--port", port, "--data", tmp_path)
    assert (ended.status, "another demo" in ended.err) == (3, True)


def test_a_folder_that_cannot_be_written_is_3(tongban: Tongban) -> None:
    assert tongban("db", "upgrade", "--data", "/proc/tongban").status == 3
    assert tongban("demo", "--port", "65535", "--data", "/proc/tongban").status == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "99999"), ("PORT", "x"), ("WORKERS", "0"), ("LOG_LEVEL", "loud"), ("NOPE", "1")],
)
def test_settings_that_do_not_fit_are_1_for_check_and_2_elsewhere(
    tongban: Tongban, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TONGBAN_{name}", value)
    assert tongban("config", "check").status == 1
    assert tongban("config", "print").status == 2
    assert tongban("serve").status == 2


@pytest.mark.parametrize("output", ["text", "json"])
def test_no_password_is_printed_with_the_settings(
    tongban: Tongban, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE_URL", "postgresql+asyncpg://someone:hidden@db.example/tongban")
    told = tongban("config", "print", "--format", output)
    assert (told.status, "hidden" in told.out, "someone" in told.out) == (0, False, True)


def test_json_is_the_only_thing_on_standard_output(tongban: Tongban, data: Path, tmp_path: Path) -> None:
    operation = written(tmp_path / "me.graphql", "{ me { id } }")
    for arguments in (
        ("connector", "list", "--data", data),
        ("usage", "report", "--data", data),
        ("plan", operation, "--data", data),
        ("config", "print"),
    ):
        told = tongban(*arguments, "--format", "json")
        assert told.status == 0, arguments
        json.loads(told.out)


def test_an_account_needs_a_name_and_a_password_worth_the_word(tongban: Tongban, tmp_path: Path) -> None:
    assert tongban("user", "add", "", "--password", "long enough", "--data", tmp_path).status == 2
    assert tongban("user", "add", "someone", "--password", "short", "--data", tmp_path).status == 2
    assert tongban("user", "add", "someone", "--password", "long enough", "--data", tmp_path).status == 0
    assert tongban("user", "add", "someone", "--password", "long enough", "--data", tmp_path).status == 2


def test_a_period_that_ends_before_it_begins_is_wrong_usage(tongban: Tongban, data: Path) -> None:
    period = ("--since", "2027-01-01", "--until", "2026-01-01")
    assert tongban("usage", "report", *period, "--data", data).status == 2
