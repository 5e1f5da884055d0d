"""财政厅(非税支付): OAuth2, a hosted checkout page, a signed webhook, orders that only their payer sees.
Trait ``webhook_twice``.

The page takes no card data: a synthetic province has no money. Its address carries a secret of the order.
"""

from __future__ import annotations

import hmac
import html
import secrets
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.oauth2 import TokenEndpoint
from demo.departments.rest.refusal import HTTP_STATUS, Refused, Why, invalid, unknown
from demo.departments.rest.spelling import blank, epoch_ms, iso, state_code, yuan
from demo.departments.rest.webhook import Webhooks, callback_url


@dataclass(slots=True)
class Order:
    """One payment. ``ticket`` is what the checkout page's address proves."""

    number: str
    payer: str
    amount: Decimal
    ticket: str
    notify_url: str | None
    receipt_number: str | None = None
    refund_number: str | None = None
    refund_key: str | None = None

    @property
    def is_paid(self) -> bool:
        return self.receipt_number is not None and self.refund_number is None


class Treasury:
    """Orders, their checkout, refunds."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self._webhooks = Webhooks(context)
        self._orders: dict[str, Order] = {}

    async def create(self, asked: Asked) -> Response:
        filed = self._registry.file("createOrder", asked, "JK")
        if filed.is_new:
            self._orders[filed.number] = Order(
                number=filed.number,
                payer=asked.subject,
                amount=asked.values["payAmount"],
                ticket=secrets.token_urlsafe(24),
                notify_url=asked.values["notifyUrl"],
            )
        order = self._orders[filed.number]
        url = f"{self._context.base_url}/checkout/{order.number}?ticket={order.ticket}"
        return JSONResponse({"orderNo": order.number, "checkoutUrl": url}, 201)

    async def status(self, asked: Asked) -> Response:
        order = self._own(asked)
        if order is None:
            raise unknown("缴款单")
        answer = {
            "orderNo": order.number,
            "payAmount": yuan(order.amount),
            "paid": order.is_paid,
            "receiptNo": blank(order.receipt_number),
        }
        return JSONResponse(answer)

    async def refund(self, asked: Asked) -> Response:
        order = self._own(asked)
        if order is None:
            raise invalid("orderNo", "缴款单不存在")
        if asked.key is None or asked.key != order.refund_key:
            if not order.is_paid:
                raise Refused(Why.CONFLICT, "缴款单未缴款或已退付", "orderNo")
            order.refund_key = asked.key
            order.refund_number = self._registry.file("refund", asked, "TF").number
        return JSONResponse({"refundNo": order.refund_number}, 201)

    async def case_status(self, asked: Asked) -> Response:
        """An order is delivered when it is paid; a refund goes its way by itself."""
        number = asked.values["caseNo"]
        state = self._registry.find(number).state
        order = self._orders.get(number)
        if order is not None:
            state = "delivered" if order.receipt_number else "submitted"
        return JSONResponse({"caseNo": number, "caseState": state_code(state)})

    def _own(self, asked: Asked) -> Order | None:
        """Another payer's order is not known to exist."""
        order = self._orders.get(asked.values["orderNo"])
        return order if order is not None and order.payer == asked.subject else None

    async def page(self, request: Request) -> Response:
        order = self._shown(request.path_params["order_no"], request.query_params.get("ticket", ""))
        if order is None:
            return _html("缴款单不存在", "<p>缴款链接无效。</p>", 404)
        if order.receipt_number:
            return _html("缴款成功", _receipt(order))
        return _html("非税收入缴款", _form(order))

    async def pay(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        order = self._shown(request.path_params["order_no"], form.get("ticket", ""))
        if order is None:
            return _html("缴款单不存在", "<p>缴款链接无效。</p>", 404)
        if order.receipt_number is None:
            self._receive(order)
        return _html("缴款成功", _receipt(order))

    def _shown(self, number: str, ticket: str) -> Order | None:
        order = self._orders.get(number)
        if order is None or not hmac.compare_digest(order.ticket.encode(), ticket.encode()):
            return None
        return order

    def _receive(self, order: Order) -> None:
        now = self._context.now()
        order.receipt_number = f"PJ{epoch_ms(now)}{order.number[-4:]}"
        news = {
            "event": "order.paid",
            "orderNo": order.number,
            "paid": True,
            "receiptNo": order.receipt_number,
            "paidAt": iso(now),
        }
        self._webhooks.send(order.notify_url, news)


def _html(title: str, content: str, status: int = 200) -> Response:
    page = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    )
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    }
    return HTMLResponse(page, status, headers)


def _form(order: Order) -> str:
    return (
        f'<dl><dt>缴款单号</dt><dd id="order">{html.escape(order.number)}</dd>'
        f'<dt>应缴金额</dt><dd id="amount">{yuan(order.amount)}元</dd></dl>'
        f'<form method="post" action="/checkout/{html.escape(order.number)}">'
        f'<input type="hidden" name="ticket" value="{html.escape(order.ticket)}">'
        '<button type="submit" id="pay">确认缴款</button></form>'
    )


def _receipt(order: Order) -> str:
    return f'<dl><dt>电子票据号</dt><dd id="receipt">{html.escape(order.receipt_number or "")}</dd></dl>'


def refusal(refused: Refused) -> Response:
    status = HTTP_STATUS[refused.why]
    body = {"returnCode": f"FIN{status}", "returnMsg": refused.reason, "field": refused.field}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, headers)


def build(context: Context) -> Starlette:
    treasury, tokens = Treasury(context), TokenEndpoint(context)
    desk = Desk(context, tokens.guard, refusal)
    order: dict[str, inputs.Check] = {
        "payAmount": inputs.money,
        "caseRef": inputs.text,
        "notifyUrl": inputs.optional(callback_url),
    }
    refund = {"orderNo": inputs.text, "reason": inputs.text}
    which, case = {"orderNo": inputs.text}, {"caseNo": inputs.text}
    return Starlette(
        routes=[
            tokens.route(),
            desk.route("POST", "/fin/orders", "createOrder", treasury.create, order),
            desk.route("GET", "/fin/orders/{orderNo}", "orderStatus", treasury.status, which),
            desk.route("POST", "/fin/refunds", "refund", treasury.refund, refund),
            desk.route("GET", "/fin/cases/{caseNo}", "caseStatus", treasury.case_status, case, person=False),
            Route("/checkout/{order_no}", treasury.page, methods=["GET"], name="checkout"),
            Route("/checkout/{order_no}", treasury.pay, methods=["POST"], name="pay"),
        ]
    )
