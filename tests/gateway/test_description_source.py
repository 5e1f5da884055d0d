"""What belongs to a description: its folder, and of what stands above it no more than a description may need."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.connector_files import read_connector
from gateway.description_source import read_description

SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t"/>'
WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema><xs:import
   namespace="urn:t" schemaLocation="{}"/></xs:schema></types>
</definitions>"""


def laid(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_files_above_the_description_belong_to_it_and_are_told(tmp_path: Path) -> None:
    laid(tmp_path, {"service/wsdl/s.wsdl": WSDL.format("..\\schema\\t.xsd"), "service/schema/t.xsd": SCHEMA})
    found = read_description(tmp_path / "service/wsdl/s.wsdl")
    assert (set(found.files), found.path) == ({"wsdl/s.wsdl", "schema/t.xsd"}, "wsdl/s.wsdl")
    assert [(each.code, each.severity, each.file, each.line) for each in found.findings] == [
        ("file.above", "info", "wsdl/s.wsdl", 3)
    ]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("/etc/hostname", "this machine"),
        ("file:///etc/hostname", "this machine"),
        ("C:/x.xsd", "this machine"),
        ("~/x.xsd", "this machine"),
        ("../../../../x.xsd", "out of the folders"),
        ("%2e%2e/%2e%2e/%2e%2e/x.xsd", "out of the folders"),
        ("../.ssh/x.xsd", "hidden"),
        (".env", "hidden"),
        ("../secrets.txt", "only descriptions"),
        ("way-out.xsd", "leads out"),
        ("way-up.xsd", "only descriptions"),
    ],
)
def test_what_belongs_to_no_description_is_refused_at_its_place(
    tmp_path: Path, place: str, reason: str
) -> None:
    far = laid(tmp_path, {"x.xsd": SCHEMA}) / "far"
    laid(
        far,
        {
            "a/b/wsdl/s.wsdl": WSDL.format(place),
            "a/b/secrets.txt": "s",
            "a/b/.ssh/x.xsd": SCHEMA,
            "a/b/wsdl/.env": "s",
        },
    )
    (far / "a/b/wsdl/way-out.xsd").symlink_to(tmp_path / "x.xsd")
    (far / "a/b/wsdl/way-up.xsd").symlink_to(far / "a/b/secrets.txt")
    found = read_description(far / "a/b/wsdl/s.wsdl")
    assert set(found.files) == {"s.wsdl"}
    (told,) = found.findings
    assert (told.code, told.file, told.line, told.column) == ("file.outside", "s.wsdl", 3, 38)
    assert reason in told.message
    assert told.fix


def test_the_way_up_ends_where_the_project_does_unless_a_person_says_more(tmp_path: Path) -> None:
    laid(
        tmp_path,
        {"x.xsd": SCHEMA, "project/.git/config": "", "project/api/s.wsdl": WSDL.format("../../x.xsd")},
    )
    source = tmp_path / "project/api/s.wsdl"
    assert set(read_description(source).files) == {"s.wsdl"}
    assert set(read_description(source, tmp_path).files) == {"x.xsd", "project/api/s.wsdl"}
    with pytest.raises(ValueError, match="not below"):
        read_description(source, tmp_path / "project/.git")


def test_nothing_is_taken_out_of_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    laid(tmp_path, {"x.xsd": SCHEMA, "downloads/s.wsdl": WSDL.format("../x.xsd")})
    assert set(read_description(tmp_path / "downloads/s.wsdl").files) == {"s.wsdl"}


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.description_source.MAX_FILES", 1)
    laid(tmp_path, {"s.wsdl": WSDL.format("t.xsd"), "t.xsd": SCHEMA})
    with pytest.raises(ValueError, match="more than 1 files"):
        read_description(tmp_path / "s.wsdl")


def test_references_are_followed_in_every_way_of_writing_them(tmp_path: Path) -> None:
    refs = """{"a": {"$ref": "b c.json#/x"}, 'b': {$ref: d.yaml}, e: {"$ref" : 'e.yml'},
       f: {$ref: 'f.json#'}, g: {"$ref": "#/x"}, "h": {"$ref":
       "h.json"}}"""
    names = {"b c.json", "d.yaml", "e.yml", "f.json", "h.json"}
    laid(tmp_path, {"api.yaml": refs, **dict.fromkeys(names, "{}")})
    assert set(read_description(tmp_path / "api.yaml").files) == {"api.yaml", *names}


def test_what_a_manifest_is_published_with(tmp_path: Path) -> None:
    manifest = "backend: {kind: soap, describe: {wsdl: ./service/wsdl/s.wsdl}}\n"
    files = {
        "m.connector.yaml": manifest,
        "service/wsdl/s.wsdl": WSDL.format("../schema/t.xsd"),
        "service/wsdl/beside.xsd": SCHEMA,
        "service/schema/t.xsd": SCHEMA,
        "service/other/unrelated.xsd": SCHEMA,
    }
    text, found = read_connector(laid(tmp_path, files) / "m.connector.yaml")
    assert text == manifest
    assert set(found) == {"service/wsdl/s.wsdl", "service/wsdl/beside.xsd", "service/schema/t.xsd"}
