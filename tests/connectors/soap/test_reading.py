"""Descriptions: what is read, what is forgiven and named, what is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from connectors.backend import CallSpec
from connectors.soap import SoapBackend, WsdlRefused
from connectors.soap.describing import describe
from connectors.soap.reading import read
from connectors.soap.shaping import shape

PUBLISHED = Path(__file__).resolve().parents[4] / "shared" / "apis" / "wsdl"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_a_described_operation_speaks_the_departments_words(files):
    found = describe(shape(read(files("registry"), "registry.wsdl")).operations["FindRecords"])
    assert found.description == "登记查询 Finds the records of a citizen"
    assert not found.writes
    assert list(found.inputs) == ["@channel", "cid", "kinds", "since", "note", "tag", "place"]
    assert found.inputs["since"].format == "date"
    assert found.inputs["tag"].shape == "list"
    record = found.answer.fields["record"]
    assert record.shape == "list"
    assert record.item is not None
    assert record.item.fields["number"].description == "编号"
    assert record.item.fields["kind"].enum == ("M", "D")
    assert record.item.fields["kind"].description == "登记种类"
    assert record.item.fields["amount"].fields["#text"].shape == "number"
    assert record.item.fields["parent"].fields["parent"].fields["kind"].enum == ("M", "D")
    assert found.answer.fields["found"].shape == "boolean"


def test_a_part_that_names_a_missing_type_is_left_out_and_the_operation_kept(files):
    wsdl = shape(read(files("registry"), "registry.wsdl"))
    odd = wsdl.operations["OddOperation"]
    assert [part.local for part in odd.input.parts] == ["FindRequest"]
    assert any(
        "part lost" in finding.message and "OddOperation" in finding.message for finding in wsdl.findings
    )


def test_a_missing_import_is_named_and_costs_only_what_it_held(files):
    uploaded = files("registry")
    del uploaded["types/common.xsd"]
    wsdl = shape(read(uploaded, "registry.wsdl"))
    assert any("common.xsd" in finding.message for finding in wsdl.findings)
    assert set(wsdl.operations) == {"FindRecords", "OddOperation"}
    found = describe(wsdl.operations["FindRecords"])
    assert found.answer.fields["record"].item is not None
    assert found.answer.fields["record"].item.shape == "opaque"


def test_a_schema_named_by_its_servers_address_is_taken_from_the_files(files):
    uploaded = files("registry")
    uploaded["registry.wsdl"] = uploaded["registry.wsdl"].replace(
        b'"types/messages.xsd"', b'"http://department.invalid/ws/messages.xsd"'
    )
    wsdl = shape(read(uploaded, "registry.wsdl"))
    assert "cid" in describe(wsdl.operations["FindRecords"]).inputs


@pytest.mark.parametrize("scheme", ["http", "https", "ftp"])
def test_an_import_from_elsewhere_is_never_opened(files, scheme):
    uploaded = files("registry")
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0)
        target = f"{scheme}://127.0.0.1:{trap.getsockname()[1]}/evil.xsd"
        uploaded["registry.wsdl"] = uploaded["registry.wsdl"].replace(b"types/messages.xsd", target.encode())
        wsdl = shape(read(uploaded, "registry.wsdl"))
        assert any(target in finding.message for finding in wsdl.findings)
        with pytest.raises(BlockingIOError):
            trap.accept()


@pytest.mark.parametrize(
    "tag", ["wsdl:import location", "xs:import schemaLocation", "xs:include schemaLocation"]
)
def test_a_file_of_this_machine_is_never_read(files, tmp_path, tag):
    secret = tmp_path / "secret.xsd"
    secret.write_text('<schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="geheim"/></schema>')
    uploaded = files("registry")
    name, attribute = tag.split()
    where = b"<wsdl:types>" if name.startswith("wsdl") else b'targetNamespace="urn:test:registry">\n      '
    extra = f'<{name} namespace="urn:x" {attribute}="file://{secret}"/>'.encode()
    text = uploaded["registry.wsdl"]
    uploaded["registry.wsdl"] = (
        text.replace(where, extra + where) if name.startswith("wsdl") else text.replace(where, where + extra)
    )
    document = read(uploaded, "registry.wsdl")
    assert any("secret.xsd" in finding.message for finding in shape(document).findings)
    assert not any("geheim" in name for name in document.schemas.components("element"))


@pytest.mark.parametrize("path", ["registry.wsdl", "types/messages.xsd", "types/faults.xsd"])
@pytest.mark.parametrize("doctype", [BOMB, '<!DOCTYPE x SYSTEM "file:///etc/passwd">', "<!DOCTYPE x>"])
def test_a_description_with_a_document_type_is_refused(files, path, doctype):
    uploaded = files("registry")
    head, _, rest = uploaded[path].partition(b"?>")
    uploaded[path] = head + b"?>" + doctype.encode() + rest
    with pytest.raises(WsdlRefused, match="document type"):
        read(uploaded, "registry.wsdl")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a/>",
        b"<a",
        b"\xff\xfe\x00",
        b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>',
    ],
)
def test_what_is_no_wsdl_is_refused(content):
    with pytest.raises(WsdlRefused):
        shape(read({"a.wsdl": content}, "a.wsdl"))


def test_an_import_chain_that_bites_its_tail_ends(files):
    uploaded = files("registry")
    uploaded["types/common.xsd"] = uploaded["types/common.xsd"].replace(
        b'<xs:simpleType name="Kind">',
        b'<xs:import namespace="urn:test:messages" schemaLocation="messages.xsd"/><xs:simpleType name="Kind">',
    )
    assert "cid" in describe(shape(read(uploaded, "registry.wsdl")).operations["FindRecords"]).inputs


def test_the_named_service_and_port_are_taken_and_others_are_offered_in_the_error(files):
    document = read(files("registry"), "registry.wsdl")
    assert shape(document, "RegistryService", "RegistryPort").operations
    with pytest.raises(WsdlRefused, match="RegistryService/RegistryPort"):
        shape(document, "RegistryService", "Other")


def published():
    return sorted(PUBLISHED.rglob("*.wsdl")) if PUBLISHED.is_dir() else []


@pytest.mark.skipif(not published(), reason="../shared/apis is not beside this repository")
@pytest.mark.parametrize("path", published(), ids=lambda path: path.stem)
def test_a_published_wsdl_loads_without_loss(path, channel_to):
    base = PUBLISHED / path.relative_to(PUBLISHED).parts[0]
    base = base if base.is_dir() else PUBLISHED
    uploaded = {str(file.relative_to(base)): file.read_bytes() for file in base.rglob("*") if file.is_file()}
    wsdl = shape(read(uploaded, str(path.relative_to(base))))
    bound = path.read_text().count("soap:operation") + path.read_text().count("soap12:operation")
    assert len(wsdl.operations) == bound - path.read_text().count("</soap:operation")
    backend = SoapBackend(wsdl, channel_to("http://127.0.0.1:9"), clock=None)
    for operation in backend.operations():
        assert operation.answer.shape in ("object", "string", "integer", "number", "boolean", "list")
        backend.prepare(CallSpec(operation.name, body={}), frozenset())


def test_of_two_ports_the_one_of_the_wanted_version_is_taken(files):
    uploaded = files("police")
    text = uploaded["police.wsdl"].decode()
    binding = text[text.index("<wsdl:binding") : text.index("</wsdl:binding>")] + "</wsdl:binding>"
    older = (
        binding.replace("soap12:", "s:")
        .replace("Police12", "Police11")
        .replace("<wsdl:binding", '<wsdl:binding xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"')
    )
    port = '<wsdl:port name="Old" binding="t:Police11"/>'
    text = text.replace("<wsdl:service", older + "<wsdl:service").replace(
        "<wsdl:port name", port + "<wsdl:port name"
    )
    document = read({"police.wsdl": text.encode()}, "police.wsdl")
    assert shape(document).version == "1.1"
    assert shape(document, version="1.2").version == "1.2"
    assert shape(document, port="P").version == "1.2"
