"""Text and markup that somebody else wrote: encodings of descriptions and answers, parsing of answers.

Must never: read a DTD, expand an entity, open a file or a connection, or quote what it read in an error.
"""

from __future__ import annotations

import re

from lxml import etree

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_WIDE = ("utf-16", "utf-32")
_WIDER = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
}
"""Senders say GB2312 and mean its superset; GB18030 reads all three."""
_CHARACTER_SETS = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|utf-?32(-?[lb]e)?|(us-)?ascii|gb18030|big5(-?hkscs)?|iso[-_]8859[-_][0-9]{1,2}|latin-?1"
    r"|(windows-|cp)125[0-9]|cp[0-9]{3}|shift_jis|euc[-_](jp|kr)|koi8-[ru]"
)
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));",
    re.I,
)
"""What XML 1.0 section 2.2 doesn't allow, and real systems send all the same."""


class MarkupRefused(ValueError):
    """Not well-formed, or with a document type declaration. The message quotes nothing."""


def parse(content: bytes, charset: str | None = None) -> etree._Element:
    """An answer's root element. ``charset`` is what the transport said; see ``encoding_of`` for who wins. Stray
    control characters and broken letters are forgiven.

    Raises: MarkupRefused.
    """
    encoding = encoding_of(content, charset)
    if encoding == "utf-8":
        plain = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    else:
        plain = _recoded(content, encoding)
    _refuse_doctype(plain)
    try:
        return _rooted(plain)
    except etree.XMLSyntaxError:
        pass
    cleaned = _ILLEGAL.sub("", plain.decode("utf-8", "replace")).encode()
    try:
        return _rooted(cleaned)
    except etree.XMLSyntaxError:
        raise MarkupRefused("the XML is not well-formed") from None


def encoding_of(content: bytes, charset: str | None = None) -> str:
    """A byte order mark wins. Where header and declaration differ and one says UTF-8, the bytes decide
    whether it is; else the declaration wins (whoever wrote the text wrote it; a header is often a
    framework's default), then the header.

    Source: RFC 7303 section 3, softened for senders that contradict themselves.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return name
    found = _DECLARED.match(content[:400].lstrip())
    declared = _codec(found.group(1).decode("ascii")) if found else None
    told = _codec(charset) if charset else None
    if found is not None:
        # the declaration is readable byte by byte: whoever says UTF-16 there only kept what a string had
        declared, told = (None if name and name.startswith(_WIDE) else name for name in (declared, told))
    elif content[1:2] == b"\0" and content[:1].isascii():
        return "utf-16-le"
    elif content[:1] == b"\0" and content[1:2] not in (b"", b"\0"):
        return "utf-16-be"
    if declared and told and declared != told and "utf-8" in (declared, told):
        other = told if declared == "utf-8" else declared
        return "utf-8" if _is_utf8(content) else other
    if declared is None and told is None and not _is_utf8(content) and _is_codec(content, "gb18030"):
        return "gb18030"
    return declared or told or "utf-8"


def decoded(content: bytes) -> tuple[str, str]:
    """A description's text, and a remark on its encoding if that is not what it says (else empty).

    Letters that can't be read become U+FFFD: names of a description are mostly ASCII.
    """
    encoding = encoding_of(content)
    remark = ""
    if not _is_codec(content, encoding):
        other = next((name for name in ("utf-8", "gb18030") if _is_codec(content, name)), None)
        remark = f"the text is not {encoding}; it is read as {other or encoding}"
        encoding = other or encoding
    return content.decode(encoding, "replace").removeprefix("\ufeff"), remark


def without_illegal(text: str) -> str:
    """The text without the control characters that XML doesn't allow."""
    return _ILLEGAL.sub("", text)


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _codec(name: str) -> str | None:
    """None for what is no character set of documents: Python knows codecs that are slow, or none at all."""
    lowered = name.strip().strip("\"'").lower()
    lowered = _WIDER.get(lowered, lowered)
    if _CHARACTER_SETS.fullmatch(lowered) is None:
        return None
    try:
        "".encode(lowered)
    except LookupError:
        return None
    return {"utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8"}.get(lowered, lowered)


def _is_utf8(content: bytes) -> bool:
    return _is_codec(content, "utf-8")


def _is_codec(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _recoded(content: bytes, encoding: str) -> bytes:
    try:
        text = content.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        raise MarkupRefused("the text is not in the encoding that it declares") from None
    return text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")


def _rooted(plain: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(plain, parser)
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        raise MarkupRefused("a document type declaration is not accepted")
    return root


def _refuse_doctype(plain: bytes) -> None:
    """Walks the prolog before the parser sees it: entities in attribute values are expanded while parsing."""
    at = 0
    while True:
        while plain[at : at + 1] in (b" ", b"\t", b"\r", b"\n"):
            at += 1
        if plain.startswith(b"<?", at):
            end = plain.find(b"?>", at)
        elif plain.startswith(b"<!--", at):
            end = plain.find(b"-->", at)
        elif plain.startswith(b"<!", at):
            raise MarkupRefused("a document type declaration is not accepted")
        elif plain.startswith(b"<", at):
            return
        else:
            raise MarkupRefused("this is not XML")
        if end < 0:
            raise MarkupRefused("this is not XML")
        at = end + 2
        if plain[at : at + 1] == b">":
            at += 1
