"""What an answer means: data, nothing, or a typed error, by the manifest's ``envelope``.

Must never: put an answer's words into an error unless the rule says which may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.backend import Answer, BackendNotReached, BackendUnreachable, BackendUnusable
from connectors.expressions import compile_condition, compile_path
from connectors.expressions.paths import Getter
from connectors.manifest.model import Envelope, ErrorRule
from connectors.outcomes import BY_STATUS, CODES, MAX_SHOWN, of_failure, retry_after_of
from connectors.retry_after import retry_after_s
from tongban.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no data. ``message`` is safe to show."""

    code: ErrorCode
    message: str = ""
    retry_after_s: float | None = None
    detail: str = field(default="", repr=False)
    not_sent: bool = False
    again: bool = False
    """Asked once more it may go well."""

    @property
    def shown(self) -> str:
        return self.message or self.code.facts.en


@dataclass(frozen=True, slots=True)
class Verdict:
    """Data, or nothing there by a rule of the envelope (``absent``, which is no error), or a problem."""

    data: Any = field(default=None, repr=False)
    problem: Problem | None = None
    absent: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of the answer, where there is data."""


class Judge:
    """One envelope, compiled."""

    def __init__(self, envelope: Envelope) -> None:
        self._success = None if envelope.success is None else compile_condition(envelope.success)
        self._data = compile_path(envelope.data)
        self._message = None if envelope.message is None else compile_path(envelope.message)
        self._rules = tuple(
            (compile_condition(rule.when), rule, self._words_of(rule)) for rule in envelope.errors
        )

    def judge(self, answer: Answer) -> Verdict:
        view = view_of(answer)
        if self._success is None:
            if answer.status < 400 and answer.fault is None:
                return Verdict(self._data(answer.body), headers=answer.headers)
        elif self._success(view):
            return Verdict(self._data(answer.body), headers=answer.headers)
        for holds, rule, words in self._rules:
            if not holds(view):
                continue
            if rule.null_result:
                return Verdict(absent=True)
            return _failed(CODES[rule.outcome], answer, _shown(view, words), rule.again)
        return _failed(BY_STATUS.get(answer.status, ErrorCode.DEPARTMENT_ERROR), answer)

    def judge_failure(self, error: BackendUnreachable) -> Verdict:
        """No answer at all, or one that is none: a status from 400 may still have its rule (an HTML
        page with 401).
        """
        if isinstance(error, BackendUnusable) and error.status >= 400:
            verdict = self.judge(Answer(error.status, {}, None))
            if verdict.problem is not None:
                return verdict
        not_sent = isinstance(error, BackendNotReached)
        problem = Problem(of_failure(error), "", retry_after_of(error), str(error), not_sent)
        return Verdict(problem=problem)

    def _words_of(self, rule: ErrorRule) -> Getter | None:
        """Where the words stand that may be shown; None: nowhere."""
        if rule.words is not None:
            return compile_path(rule.words)
        return self._message if rule.show else None


def _shown(view: Any, path: Getter | None) -> str:
    words = None if path is None else path(view)
    if not isinstance(words, str):
        return ""
    return "".join(letter for letter in words if letter.isprintable())[:MAX_SHOWN]


def view_of(answer: Answer) -> dict[str, Any]:
    """What conditions are asked of: the body's members, and ``body``, ``status``, ``headers``, ``fault``."""
    body = answer.body
    view = dict(body) if isinstance(body, dict) else {}
    view["body"] = body
    view["status"] = answer.status
    view["headers"] = answer.headers
    view["fault"] = answer.fault
    return view


def _failed(code: ErrorCode, answer: Answer, shown: str = "", again: bool = False) -> Verdict:
    wait_s = retry_after_s(answer.headers)
    return Verdict(problem=Problem(code, shown, wait_s, f"HTTP status {answer.status}", again=again))
