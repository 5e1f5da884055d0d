"""``tongban connector init`` as a person uses it: from a file or an address to a manifest that lint accepts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.connector import connector

ROOT = """\
swagger: "2.0"
info: {title: 水井, version: 1.0}
host: wells.gov
basePath: /v1
paths:
  /wells:
    $ref: paths/wells.yaml
"""
WELLS = """\
get:
  operationId: wells
  responses:
    200:
      description: ok
      schema: {$ref: '../schemas/well.json'}
    404:
      description: none
      schema: {$ref: '../../outside.json'}
"""
WELL = '{"type": "object", "properties": {"name": {"type": "string"},}}'


def tongban(*arguments: str | Path) -> Result:
    return CliRunner().invoke(connector, [str(argument) for argument in arguments])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for name, text in (
        ("api.yaml", ROOT),
        ("paths/wells.yaml", WELLS),
        ("schemas/well.json", WELL),
        ("other.txt", "x"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "outside.json").write_text("{}")
    (folder / ".git").mkdir()
    return folder / "api.yaml"


def test_a_manifest_with_the_description_beside_it_that_lint_accepts(source: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "mnr.wells.connector.yaml"
    done = tongban("init", "--from", source, "-o", manifest, "--department", "自然资源厅")
    assert done.exit_code == 0, done.output
    assert "1 queries, 0 mutations" in done.stdout
    assert "mnr.wells/schemas/well.json:1:62: warning json.repaired" in done.stderr
    beside = tmp_path / "mnr.wells"
    assert "mnr.wells/paths/wells.yaml:9:23: warning file.outside" in done.stderr
    found = {path.relative_to(beside).as_posix() for path in beside.rglob("*") if path.is_file()}
    assert found == {"api.yaml", "paths/wells.yaml", "schemas/well.json"}, (
        "what it leads to, nothing from outside"
    )
    assert (beside / "schemas/well.json").read_text() == WELL, "unchanged"
    text = manifest.read_text("utf-8")
    assert "id: mnr.wells" in text
    assert 'production: "https://wells.gov"' in text
    assert tongban("lint", manifest).exit_code == 0


def test_what_is_there_is_not_written_over(source: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "mnr.wells.connector.yaml"
    manifest.write_text("mine")
    assert tongban("init", "--from", source, "-o", manifest).exit_code == 2
    assert manifest.read_text() == "mine"
    assert tongban("init", "--from", source, "-o", manifest, "--force").exit_code == 0


@pytest.mark.parametrize(
    "text", ["[]", "words", "<definitions/>", "openapi: 3.0.0\npaths: {}\n", "openapi: 3.0.0\npaths: [}"]
)
def test_what_no_manifest_can_be_made_of_is_objected_to(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text)
    done = tongban("init", "--from", tmp_path / "x.yaml", "-o", tmp_path / "x.connector.yaml")
    assert done.exit_code == 1
    assert done.stderr
    assert not (tmp_path / "x.connector.yaml").exists()


def test_wrong_usage_is_told(source: Path, tmp_path: Path) -> None:
    assert tongban("init", "--from", tmp_path / "none.json", "-o", tmp_path / "a.yaml").exit_code == 2
    assert tongban("init", "--from", source, "-o", tmp_path / "a.yaml", "--id", "A B").exit_code == 2
    assert tongban("init", "--from", source, "-o", tmp_path / "a.yaml", "--prefix", "1").exit_code == 2


def test_findings_as_json(source: Path, tmp_path: Path) -> None:
    done = tongban("init", "--from", source, "-o", tmp_path / "wells.yaml", "--format", "json")
    told = json.loads(done.stdout)
    assert (told["operations"], told["queries"], told["mutations"]) == (1, 1, 0)
    assert told["findings"][0]["fix"]
    assert "id: draft.wells" in (tmp_path / "wells.yaml").read_text("utf-8")


@pytest.fixture
def address() -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            moved = self.path == "/moved"
            body = b'{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}}'
            self.send_response(302 if moved else 200)
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_description_may_come_from_an_address(address: str, tmp_path: Path) -> None:
    manifest = tmp_path / "mnr.wells.connector.yaml"
    done = tongban("init", "--from", f"{address}/v3/api-docs", "-o", manifest)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "mnr.wells/api-docs").exists()
    assert tongban("lint", manifest).exit_code == 0


@pytest.mark.parametrize(
    "url", ["ADDRESS/moved", "http://169.254.169.254/x", "http://10.0.0.1/x", "http://127.0.0.1:1/x"]
)
def test_an_address_that_is_not_allowed_or_moves_is_refused(address: str, tmp_path: Path, url: str) -> None:
    done = tongban("init", "--from", url.replace("ADDRESS", address), "-o", tmp_path / "x.yaml")
    assert done.exit_code != 0
    assert "could not fetch the description" in str(done.exception)
    assert not (tmp_path / "x.yaml").exists()
