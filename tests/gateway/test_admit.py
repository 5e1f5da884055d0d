"""*admit* counts what GraphQL's lexer would see, in one pass, and cannot be made to look away or to stall."""

from __future__ import annotations

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.admit import admit
from tests.gateway.house import identified
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings

SETTINGS = Settings()
DEEP = "{a" * 61
"""One bracket too deep."""


def refusal(document: str, settings: Settings = SETTINGS) -> ErrorCode | None:
    try:
        admit(identified(document), settings)
    except CallerFault as fault:
        return fault.code
    return None


def test_a_common_document_passes_and_is_handed_on_unchanged() -> None:
    given = identified('query Q($n: ID!) { office(number: $n) { name } hello(to: "x") }')
    assert admit(given, SETTINGS) is given


def test_a_request_without_a_document_passes() -> None:
    given = identified(None)
    assert admit(given, SETTINGS) is given


def test_the_size_is_counted_in_bytes() -> None:
    settings = Settings(max_document_bytes=6)
    assert refusal("通办", settings) is None
    assert refusal("通办a", settings) is ErrorCode.REQUEST_TOO_LARGE


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_nesting_of_every_bracket_has_a_limit(brackets: str) -> None:
    opening, closing = tuple(brackets)
    assert refusal(opening * 60 + closing * 60) is None
    assert refusal(opening * 61 + closing * 61) is ErrorCode.COST_EXCEEDED


def test_brackets_side_by_side_do_not_nest() -> None:
    assert refusal("{a}" * 1_000) is None


def test_tokens_have_a_limit() -> None:
    assert refusal("a " * 4_000) is None
    assert refusal("a " * 4_001) is ErrorCode.COST_EXCEEDED


@pytest.mark.parametrize(
    "quiet",
    ["#" + "{" * 100 + "\n", '"' + "{" * 100 + '"', '"""' + "{" * 100 + '"""', '"\\"' + "{" * 100 + '"'],
    ids=["comment", "string", "block string", "string with an escaped quote"],
)
def test_brackets_in_comments_and_strings_do_not_count(quiet: str) -> None:
    assert refusal("{ a " + quiet + " }") is None


@pytest.mark.parametrize(
    "before",
    [
        "#\r",
        "# a comment ends with a carriage return, too \r",
        '"""\\\n}}}}}}}}}}"""',
        '"""\\\\""" }}}} """',
        '"""ends with a quote\\""""""',
        '""""""',
        '"" "a" ""',
        '"""a""b"""',
        '"\\\\"',
        "}" * 100,
    ],
)
def test_nothing_hides_the_nesting_after_it(before: str) -> None:
    assert refusal(f"{before}{DEEP}") is ErrorCode.COST_EXCEEDED
    assert refusal(f'{before}{DEEP} # """') is ErrorCode.COST_EXCEEDED


PIECES = st.sampled_from(
    [
        '"',
        '""',
        '"""',
        "\\",
        '\\"""',
        '\\"',
        "\n",
        "\r",
        "#",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "a",
        " ",
        ",",
        "通",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_the_lexer_nests_is_counted(document: str) -> None:
    """Up to where the lexer would fail, the brackets that it sees are the brackets that admit sees."""
    deepest = _deepest_bracket(document)
    admitted = Settings(max_document_nesting=deepest)
    assert refusal(document, admitted) in (None, ErrorCode.COST_EXCEEDED)
    if deepest > 0:
        assert refusal(document, Settings(max_document_nesting=deepest - 1)) is ErrorCode.COST_EXCEEDED


def _deepest_bracket(document: str) -> int:
    lexer = Lexer(Source(document))
    opening = {TokenKind.BRACE_L, TokenKind.PAREN_L, TokenKind.BRACKET_L}
    closing = {TokenKind.BRACE_R, TokenKind.PAREN_R, TokenKind.BRACKET_R}
    depth = deepest = 0
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            depth += (token.kind in opening) - (token.kind in closing and depth > 0)
            deepest = max(deepest, depth)
    except GraphQLSyntaxError:
        pass
    return deepest


@pytest.mark.parametrize(
    "unit",
    [
        '"',
        '""',
        '"""',
        '\\"',
        '"\\',
        '\\"""',
        '"""\\',
        '"\n',
        '""\n',
        '"a',
        "\\",
        "#",
        "#\r",
        '"#',
        ",",
        "\r",
        "﻿",
    ],
)
@pytest.mark.parametrize("start", ["", '"', '"""', "{"])
def test_a_hostile_document_of_200_kb_is_read_in_one_pass(start: str, unit: str) -> None:
    """If any of these made the scan quadratic, this would run for minutes."""
    document = start + unit * (199_000 // len(unit.encode()))
    assert refusal(document, Settings(max_document_tokens=10**9)) is None
