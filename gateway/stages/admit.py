"""*admit*: the limits that need no parse, in one pass over the document's characters. Runs before anything costly."""

from __future__ import annotations

import re

from gateway.types import Identified
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings

_LEXEMES = re.compile(
    r"""
      \"{3} (?: [^"\\] | \\ (?:\"{3})?+ | "(?!"") )*+ (?:\"{3})?+   # block string: only \""" is an escape
    | " (?: [^"\\\r\n] | \\[^\r\n] )*+ "?+
    | \#[^\r\n]*+
    | [\[\]{}()]
    | [^\s,\[\](){}"\#]++
    """,
    re.VERBOSE,
)
"""Block strings, strings, comments, brackets, anything else: what GraphQL's lexer tells apart (spec §2.1), coarsely.

Two things keep it honest: a string that does not end is taken whole (the parser refuses it there), and every repetition is
possessive, so that no input is read twice.
"""


def admit(identified: Identified, settings: Settings) -> Identified:
    """Size, number of lexemes and nesting of the document. Raises CallerFault."""
    document = identified.arrived.document
    if document is None:
        return identified
    if len(document.encode()) > settings.max_document_bytes:
        raise CallerFault(
            ErrorCode.REQUEST_TOO_LARGE, f"The document is larger than {settings.max_document_bytes} bytes."
        )
    nesting = tokens = 0
    for lexeme in _LEXEMES.finditer(document):
        first = document[lexeme.start()]
        if first == "#":
            continue
        tokens += 1
        if first in "[{(":
            nesting += 1
        elif first in "]})":
            nesting = max(nesting - 1, 0)  # a closing bracket too many buys nothing
        if nesting > settings.max_document_nesting:
            raise CallerFault(
                ErrorCode.COST_EXCEEDED,
                f"The document nests deeper than {settings.max_document_nesting} brackets.",
            )
        if tokens > settings.max_document_tokens:
            raise CallerFault(
                ErrorCode.COST_EXCEEDED, f"The document has more than {settings.max_document_tokens} tokens."
            )
    return identified
