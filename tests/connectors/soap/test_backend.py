"""A SOAP backend against real servers on loopback."""

from __future__ import annotations

import base64
import hashlib
import logging

import pytest
from starlette.responses import Response

from connectors.backend import BackendUnusable, CallSpec, Slot
from connectors.credentials.department_token import DepartmentToken
from connectors.credentials.wsse import UsernameToken
from connectors.manifest.model import SoapOptions
from connectors.soap import CallMismatch, CitizenElement, SoapBackend
from connectors.soap.reading import read
from connectors.soap.shaping import shape
from federation.subgraph import FetchContext
from tongban.clock import FakeClock

CANARY = "990101199001011239"
FIND = CallSpec(
    "FindRecords",
    body={
        "since": "2026-01-05",
        "cid": Slot("citizen", ("cid",)),
        "kinds": Slot("args", ("kinds",)),
        "note": Slot("args", ("note",)),
        "tag": Slot("args", ("tags",)),
        "place": {"street": Slot("args", ("street",)), "city": "未名市"},
        "@channel": Slot("args", ("channel",)),
    },
    headers={"Trace": Slot("request", ("id",)), "Idempotency-Key": Slot("request", ("key",))},
)
VALUES = {
    "citizen": {"cid": CANARY},
    "args": {"kinds": ["M", "D"], "tags": ["a<b>", "&c"], "street": "</street><x/>", "channel": '"q"<'},
    "request": {"id": "r-1", "key": "k-1"},
}


def envelope(body, version="http://schemas.xmlsoap.org/soap/envelope/", declaration=""):
    return f'{declaration}<e:Envelope xmlns:e="{version}"><e:Body>{body}</e:Body></e:Envelope>'


@pytest.fixture
def registry(files, channel_to, department):
    wsdl = shape(read(files("registry"), "registry.wsdl"))
    return SoapBackend(wsdl, channel_to(department.url), clock=FakeClock())


@pytest.fixture
def fund(files, channel_to, department):
    wsdl = shape(read(files("fund"), "fund.wsdl"))
    return SoapBackend(wsdl, channel_to(department.url), clock=FakeClock(), options=SoapOptions("1.1", "gbk"))


async def test_a_document_literal_request_follows_the_schema_and_escapes_every_value(registry, department):
    department.answer = lambda seen: Response(
        envelope('<r:FindResponse xmlns:r="urn:test:messages"><r:code>0</r:code></r:FindResponse>'),
        media_type="text/xml",
    )
    answer = await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert answer.status == 200
    assert answer.body == {"code": "0", "record": []}
    seen = department.seen[0]
    assert seen.headers["soapaction"] == '"urn:test:registry/FindRecords"'
    assert seen.headers["content-type"] == "text/xml; charset=utf-8"
    assert seen.headers["idempotency-key"] == "k-1"
    request = seen.all("FindRequest")[0]
    assert [node.tag for node in request] == [
        "{urn:test:messages}cid",
        "{urn:test:messages}kinds",
        "{urn:test:messages}since",
        "{urn:test:messages}tag",
        "{urn:test:messages}tag",
        "{urn:test:messages}place",
    ]
    assert [node.text for node in seen.all("kind")] == ["M", "D"]
    assert [node.text for node in seen.all("tag")] == ["a<b>", "&c"]
    assert request.get("channel") == '"q"<'
    assert seen.text("street") == "</street><x/>"
    assert [node.tag for node in seen.all("place")[0]] == ["city", "street"]
    assert seen.all("Trace")[0].getparent().tag.endswith("}Header")
    assert seen.text("Trace") == "r-1"


async def test_an_answer_is_read_by_schema_and_forgives_what_the_schema_lacks(registry, department):
    department.answer = lambda seen: Response(
        envelope(
            '<FindResponse xmlns="urn:test:messages" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
            "<code>0000</code><found>true</found>"
            '<record status="ok" xmlns=""><number>0007</number><kind>M</kind>'
            '<amount currency="CNY">12.50</amount><surplus><x>1</x><x>2</x></surplus>'
            "<parent><number/><kind>Z</kind></parent></record>"
            '<agent>甲</agent><contact>乙</contact><remark i:nil="true"/><unknown>new</unknown></FindResponse>'
        ),
        media_type="text/xml",
    )
    answer = await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert answer.body == {
        "code": "0000",
        "found": True,
        "record": [
            {
                "@status": "ok",
                "number": "0007",
                "kind": "M",
                "amount": {"@currency": "CNY", "#text": "12.50"},
                "surplus": {"x": ["1", "2"]},
                "parent": {"number": None, "kind": "Z"},
            }
        ],
        "agent": "甲",
        "contact": "乙",
        "remark": None,
        "unknown": "new",
    }


@pytest.mark.parametrize("status", [200, 500])
async def test_a_fault_is_an_answer_whatever_its_status(registry, department, status):
    department.answer = lambda seen: Response(
        envelope(
            "<e:Fault><faultcode>e:Client.Refused</faultcode><faultstring>不予受理</faultstring><detail>"
            '<m:Refused xmlns:m="urn:test:messages"><m:reasonCode>4003</m:reasonCode><m:hint>a</m:hint></m:Refused>'
            "</detail></e:Fault>"
        ),
        status,
        media_type="text/xml",
    )
    answer = await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert answer.status == status
    assert answer.body is None
    assert answer.fault == {
        "faultcode": "Client.Refused",
        "faultstring": "不予受理",
        "detail": {"Refused": {"reasonCode": "4003", "hint": ["a"]}},
    }


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (f"<html><body>请登录 {CANARY}</body></html>", "text/html"),
        (f"<!DOCTYPE html><html><body>{CANARY}</body></html>", "text/html"),
        (f'{{"cid": "{CANARY}"}}', "application/json"),
        (f"<FindResponse>{CANARY}</FindResponse>", "text/xml"),
        (f"<e:Envelope>{CANARY}", "text/xml"),
        (f"{CANARY}", "multipart/related; boundary=x"),
        (f"{CANARY}", "multipart/related"),
    ],
)
async def test_what_is_no_envelope_is_unusable_and_quotes_nothing(
    registry, department, caplog, content, media_type
):
    department.answer = lambda seen: Response(content, 502, media_type=media_type)
    with caplog.at_level(logging.DEBUG), pytest.raises(BackendUnusable) as caught:
        await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert caught.value.status == 502
    assert CANARY not in str(caught.value) + repr(caught.value.__cause__) + caplog.text


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!-- c --><?p q?>\n<!DOCTYPE e [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>',
        '<!DOCTYPE e SYSTEM "http://127.0.0.1:1/evil.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk"])
async def test_an_answer_with_a_document_type_is_refused(registry, department, prolog, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{prolog}' + envelope("<FindResponse>1</FindResponse>")
    department.answer = lambda seen: Response(text.encode(encoding), media_type="text/xml")
    with pytest.raises(BackendUnusable, match="document type"):
        await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())


async def test_an_empty_answer_has_no_body(registry, department):
    department.answer = lambda seen: Response(status_code=401)
    answer = await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert (answer.status, answer.body, answer.fault) == (401, None, None)


async def test_rpc_literal_in_gbk_both_ways_with_letters_that_gbk_lacks(fund, department):
    body = (
        '<c:queryAccountResponse xmlns:c="urn:test:fund:calls"><code>0</code>'
        "<account><账号>甲1</账号><owner>张三</owner><entry>一</entry></account></c:queryAccountResponse>"
    )
    department.answer = lambda seen: Response(
        envelope(body, declaration='<?xml version="1.0" encoding="GBK"?>').encode("gbk"),
        media_type="text/xml",
    )
    call = CallSpec("queryAccount", body={"cid": Slot("citizen", ("cid",)), "name": Slot("args", ("name",))})
    answer = await fund.prepare(call, frozenset()).send(
        {"citizen": {"cid": "1"}, "args": {"name": "张𠮷\x0b"}}, FetchContext()
    )
    assert answer.body == {"code": "0", "account": {"账号": "甲1", "owner": "张三", "entry": ["一"]}}
    seen = department.seen[0]
    assert seen.headers["content-type"] == "text/xml; charset=gbk"
    assert seen.content.startswith(b'<?xml version="1.0" encoding="GBK"?>')
    assert "张".encode("gbk") in seen.content
    assert seen.text("name") == "张𠮷"
    assert [node.tag for node in seen.all("queryAccount")] == ["{urn:test:fund:calls}queryAccount"]
    assert [node.tag for node in seen.all("queryAccount")[0]] == ["cid", "name"]


@pytest.mark.parametrize(
    ("declared", "actual", "header"),
    [
        ("GBK", "gbk", "utf-8"),
        ("GBK", "utf-8", "utf-8"),
        ("UTF-8", "gbk", "gbk"),
        ("", "gbk", "gb2312"),
        ("gb2312", "gb18030", None),
        ("", "utf-8", None),
        ("UTF-8", "utf-8", "iso-8859-1"),
    ],
)
async def test_header_and_declaration_may_contradict_each_other(fund, department, declared, actual, header):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = envelope(
        "<queryAccountResponse><code>张三丰</code></queryAccountResponse>", declaration=declaration
    )
    media_type = f"text/xml; charset={header}" if header else "text/xml; a=b"
    department.answer = lambda seen: Response(text.encode(actual), headers={"content-type": media_type})
    answer = await fund.prepare(CallSpec("queryAccount", body={}), frozenset()).send({}, FetchContext())
    assert answer.body == {"code": "张三丰"}


async def test_control_letters_and_broken_letters_do_not_lose_the_answer(fund, department):
    content = envelope("<r><code>A\x0bB&#x1F;</code><account><owner>x</owner></account></r>").encode() + b"\n"
    department.answer = lambda seen: Response(content.replace(b"x<", b"\xff<"), media_type="text/xml")
    answer = await fund.prepare(CallSpec("queryAccount", body={}), frozenset()).send({}, FetchContext())
    assert answer.body["code"] == "AB"
    assert answer.body["account"]["owner"] == "\ufffd"


@pytest.fixture
def police(files, channel_to, department):
    class Tokens:
        async def token_for(self, caller, audience, purpose, now_s):
            return f"token.{audience}.{purpose}"

    return SoapBackend(
        shape(read(files("police"), "police.wsdl")),
        channel_to(department.url),
        clock=FakeClock(1_790_000_000),
        username_token=UsernameToken("tongban&", "geheim<", digest=True),
        citizen=CitizenElement(
            "{urn:tongban:citizen}Token", DepartmentToken(Tokens(), "mps", clock=FakeClock())
        ),
    )


async def test_soap_1_2_with_a_digested_username_token_and_the_citizens_token(police, department):
    department.answer = lambda seen: Response(
        envelope(
            "<photoResponse><number>1</number></photoResponse>", "http://www.w3.org/2003/05/soap-envelope"
        ),
        media_type="application/soap+xml",
    )
    prepared = police.prepare(CallSpec("getPhoto", body={"cid": Slot("citizen", ("cid",))}), frozenset())
    for _ in range(2):
        answer = await prepared.send({"citizen": {"cid": "1"}}, FetchContext(purpose="photo"))
        assert answer.body == {"number": "1"}
    first, second = department.seen
    assert (
        first.headers["content-type"]
        == 'application/soap+xml; charset=utf-8; action="urn:test:police/getPhoto"'
    )
    assert "soapaction" not in first.headers
    assert first.root.tag == "{http://www.w3.org/2003/05/soap-envelope}Envelope"
    assert first.text("Username") == "tongban&"
    nonce, created = base64.b64decode(first.text("Nonce")), first.text("Created")
    expected = base64.b64encode(hashlib.sha1(nonce + created.encode() + b"geheim<").digest()).decode()
    assert first.text("Password") == expected
    assert created == "2026-09-21T14:13:20Z"
    assert first.text("Nonce") != second.text("Nonce")
    token = first.all("Token")[0]
    assert (token.tag, token.text) == ("{urn:tongban:citizen}Token", "token.mps.photo")
    assert token.getparent().tag == "{http://www.w3.org/2003/05/soap-envelope}Header"
    assert "geheim" not in repr(police.__dict__)


async def test_a_soap_1_2_fault_gives_the_chinese_reason_and_the_subcode(police, department):
    department.answer = lambda seen: Response(
        envelope(
            "<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value xmlns:w='urn:w'>w:FailedAuthentication"
            "</e:Value></e:Subcode></e:Code><e:Reason><e:Text xml:lang='en'>no</e:Text>"
            "<e:Text xml:lang='zh'>认证失败</e:Text></e:Reason></e:Fault>",
            "http://www.w3.org/2003/05/soap-envelope",
        ),
        400,
        media_type="application/soap+xml",
    )
    answer = await police.prepare(CallSpec("getPhoto", body={}), frozenset()).send({}, FetchContext())
    assert answer.fault == {
        "faultcode": "Sender",
        "subcode": "FailedAuthentication",
        "faultstring": "认证失败",
        "detail": None,
    }


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
async def test_an_mtom_answer_gives_its_attachments_as_base64_text(police, department, newline):
    photo = b"\xff\xd8\r\n--not-the-boundary\x00" + bytes(range(256)) + b"\r\n"
    soap = envelope(
        '<photoResponse xmlns="urn:test:police"><number>9</number><image>'
        '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:photo%40tmd"/></image>'
        '<typedImage><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:gone"/></typedImage>'
        "</photoResponse>",
        "http://www.w3.org/2003/05/soap-envelope",
    ).encode()
    parts = [
        b"preamble",
        b'--b"1',
        b"Content-Type: image/jpeg",
        b"Content-Transfer-Encoding: binary",
        b"Content-ID: <photo@tmd>",
        b"",
        photo,
        b'--b"1',
        b'Content-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"',
        b"Content-ID: <root>",
        b"",
        soap,
        b'--b"1--',
        b"",
    ]
    media_type = 'multipart/related; type="application/xop+xml"; boundary="b\\"1"; start="<root>"'
    department.answer = lambda seen: Response(newline.join(parts), headers={"content-type": media_type})
    answer = await police.prepare(CallSpec("getPhoto", body={}), frozenset()).send({}, FetchContext())
    assert base64.b64decode(answer.body["image"]) == photo
    assert answer.body["number"] == "9"
    assert answer.body["typedImage"] is None


async def test_a_large_answer_is_read_whole_and_an_endless_one_is_refused(registry, department):
    def records(count):
        return envelope("<FindResponse>" + "<record><number>1</number></record>" * count + "</FindResponse>")

    department.answer = lambda seen: Response(records(20_000), media_type="text/xml")
    answer = await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert len(answer.body["record"]) == 20_000
    department.answer = lambda seen: Response(
        envelope("<FindResponse>" + "<a/>" * 400_000 + "</FindResponse>"), media_type="text/xml"
    )
    with pytest.raises(BackendUnusable, match="too many elements"):
        await registry.prepare(FIND, frozenset()).send(VALUES, FetchContext())


@pytest.mark.parametrize(
    "body", [{"cidd": "1"}, {"place": {"town": "x"}}, {"cid": {"x": "1"}}, {"@channels": "1"}]
)
def test_a_call_that_names_an_unknown_element_is_refused_while_preparing(registry, body):
    with pytest.raises(CallMismatch, match="there is no"):
        registry.prepare(CallSpec("FindRecords", body=body), frozenset())


def test_an_unknown_operation_is_a_key_error(registry):
    with pytest.raises(KeyError):
        registry.prepare(CallSpec("Nothing"), frozenset())


async def test_an_endpoint_that_is_a_bare_host_is_asked_at_the_descriptions_own_path(
    files, channel_to, department
):
    department.answer = lambda seen: Response(envelope("<FindResponse/>"), media_type="text/xml")
    wsdl = shape(read(files("registry"), "registry.wsdl"))
    assert wsdl.path == "/soap"
    backend = SoapBackend(wsdl, channel_to(department.url.removesuffix("/soap")), clock=FakeClock())
    answer = await backend.prepare(FIND, frozenset()).send(VALUES, FetchContext())
    assert answer.body == {"record": []}
