"""MTOM answers (multipart/related): the envelope, and the attachments that it refers to.

Must never: join an attachment from anywhere but the same answer.
Source: SOAP Message Transmission Optimization Mechanism section 3; RFC 2387.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser

from connectors.soap.markup import MarkupRefused

MAX_PARTS = 200
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Package:
    """``content`` is the envelope, ``charset`` what its own part says; attachments by Content-ID, without
    brackets.
    """

    content: bytes = field(repr=False)
    charset: str | None = None
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def unpack(content: bytes, content_type: str) -> Package:
    """A plain answer is its own package.

    Raises: MarkupRefused.
    """
    if content_type.lstrip()[:10].lower() != "multipart/":
        found = _CHARSET.search(content_type)
        return Package(content, found.group(1) if found else None)
    told = _header(content_type)
    boundary = told.get_param("boundary")
    if not isinstance(boundary, str) or not 1 <= len(boundary) <= 200:
        raise MarkupRefused("a multipart answer without a boundary")
    start = told.get_param("start")
    wanted = start.strip("<> ") if isinstance(start, str) else None
    root: tuple[Message, bytes] | None = None
    attachments: dict[str, bytes] = {}
    for position, (headers, part) in enumerate(_parts(content, boundary.encode("latin-1", "replace"))):
        name = str(headers.get("Content-ID", "")).strip("<> ")
        if (wanted is None and position == 0) or (wanted is not None and name == wanted):
            root = root or (headers, part)
        elif name:
            attachments[name] = part
    if root is None:
        raise MarkupRefused("a multipart answer without its root part")
    return Package(root[1], _charset(root[0]), attachments)


def _parts(content: bytes, boundary: bytes) -> list[tuple[Message, bytes]]:
    pieces = (b"\r\n" + content).split(b"\r\n--" + boundary, MAX_PARTS + 1)
    if len(pieces) < 3:
        pieces = (b"\n" + content).split(b"\n--" + boundary, MAX_PARTS + 1)
    if len(pieces) > MAX_PARTS + 1:
        raise MarkupRefused("a multipart answer with too many parts")
    found: list[tuple[Message, bytes]] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        piece = piece.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n")
        head, blank, body = piece.partition(b"\r\n\r\n")
        if not blank:
            head, _, body = piece.partition(b"\n\n")
        headers = BytesHeaderParser().parsebytes(head)
        found.append((headers, _decoded(body, str(headers.get("Content-Transfer-Encoding", "")))))
    return found


def _decoded(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            try:
                return base64.b64decode(body)
            except binascii.Error:
                raise MarkupRefused("an attachment is not base64") from None
        case "quoted-printable":
            return quopri.decodestring(body)
        case _:
            return body


def _header(content_type: str) -> Message:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    return message


def _charset(message: Message) -> str | None:
    found = message.get_param("charset")
    return found if isinstance(found, str) and found else None
