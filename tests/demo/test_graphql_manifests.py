"""The manifests of the GraphQL departments against province.json, their descriptions and the naming page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema

from connectors.manifest import Manifest, parse_manifest

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
PROVINCE: dict[str, Any] = json.loads((DEMO / "province.json").read_text("utf-8"))
CODES = ("moe", "mee", "archives", "peer", "samr", "h12345", "elic", "bdb")


def manifest(code: str) -> Manifest:
    return parse_manifest((DEMO / "connectors" / f"{code}.connector.yaml").read_text("utf-8"), file=code)


def department(code: str) -> dict[str, Any]:
    every = PROVINCE["departments"] + PROVINCE["platform_backends"]
    found: dict[str, Any] = next(one for one in every if one["code"] == code)
    return found


@pytest.mark.parametrize("code", CODES)
def test_every_operation_of_the_province_is_a_service_with_its_class_and_minutes(code: str) -> None:
    services = {service.id: service for service in manifest(code).services}
    for operation in department(code)["operations"]:
        service = services[f"{code}.{operation['name']}"]
        assert service.classification == operation["class"], service.id
        assert service.promised_minutes == operation["promised_minutes"], service.id
        assert service.kind == ("lookup" if operation["type"] == "query" else "transaction"), service.id
        assert service.title.zh
        assert service.title.en


@pytest.mark.parametrize("code", CODES)
def test_replaced_functions_are_those_of_the_legacy_apps(code: str) -> None:
    wanted = {
        (app["id"], function["same_as"], {"q": "query", "t": "transaction"}[function["kind"]])
        for one in PROVINCE["departments"] + PROVINCE["platform_backends"]
        for app in one["legacy_apps"]
        for function in app["functions"]
        if (function["same_as"] or "").startswith(f"{code}.")
    }
    told = {(app.app, *function) for app in manifest(code).metadata.replaces for function in app.functions}
    assert told == wanted


@pytest.mark.parametrize("code", CODES)
def test_every_call_names_an_operation_and_arguments_of_the_description(code: str) -> None:
    text = (DEMO / "connectors" / code / "schema.graphql").read_text("utf-8")
    text = re.sub(r"^extend schema.*$", "directive @key(fields: String!) on OBJECT", text, flags=re.M)
    schema = build_schema(text)
    roots = {**(schema.query_type.fields if schema.query_type else {})}
    roots |= schema.mutation_type.fields if schema.mutation_type else {}
    for call in calls(manifest(code)):
        arguments = roots[call.operation].args
        assert set(call.params) <= set(arguments), call.operation
        required = {name for name, arg in arguments.items() if str(arg.type).endswith("!")}
        assert required <= set(call.params), call.operation


def calls(told: Manifest) -> list[Any]:
    fields = [*told.query.values(), *told.mutation.values()]
    fields += [field for entity in told.entities.values() for field in entity.fields.values()]
    found = [field.call for field in fields if field.call is not None]
    return found + ([told.matters.call] if told.matters else [])


@pytest.mark.parametrize("code", CODES)
def test_the_coordinates_are_those_of_the_naming_page(code: str) -> None:
    page = (ROOT / "docs" / "naming.md").read_text("utf-8")
    for service in manifest(code).services:
        row = re.search(rf"^\| {re.escape(service.id)} \| (.*) \|$", page, flags=re.M)
        if row is None:
            assert service.id == "bdb.legalEntity"
            continue
        first = service.coordinates[0]
        wanted = re.match(r"(?:Citizen|Enterprise|Query)\.\w+|\w+(?=\()", row.group(1))
        assert wanted is not None
        assert first == (wanted.group() if "." in wanted.group() else f"Mutation.{wanted.group()}")


@pytest.mark.parametrize("code", CODES)
def test_no_mutation_of_the_backend_enters_the_graph_as_it_is(code: str) -> None:
    told = manifest(code)
    assert all(field.number for field in told.mutation.values())
    if told.backend.describe.federation:
        text = (DEMO / "connectors" / code / "schema.graphql").read_text("utf-8")
        schema = build_schema(
            re.sub(r"^extend schema.*$", "directive @key(fields: String!) on OBJECT", text, flags=re.M)
        )
        assert schema.mutation_type is not None
        assert {f"Mutation.{name}" for name in schema.mutation_type.fields} <= set(told.expose.hide)


def test_a_client_cannot_choose_whose_record_it_reads_at_the_population_register() -> None:
    hidden = set(manifest("bdb").expose.hide)
    assert {"Query.person", "Query.kin", "Query.legalEntity"} <= hidden
    assert "Query.credentials" in manifest("elic").expose.hide
