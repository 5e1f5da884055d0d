from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.expressions.dates import CHINA, FORMATS, read_date, read_datetime, write_date

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))
MOMENTS = st.datetimes(min_value=datetime(1973, 3, 4), max_value=datetime(2200, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=CHINA)
)
WITH_TIME = ("epoch", "epochMillis", "yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss", "iso")


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-01-05", "2026-01-05"),
        ("20260105", "2026-01-05"),
        (20260105, "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("2026-01-05 23:59:59", "2026-01-05"),
        ("20260105235959", "2026-01-05"),
        ("2026-01-05T20:00:00Z", "2026-01-06"),
        (1767571200, "2026-01-05"),
        ("1767571200000", "2026-01-05"),
    ],
)
def test_days_of_every_kind_are_read(raw: object, day: str) -> None:
    assert read_date(raw) == day


def test_a_moment_without_a_zone_is_chinese_time_and_leaves_with_its_offset() -> None:
    assert read_datetime("2026-01-05 08:00:00") == "2026-01-05T08:00:00+08:00"
    assert read_datetime(1767571200) == "2026-01-05T08:00:00+08:00"
    assert read_datetime("2026-01-05T08:00:00+01:00") == "2026-01-05T08:00:00+01:00"


@pytest.mark.parametrize(
    "raw", ["", "soon", "2026-13-01", "20261301", True, None, [], {}, "9" * 60, "٢٠٢٦-٠١-٠٥"]
)
def test_what_is_no_day_is_a_value_error(raw: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        read_date(raw)


@given(DAYS, st.sampled_from([name for name in FORMATS if not name.startswith("epoch")]))
def test_a_day_written_in_any_format_is_read_back_by_its_looks(day: date, name: str) -> None:
    assert read_date(write_date(day.isoformat(), name)) == day.isoformat()


@given(MOMENTS, st.sampled_from(WITH_TIME))
def test_a_moment_written_in_any_format_is_read_back(at: datetime, name: str) -> None:
    assert datetime.fromisoformat(read_datetime(write_date(at.isoformat(), name), name)) == at


@given(MOMENTS, st.integers(-12, 14))
def test_the_offset_does_not_change_the_moment(at: datetime, hours: int) -> None:
    moved = at.astimezone(timezone(timedelta(hours=hours)))
    assert datetime.fromisoformat(read_datetime(moved.isoformat())) == at


@given(st.text(max_size=50) | st.floats() | st.integers())
def test_no_text_or_number_does_worse_than_a_value_error(raw: object) -> None:
    with suppress(ValueError, OverflowError):
        read_datetime(raw)
