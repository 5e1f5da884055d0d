"""A first manifest from a WSDL: it opens, and what it exposes is answered by a real SOAP server."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from starlette.responses import Response

from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.proposing import propose
from connectors.proposing.writing import Identity, write_manifest
from connectors.quality import DataQuality
from connectors.secrets import HeldSecrets
from federation.subgraph import FetchContext
from tests.connectors.conftest import fetch
from tests.connectors.soap.documents import NS, SOAP_12, envelope, pair, valid, wsdl

PUBLISHED = Path(__file__).resolve().parents[4] / "shared" / "apis" / "wsdl"
ASK = (
    '<xs:sequence><xs:element name="cid" type="xs:string"/><xs:element name="since" type="xs:date" minOccurs="0"/>'
    '<xs:element name="place" minOccurs="0"><xs:complexType><xs:sequence><xs:element name="street" type="xs:string"/>'
    '<xs:element name="city" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:sequence>'
)
ANSWER = (
    '<xs:sequence><xs:element name="record" type="t:Record" minOccurs="0" maxOccurs="unbounded"/>'
    '<xs:element name="total" type="xs:int"/></xs:sequence>'
)
RECORD = (
    '<xs:complexType name="Record"><xs:sequence><xs:element name="number" type="xs:string"/>'
    '<xs:element name="bornOn" type="xs:date"/><xs:element name="amount" type="xs:decimal"/>'
    '<xs:element name="kind"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="a-1"/>'
    '<xs:enumeration value="b"/></xs:restriction></xs:simpleType></xs:element>'
    '<xs:element name="parent" type="t:Record" minOccurs="0"/></xs:sequence></xs:complexType>'
)
INSIDE = pair(ASK, ANSWER, RECORD)
QUERY = """query Q($place: GetThingPlaceInput) { getThing(cid: "7", since: "2026-01-05", place: $place) {
    total record { number bornOn amount kind parent { number } } } }"""


def drafted(content, files=None, path="d/a.wsdl"):
    held = {path: content, **(files or {})}
    proposal = propose(held, path).proposal
    return held, write_manifest(proposal, path, Identity("test.backend", "测试局"))


@pytest.fixture
def opened(transport, tokens, clock, department):
    def make(held, text, quality=None):
        return open_connector(
            parse_manifest(text, file="test.connector.yaml"),
            held,
            endpoint=department.url or "http://127.0.0.1:9",
            secrets=HeldSecrets({}),
            tokens=tokens,
            clock=clock,
            transport=transport,
            quality=quality,
        )

    return make


@pytest.mark.parametrize("soap", [None, SOAP_12])
async def test_from_a_wsdl_to_an_answer_with_a_valid_request_and_one_bad_value(opened, department, soap):
    held, written = drafted(wsdl(INSIDE, **({"soap": soap} if soap else {})))
    quality = DataQuality()
    connector = opened(held, written.text, quality)
    body = (
        f'<p:Answer xmlns:p="{NS}"><p:record><p:number>007</p:number><p:bornOn>soon</p:bornOn><p:amount>1.50</p:amount>'
        "<p:kind>a-1</p:kind><p:parent><p:number>1</p:number></p:parent></p:record><p:total>1</p:total></p:Answer>"
    )
    department.answer = lambda seen: Response(envelope(body), media_type="text/xml")
    prepared = connector.prepare(fetch(connector, QUERY))
    place = {"city": "未名市", "street": "<1>"}
    result = await prepared.run({"place": place}, (), FetchContext())
    assert result.data == {
        "getThing": {
            "total": 1,
            "record": [
                {"number": "007", "bornOn": None, "amount": "1.50", "kind": "a_1", "parent": {"number": "1"}}
            ],
        }
    }
    assert quality.counts() == {("test.backend", "Record.bornOn"): 1}
    request = next(iter(department.seen[0].root.find("{*}Body")))
    assert valid(request, INSIDE)
    assert [node.text for node in request.iter("{*}city", "{*}street")] == ["<1>", "未名市"]
    await connector.close()


async def test_rpc_literal_and_encoded_are_answered_too(opened, department):
    parts = ('type="xs:string"', 'type="xs:int"')
    for use in ("literal", "encoded"):
        held, written = drafted(wsdl("", style="rpc", use=use, parts=parts))
        connector = opened(held, written.text)
        body = f'<p:getThingResponse xmlns:p="{NS}"><out>42</out></p:getThingResponse>'
        department.answer = lambda seen, body=body: Response(envelope(body), media_type="text/xml")
        prepared = connector.prepare(fetch(connector, '{ getThing(in: "x") { out } }'))
        result = await prepared.run({}, (), FetchContext())
        assert result.data == {"getThing": {"out": 42}}
        request = department.seen[-1].all("getThing")[0]
        assert (request.tag, request[0].tag, request[0].text) == (f"{{{NS}}}getThing", "in", "x")
        await connector.close()


def test_queries_are_told_by_name_and_the_manifest_says_that_it_guessed():
    names = ("getThing", "Find_It", "queryAll", "SearchX", "查询户口", "setThing", "getaway", "issue", "删除")
    _, written = drafted(wsdl(INSIDE, names=names))
    kinds = {name: coordinate.partition(".")[0] for name, coordinate in written.fields.items()}
    assert [name for name in names if kinds[name] == "Query"] == [
        "getThing",
        "Find_It",
        "queryAll",
        "SearchX",
        "查询户口",
    ]
    assert "# WSDL does not say what changes something" in written.text


def test_a_usernametoken_policy_and_the_origin_of_the_address_are_proposed():
    policy = '<p:UsernameToken xmlns:p="urn:p"><p:HashPassword/></p:UsernameToken>'
    content = wsdl(INSIDE).replace(b"<w:types>", policy.encode() + b"<w:types>")
    _, written = drafted(content)
    manifest = parse_manifest(written.text, file="x.yaml")
    assert "kind: wsse" in written.text
    assert dict(manifest.backend.endpoints) == {"production": "http://kinds.invalid"}


def test_what_a_description_lacks_is_among_the_connectors_findings(opened):
    held, written = drafted(wsdl(INSIDE.replace('type="xs:int"', 'type="t:Gone"')))
    connector = opened(held, written.text)
    assert [(finding.code, finding.file) for finding in connector.findings] == [
        ("xsd.undeclared", "d/a.wsdl")
    ]
    assert connector.findings[0].line == 3


def published():
    return sorted(PUBLISHED.rglob("*.wsdl")) if PUBLISHED.is_dir() else []


@pytest.mark.skipif(not published(), reason="../shared/apis is not beside this repository")
@pytest.mark.parametrize("path", published(), ids=lambda path: path.stem)
async def test_every_operation_of_a_published_wsdl_is_exposed_and_typed(path, opened):
    base = PUBLISHED / path.relative_to(PUBLISHED).parts[0]
    base = base if base.is_dir() else PUBLISHED
    held = {str(file.relative_to(base)): file.read_bytes() for file in base.rglob("*") if file.is_file()}
    name = str(path.relative_to(base))
    held, written = drafted(held[name], held, name)
    tree = etree.parse(path)
    bound = {node.get("name") for node in tree.iterfind("{*}binding/{*}operation")}
    assert bound
    assert set(written.fields) == bound
    assert "JSON" not in written.types.values()
    connector = opened(held, written.text)
    assert not any(finding.severity == "error" for finding in connector.findings)
    await connector.close()
