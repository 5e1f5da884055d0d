"""Sealed columns open only where they belong, with the key that they name."""

from __future__ import annotations

import json
import stat
import string
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import SealBroken, Sealed

SEALED = Sealed.fresh()


@given(st.text())
def test_what_is_sealed_opens_again(value: str) -> None:
    assert SEALED.unseal("t.c", SEALED.seal("t.c", value)) == value


@given(st.text(min_size=1), st.data())
def test_a_changed_token_never_opens(value: str, data: st.DataObject) -> None:
    token = SEALED.seal("t.c", value)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(
        st.sampled_from(string.ascii_letters + string.digits + "-_.=").filter(lambda c: c != token[place])
    )
    with pytest.raises(SealBroken):
        SEALED.unseal("t.c", token[:place] + other + token[place + 1 :])


def test_a_value_moved_to_another_column_does_not_open() -> None:
    token = SEALED.seal("persons.name", "金丝雀")
    with pytest.raises(SealBroken) as broken:
        SEALED.unseal("persons.mobile", token)
    assert str(broken.value) == "persons.mobile: the seal does not fit"


def test_two_seals_of_one_value_differ_and_its_blind_index_does_not() -> None:
    assert SEALED.seal("t.c", "x") != SEALED.seal("t.c", "x")
    assert SEALED.blind("t.c", "x") == SEALED.blind("t.c", "x") != SEALED.blind("t.d", "x")
    assert Sealed.fresh().blind("t.c", "x") != SEALED.blind("t.c", "x")


def test_after_a_change_of_keys_old_values_still_open_and_indexes_stay() -> None:
    old = Sealed({"k1": b"1" * 32}, "k1", b"r" * 32)
    new = Sealed({"k1": b"1" * 32, "k2": b"2" * 32}, "k2", b"r" * 32)
    token = old.seal("t.c", "x")
    assert new.unseal("t.c", token) == "x"
    assert new.seal("t.c", "x").startswith("v1.k2.")
    assert new.blind("t.c", "x") == old.blind("t.c", "x")
    with pytest.raises(SealBroken):
        old.unseal("t.c", new.seal("t.c", "x"))


@pytest.mark.parametrize("token", ["", "x", "v1.k1", "v1.k1.", "v2.k1.AAAA", "v1.k1.!!!!", "v1.k1.AA"])
def test_what_is_no_token_of_ours_does_not_open(token: str) -> None:
    with pytest.raises(SealBroken):
        SEALED.unseal("t.c", token)


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: Sealed.open(tmp_path / "data"), range(8)))
    token = opened[0].seal("t.c", "x")
    assert {sealed.unseal("t.c", token) for sealed in opened} == {"x"}
    files = list((tmp_path / "data").iterdir())
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"keys":1}', json.dumps({"active": "a", "keys": {"a": "AA"}, "root": "AA"})]
)
def test_a_broken_key_file_is_refused_and_not_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "sealing.json").write_text(text)
    with pytest.raises(ValueError, match="sealing key"):
        Sealed.open(tmp_path)
    assert (tmp_path / "sealing.json").read_text() == text


def test_secrets_differ_by_purpose_and_nothing_shows_a_key() -> None:
    sealed = Sealed({"k1": b"1" * 32}, "k1", b"r" * 32)
    assert sealed.secret("a") != sealed.secret("b")
    assert "1111" not in repr(sealed)
