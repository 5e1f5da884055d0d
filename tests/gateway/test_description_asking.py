"""A description from an address: what belongs to it at the same origin, and what a GraphQL server tells of itself."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from graphql import build_schema, graphql_sync

from gateway.description_asking import fetch_description
from gateway.description_source import Described

SDL = 'type Query { venue(id: ID!): Venue } """A place""" type Venue { id: ID! name: String }'
SUBGRAPH = 'extend type Query { venue: Venue } type Venue @key(fields: "id") { id: ID! }'
WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema><xs:include schemaLocation="{}"/></xs:schema></types>
<service><port><soap:address xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" location="{}/Registry"/></port></service>
</definitions>"""


class Server:
    """Answers what is put into ``files``; ``sdl`` makes ``/graphql`` a GraphQL server, ``service`` a subgraph too."""

    def __init__(self) -> None:
        self.files: dict[str, str | int] = {}
        self.asked: list[str] = []
        self.sdl = self.service = ""
        server = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                self._answer(server.files.get(self.path, 404))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(server.answered(self.path, body))

            def _answer(self, found: str | int) -> None:
                content = found.encode() if isinstance(found, str) else b"{}"
                self.send_response(200 if isinstance(found, str) else found)
                self.send_header("Location", "http://169.254.169.254/")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answered(self, path: str, body: Any) -> str | int:
        if path != "/graphql" or not self.sdl:
            return 405
        if "_service" in body["query"] and self.service:
            return json.dumps({"data": {"_service": {"sdl": self.service}}})
        result = graphql_sync(build_schema(self.sdl), body["query"])
        return json.dumps(result.formatted)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def fetched(url: str) -> Described:
    return asyncio.run(fetch_description(url, ()))


def test_what_an_openapi_document_refers_to_at_its_origin_is_fetched_with_it(server: Server) -> None:
    server.files = {
        "/v1/api/openapi.json": json.dumps(
            {"openapi": "3.0.0", "paths": {"/a": {"$ref": "../paths/a.yaml"}}}
        ),
        "/v1/paths/a.yaml": f"get: {{x: {{$ref: '{server.url}/v1/schemas/s.json#/A'}}, y: {{$ref: '../none.json'}}}}",
        "/v1/schemas/s.json": '{"A": {"$ref": "http://other.example/x.json"}}',
    }
    found = fetched(f"{server.url}/v1/api/openapi.json")
    assert (set(found.files), found.path) == (
        {"api/openapi.json", "paths/a.yaml", "schemas/s.json"},
        "api/openapi.json",
    )
    assert found.endpoint == server.url
    (told,) = found.findings
    assert (told.code, told.file, told.line) == ("file.missing", "paths/a.yaml", 1)
    assert "404" in told.message
    assert len(server.asked) == 4, "each file once, and nothing elsewhere"


def test_a_wsdl_and_its_schemas_as_servers_of_soap_name_them(server: Server) -> None:
    server.files = {
        "/ws/Registry?wsdl": WSDL.format(f"{server.url}/ws/Registry?xsd=1", server.url),
        "/ws/Registry?xsd=1": '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>',
    }
    found = fetched(f"{server.url}/ws/Registry?wsdl")
    assert (set(found.files), found.path) == ({"Registry.wsdl", "1.xsd"}, "Registry.wsdl")
    assert len(server.asked) == 2, "the service itself is not asked"


def test_a_graphql_server_is_asked_for_its_schema(server: Server) -> None:
    server.sdl = SDL
    found = fetched(f"{server.url}/graphql")
    assert (found.path, found.endpoint) == ("schema.graphql", f"{server.url}/graphql")
    assert b"venue(id: ID!): Venue" in found.files["schema.graphql"]
    assert b"A place" in found.files["schema.graphql"]


def test_a_subgraph_tells_its_own_sdl_even_where_a_page_stands(server: Server) -> None:
    server.sdl, server.service = SDL, SUBGRAPH
    server.files = {"/graphql": "<!DOCTYPE html><html><title>GraphiQL</title></html>"}
    found = fetched(f"{server.url}/graphql")
    assert found.files == {"schema.graphql": SUBGRAPH.encode()}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("URL/moved", "moves elsewhere"),
        ("URL/none", "HTTP status 404"),
        ("http://127.0.0.1:1/x", "could not fetch"),
        ("http://10.0.0.1/x", "not allowed"),
        ("http://169.254.169.254/latest", "not allowed"),
        ("http://[::ffff:169.254.169.254]/x", "not allowed"),
        ("http://2852039166/x", "could not fetch"),
        ("http://0xa9fea9fe/x", "not allowed"),
        ("http://0251.0376.0251.0376/x", "could not fetch"),
        ("http://192.168.0.1./x", "could not fetch"),
        ("http://[fd00::1]/x", "not allowed"),
        ("http://[64:ff9b::a00:1]/x", "not allowed"),
        ("http://[/x", "could not fetch"),
        ("http:///x", "could not fetch"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_with_the_reason(
    server: Server, url: str, said: str
) -> None:
    server.files = {"/moved": 302}
    with pytest.raises(ValueError, match=said):
        fetched(url.replace("URL", server.url))


def test_too_much_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.description_fetching.MAX_FILES", 3)
    server.files = {
        f"/{n}.json": f'{{"openapi": "3.0.0", "a": {{"$ref": "{n + 1}.json"}}}}' for n in range(9)
    }
    with pytest.raises(ValueError, match="more than 3 files"):
        fetched(f"{server.url}/0.json")
