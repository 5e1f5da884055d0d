"""What is wrong with descriptions: each fault costs only itself, and is named with its code, place and fix."""

from __future__ import annotations

import pytest

from connectors.soap import WsdlRefused
from connectors.soap.describing import describe
from connectors.soap.reading import read
from connectors.soap.shaping import shape
from tests.connectors.soap.documents import NS, SOAP_12, codes, loaded, pair, schema, wsdl

PLAIN = pair(
    '<xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>',
    '<xs:sequence><xs:element name="b" type="t:Kind"/></xs:sequence>',
)
KIND = '<xs:simpleType name="Kind"><xs:restriction base="xs:string"><xs:enumeration value="甲"/></xs:restriction></xs:simpleType>'
INCLUDE = '<xs:include schemaLocation="{0}"/>' + PLAIN


def answer_fields(found):
    return describe(found.operations["getThing"]).answer.fields


@pytest.mark.parametrize(
    "encoding", ["utf-8", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]
)
@pytest.mark.parametrize("declared", [True, False])
def test_a_description_is_read_in_its_encoding_declared_or_not(encoding, declared):
    content = wsdl(PLAIN + KIND).decode()
    if declared:
        content = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n{content}'
    found = loaded(content.encode(encoding))
    assert answer_fields(found)["b"].enum == ("甲",)
    assert found.findings == ()


@pytest.mark.parametrize(("declared", "actual"), [("utf-8", "gbk"), ("utf-16", "utf-8"), ("utf-16", "gbk")])
def test_a_description_that_is_wrong_about_its_encoding_is_read_all_the_same(declared, actual):
    content = f'<?xml version="1.0" encoding="{declared}"?>{wsdl(PLAIN + KIND).decode()}'
    assert answer_fields(loaded(content.encode(actual)))["b"].enum == ("甲",)


def test_blanks_before_the_declaration_and_control_characters_do_no_harm():
    content = b"\n\n " + b'<?xml version="1.0"?>' + wsdl(PLAIN + KIND).replace(b"<w:types>", b"<w:types>\x0b")
    found = loaded(content)
    assert answer_fields(found)["b"].enum == ("甲",)
    assert codes(found) == ["xml.characters"]
    assert (found.findings[0].line, found.findings[0].column) == (5, 10)


def test_a_chain_of_seventy_schemas_across_folders_and_in_a_circle_is_read():
    files = {}
    for number in range(70):
        folder = "x/y/" if number % 2 else "x/"
        back = "../" if number % 2 else "y/"
        following = f"{back}n{(number + 1) % 70}.xsd"
        inside = f'<xs:include schemaLocation="{following}"/>'
        inside += (
            f'<xs:complexType name="T{number}"><xs:sequence><xs:element name="down" type="t:T{number + 1}"/>'
        )
        inside += "</xs:sequence></xs:complexType>" + (KIND if number == 69 else "")
        files[f"{folder}n{number}.xsd"] = schema(inside.replace("t:T70", "t:Kind")).encode()
    root = wsdl(INCLUDE.format("x/n0.xsd").replace("t:Kind", "t:T0"))
    found = shape(read({"a.wsdl": root, **files}, "a.wsdl"))
    assert found.findings == ()
    described = answer_fields(found)["b"]
    for _ in range(70):
        described = described.fields["down"]
    assert described.enum == ("甲",)


def test_a_schema_without_a_namespace_takes_that_of_whoever_includes_it():
    common = (
        '<schema xmlns="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"><complexType name="Kind">'
        '<sequence><element name="c" type="string"/><element name="d" type="Kind" minOccurs="0"/></sequence>'
        "</complexType></schema>"
    )
    found = loaded(
        wsdl(INCLUDE.format("common.xsd")),
        common_xsd=common.replace('"Kind" min', '"x:Kind" min').replace(
            "<schema ", f'<schema xmlns:x="{NS}" '
        ),
    )
    assert found.findings == ()
    kind = found.operations["getThing"].output.root.type.elements[0].type
    assert [element.qname for element in kind.elements] == [f"{{{NS}}}c", f"{{{NS}}}d"]
    bare = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="z" type="Kind"/>' + KIND
    assert answer_fields(loaded(wsdl(INCLUDE.format("bare.xsd")), bare_xsd=bare + "</xs:schema>"))[
        "b"
    ].enum == ("甲",)


def test_a_redefined_type_adds_to_the_one_it_redefines():
    base = schema(
        '<xs:complexType name="Kind"><xs:sequence><xs:element name="c" type="xs:string"/></xs:sequence></xs:complexType>'
    )
    inside = (
        '<xs:redefine schemaLocation="base.xsd"><xs:complexType name="Kind"><xs:complexContent>'
        '<xs:extension base="t:Kind"><xs:sequence><xs:element name="d" type="xs:string"/></xs:sequence></xs:extension>'
        "</xs:complexContent></xs:complexType></xs:redefine>"
    )
    found = loaded(wsdl(inside + PLAIN), base_xsd=base)
    assert found.findings == ()
    assert list(answer_fields(found)["b"].fields) == ["c", "d"]


FAULTS = {
    "import.missing": (INCLUDE.format("gone.xsd") + KIND, "put gone.xsd beside the WSDL"),
    "xsd.undeclared": (PLAIN.replace("t:Kind", "t:Kimd") + KIND, f"did you mean '{{{NS}}}Kind'?"),
    "xsd.prefix": (PLAIN.replace("t:Kind", "u:Kind") + KIND, ""),
    "xsd.occurs": (PLAIN.replace('name="b"', 'name="b" maxOccurs="many"') + KIND, "write a number"),
    "xsd.twice": (PLAIN + KIND + KIND.replace("甲", "乙"), ""),
    "xsd.nameless": (PLAIN + KIND + "<xs:complexType/>", "name it"),
    "xsd.unread": (PLAIN + KIND + "<xs:sequence/>", ""),
    "xsd.circle": (
        PLAIN + '<xs:complexType name="Kind"><xs:complexContent><xs:extension base="t:Kind"/></xs:complexContent></xs:complexType>', "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_of_a_schema_is_named_where_it_stands_and_the_rest_is_read(code):
    inside, fix = FAULTS[code]
    found = loaded(wsdl(inside))
    named = [finding for finding in found.findings if finding.code == code]
    assert len(named) == 1
    assert (named[0].file, named[0].fix) == ("a.wsdl", fix)
    assert named[0].line == 3
    assert named[0].column > 1
    assert list(describe(found.operations["getThing"]).inputs) == ["a"]


def test_a_broken_schema_gives_what_stands_before_the_break_with_the_place_of_it():
    broken = schema(KIND + "\n<xs:element name='x'><oops></xs:element>")
    found = loaded(wsdl(INCLUDE.format("broken.xsd")), broken_xsd=broken)
    assert answer_fields(found)["b"].enum == ("甲",)
    finding = found.findings[0]
    assert (finding.code, finding.file, finding.line, finding.column) == (
        "xml.malformed",
        "broken.xsd",
        2,
        30,
    )


REFUSED = {
    "wsdl.missing": {"b.wsdl": b"<a/>"},
    "xml.malformed": {"a.wsdl": b"<w:definitions\n\n"},
    "wsdl.other": {"a.wsdl": b'<description xmlns="http://www.w3.org/ns/wsdl"/>'},
    "wsdl.port": {"a.wsdl": b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>'},
    "xml.hostile": {"a.wsdl": b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + wsdl(PLAIN)},
    "wsdl.empty": {"a.wsdl": wsdl(PLAIN, names=())},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_can_not_be_used_at_all_is_refused_with_its_reason(code):
    with pytest.raises(WsdlRefused) as refused:
        shape(read(REFUSED[code], "a.wsdl"))
    assert refused.value.finding.code == code
    assert refused.value.finding.fix


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 100_000,
        schema('<xs:complexType name="Kind"><xs:sequence>' + '<xs:sequence>' * 5000).encode(),
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "&c;&c;">]>' + schema(KIND).encode(),
    ],
)  # fmt: skip
def test_hostile_schemas_are_refused_at_their_place(content):
    with pytest.raises(WsdlRefused) as refused:
        loaded(wsdl(INCLUDE.format("x.xsd")), x_xsd=content)
    assert refused.value.finding.code == "xml.hostile"
    assert refused.value.finding.file == "x.xsd"


def test_groups_and_attribute_groups_that_multiply_to_nothing_are_refused_in_time():
    groups = "".join(
        f'<xs:group name="g{n + 1}"><xs:sequence>{f"""<xs:group ref="t:g{n}"/>""" * 4}</xs:sequence></xs:group>'
        for n in range(40)
    )
    groups += '<xs:group name="g0"><xs:sequence/></xs:group>'
    with pytest.raises(WsdlRefused, match="too many"):
        loaded(wsdl(pair('<xs:group ref="t:g40"/>', more=groups)))


def test_w3cs_own_schema_with_a_document_type_is_replaced_by_ours():
    signature = (
        b'<!DOCTYPE schema PUBLIC "-//W3C//DTD" "x.dtd"><schema xmlns="http://www.w3.org/2001/XMLSchema"/>'
    )
    space = "http://www.w3.org/2000/09/xmldsig#"
    inside = f'<xs:import namespace="{space}" schemaLocation="xmldsig.xsd"/>' + PLAIN.replace(
        '"t:Kind"', f'"d:SignatureType" xmlns:d="{space}"'
    )
    found = loaded(wsdl(inside), xmldsig_xsd=signature)
    assert [(finding.code, finding.severity) for finding in found.findings] == [("xml.hostile", "info")]
    assert answer_fields(found)["b"].shape == "object"


def test_overloaded_and_unbound_operations_are_kept_under_names_of_their_own():
    content = wsdl(PLAIN + KIND, names=("getThing", "getThing")).decode()
    content = content.replace(
        "</w:portType>", '<w:operation name="loose"><w:input message="t:In"/></w:operation></w:portType>'
    )
    found = loaded(content.encode())
    assert list(found.operations) == ["getThing", "getThing_2", "loose"]
    assert codes(found) == ["wsdl.overloaded", "wsdl.operation-unbound"]


def test_every_port_type_has_its_operations_and_of_two_ports_the_wanted_version_is_spoken():
    first = wsdl(PLAIN + KIND).decode()
    other = wsdl("", soap=SOAP_12, names=("getThing", "setThing")).decode()
    other = other.replace('"Port"', '"Port2"').replace("t:Port", "t:Port2").replace('"Binding"', '"Binding2"')
    other = other.replace("t:Binding", "t:Binding2").replace('"P"', '"Q"').replace("/soap", "/second")
    second = other[other.index("<w:portType") :].replace("<w:binding ", f'<w:binding xmlns:s="{SOAP_12}" ')
    second = second.replace('<w:port name="Q"', f'<w:port xmlns:s="{SOAP_12}" name="Q"').replace(
        "http://schemas.xmlsoap.org/wsdl/second", "http://schemas.xmlsoap.org/wsdl/soap"
    )
    found = loaded(first.replace("</w:definitions>", second).encode())
    assert list(found.operations) == ["getThing", "Q.getThing", "setThing"]
    assert [operation.version for operation in found] == ["1.1", "1.2", "1.2"]
    assert [operation.path for operation in found] == ["/soap", "/second", "/second"]


def test_port_types_that_nothing_binds_are_taken_as_nearly_all_are():
    content = wsdl(PLAIN + KIND).decode()
    content = content[: content.index("<w:binding")] + "</w:definitions>"
    found = loaded(content.encode())
    assert codes(found) == ["wsdl.unbound"]
    assert answer_fields(found)["b"].enum == ("甲",)
    assert found.operations["getThing"].input.root.qname == f"{{{NS}}}Ask"


def test_a_wsdl_of_an_imported_wsdl_and_an_imported_schema_is_one_description():
    whole = wsdl(INCLUDE.format("deep/k.xsd")).decode()
    cut = whole.index("<w:binding")
    head = whole[: whole.index("<w:types>")]
    root = head + '<w:import namespace="urn:test:kinds" location="./parts/abstract.wsdl"/>' + whole[cut:]
    found = shape(read({
        "x/a.wsdl": root.encode(),
        "x/parts/abstract.wsdl": (whole[:cut] + "</w:definitions>").encode(),
        "x/parts/deep/k.xsd": schema(KIND).encode(),
    }, "x/a.wsdl"))  # fmt: skip
    assert found.findings == ()
    assert answer_fields(found)["b"].enum == ("甲",)
