"""What province.json asks of the SOAP departments, held against their servers and their manifests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.departments import department_builder
from demo.departments.soap import endpoint as endpoints

CODES = ("mca", "mps", "gjj", "tmd", "mnr", "vets")
DEMO = Path(endpoints.__file__).parents[2]
PROVINCE = {
    each["code"]: each for each in json.loads((DEMO / "province.json").read_text("utf-8"))["departments"]
}


def manifest(code: str) -> Any:
    return yaml.safe_load((DEMO / "connectors" / f"{code}.connector.yaml").read_text("utf-8"))


@pytest.mark.parametrize("code", CODES)
async def test_every_operation_of_the_province_is_counted_by_some_operation(code, line, monkeypatch) -> None:
    built = []
    original = endpoints.Endpoint.app
    monkeypatch.setattr(endpoints.Endpoint, "app", lambda self: built.append(self) or original(self))
    department = (await line(code)).department
    assert department_builder(code)(department.context) is not None
    asked = {each["name"] for each in PROVINCE[code]["operations"]}
    assert asked <= {operation.counts for operation in built[0].operations}


@pytest.mark.parametrize("code", CODES)
def test_every_operation_of_the_province_is_a_service_of_the_manifest(code) -> None:
    services = manifest(code)["services"]
    asked = {each["name"]: each for each in PROVINCE[code]["operations"]}
    assert list(services) == list(asked)
    for name, service in services.items():
        operation = asked[name]
        assert service["title"]["zh"] == operation["label"]
        assert service["title"]["en"]
        assert service["classification"] == operation["class"]
        assert service["promisedMinutes"] == operation["promised_minutes"]
        assert service["kind"] == ("lookup" if operation["type"] == "query" else "transaction")


@pytest.mark.parametrize("code", CODES)
def test_every_legacy_function_that_has_an_operation_is_replaced(code) -> None:
    replaced = {
        each["app"]: {f["id"] for f in each["functions"]} for each in manifest(code)["metadata"]["replaces"]
    }
    for app in PROVINCE[code]["legacy_apps"]:
        assert replaced[app["id"]] == {f["same_as"] for f in app["functions"] if f["same_as"]}


@pytest.mark.parametrize("code", CODES)
def test_whatever_a_manifest_adds_to_the_graph_is_described_in_both_tongues(code) -> None:
    found = manifest(code)
    parts = [*found["types"].values(), *found["mutation"].values()]
    parts += [field for kind in found["types"].values() for field in kind.get("fields", {}).values()]
    parts += [arg for field in found["mutation"].values() for arg in field["args"].values()]
    parts += [field for entity in found["entities"].values() for field in entity.get("fields", {}).values()]
    assert all(part["description"]["zh"] and part["description"]["en"] for part in parts)
    assert found["tests"]


@pytest.mark.parametrize("code", CODES)
def test_no_manifest_holds_a_secret(code) -> None:
    text = (DEMO / "connectors" / f"{code}.connector.yaml").read_text("utf-8")
    for line in text.splitlines():
        for word in ("password:", "username:", "value:", "clientKey:"):
            assert word not in line or f'{word} "secret://' in line
