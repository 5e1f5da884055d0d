"""A caller can be printed anywhere: it shows nothing personal."""

from __future__ import annotations

import pytest

from tongban.caller import ANONYMOUS, Caller, Client, Person, Role

PERSON = Person("01J8ZQ5XK3M9V7T2B4N6P8R0S1", "990101199001011233", "金丝雀", "13900009999")
WARD = Person("01J8ZQ5XK3M9V7T2B4N6P8R0S2", "990101202001011238", "小雀", "13900008888")
FIRM = "91990101MA00000001"
CALLER = Caller(
    subject="a-1",
    roles=frozenset({Role.PARENT}),
    level=2,
    person=PERSON,
    wards=(WARD,),
    enterprises=(FIRM,),
    client=Client("tongban-app", "app", "1"),
)


@pytest.mark.parametrize("said", [repr(CALLER), str(CALLER), f"{CALLER}", f"{PERSON!r} {PERSON}"])
def test_nothing_personal_is_printed(said: str) -> None:
    personal = (*(f"{getattr(p, n)}" for p in (PERSON, WARD) for n in ("cid", "name", "mobile")), FIRM)
    assert not [value for value in personal if value in said]
    assert PERSON.person_id not in said


def test_who_has_no_account_is_anonymous() -> None:
    assert ANONYMOUS.is_anonymous
    assert ANONYMOUS.level == 0
    assert not CALLER.is_anonymous


def test_a_caller_cannot_be_altered() -> None:
    with pytest.raises(AttributeError):
        CALLER.level = 3  # type: ignore[misc]
