"""MTOM: binary leaves beside the envelope (multipart/related with xop:Include), and such requests unpacked.

Boundaries are taken from the parts' own content, so that the same answer is the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Part
from urllib.parse import unquote

from lxml import etree

from demo.departments.soap.elements import serialised
from demo.departments.soap.envelope import parse_xml
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.versions import Version

_XOP = "http://www.w3.org/2004/08/xop/include"
_ROOT = "root@soap.example"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One binary leaf, named by what it is a picture of."""

    content_id: str
    media_type: str
    content: bytes

    def include(self, tag: str) -> etree._Element:
        """The element that stands in the envelope for these bytes."""
        made = etree.Element(tag)
        etree.SubElement(made, f"{{{_XOP}}}Include", nsmap={"xop": _XOP}).set(
            "href", f"cid:{self.content_id}"
        )
        return made


def pack(version: Version, envelope: bytes, attachments: tuple[Attachment, ...]) -> tuple[str, bytes]:
    """Content-Type and body (RFC 2387, XOP § 4.1)."""
    root_type = f'application/xop+xml; charset=UTF-8; type="{version.media_type}"'
    mark = hashlib.sha256(envelope + b"".join(each.content for each in attachments)).hexdigest()[:32]
    boundary = f"MIMEBoundary_{mark}"
    parts = [_part(boundary, root_type, "8bit", _ROOT, envelope)]
    parts += [
        _part(boundary, each.media_type, "binary", each.content_id, each.content) for each in attachments
    ]
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; '
        f'start="<{_ROOT}>"; start-info="{version.media_type}"'
    )
    return content_type, b"".join(parts) + f"--{boundary}--\r\n".encode()


def unpack(content_type: str, body: bytes) -> bytes:
    """The envelope of a multipart request, its xop:Include elements filled with base64. Raises SoapFault."""
    whole = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body)
    parts = [part for part in whole.walk() if not part.is_multipart()]
    if not parts:
        raise SoapFault("Client", "MTOM报文没有信封部分")
    by_id = {str(part.get("Content-ID", "")).strip("<> "): _content(part) for part in parts}
    root = parse_xml(by_id.get(str(whole.get_param("start", "")).strip("<> "), _content(parts[0])))
    for include in list(root.iter(f"{{{_XOP}}}Include")):
        found = by_id.get(unquote(include.get("href", "").removeprefix("cid:")))
        parent = include.getparent()
        if found is None or parent is None:
            raise SoapFault("Client", "MTOM附件缺失")
        parent.remove(include)
        parent.text = base64.b64encode(found).decode()
    return serialised(root)


def _part(boundary: str, media_type: str, transfer: str, content_id: str, content: bytes) -> bytes:
    head = (
        f"--{boundary}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: {transfer}\r\n"
        f"Content-ID: <{content_id}>\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"


def _content(part: Part) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
