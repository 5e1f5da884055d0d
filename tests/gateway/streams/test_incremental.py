"""An answer in parts in both of its JSON forms, from the engine's values."""

from __future__ import annotations

from typing import Any

from federation import ExecutionResult, ResponseError
from federation.execution.parts import Completed, Part, Pending, Piece
from gateway.transports.incremental import Newer, Older
from gateway.types import Delivered
from tongban.errors import ErrorCode

ONE = Pending("0", ("user",), "One")
TWO = Pending("1", ("users", 1))
BROKEN = ResponseError(ErrorCode.DEPARTMENT_TIMEOUT, "late", ("user", "bio"), "guide")


def newer(*delivered: Delivered) -> list[Any]:
    write = Newer("request-1")
    return [value for each in delivered for value in write(each)]


def older(*delivered: Delivered) -> list[Any]:
    write = Older("request-1")
    return [value for each in delivered for value in write(each)]


def test_the_newer_form_names_fragments_by_id() -> None:
    parts = (
        Part((TWO,), (Piece(ONE, (), {"bio": "x"}), Piece(ONE, ("home",), {"city": "y"})), (Completed(ONE),)),
        Part((), (Piece(TWO, (), {"name": "z"}),), (Completed(TWO),), has_next=False),
    )
    assert newer(*parts) == [
        {
            "pending": [{"id": "1", "path": ["users", 1]}],
            "incremental": [
                {"id": "0", "data": {"bio": "x"}},
                {"id": "0", "subPath": ["home"], "data": {"city": "y"}},
            ],
            "completed": [{"id": "0"}],
            "hasNext": True,
        },
        {"incremental": [{"id": "1", "data": {"name": "z"}}], "completed": [{"id": "1"}], "hasNext": False},
    ]


def test_the_older_form_names_fragments_by_label_and_path_and_nests_what_is_deeper() -> None:
    parts = (
        Part((TWO,), (Piece(ONE, (), {"bio": "x"}), Piece(ONE, ("home",), {"city": "y"})), (Completed(ONE),)),
        Part((), (Piece(TWO, (), {"name": "z"}),), (Completed(TWO),), has_next=False),
    )
    assert older(*parts) == [
        {
            "incremental": [
                {"label": "One", "path": ["user"], "data": {"bio": "x", "home": {"city": "y"}}},
            ],
            "hasNext": True,
        },
        {"incremental": [{"path": ["users", 1], "data": {"name": "z"}}], "hasNext": False},
    ]


def test_in_the_older_form_what_is_below_a_list_has_its_own_path() -> None:
    part = Part((), (Piece(ONE, ("homes", 1), {"city": "y"}),), (Completed(ONE),), has_next=False)
    (value,) = older(part)
    assert value["incremental"] == [
        {"label": "One", "path": ["user"], "data": {}},
        {"label": "One", "path": ["user", "homes", 1], "data": {"city": "y"}},
    ]


def test_errors_have_whole_paths_and_the_request_id() -> None:
    part = Part((), (Piece(ONE, (), {"bio": None}, (BROKEN,)),), (Completed(ONE),), has_next=False)
    for (value,) in (newer(part), older(part)):
        (error,) = value["incremental"][0]["errors"]
        assert error["path"] == ["user", "bio"]
        assert error["extensions"]["requestId"] == "request-1"


def test_a_fragment_that_is_null_as_a_whole_is_told_so() -> None:
    part = Part((), (), (Completed(ONE, (BROKEN,)),), has_next=False)
    assert newer(part)[0]["completed"][0].keys() == {"id", "errors"}
    (entry,) = older(part)[0]["incremental"]
    assert (entry["data"], len(entry["errors"])) == (None, 1)


def test_the_older_form_is_silent_about_what_it_has_no_words_for() -> None:
    assert older(Part((TWO,), (), ())) == []
    assert older(Part((), (), (), has_next=False)) == [{"hasNext": False}]


def test_the_first_value_of_the_older_form_never_has_incremental() -> None:
    assert older(ExecutionResult({"user": {}})) == [{"data": {"user": {}}, "hasNext": False}]
