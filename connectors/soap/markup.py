"""Parsing of XML that somebody else wrote: descriptions and answers.

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


def parse(content: bytes, charset: str | None = None, *, strict: bool = False) -> etree._Element:
    """The root element. ``charset`` is what the transport said; see ``encoding_of`` for who wins.

    ``strict`` is for descriptions; an answer may carry stray control characters and broken letters.

    Raises: MarkupRefused.
    """
    encoding = encoding_of(content, charset)
    if encoding == "utf-8" and not strict:
        plain = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    else:
        plain = _recoded(content, encoding, strict)
    _refuse_doctype(plain)
    try:
        return _rooted(plain)
    except etree.XMLSyntaxError:
        if strict:
            raise MarkupRefused("the XML is not well-formed") from None
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
    if declared and told and declared != told and "utf-8" in (declared, told):
        other = told if declared == "utf-8" else declared
        return "utf-8" if _is_utf8(content) else other
    return declared or told or "utf-8"


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
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _recoded(content: bytes, encoding: str, strict: bool) -> bytes:
    try:
        text = content.decode(encoding, "strict" if strict else "replace")
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
