"""住房公积金管理中心: SOAP 1.1 rpc/literal of 2009, every byte in GBK, a shared secret in a header.

Element names are pinyin and Chinese; states are Chinese words; the centre keeps no idempotency key.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from lxml import etree
from starlette.applications import Starlette

from demo.context import Context
from demo.departments.soap.description import Description
from demo.departments.soap.elements import leaf, node
from demo.departments.soap.endpoint import Endpoint
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.guards import shared_secret
from demo.departments.soap.operations import Call, Filing, Operation, Work
from demo.departments.soap.spellings import chinese_day, in_shanghai
from demo.departments.soap.versions import V11
from demo.numbers import is_credit_code
from demo.world import Citizen

PATH = "/gjjws/services/GjjService"
_NS = "{urn:gjj:service}"
_STATES = {
    "submitted": "待受理",
    "accepted": "办理中",
    "supplement": "待补正",
    "decided": "已办结",
    "delivered": "已到账",
}
_LOANS = {"applied": "01", "approved": "02", "repaying": "03", "settled": "04"}
_NEW_LOANS = {"applied": "SQ", "approved": "SP", "repaying": "HK", "settled": "JQ"}
_FAULTS = {"token": "令牌无效", "level": "等级不足", "schema": "报文有误"}
_CENT = Decimal("0.01")


def build(context: Context) -> Starlette:
    """The centre's server."""
    centre = _Fund(context)

    def operation(name: str, counts: str, work: Work, personal: bool = True) -> Operation:
        return Operation(counts, f"{_NS}{name}", f"urn:gjj:{name}", work, personal)

    return Endpoint(
        context=context,
        version=V11,
        path=PATH,
        description=Description("gjj", "gjj.wsdl"),
        operations=(
            operation("queryAccount", "fundAccount", centre.account),
            operation("queryLoan", "loanProgress", centre.loan),
            operation("withdraw", "withdraw", centre.withdraw),
            operation("openEmployer", "openEmployerFund", centre.open_employer),
            operation("withdrawOnDeath", "withdrawOnDeath", centre.withdraw_on_death),
            operation("transferFund", "transferFund", centre.transfer),
            operation("queryCase", "caseStatus", centre.case, personal=False),
        ),
        spell=_fault,
        http_guard=shared_secret("X-Shared-Secret", context.secret("shared-secret")),
        encoding="GBK",
    ).app()


def _fault(code: str, kind: str, text: str) -> SoapFault:
    return SoapFault(code, f"{_FAULTS[kind]}:{text}")


def _answer(name: str, code: str, text: str, *found: etree._Element) -> etree._Element:
    """An rpc answer: parts without a namespace inside the operation's wrapper (WSDL 1.1 § 3.5)."""
    return node(
        f"{_NS}{name}Response",
        leaf("retcode", code),
        leaf("retmsg", text),
        *found,
        prefixes={"ns": _NS[1:-1]},
    )


def _filed(name: str, number: str) -> etree._Element:
    return _answer(name, "0000", "受理成功", leaf("ywbh", number))


class _Fund:
    """The accounts, the loans, the employers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filing = Filing(context)
        self._employers: dict[str, str] = {}
        self._closed: set[str] = set()

    def account(self, call: Call) -> etree._Element:
        citizen = self._context.world.citizen(call.fields.get("zjhm"))
        if citizen is None or citizen.pf_account is None or citizen.pf_account in self._closed:
            return _answer("queryAccount", "1404", "未开立公积金账户")
        found = node(
            "zh",
            leaf("个人账号", citizen.pf_account),
            leaf("账户余额", citizen.pf_balance),
            leaf("查询日期", chinese_day(in_shanghai(self._context.now()).date())),
        )
        return _answer("queryAccount", "0000", "成功", found)

    def loan(self, call: Call) -> etree._Element:
        citizen = self._owner(call.fields.get("grzh"))
        asked = call.fields.get("zjhm")
        if citizen is None or (asked and self._context.world.citizen(asked) is not citizen):
            return _answer("queryLoan", "1404", "账号不存在或与证件号码不符")
        words = _NEW_LOANS if "enum_change" in self._context.traits else _LOANS
        return _answer("queryLoan", "0000", "成功", leaf("dkzt", words.get(citizen.loan_status or "")))

    def _owner(self, account: str) -> Citizen | None:
        if not account or account in self._closed:
            return None
        people = self._context.world.citizens.values()
        return next((each for each in people if each.pf_account == account), None)

    def withdraw(self, call: Call) -> etree._Element:
        """Half of what is there is paid out."""
        absent = call.fields.missing("zjhm", "xm", "grzh", "tqyy", "yhkh")
        if absent is not None:
            return _answer("withdraw", "E2001", f"缺少{absent}")
        citizen = self._owner(call.fields.get("grzh"))
        if citizen is None or self._context.world.citizen(call.fields.get("zjhm")) is not citizen:
            return _answer("withdraw", "E2002", "个人账号与证件号码不符")
        amount = (citizen.pf_balance / 2).quantize(_CENT, ROUND_DOWN)
        number = self._filing.file("withdraw", call, "TQ", amount=amount)
        citizen.pf_balance -= amount
        return _filed("withdraw", number)

    def open_employer(self, call: Call) -> etree._Element:
        code = call.fields.get("xydm")
        if not is_credit_code(code):
            return _answer("openEmployer", "E2003", "统一社会信用代码有误")
        absent = call.fields.missing("dwmc", "dwdz", "frzjhm", "frxm")
        if absent is not None:
            return _answer("openEmployer", "E2001", f"缺少{absent}")
        if code not in self._employers:
            self._employers[code] = self._filing.file("openEmployerFund", call, "DW")
        return _answer("openEmployer", "0000", "受理成功", leaf("dwzh", self._employers[code]))

    def withdraw_on_death(self, call: Call) -> etree._Element:
        """The account is paid out and closed; who had none is served too, there may be one elsewhere."""
        absent = call.fields.missing("szzjhm", "swzmbh", "jbrzjhm", "gx", "yhkh")
        if absent is not None:
            return _answer("withdrawOnDeath", "E2001", f"缺少{absent}")
        citizen = self._context.world.citizen(call.fields.get("szzjhm"))
        if citizen is not None and citizen.pf_account in self._closed:
            return _answer("withdrawOnDeath", "E3409", "账户已销户")
        number = self._filing.file("withdrawOnDeath", call, "SW")
        if citizen is not None and citizen.pf_account is not None:
            citizen.pf_balance = Decimal("0.00")
            self._closed.add(citizen.pf_account)
        return _filed("withdrawOnDeath", number)

    def transfer(self, call: Call) -> etree._Element:
        absent = call.fields.missing("zjhm", "zcsf", "grzh")
        if absent is not None:
            return _answer("transferFund", "E2001", f"缺少{absent}")
        return _filed("transferFund", self._filing.file("transferFund", call, "YD"))

    def case(self, call: Call) -> etree._Element:
        found = self._filing.state(call.fields.get("ywbh"))
        if found is None:
            return _answer("queryCase", "1404", "业务编号不存在")
        return _answer("queryCase", "0000", "成功", leaf("ywzt", _STATES[found[0]]))
