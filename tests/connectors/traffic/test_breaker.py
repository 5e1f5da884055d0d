from __future__ import annotations

import pytest

from connectors.backend import BackendHeld
from connectors.manifest.runtime import Breaker
from connectors.traffic import CircuitBreaker

BLOCK = Breaker(failures=0.5, window_s=10, min_calls=4, open_for_s=5)


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker(BLOCK)


def call(breaker: CircuitBreaker, well: bool | None, now_s: float) -> None:
    breaker.record(breaker.admit(now_s), well, now_s)


def opened(breaker: CircuitBreaker, now_s: float = 0) -> CircuitBreaker:
    for _ in range(4):
        call(breaker, False, now_s)
    assert breaker.state == "open"
    return breaker


def test_it_opens_when_the_share_of_failures_is_reached_and_not_before(breaker: CircuitBreaker) -> None:
    for well in (True, True, True, False, False):
        call(breaker, well, 0)
    assert breaker.state == "closed"
    call(breaker, False, 0)
    assert (breaker.state, breaker.opened) == ("open", 1)


def test_few_calls_mean_nothing(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        call(breaker, False, 0)
    assert breaker.state == "closed"


def test_what_is_older_than_the_window_does_not_count(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        call(breaker, False, 0)
    call(breaker, False, 11)
    assert breaker.state == "closed"


def test_while_open_it_says_when_to_come_back(breaker: CircuitBreaker) -> None:
    with pytest.raises(BackendHeld) as held:
        opened(breaker).admit(2)
    assert (held.value.by, held.value.retry_after_s) == ("breaker", 3)


def test_one_call_probes_and_its_success_closes(breaker: CircuitBreaker) -> None:
    probe = opened(breaker).admit(5)
    with pytest.raises(BackendHeld):
        breaker.admit(5)
    breaker.record(probe, True, 6)
    assert breaker.state == "closed"
    call(breaker, False, 6)
    assert breaker.state == "closed", "the failures of before are forgotten"


def test_a_failed_probe_opens_it_for_as_long_again(breaker: CircuitBreaker) -> None:
    breaker.record(opened(breaker).admit(5), False, 6)
    assert (breaker.state, breaker.opened) == ("open", 2)
    with pytest.raises(BackendHeld) as held:
        breaker.check(6)
    assert held.value.retry_after_s == 5


def test_a_probe_that_its_caller_gave_up_lets_the_next_one_try(breaker: CircuitBreaker) -> None:
    breaker.record(opened(breaker).admit(5), None, 6)
    breaker.record(breaker.admit(6), True, 6)
    assert breaker.state == "closed"


def test_outcomes_of_calls_from_before_it_opened_decide_nothing(breaker: CircuitBreaker) -> None:
    late = breaker.admit(0)
    opened(breaker)
    breaker.admit(5)
    breaker.record(late, True, 6)
    assert breaker.state == "half-open"
