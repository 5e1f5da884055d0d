"""What the REST departments publish about themselves is true: valid documents, and answers that conform to them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

PROVINCE = json.loads((Path(__file__).parents[3] / "demo" / "province.json").read_text("utf-8"))
DESCRIPTIONS = Path(__file__).parents[3] / "demo" / "connectors"
CODES = ("hrss", "nhc", "nhsa", "tax", "mot", "hud", "agri", "moj", "culture", "dpf", "util", "fin")
VERSIONS = {"hrss": "3.0.3", "nhc": "3.1.0", "nhsa": "3.0.1", "mot": "2.0"}
EXAMPLES = 5


def document(code: str) -> dict[str, Any]:
    (path,) = (DESCRIPTIONS / code).glob("openapi.*")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("code", CODES)
def test_a_description_is_a_valid_document_with_a_name_for_every_operation(code: str) -> None:
    described = document(code)
    schema = schemathesis.openapi.from_dict(described)
    schema.validate()
    version = str(described.get("openapi") or described["swagger"])
    assert version.startswith(VERSIONS.get(code, "3.0"))
    names = [result.ok().definition.raw["operationId"] for result in schema.get_all_operations()]
    wanted = next(
        d["operations"]
        for d in (*PROVINCE["departments"], *PROVINCE["platform_backends"])
        if d["code"] == code
    )
    assert len(set(names)) == len(names)
    summaries = {r.ok().definition.raw["summary"] for r in schema.get_all_operations()}
    assert {operation["label"] for operation in wanted} <= summaries


@pytest.mark.parametrize("code", CODES)
def test_every_part_of_a_description_is_told_in_chinese(code: str) -> None:
    for path, text in _texts(document(code), ""):
        assert re.search(r"[\u4e00-\u9fff]", text) or re.search(r"HTTP|SM3|SHA|enum|code", text), path


def _texts(node: Any, path: str) -> Any:
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("description", "summary") and isinstance(value, str):
                yield f"{path}/{name}", value
            else:
                yield from _texts(value, f"{path}/{name}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts(value, f"{path}/{index}")


@pytest.mark.parametrize("code", CODES)
async def test_answers_conform_to_the_departments_own_description(line_to: Any, code: str) -> None:
    line = await line_to(code)
    described = document(code)
    schema = schemathesis.openapi.from_dict(described)
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:
        for case in _cases(operation):
            await _hold_to_its_word(line, schema, case)


def _cases(operation: Any) -> list[Any]:
    """A few well-formed requests, the same ones every time."""
    made: list[Any] = []

    @seed(20260105)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        made.append(case)

    collect()
    return made


async def _hold_to_its_word(line: Any, schema: Any, case: Any) -> None:
    _make_likely(line, case)
    sent = case.as_transport_kwargs(base_url=line.department.url + schema.base_path.rstrip("/"))
    headers = {k: v for k, v in sent["headers"].items() if k.lower() in ("content-type", "idempotency-key")}
    body = {name: sent[name] for name in ("json", "data") if sent.get(name) is not None}
    answer = await line.ask(sent["method"], sent["url"], params=sent.get("params"), headers=headers, **body)
    assert answer.status_code < 500, (case.operation.label, answer.status_code)
    checks = [status_code_conformance, content_type_conformance, response_schema_conformance]
    case.validate_response(answer, checks=checks)


def _make_likely(line: Any, case: Any) -> None:
    """Made-up ids have no check character: put a real person's in, so that more than refusals is seen."""
    person = next(p for p in line.world.citizens.values() if p.disability_no or p.plate_nos or p.contract_no)
    home = next(iter(line.world.properties.values()))
    known = {"utilNo": home.util_no, "parcelNo": home.parcel_no, "propAddress": home.address}
    for part in (case.path_parameters, case.query, case.body):
        if not isinstance(part, dict):
            continue
        for name in part:
            if re.search(r"[cC]id$|身份证号|sfzh", name):
                part[name] = person.cid
            elif name in known:
                part[name] = known[name]
            elif name == "staffList":
                part[name] = [person.cid]


@pytest.mark.parametrize("code", CODES)
async def test_a_refusal_conforms_too(line_to: Any, code: str) -> None:
    line = await line_to(code)
    schema = schemathesis.openapi.from_dict(document(code))
    operation = next(result.ok() for result in schema.get_all_operations())
    case = _cases(operation)[0]
    sent = case.as_transport_kwargs(base_url=line.department.url + schema.base_path.rstrip("/"))
    body = {name: sent[name] for name in ("json", "data") if sent.get(name) is not None}
    answer: httpx.Response = await line.ask(
        sent["method"], sent["url"], params=sent.get("params"), credentials=False, citizen=None, **body
    )
    case.validate_response(answer, checks=[status_code_conformance, response_schema_conformance])
