"""How the departments spell days, moments, sexes and ids; each of the spellings is some real system's."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

_CITIZEN_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}")
SEX_DIGIT = {"M": "1", "F": "2"}
SEX_HAN = {"M": "男", "F": "女"}


def in_shanghai(moment: datetime) -> datetime:
    """A moment on the departments' wall clocks."""
    return moment.astimezone(timezone(timedelta(hours=8)))


def chinese_day(day: date | None) -> str:
    """``2026年1月5日``."""
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def compact_day(day: date | None) -> str:
    """``20260105``."""
    return day.strftime("%Y%m%d") if day is not None else ""


def read_compact_day(text: str) -> date | None:
    """None for what is no day of the calendar."""
    try:
        return datetime.strptime(text, "%Y%m%d").date() if re.fullmatch(r"\d{8}", text) else None
    except ValueError:
        return None


def read_compact_moment(text: str) -> datetime | None:
    """``20260105083000``; None for what is no moment."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S") if re.fullmatch(r"\d{14}", text) else None
    except ValueError:
        return None


def is_citizen_number(text: str) -> bool:
    """By shape only: 18 digits, or the 15 of before 1999."""
    return _CITIZEN_NUMBER.fullmatch(text) is not None
