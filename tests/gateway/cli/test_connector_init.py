"""``tongban connector init`` as a person uses it: from a file or an address to a manifest that lint accepts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from graphql import build_schema, introspection_from_schema

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


SDL = """\
type Query { venue(id: ID!): Venue citizen: Citizen }
type Mutation { book(id: ID!): Venue }
type Subscription { booked: Venue }
type Venue { id: ID! name: String }
type Citizen { name: String }
"""
SUBGRAPH = """\
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { venue(id: ID!): Venue place: Place }
type Venue @key(fields: "id") { id: ID! name: String }
type Place { x: Int }
"""
ENTITIES = """\
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Venue @key(fields: "id") { id: ID! name: String }
"""
HAR = json.dumps({"log": {"entries": [
    {"request": {"method": "GET", "url": "https://wells.gov/wells/7", "headers": [{"name": "Authorization", "value": "Bearer s3cret"}]},
     "response": {"status": 200, "content": {"mimeType": "application/json", "text": '{"name": "Old Joe"}'}}}]}})  # fmt: skip
POSTMAN = json.dumps({
    "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [{"name": "Wells", "request": "https://wells.gov/wells"}],
})  # fmt: skip
INTROSPECTED = json.dumps({"data": introspection_from_schema(build_schema(SDL))})


VENUES = {"include": ["Query.venue", "Query.citizen", "Mutation.book"], "rename": {"Citizen": "MnrCitizen"}}


@pytest.mark.parametrize(
    ("name", "text", "laid", "block", "expected"),
    [
        ("a.graphql", SDL, "a.graphql", ("expose",), VENUES),
        ("a.json", INTROSPECTED, "schema.graphql", ("expose",), VENUES),
        ("a.graphqls", SUBGRAPH, "a.graphqls", ("backend", "describe"), {"sdl": "./mnr.wells/a.graphqls", "federation": 2}),
        ("b.graphqls", ENTITIES, "b.graphqls", ("backend", "kind"), "graphql"),
        ("a.har", HAR, "openapi.json", ("query", "getWellsByWellId", "args"), {"wellId": "Int!"}),
        ("a.json", POSTMAN, "openapi.json", ("services", "getWells", "title"), {"en": "Wells"}),
    ],
)  # fmt: skip
def test_every_kind_becomes_a_manifest_that_lint_accepts(
    tmp_path: Path, name: str, text: str, laid: str, block: tuple[str, ...], expected: object
) -> None:
    source = tmp_path / "source" / name
    source.parent.mkdir()
    source.write_text(text)
    manifest = tmp_path / "mnr.wells.connector.yaml"
    done = tongban("init", "--from", source, "-o", manifest)
    assert done.exit_code == 0, done.output
    found = yaml.safe_load(manifest.read_text("utf-8"))
    for step in block:
        found = found[step]
    assert found == expected
    beside = tmp_path / "mnr.wells"
    assert [path.name for path in beside.rglob("*")] == [laid]
    for text in (manifest.read_text("utf-8"), (beside / laid).read_text("utf-8"), done.output):
        assert "Joe" not in text
        assert "s3cret" not in text
    linted = tongban("lint", manifest)
    assert linted.exit_code == 0, linted.output


def test_a_prefix_stands_before_what_a_graphql_backend_brings(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(SUBGRAPH)
    manifest = tmp_path / "mnr.wells.connector.yaml"
    done = tongban("init", "--from", tmp_path / "a.graphql", "-o", manifest, "--prefix", "mnr")
    assert done.exit_code == 0, done.output
    expose = yaml.safe_load(manifest.read_text("utf-8"))["expose"]
    renamed = {"Place": "MnrPlace", "Query.venue": "mnrVenue", "Query.place": "mnrPlace"}
    assert expose["rename"] == renamed, "an entity keeps its name: others join by it"
    assert tongban("lint", manifest).exit_code == 0


def test_files_above_the_description_lie_beside_the_manifest_too(tmp_path: Path) -> None:
    """As Croatia's tax office lays its own out."""
    registry = Path(__file__).parents[2] / "connectors/soap/descriptions/registry"
    service = tmp_path / "service"
    for path in registry.rglob("*.xsd"):
        (service / "schema").mkdir(parents=True, exist_ok=True)
        (service / "schema" / path.name).write_bytes(path.read_bytes())
    (service / "wsdl").mkdir()
    text = (registry / "registry.wsdl").read_text("utf-8").replace('"types/', '"../schema/')
    (service / "wsdl/registry.wsdl").write_text(text, "utf-8")
    manifest = tmp_path / "mnr.wells.connector.yaml"
    done = tongban("init", "--from", service / "wsdl/registry.wsdl", "-o", manifest)
    assert done.exit_code == 0, done.output
    assert "0 answers are JSON" in done.stdout
    assert "info file.above" in done.stderr
    linted = tongban("lint", manifest)
    assert linted.exit_code == 0, linted.output
