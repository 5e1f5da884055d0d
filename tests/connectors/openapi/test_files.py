"""Files as people write them: each liberty is got over and told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.openapi.files import DescriptionFile
from connectors.openapi.marks import Unreadable


def read(text: str | bytes) -> tuple[Any, list[tuple[str, int, int]]]:
    found = DescriptionFile(text.encode() if isinstance(text, str) else text)
    return found.value, [(slip.code, slip.line, slip.column) for slip in found.slips]


@pytest.mark.parametrize(
    ("text", "value", "slips"),
    [
        ('{"a": [1, 2,],\n}', {"a": [1, 2]}, [("json.repaired", 1, 13), ("json.repaired", 2, 1)]),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, [("json.repaired", 1, 9)]),
        ('{"a": 1, // why\n "b": 2}', {"a": 1, "b": 2}, [("json.repaired", 1, 10)]),
        ('{"a": 1, /* why */ "b": 2}', {"a": 1, "b": 2}, [("json.repaired", 1, 10)]),
        ("{'a': 'it\\'s'}", {"a": "it's"}, [("json.repaired", 1, 2), ("json.repaired", 1, 7)]),
        ('{"v": 3.0.1}', {"v": "3.0.1"}, [("json.repaired", 1, 7)]),
        ('{"a": "x\ny"}', {"a": "x\ny"}, [("json.repaired", 1, 7)]),
        (r'{"a": "\d"}', {"a": r"\d"}, [("json.repaired", 1, 7)]),
        ('{"a": {"b": 1}', {"a": {"b": 1}}, [("json.repaired", 1, 15)]),
        ('{"a": 1}}', {"a": 1}, [("json.repaired", 1, 9)]),
        ('{"a": {"x": 1}, "a": {"y": 2}}', {"a": {"x": 1, "y": 2}}, [("key.repeated", 1, 17)]),
        ('{"a": 1, "a": 2}', {"a": 2}, [("key.repeated", 1, 10)]),
        ('{\t"a":\t1}', {"a": 1}, []),
    ],
)
def test_json_as_people_write_it(text: str, value: Any, slips: list[tuple[str, int, int]]) -> None:
    assert read(text) == (value, slips)


@pytest.mark.parametrize(
    ("text", "value", "slips"),
    [
        ("a:\n\tb: 1\n", {"a": {"b": 1}}, [("yaml.tab", 2, 1)]),
        ("a: one: two\n", {"a": "one: two"}, [("yaml.repaired", 1, 4)]),
        ("a:\n  - @x\n", {"a": ["@x"]}, [("yaml.repaired", 2, 5)]),
        ("a: *none\n", {"a": "*none"}, [("yaml.alias", 1, 4)]),
        ("a: {x: 1}\na: {y: 2}\n", {"a": {"x": 1, "y": 2}}, [("key.repeated", 2, 1)]),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n", {"a": {"x": 1}, "b": {"x": 1, "y": 2}}, []),
        (
            "a: no\nb: 2026-01-05\nc: 0012\n200: ok\n",
            {"a": "no", "b": "2026-01-05", "c": "0012", "200": "ok"},
            [],
        ),
        ("a: !custom x\n", {"a": "x"}, []),
        ("a: 1\x07\n", {"a": 1}, [("yaml.sign", 0, 0)]),
        ("a: 1\n---\nb: 2\n", {"a": 1}, [("yaml.documents", 3, 1)]),
        ('a: {"b": [1, 2]}\n', {"a": {"b": [1, 2]}}, []),
    ],
)
def test_yaml_as_people_write_it(text: str, value: Any, slips: list[tuple[str, int, int]]) -> None:
    assert read(text) == (value, slips)


def test_yaml_in_flow_style_is_read_whatever_the_file_looks_like() -> None:
    assert read("{a: b, c: [x y, z]}")[0] == {"a": "b", "c": ["x y", "z"]}


def test_what_stands_before_a_line_that_nothing_helps_is_kept() -> None:
    value, slips = read("a: 1\nb:\n  c: 2\n d: [\n")
    assert value["a"] == 1
    assert slips[-1][0] in ("yaml.broken", "yaml.repaired")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xef\xbb\xbf" + '{"a": "甲"}'.encode(), "text.bom"),
        (b"\xff\xfe" + '{"a": "甲"}'.encode("utf-16-le"), "text.bom"),
        (b"\xfe\xff" + '{"a": "甲"}'.encode("utf-16-be"), "text.bom"),
        ('{"a": "甲"}'.encode("gbk"), "text.encoding"),
        ("a: 甲\n".encode("gb18030"), "text.encoding"),
    ],
)
def test_encodings_are_found_out_and_told(content: bytes, code: str) -> None:
    value, slips = read(content)
    assert value == {"a": "甲"}
    assert slips[0][0] == code


def test_places_are_known_in_strict_json_too() -> None:
    found = DescriptionFile(b'{\n  "paths": {\n    "/a": {"get": [1, 2]}\n  }\n}')
    assert found.at(("paths", "/a", "get")) == (3, 12)
    assert found.at(("paths", "/a", "nothing")) == (3, 5), "the nearest part around it"


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n", b"[" * 100_000, b"{" * 100_000, b'{"a":' * 100_000, b"- " * 100_000, b"a: [" * 5_000, b"\x00" * 100, b"}" * 1000],
)  # fmt: skip
def test_what_nothing_can_be_read_of_is_unreadable_and_no_worse(content: bytes) -> None:
    with pytest.raises(Unreadable):
        DescriptionFile(content)


def test_a_bomb_of_aliases_stays_small_and_is_told() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    value, slips = read("\n".join(lines))
    assert value["a4"][0] is value["a4"][8], "shared, never copied"
    assert value["a39"][0] == {}
    assert "yaml.aliases" in str(slips)
