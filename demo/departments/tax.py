"""税务局: OpenAPI 3.0, OAuth2 and a signature over every request; transactions answer 202, then are polled
or pushed by webhook.

Money in fen, moments in epoch milliseconds, Y/N for yes and no. Traits ``webhook_twice``,
``webhook_out_of_order``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.context import Case, Context
from demo.departments.rest import inputs
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Filed, Registry
from demo.departments.rest.oauth2 import TokenEndpoint
from demo.departments.rest.refusal import HTTP_STATUS, Refused, unknown
from demo.departments.rest.signature import SignatureCheck
from demo.departments.rest.spelling import epoch_ms, fen, local
from demo.departments.rest.webhook import Webhooks, callback_url

_TASK_STATES = {
    "submitted": "RECEIVED",
    "accepted": "PROCESSING",
    "supplement": "NEED_MATERIAL",
    "decided": "SUCCESS",
    "delivered": "ARCHIVED",
}
FIRST_BLOCK = 1_000_000


def invoice_hash(invoice_no: str) -> str:
    """The hash on the chain of a genuine invoice: those numbered ``0449900000001`` to ``0449900009999``."""
    return hashlib.sha256(f"invoice:{invoice_no}".encode()).hexdigest()


class Taxation:
    """Certificates, taxpayers, invoices and premiums."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self._webhooks = Webhooks(context)
        self.premiums: dict[str, Decimal] = {}

    async def tax_cert(self, asked: Asked) -> Response:
        cid, year = asked.values["cid"], asked.values["taxYear"]
        person = self._context.world.citizen(cid)
        if person is None or not 2019 <= year <= local(self._context.now()).year:
            raise unknown("完税信息")
        paid = Decimal(int(hashlib.sha256(f"{cid}:{year}".encode()).hexdigest()[:6], 16) % 3_000_000) / 100
        answer = {
            "certNo": f"WS{year}{person.old_id[-6:]}{year % 97:02d}",
            "taxPaid": fen(paid),
            "issuedAt": epoch_ms(self._context.now()),
        }
        return JSONResponse(answer)

    async def register_taxpayer(self, asked: Asked) -> Response:
        known = next(
            (firm for firm in self._context.world.enterprises.values() if firm.uscc == asked.values["uscc"]),
            None,
        )
        filed = self._registry.file("registerTaxpayer", asked, "SW")
        if filed.is_new and known is not None:
            known.tax_no = filed.number
        return self._accepted(filed, "taxNo", asked)

    async def apply_invoices(self, asked: Asked) -> Response:
        return self._accepted(self._registry.file("applyInvoices", asked, "FP"), "caseNo", asked)

    async def pay_infant_premium(self, asked: Asked) -> Response:
        filed = self._registry.file("payInfantPremium", asked, "PN")
        if filed.is_new:
            self.premiums[asked.values["babyMiNo"]] = asked.values["payAmount"]
        return self._accepted(filed, "payNo", asked)

    async def verify_invoice(self, asked: Asked) -> Response:
        number = asked.values["invoiceNo"]
        is_issued = number.startswith("044990000") and len(number) == 13 and number[9:].isdigit()
        is_valid = is_issued and asked.values["invoiceHash"].lower() == invoice_hash(number)
        height = FIRST_BLOCK + int(number[9:]) if is_valid else None
        return JSONResponse({"valid": "Y" if is_valid else "N", "blockHeight": height})

    async def task(self, asked: Asked) -> Response:
        return JSONResponse(self._spell(self._registry.find(asked.values["taskNo"])))

    def _accepted(self, filed: Filed, name: str, asked: Asked) -> Response:
        """202 with the number at once; what becomes of it is asked for at ``statusUrl`` or pushed."""
        if filed.is_new:
            self._webhooks.follow(asked.values["notifyUrl"], filed.number, self._spell)
        status_url = f"/tax/tasks/{filed.number}"
        answer = {name: filed.number, "taskNo": filed.number, "statusUrl": status_url, "pollAfterMs": 1000}
        return JSONResponse(answer, 202, {"Location": status_url, "Retry-After": "1"})

    def _spell(self, case: Case) -> Mapping[str, Any]:
        return {
            "taskNo": case.number,
            "taskState": _TASK_STATES[case.state],
            "updatedAt": epoch_ms(self._context.now()),
        }


def refusal(refused: Refused) -> Response:
    status = HTTP_STATUS[refused.why]
    error = {"type": f"TAX.{refused.why.name}", "reason": refused.reason, "param": refused.field or None}
    return JSONResponse({"error": error}, status)


def build(context: Context) -> Starlette:
    office = Taxation(context)
    tokens, signature = TokenEndpoint(context), SignatureCheck(context, "sha256", "X-Tax")

    async def guard(request: Request) -> None:
        await tokens.guard(request)
        await signature.guard(request)

    desk = Desk(context, guard, refusal)
    notify = {"notifyUrl": inputs.optional(callback_url)}
    taxpayer = notify | {
        "uscc": inputs.uscc,
        "entName": inputs.text,
        "entAddress": inputs.text,
        "bizScope": inputs.text,
        "legalRepCid": inputs.cid,
        "legalRepName": inputs.text,
        "contactMobile": inputs.optional(inputs.text),
    }
    invoices = notify | {
        "taxNo": inputs.text,
        "uscc": inputs.uscc,
        "invoiceKinds": inputs.text,
        "agentCid": inputs.cid,
    }
    premium = notify | {"babyCid": inputs.cid, "babyMiNo": inputs.text, "payAmount": inputs.money}
    cert = {"cid": inputs.cid, "taxYear": inputs.whole(1994, 2100)}
    check = {"invoiceNo": inputs.text, "invoiceHash": inputs.text}
    task = {"taskNo": inputs.text}
    return Starlette(
        routes=[
            tokens.route(),
            desk.route("GET", "/tax/certificates", "taxCert", office.tax_cert, cert),
            desk.route("POST", "/tax/taxpayers", "registerTaxpayer", office.register_taxpayer, taxpayer),
            desk.route("POST", "/tax/invoice-applications", "applyInvoices", office.apply_invoices, invoices),
            desk.route(
                "POST", "/tax/infant-premiums", "payInfantPremium", office.pay_infant_premium, premium
            ),
            desk.route(
                "GET",
                "/tax/invoices/verification",
                "verifyInvoice",
                office.verify_invoice,
                check,
                person=False,
            ),
            desk.route("GET", "/tax/tasks/{taskNo}", "caseStatus", office.task, task, person=False),
        ]
    )
