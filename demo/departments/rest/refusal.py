"""Why a department says no. Each department spells it in its own dialect; no reason may carry a person's
data."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """The kinds of no that a department's dialect has words for."""

    CREDENTIALS = "credentials"  # the platform's own key, token or signature
    CITIZEN = "citizen"  # the citizen's token is missing or invalid
    FORBIDDEN = "forbidden"  # a valid token of somebody who has no right to this
    INVALID = "invalid"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


HTTP_STATUS = {
    Why.CREDENTIALS: 401,
    Why.CITIZEN: 403,
    Why.FORBIDDEN: 403,
    Why.INVALID: 400,
    Why.UNKNOWN: 404,
    Why.CONFLICT: 409,
}
"""For departments that speak HTTP statuses. 401 is about the platform's credentials only."""


class Refused(Exception):
    """Ends a request; ``field`` names the input that is wrong, in the department's own word."""

    def __init__(self, why: Why, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.why = why
        self.reason = reason
        self.field = field


def unknown(what: str = "记录") -> Refused:
    """Nothing on file."""
    return Refused(Why.UNKNOWN, f"未查询到{what}")


def invalid(field: str, reason: str) -> Refused:
    """An input that the department will not take."""
    return Refused(Why.INVALID, reason, field)
