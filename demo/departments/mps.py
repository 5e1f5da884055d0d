"""公安厅(治安户政): SOAP 1.2 over mutual TLS, a WS-Security digest in every envelope, faults for what fails.

Element names are the initials of pinyin, moments are ``20260105083000``, sexes 1 and 2. A registered birth is
a new citizen of the province, whom the other departments know from then on.
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree
from starlette.applications import Starlette

from demo.context import Context
from demo.departments.soap.description import Description, load_schema
from demo.departments.soap.elements import leaf, node
from demo.departments.soap.endpoint import Endpoint
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.operations import Call, Filing, Operation, Work
from demo.departments.soap.security import UsernameToken, real_now
from demo.departments.soap.spellings import SEX_DIGIT, compact_day, is_citizen_number, read_compact_moment
from demo.departments.soap.versions import V12
from demo.numbers import citizen_id, is_credit_code
from demo.world import Citizen

PATH = "/ws/hukou"
_NS = "{http://www.mps.test.example/hz/v2}"
_STATES = {"submitted": "0", "accepted": "1", "supplement": "2", "decided": "3", "delivered": "4"}
_NEW_STATES = {"submitted": "00", "accepted": "01", "supplement": "02", "decided": "03", "delivered": "04"}
_FAULTS = {"token": "HZ401", "level": "HZ403", "schema": "HZ222"}


def build(context: Context) -> Starlette:
    """The department's server. The client certificate is asked for by TLS itself, before this is reached."""
    office = _Household(context)
    wsse = UsernameToken(context.secret("user"), context.secret("password"), real_now)

    def operation(name: str, counts: str, work: Work, personal: bool = True) -> Operation:
        writes = personal and not name.startswith("Query")
        return Operation(counts, f"{_NS}{name}", f"urn:mps:hz:{name}", work, personal, writes)

    return Endpoint(
        context=context,
        version=V12,
        path=PATH,
        description=Description("mps", "mps.wsdl"),
        operations=(
            operation("QueryHousehold", "household", office.household),
            operation("RegisterBirth", "registerBirth", office.register_birth),
            operation("CancelHukou", "cancelHukou", office.cancel),
            operation("ApplyResidencePermit", "residencePermit", office.residence_permit),
            operation("FileSeal", "fileSeal", office.file_seal),
            operation("IssueNoCrimeCert", "noCrimeCert", office.no_crime_certificate),
            operation("QueryCase", "caseStatus", office.case, personal=False),
        ),
        spell=lambda code, kind, text: _fault(code, _FAULTS[kind], text),
        message_guard=wsse.check,
        schema=load_schema("mps", "hukou.xsd"),
    ).app()


def _fault(code: str, number: str, text: str) -> SoapFault:
    detail = node(
        f"{_NS}YWGZ", leaf(f"{_NS}gzdm", number), leaf(f"{_NS}gzms", text), prefixes={"hz": _NS[1:-1]}
    )
    return SoapFault(code, text, subcode=f"{_NS}{number}", detail=detail)


def _refuse(number: str, text: str) -> SoapFault:
    return _fault("Client", number, text)


def _answer(name: str, *found: etree._Element) -> etree._Element:
    return node(f"{_NS}{name}Response", *found, prefixes={"hz": _NS[1:-1]})


class _Household:
    """The household register, and what else the public security office keeps."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filing = Filing(context)
        self._cancelled: dict[str, str] = {}
        self._births: dict[str, str] = {}

    def household(self, call: Call) -> etree._Element:
        world = self._context.world
        citizen = world.citizen(call.fields.get("gmsfhm"))
        if citizen is None or citizen.cid in self._cancelled:
            raise _refuse("HZ404", "未查到户口信息")
        head = world.citizen(citizen.household_head_cid)
        child = next((world.citizens[each] for each in citizen.children if each in world.citizens), None)
        return _answer(
            "QueryHousehold",
            leaf(f"{_NS}hh", citizen.household_no),
            leaf(f"{_NS}hjdz", citizen.registered_address),
            leaf(f"{_NS}hzxm", head.name if head is not None else None),
            leaf(f"{_NS}hzsfhm", citizen.household_head_cid),
            leaf(f"{_NS}znsfhm", child.cid if child is not None else None),
            leaf(f"{_NS}znxm", child.name if child is not None else None),
            *[self._member(each) for each in self._members(citizen.household_no)],
        )

    def _members(self, household: str) -> list[Citizen]:
        people = self._context.world.citizens.values()
        return [each for each in people if each.household_no == household and each.cid not in self._cancelled]

    def _member(self, citizen: Citizen) -> etree._Element:
        return node(
            f"{_NS}jtcy",
            leaf(f"{_NS}xm", citizen.name),
            leaf(f"{_NS}xb", SEX_DIGIT[citizen.sex]),
            leaf(f"{_NS}csrq", compact_day(citizen.born)),
        )

    def register_birth(self, call: Call) -> etree._Element:
        born_at = read_compact_moment(call.fields.get("yecssj"))
        if born_at is None:
            raise _refuse("HZ201", "婴儿出生时间有误")
        father = call.fields.get("fqsfhm")
        if father and not is_citizen_number(father):
            raise _refuse("HZ202", "父亲公民身份号码有误")
        certificate = call.fields.get("csyxzmbh")
        if certificate in self._births:
            raise _refuse("HZ409", "该出生医学证明已办理落户")
        relatives = self._members(call.fields.get("hh"))
        if not relatives:
            raise _refuse("HZ203", "落户户号不存在")
        baby = self._baby(call, born_at, relatives[0])
        self._births[certificate] = baby.cid
        self._filing.file("registerBirth", call, "", baby.cid, certificate=certificate)
        return _answer("RegisterBirth", leaf(f"{_NS}yesfhm", baby.cid))

    def _baby(self, call: Call, born_at: datetime, relative: Citizen) -> Citizen:
        world, get = self._context.world, call.fields.get
        mother, father = world.citizen(get("mqsfhm")), world.citizen(get("fqsfhm"))
        sex = "M" if get("yexb") == "1" else "F"
        baby = Citizen(
            cid=self._free_number(relative.cid[:6], born_at, sex),
            name=get("yexm"),
            sex=sex,
            born=born_at.date(),
            ethnicity=(mother or relative).ethnicity,
            mobile="",
            registered_address=relative.registered_address,
            live_address=relative.live_address,
            bank_card="",
            household_no=relative.household_no,
            household_head_cid=relative.household_head_cid,
            mother_cid=mother.cid if mother is not None else None,
            father_cid=father.cid if father is not None else None,
        )
        world.citizens[baby.cid] = baby
        world.old_ids[baby.old_id] = baby.cid
        for parent in (mother, father):
            if parent is not None:
                parent.children.append(baby.cid)
        return baby

    def _free_number(self, region: str, born_at: datetime, sex: str) -> str:
        """The first free serial of the day; odd for boys (GB 11643)."""
        world = self._context.world
        for serial in range(1 if sex == "M" else 2, 1000, 2):
            number = citizen_id(f"{region}{born_at:%Y%m%d}{serial:03d}")
            if number not in world.citizens and number[:6] + number[8:17] not in world.old_ids:
                return number
        raise _fault("Server", "HZ500", "当日顺序码已用完")

    def cancel(self, call: Call) -> etree._Element:
        deceased = call.fields.get("swrsfhm")
        citizen = self._context.world.citizen(deceased)
        if deceased in self._cancelled:
            raise _refuse("HZ409", "户口已注销")
        if deceased == call.fields.get("jbrsfhm"):
            raise _refuse("HZ204", "经办人不能是死亡人本人")
        if citizen is not None and citizen.household_no != call.fields.get("hh"):
            raise _refuse("HZ205", "户号与死亡人不符")
        number = self._filing.file("cancelHukou", call, "ZX", certificate=call.fields.get("swzmbh"))
        self._cancelled[deceased] = number
        return _answer("CancelHukou", leaf(f"{_NS}ywlsh", number))

    def residence_permit(self, call: Call) -> etree._Element:
        employer = call.fields.get("dwxydm")
        if employer and not is_credit_code(employer):
            raise _refuse("HZ206", "工作单位统一社会信用代码有误")
        number = self._filing.file("residencePermit", call, "JZZ", address=call.fields.get("xzz"))
        return _answer("ApplyResidencePermit", leaf(f"{_NS}jzzbh", number))

    def file_seal(self, call: Call) -> etree._Element:
        if not is_credit_code(call.fields.get("tyshxydm")):
            raise _refuse("HZ207", "统一社会信用代码有误")
        kinds = call.fields.all("yzlx")
        if len(set(kinds)) != len(kinds):
            raise _refuse("HZ208", "印章类型重复")
        number = self._filing.file("fileSeal", call, "YZ", kinds=kinds)
        return _answer("FileSeal", leaf(f"{_NS}yzbabh", number))

    def no_crime_certificate(self, call: Call) -> etree._Element:
        number = self._filing.file("noCrimeCert", call, "WFZ", purpose=call.fields.get("yt"))
        return _answer("IssueNoCrimeCert", leaf(f"{_NS}zmbh", number))

    def case(self, call: Call) -> etree._Element:
        number = call.fields.get("ywlsh")
        found = self._filing.state(number)
        if found is None:
            raise _refuse("HZ404", "未查到业务")
        words = _NEW_STATES if "enum_change" in self._context.traits else _STATES
        return _answer("QueryCase", leaf(f"{_NS}ywlsh", number), leaf(f"{_NS}zt", words[found[0]]))
