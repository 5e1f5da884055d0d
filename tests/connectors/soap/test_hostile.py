"""Properties: whatever comes in, what goes out is an answer or one typed refusal."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from connectors.backend import Slot
from connectors.soap import WsdlRefused
from connectors.soap.answers import read_answer
from connectors.soap.markup import MarkupRefused, parse
from connectors.soap.multipart import unpack
from connectors.soap.reading import read
from connectors.soap.shaping import shape
from connectors.soap.writing import compile_envelope

BASE = Path(__file__).parent / "descriptions" / "registry"
FILES = {str(path.relative_to(BASE)): path.read_bytes() for path in BASE.rglob("*") if path.is_file()}
WSDL = shape(read(FILES, "registry.wsdl"))
FIND = WSDL.operations["FindRecords"]
ANSWER = (
    b'<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    b'<r:FindResponse xmlns:r="urn:test:messages"><code>0</code><record status="x"><number>1</number></record>'
    b"</r:FindResponse></e:Body></e:Envelope>"
)


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=300),
    st.sampled_from([None, "gbk", "utf-8", "utf-16", "nonsense", "\x00", "idna", "cp037"]),
)
def test_any_bytes_parse_or_are_refused(content, charset):
    with suppress(MarkupRefused):
        assert isinstance(parse(content, charset), etree._Element)


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(ANSWER)), st.integers(0, 60), st.binary(max_size=30))
def test_a_damaged_answer_is_read_or_refused(at, cut, put):
    damaged = ANSWER[:at] + put + ANSWER[at + cut :]
    with suppress(MarkupRefused):
        read_answer(damaged, "text/xml", FIND, WSDL.types)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.text(max_size=60))
def test_any_multipart_is_unpacked_or_refused(content, header):
    with suppress(MarkupRefused):
        unpack(content, f"multipart/related; {header}")


@settings(deadline=None, max_examples=200)
@given(st.text(), st.sampled_from(["utf-8", "gbk", "gb18030", "iso-8859-1"]))
def test_a_value_never_becomes_markup_and_comes_back_as_it_was(value, encoding):
    template = compile_envelope(
        "1.1", FIND.input, {"cid": Slot("args", ("v",)), "@channel": Slot("args", ("v",))}, encoding=encoding
    )
    root = etree.fromstring(template.fill({"args": {"v": value}}))
    request = next(root.iter("{urn:test:messages}FindRequest"))
    illegal = {chr(code) for code in range(32) if code not in (9, 10, 13)} | {"\ufffe", "\uffff"}
    legal = "".join(letter for letter in value if letter not in illegal)
    assert [child.tag for child in request] == ["{urn:test:messages}cid"]
    assert (request[0].text or "") == legal
    assert request.get("channel") == legal


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 4000), st.integers(0, 80), st.binary(max_size=20))
def test_a_damaged_description_is_read_or_refused(path, at, cut, put):
    content = FILES[path]
    damaged = {**FILES, path: content[:at] + put + content[at + cut :]}
    with suppress(WsdlRefused):
        shape(read(damaged, "registry.wsdl"))


def test_deep_nesting_is_refused():
    depth = b"<a>" * 5000 + b"</a>" * 5000
    with pytest.raises((MarkupRefused, RecursionError)):
        read_answer(ANSWER.replace(b"<code>0</code>", depth), "text/xml", FIND, WSDL.types)


def test_groups_that_double_and_double_are_refused_in_time():
    groups = "".join(
        f'<xs:group name="g{n + 1}"><xs:sequence><xs:group ref="m:g{n}"/><xs:group ref="m:g{n}"/></xs:sequence></xs:group>'
        for n in range(30)
    )
    groups += (
        '<xs:group name="g0"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:group>'
    )
    groups += '<xs:complexType name="Huge"><xs:group ref="m:g30"/></xs:complexType>'
    text = FILES["types/messages.xsd"].replace(b"</xs:schema>", groups.encode() + b"</xs:schema>")
    with pytest.raises(WsdlRefused, match="too many"):
        shape(read({**FILES, "types/messages.xsd": text}, "registry.wsdl"))
