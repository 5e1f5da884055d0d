"""Inputs as they arrive (path, query, JSON, form) and the checks that departments put them through.

A check turns a raw value into what the work needs, or raises ``ValueError`` with a reason that repeats
nothing of the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from demo.departments.rest.refusal import Refused, Why, invalid
from demo.numbers import is_citizen_id

Check = Callable[[Any], Any]

MAX_BODY_BYTES = 256 * 1024
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


async def read_inputs(request: Request) -> dict[str, Any]:
    """Path, query and body merged; a body that is not what its media type says is refused."""
    body = await request.body()
    if len(body) > MAX_BODY_BYTES:
        raise Refused(Why.INVALID, "请求报文过大")
    given: dict[str, Any] = dict(request.query_params)
    given.update(_body(request.headers.get("content-type", ""), body))
    given.update(request.path_params)
    return given


def _body(media_type: str, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        if "form-urlencoded" in media_type:
            return dict(parse_qsl(body.decode(), keep_blank_values=True))
        document = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError) as broken:
        raise Refused(Why.INVALID, "请求报文无法解析") from broken
    if not isinstance(document, dict):
        raise Refused(Why.INVALID, "请求报文应为对象")
    return document


def settle(given: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Every input that the operation names, checked; anything else that was sent is dropped."""
    settled: dict[str, Any] = {}
    for name, check in checks.items():
        try:
            settled[name] = check(given.get(name))
        except ValueError as wrong:
            raise invalid(name, str(wrong)) from wrong
    return settled


def optional(check: Check) -> Check:
    """Missing, null and the empty string are all nothing."""
    return lambda value: None if value is None or value == "" else check(value)


def text(value: Any, longest: int = 500) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("不能为空")
    if len(value) > longest:
        raise ValueError("内容过长")
    return value.strip()


def cid(value: Any) -> str:
    """GB 11643: 17 digits and a check character."""
    number = text(value).upper()
    if not (number.isascii() and is_citizen_id(number)):
        raise ValueError("身份证号格式或校验码不正确")
    return number


def uscc(value: Any) -> str:
    code = text(value).upper()
    if not _USCC.fullmatch(code):
        raise ValueError("统一社会信用代码格式不正确")
    return code


def money(value: Any) -> Decimal:
    """Yuan as text or number, at most two decimals, more than nothing."""
    written = value if isinstance(value, str) else str(value) if type(value) in (int, float) else ""
    if not _MONEY.fullmatch(written):
        raise ValueError("金额格式不正确")
    amount = Decimal(written)
    if amount <= 0:
        raise ValueError("金额应大于零")
    return amount


def income(value: Any) -> Decimal:
    """As money, but nothing is an income too."""
    return Decimal(0) if value in (0, "0", "0.0", "0.00") and type(value) is not bool else money(value)


def whole(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        written = value if isinstance(value, str) else str(value) if type(value) in (int, float) else ""
        written = written.removesuffix(".0") if isinstance(value, float) else written
        if not re.fullmatch(r"[0-9]{1,9}", written) or not low <= int(written) <= high:
            raise ValueError("数值超出范围")
        return int(written)

    return check


def quantity(value: Any) -> Decimal:
    if type(value) not in (int, float) or not 0 < value < 1_000_000:
        raise ValueError("数值超出范围")
    return Decimal(str(value))


def one_of(*allowed: str) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError("取值不在字典范围内")
        return value

    return check


def texts(most: int = 100, each: Check = text) -> Check:
    def check(value: Any) -> list[Any]:
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise ValueError(f"应为1至{most}项的列表")
        return [each(item) for item in value]

    return check


def day(pattern: str) -> Check:
    """A date in one spelling only, as ``strptime`` writes it."""
    return lambda value: _moment(value, pattern).date()


def moment(pattern: str) -> Check:
    return lambda value: _moment(value, pattern)


def _moment(value: Any, pattern: str) -> datetime:
    try:
        return datetime.strptime(text(value, 40), pattern)
    except ValueError:
        raise ValueError("日期格式不正确") from None


def iso_day(value: Any) -> date:
    return _iso(value, r"[0-9]{4}-[0-9]{2}-[0-9]{2}").date()


def iso_moment(value: Any) -> datetime:
    return _iso(value, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*")


def _iso(value: Any, shape: str) -> datetime:
    written = text(value, 40)
    try:
        if not re.fullmatch(shape, written):
            raise ValueError
        return datetime.fromisoformat(written)
    except ValueError:
        raise ValueError("日期格式不正确") from None


def chinese_day(value: Any) -> date:
    """``2026年1月5日``."""
    found = re.fullmatch(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日", text(value, 40))
    try:
        return date(*map(int, found.groups()))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise ValueError("日期格式不正确") from None
