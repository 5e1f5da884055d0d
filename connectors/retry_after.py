"""What a backend's ``Retry-After`` says, for errors and for retries."""

from __future__ import annotations

from collections.abc import Mapping

MAX_RETRY_AFTER_S = 86_400.0


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """RFC 9110 10.2.3, seconds only: a date would need the department's clock."""
    text = headers.get("retry-after", "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        return None
    return min(float(text), MAX_RETRY_AFTER_S)
