"""A mother, her child, a stranger and an office, none of them real."""

from __future__ import annotations

from connectors.entries import DepartmentEntry, ServiceEntry, ServiceKind
from schema.catalogue import FixedCatalogue
from schema.matter_log import MatterLog
from schema.matter_record import Begun
from tongban.caller import Caller, Client, Person

LI = Person("P0000000000000000000000001", "990101198001011234", "李测试", "19900000001")
CHILD = Person("P0000000000000000000000002", "990101202001011239", "李小测", "")
STRANGER = Person("P0000000000000000000000003", "990101197001011230", "王测试", "19900000003")

MOTHER = Caller("a-li", person=LI, wards=(CHILD,), enterprises=("91990101MA00000001",), level=2)
OTHER = Caller("a-wang", person=STRANGER, level=2, client=Client("tongban-app"))
OFFICER = Caller("a-officer", department="mca")

BOOKING = "mca.bookMarriage"


def entry(
    service: str,
    title_zh: str,
    title_en: str,
    kind: ServiceKind = "lookup",
    classification: str = "L2",
    assurance: int = 1,
    *,
    promised_minutes: int | None = None,
    responsible_unit: str = "",
) -> ServiceEntry:
    """A service; its department is the first part of its id."""
    return ServiceEntry(
        id=service,
        department=service.partition(".")[0],
        connector=service,
        title_zh=title_zh,
        title_en=title_en,
        kind=kind,
        classification=classification,
        assurance=assurance,
        promised_minutes=promised_minutes,
        roles=(),
        purposes=(),
        coordinates=(),
        responsible_unit=responsible_unit,
    )


CATALOGUE = FixedCatalogue(
    services=(
        entry("mca.marriage", "婚姻登记查询", "Marriage record", "lookup", "L3", 2),
        entry(BOOKING, "婚姻登记预约", "Book a marriage registration", "transaction", promised_minutes=30),
        entry("mps.household", "户口簿", "Household register", "lookup", "L3", 2),
        entry("hrss.insured", "参保状态", "Social insurance", responsible_unit="信息中心"),
        entry("mee.airQuality", "空气质量", "Air quality", "lookup", "L1", 0),
    ),
    departments=(
        DepartmentEntry("mca", "民政厅", "Civil Affairs"),
        DepartmentEntry("mps", "公安厅", "Public Security"),
        DepartmentEntry("hrss", "人力资源和社会保障厅", "Human Resources and Social Security"),
        DepartmentEntry("mee", "生态环境厅", "Ecology and Environment"),
    ),
)


async def begun(
    matters: MatterLog, caller: Caller = MOTHER, key: str | None = None, fingerprint: str = "f", **more: bool
) -> str:
    """A matter that may be sent now."""
    met = await matters.begin(caller, BOOKING, "mca", key, fingerprint, 30, "婚姻登记处", **more)
    assert isinstance(met, Begun)
    return met.matter_id


async def submitted(matters: MatterLog, caller: Caller = MOTHER, number: str = "HY-1") -> str:
    """A matter that the department has taken."""
    matter_id = await begun(matters, caller)
    await matters.finish(matter_id, number, "{}")
    return matter_id
