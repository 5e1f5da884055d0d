from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.backend import BackendUnusable, CallSpec, Described, ValueUnusable
from connectors.expressions import parse_template
from connectors.openapi.answers import decode
from connectors.openapi.document import DescriptionRefused, Document
from connectors.openapi.operations import RestOperation, derived_name, read_operations
from connectors.openapi.requests import IncompleteCall, RequestTemplate
from connectors.transport import RawAnswer


def operations(root: dict[str, Any], **beside: Any) -> dict[str, RestOperation]:
    files = {
        "a/api.json": json.dumps(root).encode(),
        **{k: json.dumps(v).encode() for k, v in beside.items()},
    }
    return read_operations(Document(files, "./a/api.json"))


def of(path: str, item: dict[str, Any], version: str = "3.0.3", **more: Any) -> dict[str, RestOperation]:
    key = "swagger" if version == "2.0" else "openapi"
    return operations({key: version, "paths": {path: item}, **more})


SWAGGER = """
swagger: "2.0"
info: {title: x, version: 1}
basePath: /ent
consumes: [application/x-www-form-urlencoded]
produces: [application/vnd.gov+json]
paths:
  /firms/{uscc}:
    parameters:
      - {$ref: '#/parameters/uscc'}
    get:
      parameters: [{name: kinds, in: query, type: array, items: {type: string}, collectionFormat: pipes}]
      responses: {200: {description: ok, schema: {$ref: '#/definitions/Firm'}}}
    post:
      operationId: rename
      parameters:
        - {name: newName, in: formData, type: string, description: 新名称}
        - {name: X-Trace, in: header, type: string}
      responses: {201: {description: ok}}
parameters:
  uscc: {name: uscc, in: path, required: true, type: string, description: 统一社会信用代码}
definitions:
  Base: {type: object, properties: {name: {type: string}}}
  Firm:
    allOf:
      - {$ref: '#/definitions/Base'}
      - {type: object, properties: {资本: {type: number, description: 注册资本}, parent: {$ref: '#/definitions/Firm'}}}
"""


@pytest.fixture
def swagger() -> dict[str, RestOperation]:
    return read_operations(Document({"f.yaml": SWAGGER.encode()}, "f.yaml"))


def test_swagger_2_is_read_with_its_base_path_forms_and_references(swagger: dict[str, RestOperation]) -> None:
    get, post = swagger["getFirmsByUscc"], swagger["rename"]
    assert get.base == "/ent"
    assert get.accept == "application/vnd.gov+json"
    assert get.described.inputs["uscc"].description == "统一社会信用代码"
    assert set(get.described.answer.fields) == {"name", "资本", "parent"}
    assert get.described.answer.fields["资本"] == Described("number", "注册资本")
    assert get.described.answer.fields["parent"].fields["parent"].fields["资本"].shape == "number", (
        "a firm of firms"
    )
    assert set(post.described.inputs) == {"uscc", "newName", "X-Trace"}
    assert post.described.writes
    assert not get.described.writes


def test_a_request_is_built_from_a_swagger_operation(swagger: dict[str, RestOperation]) -> None:
    call = CallSpec("get", parse_template({"uscc": "$code", "kinds": "$kinds"}))
    template = RequestTemplate(swagger["getFirmsByUscc"], call, "http://h/ent")
    url, headers, body = template.fill({"args": {"code": "9/1?x#甲", "kinds": ["a", "b"]}})
    assert url == "http://h/ent/firms/9%2F1%3Fx%23%E7%94%B2?kinds=a%7Cb"
    assert headers == {"Accept": "application/vnd.gov+json"}
    assert body is None
    call = CallSpec(
        "rename", parse_template({"uscc": "$code", "X-Trace": "$t"}), parse_template({"newName": "$n"})
    )
    template = RequestTemplate(swagger["rename"], call, "http://h/ent")
    url, headers, body = template.fill({"args": {"code": "1", "n": "甲&乙", "t": "x"}})
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["X-Trace"] == "x"
    assert body == b"newName=%E7%94%B2%26%E4%B9%99"


@pytest.mark.parametrize(
    "value", ["", ".", "..", None, "../firms/2", "1/../2", "1/..", "..\\2", "./1", "1\r\n", "1\0"]
)
def test_a_value_can_not_change_the_path(swagger: dict[str, RestOperation], value: str | None) -> None:
    template = RequestTemplate(
        swagger["getFirmsByUscc"], CallSpec("x", parse_template({"uscc": "$code"})), "http://h"
    )
    with pytest.raises(ValueUnusable):
        template.fill({"args": {"code": value}})


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_any_value_stays_one_segment_of_the_path(value: str) -> None:
    operation = of("/a/{x}/b", {"get": {"operationId": "x"}})["x"]
    template = RequestTemplate(operation, CallSpec("x", parse_template({"x": "$x"})), "http://h")
    try:
        url, _, _ = template.fill({"args": {"x": value}})
    except ValueUnusable:
        assert {".", ".."} & set(value.replace("\\", "/").split("/")) or min(value) < " " or "\x7f" in value
        return
    assert url.count("/") == 5
    assert url.isascii()
    assert "?" not in url
    assert "#" not in url


def test_a_hole_in_the_path_must_be_filled(swagger: dict[str, RestOperation]) -> None:
    with pytest.raises(IncompleteCall):
        RequestTemplate(swagger["getFirmsByUscc"], CallSpec("getFirmsByUscc"), "http://h")


@pytest.mark.parametrize(
    ("parameter", "value", "query"),
    [
        ({}, ["a", "b"], "p=a&p=b"),
        ({"explode": False}, ["a", "b"], "p=a%2Cb"),
        ({"style": "pipeDelimited", "explode": False}, ["a", "b"], "p=a%7Cb"),
        ({"style": "deepObject"}, {"k": 1}, "p%5Bk%5D=1"),
        ({}, True, "p=true"),
        ({}, [], ""),
        ({}, None, ""),
        ({}, 0, "p=0"),
    ],
)
def test_query_values_are_written_in_their_style(parameter: dict[str, Any], value: Any, query: str) -> None:
    described = {"name": "p", "in": "query", "schema": {}, **parameter}
    operation = of("/a", {"get": {"operationId": "x", "parameters": [described]}})["x"]
    url, _, _ = RequestTemplate(operation, CallSpec("x", parse_template({"p": "$p"})), "http://h").fill(
        {"args": {"p": value}}
    )
    assert url == "http://h/a" + (f"?{query}" if query else "")


def test_openapi_31_type_lists_const_and_combinations_are_told() -> None:
    schema = {
        "type": ["object", "null"],
        "properties": {
            "a": {"type": ["string", "null"], "description": "甲"},
            "b": {"const": "x"},
            "c": {"oneOf": [{"type": "object", "properties": {"d": {"type": "integer"}}}, {"type": "null"}]},
            "e": {"type": "array", "items": {"enum": ["1", "2"]}},
            "f": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    responses = {"200": {"content": {"application/json": {"schema": schema}}}}
    answer = of("/a", {"get": {"operationId": "x", "responses": responses}}, "3.1.0")["x"].described.answer
    assert answer.fields["a"] == Described("string", "甲")
    assert answer.fields["b"].enum == ("x",)
    assert answer.fields["c"].fields["d"].shape == "integer"
    assert answer.fields["e"].item == Described("string", enum=("1", "2"))
    assert answer.fields["f"].shape == "opaque"


def test_references_across_files_are_followed_and_never_out_of_them() -> None:
    root = {
        "openapi": "3.0.0",
        "paths": {"/a": {"$ref": "items/a.json#/item"}, "/b": {"get": {"operationId": "b", "responses": {
            "200": {"$ref": "http://169.254.169.254/x.json#/y"}}}}},
    }  # fmt: skip
    item = {"item": {"get": {"operationId": "a", "responses": {"200": {"$ref": "../common.json#/ok"}}}}}
    common = {
        "ok": {"content": {"application/json": {"schema": {"$ref": "#/schema"}}}},
        "schema": {"type": "string"},
    }
    found = operations(root, **{"a/items/a.json": item, "a/common.json": common})
    assert found["a"].described.answer.shape == "string"
    assert found["b"].described.answer.shape == "opaque"


def test_names_are_derived_where_there_are_none_and_no_operation_is_lost() -> None:
    assert derived_name("get", "/v1/enterprises/{id}/name-changes") == "getV1EnterprisesByIdNameChanges"
    paths = {
        "/a": {"get": {"operationId": "same"}, "post": {}},
        "/b": {"get": {"operationId": "same"}},
        "/c/{x}": {"get": {}},
        "/c/{y}": {"get": {"operationId": "getCByX"}},
    }
    one = set(operations({"openapi": "3.0.0", "paths": paths}))
    other = set(operations({"openapi": "3.0.0", "paths": dict(reversed(paths.items()))}))
    assert one == other
    assert one == {"getA", "postA", "getB", "getCByX", "getCByX_2"}


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"words", b"\x00\x01", b"a: [", b"!!python/object:os.system {}"]
)
def test_what_is_no_description_is_refused(content: bytes) -> None:
    with pytest.raises(DescriptionRefused):
        Document({"x": content}, "x")


@pytest.mark.parametrize("root", [{"paths": 5}, {"paths": {"/a": 5, "b": {}, "/c": {"get": 5}}}, {"paths": {"/a": {"get": {
    "parameters": [5, {"in": "query"}, {"$ref": "#/nowhere"}], "responses": [1], "requestBody": "x"}}}}])  # fmt: skip
def test_broken_parts_of_a_description_cost_only_themselves(root: dict[str, Any]) -> None:
    operations(root)


# answers


def raw(content: bytes, media: str = "application/json", status: int = 200) -> RawAnswer:
    return RawAnswer(status, {"content-type": media}, content)


@pytest.mark.parametrize(
    ("content", "media", "body"),
    [
        ('{"姓名": "甲"}'.encode(), "application/json", {"姓名": "甲"}),
        ('{"姓名": "甲"}'.encode("gbk"), "application/json; charset=GBK", {"姓名": "甲"}),
        ('{"姓名": "甲"}'.encode("gbk"), "text/plain", {"姓名": "甲"}),
        (b'\xef\xbb\xbf{"a": 1}', "application/json", {"a": 1}),
        (b"", "text/html", None),
        (b"  \n", "application/json", None),
        (b"[1]", "application/problem+json", [1]),
        (b"[1]", "", [1]),
    ],
)
def test_answers_are_decoded_in_their_charset(content: bytes, media: str, body: Any) -> None:
    assert decode(raw(content, media)).body == body


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"<!DOCTYPE html><p>login", "application/json"),
        (b"<html>", "text/html"),
        (b'{"a": ', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"words", "text/plain"),
        (b"{}", "application/json; charset=klingon"),
        (b"\xff\xfe\x00", "application/octet-stream"),
    ],
)
def test_what_is_no_answer_is_unusable(content: bytes, media: str) -> None:
    with pytest.raises(BackendUnusable):
        decode(raw(content, media))


@given(
    st.binary(max_size=200),
    st.sampled_from(["application/json", "text/plain; charset=gbk", "application/json; charset=utf-16"]),
)
def test_no_bytes_do_worse_than_being_unusable(content: bytes, media: str) -> None:
    with suppress(BackendUnusable):
        decode(raw(content, media))
