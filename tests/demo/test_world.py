"""The province's data: the same for the same seed, valid, and in agreement with itself."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from demo import numbers
from demo.population import age
from demo.world import Citizen, World, build_world


def test_the_same_seed_gives_the_same_province_and_another_seed_another() -> None:
    assert build_world() == build_world()
    assert build_world(1).citizens.keys() != build_world(2).citizens.keys()


def test_there_are_as_many_people_and_firms_as_asked_for(world: World) -> None:
    assert len(world.citizens) >= 2000
    assert len(world.enterprises) >= 300


def test_every_key_has_a_valid_check_digit_and_a_region_that_does_not_exist(world: World) -> None:
    assert all(numbers.is_citizen_id(cid) and cid.startswith("99") for cid in world.citizens)
    assert all(numbers.is_credit_code(uscc) and uscc[2:4] == "99" for uscc in world.enterprises)


def test_known_real_check_digits_come_out() -> None:
    assert numbers.citizen_id("11010519491231002") == "11010519491231002X"
    assert numbers.credit_code("91350100M000100Y4") == "91350100M000100Y43"
    assert numbers.organisation_code("D2143569") == "D2143569X"


@given(st.from_regex(r"99[0-9]{4}(19|20)[0-9]{9}", fullmatch=True), st.integers(0, 16))
def test_one_wrong_digit_in_a_citizen_id_is_noticed(first17: str, position: int) -> None:
    cid = numbers.citizen_id(first17)
    wrong = str((int(cid[position]) + 1) % 10)
    assert not numbers.is_citizen_id(cid[:position] + wrong + cid[position + 1 :])


def test_an_old_fifteen_digit_id_finds_the_same_person(world: World, citizen01: Citizen) -> None:
    assert re.fullmatch(r"[0-9]{15}", citizen01.old_id)
    assert world.citizen(citizen01.old_id) is citizen01
    assert len(world.old_ids) == len(world.citizens)
    assert world.citizen("990101190001010000") is None


def test_sex_and_birthday_agree_with_the_id(world: World) -> None:
    for person in world.citizens.values():
        assert person.cid[6:14] == f"{person.born:%Y%m%d}"
        assert (int(person.cid[16]) % 2 == 1) == (person.sex == "M")


def test_couples_name_each_other_and_share_a_certificate(world: World) -> None:
    married = [p for p in world.citizens.values() if p.spouse_cid]
    assert len(married) > 500
    for person in married:
        spouse = world.citizens[person.spouse_cid or ""]
        assert spouse.spouse_cid == person.cid
        assert spouse.sex != person.sex
        assert (spouse.marriage_cert_no, spouse.married_on) == (person.marriage_cert_no, person.married_on)


def test_children_and_parents_name_each_other(world: World) -> None:
    for person in world.citizens.values():
        for cid in person.children:
            child = world.citizens[cid]
            assert person.cid in (child.mother_cid, child.father_cid)
            assert age(person) - age(child) >= 18
            assert person.married_on is None or person.married_on.year <= child.born.year


def test_every_household_has_one_head_who_lives_in_it(world: World) -> None:
    for person in world.citizens.values():
        head = world.citizens[person.household_head_cid]
        assert head.household_no == person.household_no
        assert head.household_head_cid == head.cid
        assert head.registered_address == person.registered_address


def test_what_people_own_names_them_as_owners(world: World) -> None:
    for person in world.citizens.values():
        assert all(world.vehicles[plate].owner_cid == person.cid for plate in person.plate_nos)
        assert all(world.properties[parcel].owner_cid == person.cid for parcel in person.parcel_nos)
        assert all(world.credentials[number].holder_cid == person.cid for number in person.cred_nos)
        assert person.employer_uscc is None or person.employer_uscc in world.enterprises
    assert all(firm.legal_rep_cid in world.citizens for firm in world.enterprises.values())
    assert all(one.plate_no in world.vehicles for one in world.violations.values())
    assert all(world.citizens[mother].sex == "F" for mother in world.births)


def test_numbers_are_given_once(world: World) -> None:
    for name in ("mobile", "bank_card", "ss_card_no", "mi_no", "pf_account", "student_no", "degree_no"):
        given_out = [value for p in world.citizens.values() if (value := getattr(p, name))]
        assert len(given_out) == len(set(given_out)), name


def test_citizen01_has_something_at_every_department(world: World, citizen01: Citizen) -> None:
    for name in (
        *("spouse_cid", "children", "ss_card_no", "employer_uscc", "mi_no", "pf_account", "loan_status"),
        *("dl_no", "plate_nos", "parcel_nos", "contract_no", "student_no", "exam_no", "degree_no"),
        *("veteran_no", "disability_no", "guide_no", "land_area_mu", "cred_nos", "remote_province"),
    ):
        assert getattr(citizen01, name), name
    assert citizen01.cid in world.births
    assert any(v.plate_no in citizen01.plate_nos for v in world.violations.values())
    assert any(t.plate_no in citizen01.plate_nos for t in world.toll_trips)
    assert any(firm.legal_rep_cid == citizen01.cid for firm in world.enterprises.values())


def test_logins_are_of_every_role_and_of_distinct_people(world: World) -> None:
    by_name = {login.login: login for login in world.logins}
    assert {f"citizen{n:02d}" for n in range(1, 61)} < by_name.keys()
    assert {role for login in world.logins for role in login.roles} == {
        "citizen",
        "parent",
        "helper",
        "legal_representative",
        "clerk",
        "officer",
        "connector_owner",
        "evaluator",
        "auditor",
        "operator",
    }
    people = [login.cid for login in world.logins if login.cid]
    assert len(people) == len(set(people))
    assert {login.level for login in world.logins if login.login.startswith("citizen")} == {1, 2, 3}


def test_logins_act_only_for_their_own_people_and_firms(world: World) -> None:
    by_name = {login.login: login for login in world.logins}
    parent, helper = by_name["parent01"], by_name["helper01"]
    assert parent.wards
    assert all(age(world.citizens[cid]) < 18 for cid in parent.wards)
    assert all(parent.cid in (w.mother_cid, w.father_cid) for w in map(world.citizens.get, parent.wards) if w)
    assert all(age(world.citizens[cid]) >= 60 for cid in helper.wards)
    (firm,) = by_name["legalrep01"].enterprises
    assert world.enterprises[firm].legal_rep_cid == by_name["legalrep01"].cid
    assert by_name["clerk01"].enterprises == (firm,)


def test_a_province_is_not_shared_between_two_worlds(citizen01: Citizen) -> None:
    other = build_world().citizens[citizen01.cid]
    other.name = "改名"
    assert replace(citizen01).name != other.name
