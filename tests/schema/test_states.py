"""The state table allows only what moves a matter forward."""

from __future__ import annotations

from schema.states import FINISHED, STATES, STILL_ASKED, UNCONFIRMED, MatterState, before, shown, table


def test_every_state_has_its_row_in_the_printed_table() -> None:
    printed = table()
    assert all(f"| {state.value} |" in printed for state in MatterState)
    assert "| DECIDED | 已办结 | decided | DELIVERED | yes | yes |" in printed


def test_what_is_delivered_stays_delivered() -> None:
    assert not STATES[MatterState.DELIVERED].then
    assert MatterState.DELIVERED not in STILL_ASKED


def test_no_confirmed_matter_becomes_unconfirmed_again() -> None:
    assert all(not STATES[state].then & UNCONFIRMED for state in set(MatterState) - UNCONFIRMED)


def test_a_supplement_leads_back_to_acceptance_and_nothing_else_leads_back() -> None:
    order = list(MatterState)
    back = {
        (state, then)
        for state, facts in STATES.items()
        for then in facts.then
        if state not in UNCONFIRMED and order.index(then) < order.index(state)
    }
    assert back == {(MatterState.SUPPLEMENT, MatterState.ACCEPTED)}


def test_internal_states_are_shown_as_submitted() -> None:
    assert {shown(state) for state in UNCONFIRMED} == {MatterState.SUBMITTED}


def test_a_finished_matter_was_confirmed() -> None:
    assert not FINISHED & UNCONFIRMED
    assert before(MatterState.DECIDED) == {
        MatterState.SUBMITTED,
        MatterState.ACCEPTED,
        MatterState.SUPPLEMENT,
    }
