"""公用事业(水电气): OpenAPI 3.0 with callbacks, HMAC-SHA256, dates in epoch seconds, money in fen. Trait
``webhook_twice``.

Every household owes a bill until it is paid; what is paid stays paid.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.citizen import may_ask_for
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, Why, invalid, unknown
from demo.departments.rest.signature import SignatureCheck
from demo.departments.rest.spelling import epoch_s, fen, midnight, state_code
from demo.departments.rest.webhook import Webhooks, callback_url
from demo.world import REFERENCE_DAY, Property

MOST_ADDRESSES = 100


class Utilities:
    """Accounts by address, bills, transfers to a buyer."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self._webhooks = Webhooks(context)
        self._by_address: dict[str, list[Property]] = {}
        for home in context.world.properties.values():
            self._by_address.setdefault(home.address, []).append(home)
        self._by_number = {home.util_no: home for home in context.world.properties.values()}
        self._holders = {number: home.owner_cid for number, home in self._by_number.items()}
        self._paid: dict[str, Decimal] = {}

    async def account(self, asked: Asked) -> Response:
        home = self._home(asked.values["propAddress"], asked.values["cid"])
        if home is None:
            raise unknown("户号")
        return _done(self._spell(home))

    async def accounts(self, asked: Asked) -> Response:
        """Parcel numbers come along with the addresses, so that the answer can be matched in any order."""
        parcels, addresses = asked.values["parcelNos"], asked.values["propAddresses"]
        if len(parcels) != len(addresses):
            raise invalid("propAddresses", "与宗地代码数量不一致")
        found = [
            {"parcelNo": parcel, **self._spell(home)}
            for parcel, address in zip(parcels, addresses, strict=True)
            if (home := self._home(address, asked.values["cid"])) is not None
        ]
        return _done({"list": found[::-1]})

    async def pay_bill(self, asked: Asked) -> Response:
        number, amount = asked.values["utilNo"], asked.values["payAmount"]
        if number not in self._by_number:
            raise invalid("utilNo", "户号不存在")
        filed = self._registry.file("payBill", asked, "JF")
        if filed.is_new:
            self._paid[number] = self._paid.get(number, Decimal(0)) + amount
            news = {"event": "bill.paid", "payNo": filed.number, "at": epoch_s(self._context.now())}
            self._webhooks.send(asked.values["notifyUrl"], news)
        return _done({"payNo": filed.number, "paidAt": epoch_s(filed.case.opened_at)})

    async def transfer(self, asked: Asked) -> Response:
        number = asked.values["utilNo"]
        home = self._by_number.get(number)
        if home is None:
            raise invalid("utilNo", "户号不存在")
        if home.parcel_no != asked.values["parcelNo"]:
            raise invalid("parcelNo", "与户号不对应")
        filed = self._registry.file("transferUtil", asked, "GH")
        if filed.is_new:
            self._holders[number] = asked.values["buyerCid"]
        return _done({"caseNo": filed.number})

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return _done({"caseNo": case.number, "state": state_code(case.state)})

    def _home(self, address: str, cid: str) -> Property | None:
        """A home whose account or land belongs to the person, or to somebody whom they may ask for."""
        for home in self._by_address.get(address, ()):
            concerned = (self._holders[home.util_no], home.owner_cid)
            if any(may_ask_for(self._context.world, cid, owner) for owner in concerned):
                return home
        return None

    def _spell(self, home: Property) -> dict[str, Any]:
        due = bill_of(home.util_no) - self._paid.get(home.util_no, Decimal(0))
        return {
            "utilNo": home.util_no,
            "propAddress": home.address,
            "arrears": fen(max(due, Decimal(0))),
            "billedAt": epoch_s(midnight(REFERENCE_DAY)),
        }


def bill_of(util_no: str) -> Decimal:
    """What a household owes for the last month."""
    return Decimal(4000 + int(hashlib.sha256(util_no.encode()).hexdigest()[:4], 16) % 20000) / 100


def _done(data: dict[str, Any]) -> Response:
    return JSONResponse({"ret": 0, "errmsg": "ok", "data": data})


def refusal(refused: Refused) -> Response:
    ret = {Why.UNKNOWN: 404, Why.INVALID: 1001}.get(refused.why, HTTP_STATUS[refused.why] * 10)
    status = 200 if refused.why is Why.UNKNOWN else HTTP_STATUS[refused.why]
    message = f"{refused.field} {refused.reason}".strip()
    return JSONResponse({"ret": ret, "errmsg": message, "data": None}, status)


def build(context: Context) -> Starlette:
    office = Utilities(context)
    desk = Desk(context, SignatureCheck(context, "sha256").guard, refusal)
    account = {"cid": inputs.cid, "propAddress": inputs.text}
    many = {
        "cid": inputs.cid,
        "parcelNos": inputs.texts(MOST_ADDRESSES),
        "propAddresses": inputs.texts(MOST_ADDRESSES),
    }
    bill: dict[str, inputs.Check] = {
        "utilNo": inputs.text,
        "payAmount": inputs.money,
        "notifyUrl": inputs.optional(callback_url),
    }
    transfer = {"utilNo": inputs.text, "parcelNo": inputs.text, "buyerCid": inputs.cid}
    case = {"caseNo": inputs.text}
    return Starlette(
        routes=[
            desk.route("GET", "/util/accounts", "utilAccount", office.account, account),
            desk.route("POST", "/util/accounts/search", "utilAccount", office.accounts, many),
            desk.route("POST", "/util/payments", "payBill", office.pay_bill, bill),
            desk.route("POST", "/util/transfers", "transferUtil", office.transfer, transfer),
            desk.route("GET", "/util/cases/{caseNo}", "caseStatus", office.case_status, case, person=False),
        ]
    )
