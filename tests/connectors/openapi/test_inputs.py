"""Parameters and messages as descriptions have them, with the mistakes of people."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.backend import CallSpec
from connectors.expressions import parse_template
from connectors.openapi.document import Document
from connectors.openapi.operations import RestOperation
from connectors.openapi.requests import RequestTemplate
from tests.connectors.openapi.test_references import codes, read


def operation(
    path: str, node: dict[str, Any], version: str = "3.0.0", **root: Any
) -> tuple[RestOperation, Document]:
    key = "swagger" if version == "2.0" else "openapi"
    found, document = read({key: version, "paths": {path: {"get": {"operationId": "x", **node}}}, **root})
    return found["x"], document


def test_one_name_in_two_places_is_two_parameters() -> None:
    parameters = [
        {"name": "id", "in": "query"},
        {"name": "id", "in": "path", "required": True},
        {"name": "id", "in": "header"},
    ]
    found, _ = operation("/a/{id}", {"parameters": parameters})
    assert {key: each.location for key, each in found.parameters.items()} == {
        "id": "path", "query.id": "query", "header.id": "header"}  # fmt: skip
    call = CallSpec("x", parse_template({"id": "$a", "query.id": "$b", "header.id": "$c"}))
    url, headers, _ = RequestTemplate(found, call, "http://h").fill({"args": {"a": 1, "b": 2, "c": 3}})
    assert (url, headers["id"]) == ("http://h/a/1?id=2", "3")


def test_an_operation_s_own_parameter_stands_in_for_the_path_s() -> None:
    root = {
        "openapi": "3.0.0",
        "paths": {"/a": {"parameters": [{"name": "n", "in": "query", "schema": {"type": "string"}}],
                         "get": {"operationId": "x", "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}]}}},
    }  # fmt: skip
    assert read(root)[0]["x"].parameters["n"].described.shape == "integer"


@pytest.mark.parametrize(
    ("path", "parameters", "keys", "code"),
    [
        ("/a/{id}", [], ["id"], "parameter.missing"),
        ("/a/{Id}", [{"name": "id", "in": "path"}], ["Id"], "parameter.path"),
        ("/a", [{"name": "id", "in": "path"}], [], "parameter.path"),
        ("/a/{id}", [{"name": "id"}], ["id"], "parameter.place"),
        ("/a", [{"in": "query"}, 5], [], "parameter.shape"),
        ("/a", "words", [], "parameter.shape"),
    ],
)
def test_what_path_and_parameters_do_not_agree_on_is_told(
    path: str, parameters: Any, keys: list[str], code: str
) -> None:
    found, document = operation(path, {"parameters": parameters})
    assert list(found.parameters) == keys
    assert set(codes(document)) == {code}
    assert all(each.fix and each.line == 1 and each.column > 1 for each in document.findings())


@pytest.mark.parametrize(
    ("media", "accept", "told"),
    [
        ("application/json", "application/json", "shape"),
        ("application/vnd.gov.v2+json", "application/vnd.gov.v2+json", "shape"),
        ("*/*", "*/*, application/json", "shape"),
        ("text/csv", "text/csv, application/json", "nothing"),
    ],
)
def test_an_operation_is_asked_with_its_own_media_type(media: str, accept: str, told: str) -> None:
    schema = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
    found, _ = operation("/a", {"responses": {"200": {"content": {media: schema}}}})
    assert (found.accept, found.told) == (accept, told)


def test_a_description_of_errors_is_none_of_answers() -> None:
    error = {"content": {"application/json": {"schema": {"properties": {"message": {"type": "string"}}}}}}
    found, _ = operation("/a", {"responses": {"204": {"description": "done"}, "default": error}})
    assert (found.described.answer.shape, found.told) == ("opaque", "nothing")
    only, _ = operation("/a", {"responses": {"default": error}})
    assert only.told == "shape", "nothing else is described"


def test_an_example_of_an_answer_gives_its_shape() -> None:
    three, document = operation(
        "/a",
        {"responses": {"200": {"content": {"application/json": {"examples": {"one": {"value": {"a": 1}}}}}}}},
    )
    two, _ = operation("/a", {"responses": {"200": {"examples": {"application/json": {"a": 1}}}}}, "2.0")
    assert three.described.answer.fields["a"].shape == two.described.answer.fields["a"].shape == "integer"
    assert [found.code for found in document.findings()] == ["answer.example"]


@pytest.mark.parametrize(
    ("root", "base"),
    [
        (
            {
                "servers": [
                    {
                        "url": "https://{env}.gov/{v}",
                        "variables": {"env": {"default": "api"}, "v": {"default": "v2"}},
                    }
                ]
            },
            "/v2",
        ),
        ({"servers": [{"url": "/api/"}]}, "/api"),
        ({"servers": [{"url": "https://x.gov"}]}, ""),
        ({"servers": [{"url": "api.gov/v1"}]}, "/v1"),
        ({"servers": {"url": "https://x.gov/one"}}, "/one"),
        ({"servers": [{"url": "http://[bad"}]}, ""),
        ({"servers": "words"}, ""),
    ],
)
def test_the_path_of_a_server_stands_before_every_path(root: dict[str, Any], base: str) -> None:
    assert operation("/a", {}, **root)[0].base == base


def test_an_unknown_method_and_a_path_without_slash_are_told_and_no_operation_is_lost() -> None:
    found, document = read(
        {
            "openapi": "3.0.0",
            "paths": {"a": {"GET": {"operationId": "x"}, "gett": {"responses": {}}}, "/b": {"get": None}},
        }
    )
    assert set(found) == {"x", "getB"}
    assert found["x"].path == "/a"
    assert set(codes(document)) >= {"path.slash", "operation.method", "operation.shape"}


def test_a_body_that_is_no_json_is_sent_as_it_is() -> None:
    root = {
        "openapi": "3.0.0",
        "paths": {"/a": {"post": {"operationId": "x", "requestBody": {"content": {"application/xml": {}}}}}},
    }
    found = read(root)[0]["x"]
    call = CallSpec("x", body=parse_template("$b"))
    _, headers, body = RequestTemplate(found, call, "http://h").fill({"args": {"b": "<a/>"}})
    assert (headers["Content-Type"], body) == ("application/xml", b"<a/>")


@pytest.mark.parametrize(
    ("schema", "accept"),
    [
        ({"enum": ["text/csv", "application/vnd.gov.7+json"]}, "application/vnd.gov.7+json"),
        ({"enum": ["application/json", "application/vnd.gov.7+json"]}, "application/json"),
        ({"default": "application/vnd.gov.7+json"}, "application/vnd.gov.7+json"),
        ({"type": "string"}, "application/json"),
        ({"enum": [None, 7, "a\r\nb"]}, "application/json"),
    ],
)
def test_the_media_types_that_a_parameter_accept_allows_are_asked_for(
    schema: dict[str, Any], accept: str
) -> None:
    parameters = [{"name": "Accept", "in": "header", "required": True, "schema": schema}]
    answer = {"content": {"application/json": {"schema": {"type": "object"}}}}
    found, _ = operation("/a", {"parameters": parameters, "responses": {"200": answer}})
    assert (found.accept, dict(found.parameters)) == (accept, {})
