"""``tongban compose`` as a script sees it: what it prints where, and the status it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = 'type Query { me: Person }\ntype Person @key(fields: "id") { id: ID! }\n'
MORE = 'type Person @key(fields: "id") { id: ID! name: String }\n'
BAD = 'type Person @key(fields: "no") {\n  id: ID!\n}\n'


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name, text in {"good.graphql": GOOD, "more.graphql": MORE, "bad.graphql": BAD}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway.cli", "compose", *words]
    return subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=60, check=False)


def test_the_supergraph_goes_to_standard_output_with_the_addresses(here: Path) -> None:
    done = run(here, "a=good.graphql@http://127.0.0.1:4001/graphql?x=1@2", "b=more.graphql")
    assert done.returncode == 0, done.stderr
    assert '@join__graph(name: "a", url: "http://127.0.0.1:4001/graphql?x=1@2")' in done.stdout
    assert '@join__graph(name: "b", url: "")' in done.stdout


def test_the_supergraph_goes_to_a_file(here: Path) -> None:
    done = run(here, "a=good.graphql", "b=more.graphql", "-o", "super.graphql")
    assert (done.returncode, done.stdout) == (0, "")
    assert "join__Graph" in (here / "super.graphql").read_text()


def test_objections_are_one_json_document_with_file_and_place(here: Path) -> None:
    done = run(here, "a=good.graphql", "b=bad.graphql", "--format", "json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["supergraph"] is None
    (found,) = told["objections"]
    assert set(found) == {"code", "severity", "subgraphs", "file", "line", "column", "message", "fix"}
    assert (found["code"], found["file"], found["line"], found["column"]) == (
        "KEY_INVALID_FIELDS",
        "bad.graphql",
        1,
        13,
    )


def test_objections_as_text_go_to_standard_error(here: Path) -> None:
    done = run(here, "b=bad.graphql", "a=good.graphql")
    assert (done.returncode, done.stdout) == (1, "")
    assert "bad.graphql:1:13: error KEY_INVALID_FIELDS" in done.stderr


def test_a_hint_does_not_fail(here: Path) -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@override"])\n'
    (here / "hint.graphql").write_text(link + 'type Query { x: Int @override(from: "gone") }')
    done = run(here, "a=hint.graphql", "--format", "json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["supergraph"]
    assert [(o["code"], o["severity"]) for o in told["objections"]] == [
        ("FROM_SUBGRAPH_DOES_NOT_EXIST", "hint")
    ]


@pytest.mark.parametrize("words", [(), ("good.graphql",), ("a=good.graphql", "a=more.graphql")])
def test_wrong_usage_ends_with_2(here: Path, words: tuple[str, ...]) -> None:
    assert run(here, *words).returncode == 2


def test_what_cannot_be_read_or_written_ends_with_3(here: Path) -> None:
    assert run(here, "a=missing.graphql").returncode == 3
    assert run(here, "a=good.graphql", "-o", "no/such/folder.graphql").returncode == 3
