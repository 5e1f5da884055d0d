"""The states of a matter and how it may move, as one table that can be printed.

The first three are ours and are shown to the citizen as "submitted, not confirmed"; the rest are the
department's words.
Must never: move backwards, except from a supplement back to acceptance, which is the way forward there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.errors import ErrorCode


class MatterState(StrEnum):
    """Where a matter stands."""

    SUBMITTING = "SUBMITTING"
    REPEATING = "REPEATING"
    UNKNOWN = "UNKNOWN"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    SUPPLEMENT = "SUPPLEMENT"
    DECIDED = "DECIDED"
    DELIVERED = "DELIVERED"


class Failure(StrEnum):
    """How a call to a department failed, as far as the matter is concerned."""

    REFUSED = "refused"
    """The department said no: nothing took effect."""
    NOT_SENT = "not_sent"
    """The request never left: nothing took effect."""
    UNKNOWN = "unknown"
    """Nobody knows whether it took effect; it is never sent again silently."""


@dataclass(frozen=True, slots=True)
class StateFacts:
    """One row of the table."""

    zh: str
    en: str
    then: frozenset[MatterState] = frozenset()
    is_confirmed: bool = True
    is_finished: bool = False


_S = MatterState

STATES: Mapping[MatterState, StateFacts] = {
    _S.SUBMITTING: StateFacts(
        "正在提交", "being sent", frozenset({_S.SUBMITTED, _S.UNKNOWN}), is_confirmed=False
    ),
    _S.REPEATING: StateFacts(
        "正在重新提交", "being sent again", frozenset({_S.SUBMITTED, _S.UNKNOWN}), is_confirmed=False
    ),
    _S.UNKNOWN: StateFacts(
        "等待部门确认", "not confirmed", frozenset({_S.REPEATING, _S.SUBMITTED}), is_confirmed=False
    ),
    _S.SUBMITTED: StateFacts(
        "已提交", "submitted", frozenset({_S.ACCEPTED, _S.SUPPLEMENT, _S.DECIDED, _S.DELIVERED})
    ),
    _S.ACCEPTED: StateFacts("已受理", "accepted", frozenset({_S.SUPPLEMENT, _S.DECIDED, _S.DELIVERED})),
    _S.SUPPLEMENT: StateFacts(
        "待补正", "supplement asked", frozenset({_S.ACCEPTED, _S.DECIDED, _S.DELIVERED})
    ),
    _S.DECIDED: StateFacts("已办结", "decided", frozenset({_S.DELIVERED}), is_finished=True),
    _S.DELIVERED: StateFacts("已送达", "delivered", is_finished=True),
}

UNCONFIRMED = frozenset(state for state, facts in STATES.items() if not facts.is_confirmed)
FINISHED = frozenset(state for state, facts in STATES.items() if facts.is_finished)
STILL_ASKED = frozenset(state for state, facts in STATES.items() if facts.is_confirmed and facts.then)
"""States in which the department is asked for news."""


def before(state: MatterState) -> frozenset[MatterState]:
    """The states from which ``state`` may be reached."""
    return frozenset(earlier for earlier, facts in STATES.items() if state in facts.then)


def shown(state: MatterState) -> MatterState:
    """What the citizen sees."""
    return MatterState.SUBMITTED if state in UNCONFIRMED else state


def table() -> str:
    """The state table as Markdown."""
    lines = ["| state | 状态 | meaning | then | confirmed | finished |", "| --- " * 6 + "|"]
    for state, facts in STATES.items():
        then = ", ".join(sorted(each.value for each in facts.then)) or "–"
        flags = f"{_yes(facts.is_confirmed)} | {_yes(facts.is_finished)}"
        lines.append(f"| {state.value} | {facts.zh} | {facts.en} | {then} | {flags} |")
    return "\n".join(lines)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


_UNKNOWN_OUTCOMES = frozenset(
    {
        ErrorCode.DEPARTMENT_TIMEOUT,
        ErrorCode.DEPARTMENT_ERROR,
        ErrorCode.DEPARTMENT_UNAVAILABLE,
        ErrorCode.DEADLINE_EXCEEDED,
        ErrorCode.INTERNAL_ERROR,
    }
)


def failure_of(code: ErrorCode) -> Failure:
    """What an error of the department's call means for the matter, erring on the side of not sending twice.

    Who knows that the request never left (no connection was made) says ``Failure.NOT_SENT`` instead.
    """
    return Failure.UNKNOWN if code in _UNKNOWN_OUTCOMES else Failure.REFUSED
