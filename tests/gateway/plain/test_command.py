"""``tongban serve`` in its plain modes, as a process: exit statuses, one sentence for what is wrong, ``ready`` when it serves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

LIST = '[{"name": "a", "url": "http://127.0.0.1:1/", "sdl": "type Query { a: Int }"}]'
COMMAND = [sys.executable, "-m", "gateway.cli", "serve"]


def environment() -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return {**plain, "PYTHONPATH": os.pathsep.join(sys.path)}


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.json").write_text(LIST)
    (tmp_path / "broken.json").write_text("[")
    (tmp_path / "clash.json").write_text(
        LIST[:-1] + ', {"name": "b", "url": "http://127.0.0.1:1/", "sdl": "type Query { a: String }"}]'
    )
    return tmp_path


ANYBODY = ("--anonymous", "--port", "0")
REFUSED = {
    "nobody may ask": (("--subgraphs", "good.json"), 2, "Say who may ask"),
    "anybody and somebody": (
        ("--subgraphs", "good.json", "--anonymous", "--issuer", "https://i", "--audience", "a"),
        2,
        "Say who may ask",
    ),
    "an issuer without audience": (
        ("--subgraphs", "good.json", "--issuer", "https://i"),
        2,
        "go together",
    ),
    "an issuer in the open": (
        ("--subgraphs", "good.json", "--issuer", "http://i.example", "--audience", "a"),
        2,
        "https address",
    ),
    "both files": (("--subgraphs", "good.json", "--supergraph", "s.graphql", *ANYBODY), 2, "not both"),
    "no file": (ANYBODY, 2, "Say what to serve"),
    "a header of the connection": (
        ("--subgraphs", "good.json", "--forward-header", "Host", *ANYBODY),
        2,
        "belongs to each connection",
    ),
    "no header": (("--subgraphs", "good.json", "--forward-header", "a b", *ANYBODY), 2, "no header's name"),
    "a missing file": (("--subgraphs", "none.json", *ANYBODY), 3, "none.json cannot be read"),
    "a missing supergraph": (("--supergraph", "none.graphql", *ANYBODY), 3, "none.graphql cannot be read"),
    "a broken file": (("--subgraphs", "broken.json", *ANYBODY), 3, "broken.json is not JSON"),
    "a manifest that is none": (("--connector", "broken.json", *ANYBODY), 3, "broken.json"),
    "objections": (("--subgraphs", "clash.json", *ANYBODY), 1, "Query.a"),
    "a port that is no port": (
        ("--subgraphs", "good.json", "--anonymous", "--port", "99999"),
        2,
        "port",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_served_is_one_sentence_and_a_status(what: str, folder: Path) -> None:
    arguments, status, said = REFUSED[what]
    found, told = run(folder, *arguments)
    assert (found, "Traceback" in told) == (status, False)
    assert said in told


@pytest.mark.parametrize("workers", ["1"])
def test_it_says_where_it_serves_and_leaves_nothing_behind(folder: Path, workers: str) -> None:
    arguments = ["--subgraphs", "good.json", *ANYBODY, "--workers", workers]
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        ready = serving.stdout.readline().split()
        assert ready[0] == "ready"
        request = urllib.request.Request(
            f"{ready[1]}/graphql", b'{"query":"{ __typename }"}', {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer) == {"data": {"__typename": "Query"}}
        serving.send_signal(signal.SIGINT)
    assert serving.returncode == 130
    assert sorted(path.name for path in folder.iterdir()) == ["broken.json", "clash.json", "good.json"]
