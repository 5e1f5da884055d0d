"""Makes the people, families, firms and things of the province from one seeded random source.

Nothing else is random. Order matters: the same calls in the same order give the same province.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from demo import names, numbers
from demo.records import (
    Birth,
    Citizen,
    Credential,
    Enterprise,
    Property,
    TollTrip,
    Vehicle,
    Violation,
    World,
)

REFERENCE_DAY = date(2026, 1, 5)
"""The day on which the province is drawn; ages are counted from it."""

SHANGHAI = timezone(timedelta(hours=8))


def age(person: Citizen) -> int:
    had_birthday = (REFERENCE_DAY.month, REFERENCE_DAY.day) >= (person.born.month, person.born.day)
    return REFERENCE_DAY.year - person.born.year - (0 if had_birthday else 1)


class Population:
    """Draws one province; used once."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._world = World(
            seed=seed,
            citizens={},
            enterprises={},
            vehicles={},
            violations={},
            toll_trips=[],
            properties={},
            credentials={},
            births={},
            logins=[],
        )
        self._serial = 0
        self._households = 0

    def build(self, citizens: int, enterprises: int) -> World:
        world = self._world
        rich = self._rich_clan()
        while len(world.citizens) < citizens:
            self._clan()
        adults = [p for p in world.citizens.values() if 25 <= age(p) <= 62]
        self._enterprises(enterprises, rich, adults)
        for person in list(world.citizens.values()):
            self._facts(person, person is rich)
        self._family_facts(rich)
        return world

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    # people

    def _person(self, sex: str, years: int, region: str, surname: str | None = None) -> Citizen:
        roll = self._random
        born = REFERENCE_DAY - timedelta(days=years * 365 + years // 4 + roll.randrange(1, 360))
        given = roll.choice(names.MALE_GIVEN if sex == "M" else names.FEMALE_GIVEN)
        family = surname or roll.choice(names.SURNAMES)
        cid = self._free_cid(region, born, sex)
        index = len(self._world.citizens) + 1
        address = self._address(region)
        person = Citizen(
            cid=cid,
            name=family + given,
            sex=sex,
            born=born,
            ethnicity=roll.choice(names.ETHNICITIES),
            mobile=f"199{index:08d}",
            registered_address=address,
            live_address=address,
            bank_card=numbers.bank_card(index),
            household_no="",
            household_head_cid="",
        )
        self._world.citizens[cid] = person
        self._world.old_ids[person.old_id] = cid
        return person

    def _free_cid(self, region: str, born: date, sex: str) -> str:
        while True:
            serial = self._random.randrange(1, 499) * 2 + (1 if sex == "M" else 0)
            cid = numbers.citizen_id(f"{region}{born:%Y%m%d}{serial:03d}")
            if cid not in self._world.citizens and cid[:6] + cid[8:17] not in self._world.old_ids:
                return cid

    def _address(self, region: str) -> str:
        roll = self._random
        return (
            f"{names.REGIONS[region]}{roll.choice(names.STREETS)}{roll.randrange(1, 200)}号"
            f"{roll.randrange(1, 9)}单元{roll.randrange(1, 30)}0{roll.randrange(1, 5)}室"
        )

    # families

    def _household(self, head: Citizen, *others: Citizen) -> None:
        self._households += 1
        number = f"HK{head.cid[:6]}{self._households:06d}"
        for member in (head, *others):
            member.household_no = number
            member.household_head_cid = head.cid
            member.registered_address = head.registered_address
            member.live_address = head.live_address

    def _marry(self, husband: Citizen, wife: Citizen, latest_year: int) -> None:
        youngest = max(husband.born.year, wife.born.year)
        year = min(youngest + self._random.randrange(22, 28), latest_year)
        day = date(year, self._random.randrange(1, 13), self._random.randrange(1, 29))
        number = f"J{husband.cid[:6]}-{year}-{self._next():06d}"
        for one, other in ((husband, wife), (wife, husband)):
            one.spouse_cid = other.cid
            one.marriage_cert_no = number
            one.married_on = day

    def _couple(
        self,
        years: int,
        region: str,
        surnames: tuple[str | None, str | None] = (None, None),
        latest_year: int = REFERENCE_DAY.year - 1,
    ) -> tuple[Citizen, Citizen]:
        husband = self._person("M", years, region, surnames[0])
        wife = self._person("F", max(22, years - self._random.randrange(0, 5)), region, surnames[1])
        self._marry(husband, wife, latest_year)
        return husband, wife

    def _child(self, father: Citizen, mother: Citizen, sex: str, years: int) -> Citizen:
        child = self._person(sex, years, father.cid[:6], father.name[0])
        child.father_cid, child.mother_cid = father.cid, mother.cid
        father.children.append(child.cid)
        mother.children.append(child.cid)
        return child

    def _grandparents(self, child: Citizen, years: int) -> tuple[Citizen, Citizen]:
        """Parents for a grown-up, whose surname the father shares."""
        father, mother = self._couple(years, child.cid[:6], (child.name[0], None), child.born.year - 1)
        child.father_cid, child.mother_cid = father.cid, mother.cid
        father.children.append(child.cid)
        mother.children.append(child.cid)
        self._household(father, mother)
        return father, mother

    def _rich_clan(self) -> Citizen:
        """The family of ``citizen01``: a mother of two, a third just born, all four grandparents alive."""
        husband, wife = self._couple(36, "990101", ("程", "林"), 2014)
        wife.name, husband.name = "林样本", "程示例"
        daughter = self._child(husband, wife, "F", 9)
        son = self._child(husband, wife, "M", 6)
        daughter.name, son.name = "程小测", "程小试"
        self._household(husband, wife, daughter, son)
        self._grandparents(wife, 66)
        self._grandparents(husband, 68)
        return wife

    def _clan(self) -> None:
        roll = self._random
        region = roll.choice(sorted(names.REGIONS))
        years = roll.randrange(23, 55)
        husband, wife = self._couple(years, region)
        married = wife.married_on or REFERENCE_DAY
        oldest = REFERENCE_DAY.year - married.year - 1
        count = roll.choice((0, 1, 1, 1, 2, 2, 3)) if oldest >= 1 else 0
        children = [
            self._child(husband, wife, roll.choice("MF"), roll.randrange(0, oldest)) for _ in range(count)
        ]
        at_home = [c for c in children if age(c) < 25]
        self._household(husband, wife, *at_home)
        for child in children:
            if child not in at_home:
                self._household(child)
        for grown in (husband, wife):
            if self._chance(0.4):
                self._grandparents(grown, min(92, age(grown) + roll.randrange(26, 33)))
        if self._chance(0.5):
            single = self._person(roll.choice("MF"), roll.randrange(18, 40), region)
            self._household(single)

    # firms

    def _enterprises(self, count: int, rich: Citizen, adults: list[Citizen]) -> None:
        roll = self._random
        for index in range(1, count + 1):
            representative = rich if index == 1 else roll.choice(adults)
            region = representative.cid[:6]
            trade = "科技" if index == 1 else roll.choice(names.TRADES)
            uscc = numbers.enterprise_code(region, 10_000_000 + index * 37)
            mark = f"测试{roll.choice('甲乙丙丁戊己庚辛壬癸')}{roll.choice('安诚和兴达通远信德盛')}{index}"
            self._world.enterprises[uscc] = Enterprise(
                uscc=uscc,
                name=f"{names.CITIES[region[:4] + '00']}{mark}{trade}有限公司",
                address=self._address(region),
                business_scope=names.SCOPES[trade],
                capital=Decimal(roll.randrange(10, 2000)) * 10_000,
                legal_rep_cid=representative.cid,
                licence_no=f"YYZZ{region}{index:07d}",
                tax_no=uscc,
                registered_on=REFERENCE_DAY - timedelta(days=roll.randrange(30, 7000)),
                is_listed=self._chance(0.04),
            )

    # what departments have on file

    def _facts(self, person: Citizen, is_rich: bool) -> None:
        years = age(person)
        self._insurance(person, years, is_rich)
        self._schooling(person, years, is_rich)
        self._driving(person, years, is_rich)
        self._land(person, years, is_rich)
        self._standing(person, years, is_rich)
        self._papers(person)

    def _insurance(self, person: Citizen, years: int, is_rich: bool) -> None:
        roll = self._random
        serial = self._next()
        if years >= 1:
            person.mi_no = f"MI99{serial:08d}"
            person.mi_region = person.cid[:4] + "00"
            person.mi_balance = Decimal(roll.randrange(0, 800_000)) / 100
        if years >= 60:
            person.pension_status = "3"
            person.ss_card_no = f"SS99{serial:08d}"
        elif years >= 18 and (is_rich or self._chance(0.78)):
            person.pension_status = "2" if not is_rich and self._chance(0.04) else "1"
            person.ss_card_no = f"SS99{serial:08d}"
            person.employer_uscc = roll.choice(list(self._world.enterprises))
        if is_rich:
            person.employer_uscc = next(iter(self._world.enterprises))
        if person.employer_uscc and (is_rich or self._chance(0.8)):
            person.pf_account = f"PF99{serial:08d}"
            person.pf_balance = Decimal(roll.randrange(100_000, 30_000_000)) / 100
            if is_rich or self._chance(0.35):
                person.loan_status = (
                    "repaying" if is_rich else roll.choice(("applied", "approved", "repaying", "settled"))
                )
        if years >= 18 and (is_rich or self._chance(0.1)):
            person.remote_province = "邻省"
            person.remote_ss_card_no = f"LS88{serial:08d}"

    def _schooling(self, person: Citizen, years: int, is_rich: bool) -> None:
        roll = self._random
        serial = self._next()
        if is_rich or 6 <= years <= 17 or (18 <= years <= 23 and self._chance(0.5)):
            person.student_no = f"XJ99{serial:08d}"
            tier = 5 if years >= 18 else 2 if years >= 12 else 0
            person.school = names.SCHOOLS[tier + roll.randrange(0, 2)]
        if is_rich or 18 <= years <= 21:
            person.exam_no = f"GK26{serial:08d}"
            person.exam_score = 612 if is_rich else roll.randrange(260, 700)
        if years >= 22 and (is_rich or self._chance(0.45)):
            person.degree_no = f"XL{person.born.year + 22}{serial:08d}"

    def _driving(self, person: Citizen, years: int, is_rich: bool) -> None:
        roll = self._random
        if not (is_rich or (19 <= years <= 72 and self._chance(0.6))):
            return
        person.dl_no = person.cid
        person.dl_class = "C1" if is_rich else roll.choice(("C1", "C1", "C1", "C2", "B2", "A1"))
        person.dl_expiry = date(2028 + roll.randrange(0, 8), roll.randrange(1, 13), roll.randrange(1, 29))
        wanted = 2 if is_rich else roll.choice((0, 0, 1, 1, 1, 2))
        for _ in range(wanted):
            self._vehicle(person, is_rich)

    def _vehicle(self, owner: Citizen, is_rich: bool) -> None:
        roll = self._random
        plate = f"测{'ABCD'[int(owner.cid[3]) - 1]}{len(self._world.vehicles) + 10001}"
        owner.plate_nos.append(plate)
        self._world.vehicles[plate] = Vehicle(plate, owner.cid, roll.choice(names.CAR_MODELS))
        for index in range(2 if is_rich else roll.choice((0, 0, 0, 1, 2))):
            number = f"WZ99{self._next():08d}"
            self._world.violations[number] = Violation(
                violation_no=number,
                plate_no=plate,
                at=self._moment(),
                place=f"{roll.choice(names.STREETS)}路口({roll.choice(names.OFFENCES)})",
                amount=Decimal(roll.choice((50, 100, 150, 200))),
                paid=index > 0,
            )
        for _ in range(4 if is_rich else roll.choice((0, 0, 1, 3, 5))):
            amount = Decimal(roll.randrange(300, 9000)) / 100
            self._world.toll_trips.append(
                TollTrip(plate, self._moment(), roll.choice(names.GANTRIES), amount)
            )

    def _moment(self) -> datetime:
        day = REFERENCE_DAY - timedelta(days=self._random.randrange(1, 300))
        return datetime(
            day.year,
            day.month,
            day.day,
            self._random.randrange(0, 24),
            self._random.randrange(60),
            tzinfo=SHANGHAI,
        )

    def _land(self, person: Citizen, years: int, is_rich: bool) -> None:
        roll = self._random
        owns = person.household_head_cid == person.cid and years >= 22 and self._chance(0.7)
        for _ in range(2 if is_rich else 1 if owns else 0):
            serial = self._next()
            parcel = f"{person.cid[:6]}001001GB{serial % 99999:05d}F{serial:08d}"
            first = not person.parcel_nos
            address = person.registered_address if first else self._address(person.cid[:6])
            person.parcel_nos.append(parcel)
            self._world.properties[parcel] = Property(parcel, person.cid, address, f"UT99{serial:08d}")
        if person.parcel_nos and (is_rich or self._chance(0.4)):
            person.contract_no = f"HT{roll.randrange(2015, 2026)}{self._next():07d}"
        if is_rich or (years >= 18 and person.cid[4:6] in ("03", "02") and self._chance(0.4)):
            person.land_area_mu = Decimal(roll.randrange(5, 300)) / 10

    def _standing(self, person: Citizen, years: int, is_rich: bool) -> None:
        roll = self._random
        if is_rich or (years >= 20 and self._chance(0.06)):
            person.veteran_no = f"TY99{self._next():08d}"
        if is_rich or self._chance(0.05):
            level = 4 if is_rich else roll.randrange(1, 5)
            person.disability_level = level
            person.disability_no = f"{person.cid}{roll.randrange(1, 8)}{level}"
        if is_rich or (20 <= years <= 60 and self._chance(0.02)):
            person.guide_no = f"DY99{self._next():06d}"
        person.health_colour = "green" if is_rich else roll.choices(("green", "yellow", "red"), (97, 2, 1))[0]

    def _papers(self, person: Citizen) -> None:
        """The electronic credentials that follow from the other facts."""
        kinds = ["居民身份证"]
        if person.marriage_cert_no:
            kinds.append("结婚证")
        if person.dl_no:
            kinds.append("机动车驾驶证")
        if person.ss_card_no:
            kinds.append("社会保障卡")
        if person.parcel_nos:
            kinds.append("不动产权证书")
        if person.disability_no:
            kinds.append("残疾人证")
        for kind in kinds:
            number = f"EC99{self._next():010d}"
            year = 2027 + self._random.randrange(0, 19)
            self._world.credentials[number] = Credential(
                cred_no=number,
                holder_cid=person.cid,
                kind=kind,
                valid_until=date(year, 1 + self._random.randrange(12), 1 + self._random.randrange(28)),
                present_token=f"{self._random.getrandbits(128):032x}",
            )
            person.cred_nos.append(number)

    def _family_facts(self, rich: Citizen) -> None:
        """What hangs on several people: babies without an id, grandparents with things to close."""
        for mother in list(self._world.citizens.values()):
            fits = mother.sex == "F" and mother.spouse_cid is not None and 22 <= age(mother) <= 42
            if mother is rich or (fits and self._chance(0.3)):
                self._birth(mother)
        grandfather = self._world.citizens[rich.father_cid or ""]
        grandfather.veteran_no = grandfather.veteran_no or f"TY99{self._next():08d}"
        grandfather.pf_account = grandfather.pf_account or f"PF99{self._next():08d}"
        grandfather.pf_balance = Decimal("18234.50")
        if grandfather.dl_no is None:
            grandfather.dl_no, grandfather.dl_class = grandfather.cid, "C1"
            grandfather.dl_expiry = date(2029, 6, 1)

    def _birth(self, mother: Citizen) -> None:
        roll = self._random
        day = REFERENCE_DAY - timedelta(days=roll.randrange(2, 40))
        at = datetime(day.year, day.month, day.day, roll.randrange(24), roll.randrange(60), tzinfo=SHANGHAI)
        self._world.births[mother.cid] = Birth(
            mother_cid=mother.cid,
            sex=roll.choice("MF"),
            born_at=at,
            hospital=roll.choice(names.HOSPITALS),
            weight_g=roll.randrange(2500, 4300),
        )
