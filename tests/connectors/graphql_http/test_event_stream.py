"""Server-sent events, read however the bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.backend import BackendUnusable
from connectors.graphql_http.event_stream import EventStream, ServerEvent

WHOLE = (
    b"\xef\xbb\xbf: hello\r\n\r\n"
    b'event: next\r\ndata: {"data":\r\ndata:{"a":1}}\r\n\r\n'
    b":\n\nid: 7\nretry: 10\n\n"
    b"event:other\revent: next\rdata\r\r"
    b"data: unnamed\n\n"
    b"event: complete\n\n"
    b"data: cut off"
)
EVENTS = [
    ServerEvent("next", b'{"data":\n{"a":1}}'),
    ServerEvent("next", b""),
    ServerEvent("message", b"unnamed"),
    ServerEvent("complete", b""),
]


def read(*chunks: bytes, cap: int = 1000) -> list[ServerEvent]:
    stream = EventStream(cap)
    return [event for chunk in chunks for event in stream.feed(chunk)]


@given(st.lists(st.integers(0, len(WHOLE)), max_size=40))
def test_chunks_may_be_cut_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(WHOLE)]
    assert read(*(WHOLE[a:b] for a, b in pairwise(places))) == EVENTS


@given(st.lists(st.binary(max_size=30), max_size=30))
def test_no_bytes_break_it_but_those_over_the_cap(chunks: list[bytes]) -> None:
    try:
        found = read(*chunks, cap=50)
    except BackendUnusable:
        assert sum(map(len, chunks)) > 50
    else:
        assert all(len(event.data) <= 50 for event in found)


@pytest.mark.parametrize(
    "chunk",
    [b"data: " + b"x" * 100, b"data: x\n" * 20, b":" + b"x" * 100, b"data\n" * 30, b"event: " + b"x" * 100],
    ids=["line", "lines", "comment", "empty lines of data", "type"],
)
def test_an_event_or_a_line_over_the_cap_ends_it(chunk: bytes) -> None:
    with pytest.raises(BackendUnusable):
        read(chunk, cap=80)


def test_comments_and_names_without_data_are_kept_by_nobody() -> None:
    assert read(b": ping\n" * 1000 + b"event: next\n" * 1000 + b"data: 1\n\n", cap=80) == [
        ServerEvent("next", b"1")
    ]
