"""Every code is said completely: on the wire, in the documents, in both languages."""

from __future__ import annotations

import re

import pytest

from tongban.errors import CallerFault, DepartmentFault, ErrorCode, Fault, OurFault, TongbanError

EVERY_CODE = pytest.mark.parametrize("code", list(ErrorCode))
CHINESE = re.compile(r"[一-鿿]")


@EVERY_CODE
def test_a_code_has_facts_in_both_languages(code: ErrorCode) -> None:
    facts = code.facts
    assert CHINESE.search(facts.zh)
    assert not CHINESE.search(facts.en)
    assert facts.en.endswith(".")


@EVERY_CODE
def test_a_status_says_who_is_at_fault(code: ErrorCode) -> None:
    assert code.facts.status // 100 == (4 if code.facts.fault is Fault.CALLER else 5)


@EVERY_CODE
def test_a_code_is_its_own_name(code: ErrorCode) -> None:
    assert code.value == code.name
    assert re.fullmatch(r"[A-Z][A-Z_]+", code.value)


def test_an_error_says_its_safe_sentence_and_keeps_its_detail() -> None:
    error = DepartmentFault(ErrorCode.DEPARTMENT_TIMEOUT, detail="canary-李测试-990101199001011233")
    assert str(error) == "The department did not answer in time."
    assert "canary" not in str(error) + repr(error) + str(error.extensions)
    assert "canary" in error.detail


def test_extensions_carry_only_what_applies() -> None:
    plain = CallerFault(ErrorCode.FORBIDDEN)
    assert plain.extensions == {"code": "FORBIDDEN", "messageZh": "无权办理或查看此项"}
    full = DepartmentFault(ErrorCode.DEPARTMENT_MAINTENANCE, department="mca", retry_after_s=0)
    assert full.extensions == {
        "code": "DEPARTMENT_MAINTENANCE",
        "messageZh": "部门系统维护中",
        "department": "mca",
        "retryAfter_s": 0,
    }


def test_the_status_is_the_codes() -> None:
    assert OurFault(ErrorCode.NOT_READY).status == 503


@pytest.mark.parametrize("kind", [CallerFault, DepartmentFault, OurFault])
def test_there_is_one_tree(kind: type[TongbanError]) -> None:
    assert issubclass(kind, TongbanError)
