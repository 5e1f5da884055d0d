"""The seeded accounts of the demo: who may log in, as what, for whom. Passwords are made elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from demo.population import age
from demo.records import Citizen, Login, World

CITIZEN_LOGINS = 60


def seed_logins(world: World) -> list[Login]:
    """citizen01…citizen60 and one login for each other role; distinct people."""
    people = iter(_grown_ups(world))
    logins = [_citizen(world, index, next(people)) for index in range(1, CITIZEN_LOGINS + 1)]
    rest = list(people)
    return logins + _on_behalf(world, rest) + _staff(rest)


def _grown_ups(world: World) -> list[Citizen]:
    """The rich citizen first, then people of working age as they were drawn; one of a couple at most."""
    first = world.citizens[next(iter(world.enterprises.values())).legal_rep_cid]
    chosen, couples = [first], {first.marriage_cert_no}
    for person in world.citizens.values():
        is_taken = person is first or (
            person.marriage_cert_no is not None and person.marriage_cert_no in couples
        )
        if is_taken or not 20 <= age(person) <= 62:
            continue
        if len(chosen) % 2 and person.sex == "M" and person.spouse_cid:
            continue  # every other one a woman of a couple, so that both sexes log in
        chosen.append(person)
        couples.add(person.marriage_cert_no or person.cid)
    return chosen


def _citizen(world: World, index: int, person: Citizen) -> Login:
    level = 3 if index <= 50 else 2 if index <= 56 else 1
    firms = tuple(firm.uscc for firm in world.enterprises.values() if firm.legal_rep_cid == person.cid)
    children = tuple(cid for cid in person.children if age(world.citizens[cid]) < 18)
    roles = ["citizen"]
    if index == 1:
        roles += ["parent", "legal_representative"]
    elif firms:
        roles.append("legal_representative")
    note = (
        "样样都有:已婚、两孩、新生儿待登记、两车两房、一家企业" if index == 1 else f"普通市民,认证等级{level}"
    )
    return Login(
        login=f"citizen{index:02d}",
        roles=tuple(roles),
        level=level,
        cid=person.cid,
        wards=children if index == 1 else (),
        enterprises=firms,
        note_zh=note,
    )


def _on_behalf(world: World, rest: list[Citizen]) -> list[Login]:
    """Those who act for others. Each takes the first fitting person and removes them from ``rest``."""

    def take(fits: Callable[[Citizen], object]) -> Citizen:
        person = next(p for p in rest if fits(p))
        rest.remove(person)
        return person

    def minors(person: Citizen) -> tuple[str, ...]:
        return tuple(cid for cid in person.children if age(world.citizens[cid]) < 18)

    def elders(person: Citizen) -> tuple[str, ...]:
        parents = (person.father_cid, person.mother_cid)
        return tuple(cid for cid in parents if cid and age(world.citizens[cid]) >= 60)

    representatives = {firm.legal_rep_cid: firm.uscc for firm in world.enterprises.values()}
    parent = take(minors)
    helper = take(elders)
    representative = take(lambda p: p.cid in representatives)
    firm = representatives[representative.cid]
    clerk = take(lambda p: p.employer_uscc is not None and p.cid not in representatives)
    return [
        Login(
            "parent01",
            ("citizen", "parent"),
            3,
            parent.cid,
            minors(parent),
            (),
            None,
            "家长,可为未成年子女办事",
        ),
        Login(
            "helper01",
            ("citizen", "helper"),
            3,
            helper.cid,
            elders(helper),
            (),
            None,
            "亲友代办,可为老人办事",
        ),
        Login(
            "legalrep01",
            ("citizen", "legal_representative"),
            3,
            representative.cid,
            (),
            (firm,),
            None,
            "企业法定代表人",
        ),
        Login(
            "clerk01", ("citizen", "clerk"), 2, clerk.cid, (), (firm,), None, "企业经办人,代法定代表人办事"
        ),
    ]


def _staff(rest: list[Citizen]) -> list[Login]:
    """Those who work with the platform."""
    officer = rest.pop()
    return [
        Login("officer01", ("officer",), 3, officer.cid, (), (), "h12345", "12345热线承办人员"),
        Login("owner-hrss", ("connector_owner",), 2, None, (), (), "hrss", "人社厅接口负责人"),
        Login("evaluator01", ("evaluator",), 2, None, (), (), None, "应用评估人员"),
        Login("auditor01", ("auditor",), 2, None, (), (), None, "审计人员"),
        Login("operator01", ("operator",), 3, None, (), (), None, "平台运维人员"),
    ]
