from __future__ import annotations

import pytest

from connectors.manifest import Finding, ManifestRejected, parse_manifest
from connectors.manifest.model import Subscriptions
from tests.connectors.examples import MANIFEST


def findings(text: str, **files: bytes) -> tuple[Finding, ...]:
    with pytest.raises(ManifestRejected) as rejected:
        parse_manifest(text, file="x.yaml", base=files or None)
    return rejected.value.findings


def said(text: str) -> str:
    return "\n".join(str(found) for found in findings(text))


def test_a_manifest_is_parsed_into_frozen_values() -> None:
    manifest = parse_manifest(MANIFEST)
    assert manifest.id == "hrss.social"
    assert manifest.backend.limits.timeout_s == 5
    assert manifest.services[2].promised_minutes == 30
    assert manifest.entities["Vehicle"].many is not None
    assert dict(manifest.entities["Vehicle"].many.match) == {"plateNumber": "plateNo"}
    assert manifest.mutation["registerEmployer"].args[0].authority == "enterprise"
    with pytest.raises(AttributeError):
        manifest.metadata.id = "other"  # type: ignore[misc]


def test_how_a_backend_sends_events_is_said_or_nothing() -> None:
    said = "  limits: {timeout: 5s"
    text = MANIFEST.replace(said, f"  subscriptions: {{protocol: sse, path: /events}}\n{said}")
    assert parse_manifest(text).backend.subscriptions == Subscriptions("sse", "/events")
    assert parse_manifest(MANIFEST).backend.subscriptions is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{path: /events}", "shape.missing"),
        ("{protocol: carrier-pigeon}", "shape.choice"),
        ("{protocol: sse, path: //elsewhere}", "shape.pattern"),
        ("{protocol: sse, path: events}", "shape.pattern"),
        ('{protocol: sse, path: "http://elsewhere/"}', "shape.pattern"),
        ('{protocol: sse, path: "/a b"}', "shape.pattern"),
        ("{protocol: sse, url: /x}", "shape.unknown"),
    ],
)
def test_what_is_wrong_with_it_is_named(said: str, code: str) -> None:
    place = "  limits: {timeout: 5s"
    assert [f.code for f in findings(MANIFEST.replace(place, f"  subscriptions: {said}\n{place}"))] == [code]


def test_a_wrong_key_is_found_where_it_stands_with_a_proposal() -> None:
    (found,) = findings(MANIFEST.replace("concurrency: 8", "concurency: 8"))
    lines = MANIFEST.split("\n")
    line = next(number for number, text in enumerate(lines) if "concurrency" in text)
    assert (found.code, found.file, found.line) == ("shape.unknown", "x.yaml", line + 1)
    assert found.column == lines[line].index("concurrency") + 1
    assert found.fix == "did you mean 'concurrency'?"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("as: BACKEND_AUTH", "as: NOPE", "shape.choice"),
        ("kind: rest\n", "kind: gopher\n", "shape.choice"),
        ("    idempotency: {header: Idempotency-Key}\n", "", "shape.missing"),
        ("id: hrss.social", "id: Hrss Social", "id.connector"),
        ("id: hrss.social", "id: mca.social", "id.connector"),
        ("code: hrss,", "code: H!,", "id.department"),
        ("params: {name: $name,", "params: {name: $key,", "call.slot"),
        ("cardNumber: ssCardNo", "cardNumber: a..b", "path.syntax"),
        ("success: \"code == '0000'\"", 'success: "code =="', "condition.syntax"),
        ('returns: "[Lawyer!]"', 'returns: "[Lawyer"', "type.syntax"),
        ("openapi: ./hrss/openapi.json", "wsdl: ./x.wsdl", "backend.describe"),
        ("openapi: ./hrss/openapi.json", "openapi: ../../etc/passwd", "backend.describe"),
        ('value: "secret://hrss/key"', "value: plain-text-secret", "shape.pattern"),
        ("timeout: 5s", "timeout: soon", "shape.pattern"),
        ("  insured: {title", "  In-Sured: {title", "id.service"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, code: str) -> None:
    assert old in MANIFEST
    assert code in {found.code for found in findings(MANIFEST.replace(old, new))}


def test_the_description_must_be_among_the_files_given() -> None:
    (found,) = findings(MANIFEST, **{"hrss/openapi.yaml": b"{}"})
    assert found.code == "backend.describe"
    parse_manifest(MANIFEST, base={"hrss/openapi.json": b"{}"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x [1]\nb: *x\n", "yaml.alias"),
        ("a: !!python/object:os.system x\n", "yaml.tag"),
        ("a: 1\na: 2\n", "yaml.repeated"),
        ("a: 1\n---\nb: 2\n", "yaml.documents"),
        ("a: [1, 2\n", "yaml.syntax"),
        ("a: " + "[" * 60 + "]" * 60, "yaml.depth"),
        ("a: [" + "1," * 60_000 + "1]", "yaml.nodes"),
        ("# " + "x" * 2_000_000, "yaml.size"),
        ("? [a]\n: b\n", "yaml.key"),
    ],
)
def test_yaml_that_does_harm_is_refused(text: str, code: str) -> None:
    assert findings(text)[0].code == code


def test_words_stay_words() -> None:
    text = MANIFEST.replace('enum: {"1": ACTIVE, "2": SUSPENDED}', "enum: {no: ACTIVE, 0001: SUSPENDED}")
    spec = parse_manifest(text).types["SocialInsurance"].fields["pensionStatus"]
    assert spec.enum == {"no": "ACTIVE", "0001": "SUSPENDED"}
