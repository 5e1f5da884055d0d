"""The shapes of what the departments have on file.

Plain records that a running department may change (a birth, a new owner).

No generation here (``population``) and no index logic beyond a look-up by id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(slots=True)
class Citizen:
    """One synthetic person, with what each department has on file; None where it has nothing."""

    cid: str
    name: str
    sex: str  # "M" or "F"
    born: date
    ethnicity: str
    mobile: str
    registered_address: str
    live_address: str
    bank_card: str
    household_no: str
    household_head_cid: str
    spouse_cid: str | None = None
    marriage_cert_no: str | None = None
    married_on: date | None = None
    mother_cid: str | None = None
    father_cid: str | None = None
    children: list[str] = field(default_factory=list)
    ss_card_no: str | None = None
    employer_uscc: str | None = None
    pension_status: str = "0"  # 0 none, 1 active, 2 suspended, 3 retired
    mi_no: str = ""
    mi_region: str = ""
    mi_balance: Decimal = Decimal("0.00")
    pf_account: str | None = None
    pf_balance: Decimal = Decimal("0.00")
    loan_status: str | None = None  # applied, approved, repaying, settled
    dl_no: str | None = None
    dl_class: str | None = None
    dl_expiry: date | None = None
    plate_nos: list[str] = field(default_factory=list)
    parcel_nos: list[str] = field(default_factory=list)
    contract_no: str | None = None
    student_no: str | None = None
    school: str | None = None
    exam_no: str | None = None
    exam_score: int | None = None
    degree_no: str | None = None
    veteran_no: str | None = None
    disability_no: str | None = None
    disability_level: int | None = None
    guide_no: str | None = None
    land_area_mu: Decimal | None = None
    health_colour: str = "green"
    cred_nos: list[str] = field(default_factory=list)
    remote_province: str | None = None
    remote_ss_card_no: str | None = None

    @property
    def old_id(self) -> str:
        """The 15-digit id of before 1999, as some departments still send it."""
        return self.cid[:6] + self.cid[8:17]


@dataclass(slots=True)
class Enterprise:
    """One synthetic firm."""

    uscc: str
    name: str
    address: str
    business_scope: str
    capital: Decimal
    legal_rep_cid: str
    licence_no: str
    tax_no: str
    registered_on: date
    is_listed: bool = False


@dataclass(slots=True)
class Vehicle:
    plate_no: str
    owner_cid: str
    model: str


@dataclass(slots=True)
class Violation:
    violation_no: str
    plate_no: str
    at: datetime
    place: str
    amount: Decimal
    paid: bool = False


@dataclass(slots=True)
class TollTrip:
    plate_no: str
    entered_at: datetime
    gantry: str
    amount: Decimal


@dataclass(slots=True)
class Property:
    parcel_no: str
    owner_cid: str
    address: str
    util_no: str


@dataclass(slots=True)
class Credential:
    cred_no: str
    holder_cid: str
    kind: str
    valid_until: date
    present_token: str
    revoked: bool = False


@dataclass(slots=True)
class Birth:
    """A delivery as the hospital recorded it; the baby has no id yet."""

    mother_cid: str
    sex: str
    born_at: datetime
    hospital: str
    weight_g: int


@dataclass(slots=True)
class Login:
    """A seeded account of the demo."""

    login: str
    roles: tuple[str, ...]
    level: int
    cid: str | None = None
    wards: tuple[str, ...] = ()  # cids
    enterprises: tuple[str, ...] = ()  # usccs
    department: str | None = None
    note_zh: str = ""


@dataclass(slots=True)
class World:
    """All of it, indexed by the shared keys."""

    seed: int
    citizens: dict[str, Citizen]
    enterprises: dict[str, Enterprise]
    vehicles: dict[str, Vehicle]
    violations: dict[str, Violation]
    toll_trips: list[TollTrip]
    properties: dict[str, Property]
    credentials: dict[str, Credential]
    births: dict[str, Birth]  # by the mother's cid
    logins: list[Login]

    old_ids: dict[str, str] = field(default_factory=dict)  # 15-digit id → cid

    def citizen(self, cid: str) -> Citizen | None:
        """By 18-digit id; the old 15-digit one is understood too."""
        return self.citizens.get(self.old_ids.get(cid, cid))
