"""What descriptions hold: each kind is written as its schema wants it, and read as it says."""

from __future__ import annotations

import pytest
from lxml import etree

from connectors.backend import Slot, ValueUnusable
from connectors.soap.answers import read_answer
from connectors.soap.describing import describe
from tests.connectors.soap.documents import NS, envelope, loaded, pair, valid, written, wsdl

NAMESPACE = f'xmlns="{NS}"'
ITEM = '<xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/>'
SUBSTITUTES = (
    '<xs:element name="Subject" type="t:S" abstract="true"/>'
    '<xs:element name="Person" substitutionGroup="t:Subject" type="t:P"/>'
    '<xs:element name="Firm" substitutionGroup="t:Subject" type="t:S"/>'
    '<xs:complexType name="S"><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType>'
    '<xs:complexType name="P"><xs:complexContent><xs:extension base="t:S"><xs:sequence>'
    '<xs:element name="sex" type="xs:string" minOccurs="0"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
)
DERIVED = (
    '<xs:complexType name="Base" abstract="true"><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence>'
    '<xs:attribute name="k" type="xs:string"/></xs:complexType>'
    '<xs:complexType name="Car"><xs:complexContent><xs:extension base="t:Base"><xs:sequence>'
    '<xs:element name="plate" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
    '<xs:complexType name="Boat"><xs:complexContent><xs:extension base="t:Base"><xs:sequence>'
    '<xs:element name="sail" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
)
SIMPLE = (
    '<xs:simpleType name="Codes"><xs:list itemType="t:Code"/></xs:simpleType>'
    '<xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:enumeration value="1-a"/>'
    '<xs:enumeration value="男"/></xs:restriction></xs:simpleType>'
    '<xs:simpleType name="Either"><xs:union memberTypes="xs:int xs:long"/></xs:simpleType>'
    '<xs:simpleType name="Mixed"><xs:union memberTypes="xs:int t:Code"/></xs:simpleType>'
)

WRITTEN = {
    "a sequence in any order": (
        f"<xs:sequence>{ITEM}</xs:sequence>", "", {"b": "2", "a": "1"}, f"<Ask {NAMESPACE}><a>1</a><b>2</b></Ask>",
    ),
    "a repeated sequence goes round": (
        f'<xs:sequence maxOccurs="unbounded">{ITEM}</xs:sequence>', "", {"a": ["1", "3"], "b": ["2", "4"]},
        f"<Ask {NAMESPACE}><a>1</a><b>2</b><a>3</a><b>4</b></Ask>",
    ),
    "one branch of a choice": (f"<xs:choice>{ITEM}</xs:choice>", "", {"b": "2"}, f"<Ask {NAMESPACE}><b>2</b></Ask>"),
    "attributes, fixed ones by themselves": (
        '<xs:attribute name="v" type="xs:string" fixed="2" use="required"/><xs:attribute name="w" type="xs:int"/>', "",
        {"@w": 7}, f'<Ask {NAMESPACE} v="2" w="7"/>',
    ),
    "simple content": (
        '<xs:sequence><xs:element name="m"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal">'
        '<xs:attribute name="c" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>'
        "</xs:sequence>", "", {"m": {"#text": 1e-7, "@c": "CNY"}},
        f'<Ask {NAMESPACE}><m c="CNY">0.0000001</m></Ask>',
    ),
    "nil": (
        '<xs:sequence><xs:element name="a" type="xs:string" nillable="true"/></xs:sequence>', "", {"a": None},
        f'<Ask {NAMESPACE}><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Ask>',
    ),
    "a list of values": (
        '<xs:sequence><xs:element name="c" type="t:Codes"/></xs:sequence>', SIMPLE, {"c": ["1-a", "男"]},
        f"<Ask {NAMESPACE}><c>1-a 男</c></Ask>",
    ),
    "a substitute": (
        '<xs:sequence><xs:element ref="t:Subject" maxOccurs="2"/></xs:sequence>', SUBSTITUTES,
        {"Firm": {"id": "f"}, "Person": {"sex": "1", "id": "p"}},
        f"<Ask {NAMESPACE}><Person><id>p</id><sex>1</sex></Person><Firm><id>f</id></Firm></Ask>",
    ),
    "a derived type": (
        '<xs:sequence><xs:element name="v" type="t:Base"/></xs:sequence>', DERIVED,
        {"v": {"@xsi:type": "Boat", "sail": "s", "id": "1", "@k": "x"}},
        f'<Ask {NAMESPACE}><v k="x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:n0="{NS}"'
        ' xsi:type="n0:Boat"><id>1</id><sail>s</sail></v></Ask>',
    ),
    "anything": (
        '<xs:sequence><xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence>', "",
        {"{urn:x}y": {"z": ["1", "2"]}}, '<Ask xmlns="urn:test:kinds"><q:y xmlns:q="urn:x"><z xmlns="">1</z><z xmlns="">2</z></q:y></Ask>',
    ),
    "an attribute group and a group": (
        '<xs:sequence><xs:group ref="t:G"/></xs:sequence><xs:attributeGroup ref="t:A"/>',
        f'<xs:group name="G"><xs:sequence>{ITEM}</xs:sequence></xs:group>'
        '<xs:attributeGroup name="A"><xs:attribute name="k" type="xs:string"/></xs:attributeGroup>',
        {"b": "2", "a": "1", "@k": "3"}, f'<Ask {NAMESPACE} k="3"><a>1</a><b>2</b></Ask>',
    ),
    "a restriction says its elements anew": (
        '<xs:complexContent><xs:restriction base="t:Wide"><xs:sequence><xs:element name="a" type="xs:string"/>'
        "</xs:sequence></xs:restriction></xs:complexContent>",
        '<xs:complexType name="Wide"><xs:sequence><xs:element name="a" type="xs:string"/>'
        '<xs:element name="b" type="xs:string" minOccurs="0"/></xs:sequence><xs:attribute name="k" type="xs:string"/>'
        "</xs:complexType>",
        {"a": "1", "@k": "2"}, f'<Ask {NAMESPACE} k="2"><a>1</a></Ask>',
    ),
}  # fmt: skip


def canonical(text: bytes | str) -> bytes:
    root = etree.fromstring(text)
    return b" ".join(
        repr((node.tag, sorted(node.attrib.items()), (node.text or "").strip())).encode()
        for node in root.iter()
    )


@pytest.mark.parametrize("as_one_value", [False, True], ids=["tree", "value"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_request_of_each_kind_is_valid_and_as_the_schema_orders_it(kind, as_one_value):
    ask, more, body, expected = WRITTEN[kind]
    inside = pair(ask, more=more)
    operation = loaded(wsdl(inside)).operations["getThing"]
    tree = Slot("args", ("whole",)) if as_one_value else body
    request = written(operation, tree, {"whole": body})
    assert valid(request, inside)
    prefixes = ("n0:Boat", "n1:Boat")
    assert canonical(etree.tostring(request)).replace(
        prefixes[1].encode(), prefixes[0].encode()
    ) == canonical(expected)


def test_an_optional_object_without_any_value_is_left_out_and_a_needed_one_stays():
    inside = pair(
        '<xs:sequence><xs:element name="x" minOccurs="0"><xs:complexType><xs:sequence>'
        '<xs:element name="y" type="xs:date"/></xs:sequence></xs:complexType></xs:element></xs:sequence>'
    )
    operation = loaded(wsdl(inside)).operations["getThing"]
    body = {"x": {"y": Slot("args", ("day",))}}
    assert len(written(operation, body)) == 0
    request = written(operation, body, {"day": "2026-01-05"})
    assert valid(request, inside)
    assert request[0][0].text == "2026-01-05"


@pytest.mark.parametrize("value", [{"c": "1"}, {"a": {"x": 1}}, {"a": ["1", "2"]}, "text", {"a><b": "1"}])
def test_a_value_that_the_schema_has_no_place_for_is_refused_and_nothing_of_it_told(value):
    operation = loaded(wsdl(pair(f"<xs:sequence>{ITEM}</xs:sequence>"))).operations["getThing"]
    with pytest.raises(ValueUnusable) as refused:
        written(operation, Slot("args", ("whole",)), {"whole": value})
    assert "text" not in str(refused.value)
    assert "><" not in str(refused.value)


READ = {
    "attributes, lists and numbers": (
        '<xs:sequence><xs:element name="c" type="t:Codes"/><xs:element name="n" type="xs:long"/></xs:sequence>'
        '<xs:attribute name="k" type="xs:boolean"/>', SIMPLE, '<Answer k="true"><c>1-a 男</c><n> 0007 </n></Answer>',
        {"@k": "true", "c": ["1-a", "男"], "n": "0007"},
    ),
    "mixed content": (
        "<xs:sequence><xs:element name='b' type='xs:string'/></xs:sequence>", "", "<Answer>x<b>1</b>y</Answer>",
        {"b": "1"},
    ),
    "a substitute": (
        '<xs:sequence><xs:element ref="t:Subject" maxOccurs="unbounded"/></xs:sequence>', SUBSTITUTES,
        "<Answer><Person><id>1</id></Person><Firm/><Person><id>2</id><sex>2</sex></Person></Answer>",
        {"Person": [{"id": "1"}, {"id": "2", "sex": "2"}], "Firm": [None]},
    ),
    "a derived type": (
        '<xs:sequence><xs:element name="v" type="t:Base" maxOccurs="9"/></xs:sequence>', DERIVED,
        f'<Answer xmlns:p="{NS}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        '<v i:type="p:Car" k="1"><id>1</id><plate>A</plate></v></Answer>',
        {"v": [{"@k": "1", "id": "1", "plate": "A"}]},
    ),
    "two namespaces with the same name": (
        '<xs:sequence><xs:element name="x" type="xs:string"/><xs:element name="x" form="unqualified" type="xs:int"/>'
        "</xs:sequence>", "", f'<p:Answer xmlns:p="{NS}"><p:x>1</p:x><x>2</x></p:Answer>', {"x": "1", "x_2": "2"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_an_answer_of_each_kind_is_read_by_its_schema(kind):
    answer, more, body, expected = READ[kind]
    found = loaded(wsdl(pair("<xs:sequence/>", answer, more)))
    content = body if "<p:" in body else body.replace("<Answer", f'<Answer xmlns="{NS}"', 1)
    read = read_answer(envelope(content).encode(), "text/xml", found.operations["getThing"], found.types)
    assert read.body == expected


def test_text_between_elements_is_kept_where_the_type_is_mixed():
    inside = pair("<xs:sequence/>").replace(
        '<xs:element name="Answer"><xs:complexType><xs:sequence/>',
        '<xs:element name="Answer"><xs:complexType mixed="true"><xs:sequence>'
        '<xs:element name="b" type="xs:string"/></xs:sequence>',
    )
    found = loaded(wsdl(inside))
    operation = found.operations["getThing"]
    content = envelope(f"<Answer {NAMESPACE}>x<b>1</b>y</Answer>").encode()
    assert read_answer(content, "text/xml", operation, found.types).body == {"b": "1", "#text": "xy"}
    assert set(describe(operation).answer.fields) == {"b", "#text"}


@pytest.mark.parametrize(
    ("type_", "shape", "format_"),
    [
        ("xs:date", "string", "date"),
        ("xs:dateTime", "string", "date-time"),
        ("xs:time", "string", "time"),
        ("xs:duration", "string", "duration"),
        ("xs:gYearMonth", "string", "year-month"),
        ("xs:int", "integer", "int32"),
        ("xs:unsignedInt", "integer", "int64"),
        ("xs:integer", "integer", "int64"),
        ("xs:decimal", "number", "decimal"),
        ("xs:boolean", "boolean", ""),
        ("xs:base64Binary", "string", "byte"),
        ("xs:NMTOKENS", "list", ""),
        ("xs:anyType", "opaque", ""),
        ("t:Either", "integer", "int64"),
        ("t:Mixed", "string", ""),
        ("t:Codes", "list", ""),
    ],
)
def test_every_simple_type_is_told_for_what_it_is(type_, shape, format_):
    answer = f'<xs:sequence><xs:element name="x" type="{type_}"/></xs:sequence>'
    found = describe(loaded(wsdl(pair("<xs:sequence/>", answer, SIMPLE))).operations["getThing"])
    assert (found.answer.fields["x"].shape, found.answer.fields["x"].format) == (shape, format_)


def test_paths_into_what_is_open_are_no_mistake_and_others_are():
    answer = '<xs:sequence><xs:element name="x" type="xs:string"/><xs:any minOccurs="0"/></xs:sequence>'
    fields = describe(loaded(wsdl(pair("<xs:sequence/>", answer))).operations["getThing"]).answer.fields
    assert "whatever" in fields
    assert fields["whatever"].shape == "opaque"
    assert list(fields) == ["x"]


ENCODED = (
    '<xs:complexType name="Names"><xs:complexContent><xs:restriction base="e:Array">'
    '<xs:attribute ref="e:arrayType" w:arrayType="t:Name[]"/></xs:restriction></xs:complexContent></xs:complexType>'
    '<xs:complexType name="Name"><xs:sequence><xs:element name="first" type="xs:string"/></xs:sequence></xs:complexType>'
)


def test_rpc_encoded_arrays_tell_their_types_and_references_are_followed():
    types = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="{NS}" targetNamespace="{NS}"'
        ' xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" xmlns:w="http://schemas.xmlsoap.org/wsdl/">'
        f'<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>{ENCODED}</xs:schema>'
    )
    parts = ('type="t:Names"', 'type="t:Names"')
    found = loaded(wsdl("", style="rpc", use="encoded", parts=parts, types=types))
    assert found.findings == ()
    operation = found.operations["getThing"]
    request = written(
        operation, {"in": Slot("args", ("names",))}, {"names": [{"first": "甲"}, {"first": "乙"}]}
    )
    array = request[0]
    assert request.tag == f"{{{NS}}}getThing"
    assert array.tag == "in"
    assert array.get("{http://schemas.xmlsoap.org/soap/encoding/}arrayType").endswith(":Name[2]")
    assert [node.text for node in request.iter("first")] == ["甲", "乙"]
    assert request[0][0][0].get("{http://www.w3.org/2001/XMLSchema-instance}type").endswith(":string")
    content = envelope(
        f'<x:getThingResponse xmlns:x="{NS}"><out href="#a"/></x:getThingResponse>'
        '<multiRef id="a"><anything><first>丙</first></anything><other href="#b"/></multiRef>'
        '<multiRef id="b"><first>丁</first></multiRef>'
    )
    read = read_answer(content.encode(), "text/xml", operation, found.types)
    assert read.body == {"out": {"item": [{"first": "丙"}, {"first": "丁"}]}}
    circle = envelope(
        f'<x:getThingResponse xmlns:x="{NS}"><out href="#a"/></x:getThingResponse>'
        '<multiRef id="a"><item href="#a"/></multiRef>'
    )
    assert read_answer(circle.encode(), "text/xml", operation, found.types).body["out"]["item"]
