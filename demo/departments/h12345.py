"""12345 便民热线: an Apollo Federation 2 subgraph. A ticket is shown only to the subject that opened it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ariadne import MutationType, QueryType
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLResolveInfo

from demo.context import Context
from demo.departments.graphql.cases import case_status
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.subjects import Subjects
from demo.departments.graphql.visit import Visit
from demo.population import SHANGHAI

OWNERS = {
    "消费": "市场监督管理局",
    "退款": "市场监督管理局",
    "工资": "人力资源和社会保障厅",
    "社保": "人力资源和社会保障厅",
    "医保": "医疗保障局",
    "噪": "生态环境厅",
    "路": "交通运输厅",
    "学": "教育厅",
}
"""A word in the text → who answers it; the first that fits."""

STATUS = {
    "submitted": "OPENED",
    "accepted": "ASSIGNED",
    "supplement": "ASSIGNED",
    "decided": "ASSIGNED",
    "delivered": "ASSIGNED",
}
_DAYS = timedelta(days=5)


@dataclass(slots=True)
class Ticket:
    number: str
    subject: str
    owner: str
    due_at: datetime
    reply: str | None = None


def build(context: Context) -> Any:
    hotline = Hotline()
    query, mutation = QueryType(), MutationType()
    ticket = FederatedObjectType("Ticket")
    ticket.reference_resolver(hotline.ticket_reference)
    query.set_field("ticket", hotline.ticket)
    query.set_field("caseStatus", case_status())
    mutation.set_field("openTicket", hotline.open_ticket)
    mutation.set_field("rate", hotline.rate)
    mutation.set_field("replyTicket", hotline.reply_ticket)
    return serve(context, make_federated_schema(description("h12345"), query, mutation, ticket))


class Hotline:
    """Tickets and ratings of this run."""

    def __init__(self) -> None:
        self._subjects = Subjects()
        self._tickets: dict[str, Ticket] = {}
        self._rated: set[tuple[str, str]] = set()

    def ticket(self, _: Any, info: GraphQLResolveInfo, ticketNo: str) -> dict[str, Any] | None:  # noqa: N803
        visit: Visit = info.context
        visit.count("ticket")
        claims = visit.holder(level=2)
        ticket = self._tickets.get(ticketNo)
        if ticket is None or ticket.subject != claims.subject:
            return None  # another's ticket and none look the same
        return {
            "ticketNo": ticket.number,
            "ticketStatus": self._status(visit, ticket),
            "dueAt": ticket.due_at.isoformat(),
            "owner": ticket.owner,
        }

    def ticket_reference(self, _: Any, info: GraphQLResolveInfo, reference: dict[str, Any]) -> Any:
        return self.ticket(None, info, str(reference.get("ticketNo", "")))

    def _status(self, visit: Visit, ticket: Ticket) -> str:
        case = visit.context.cases.get(ticket.number)
        if ticket.reply is not None:
            return "REPLIED"
        return STATUS[case.state] if case else "CLOSED"

    def open_ticket(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("openTicket")
        claims = visit.holder(level=2)
        self._subjects.confirm(claims, form["cid"])
        if not form["complaintText"].strip():
            raise Refused(Why.INVALID_INPUT, "请填写诉求内容")
        case = visit.open("openTicket", claims.subject)
        if case.number not in self._tickets:
            due_at = (visit.context.now() + _DAYS).astimezone(SHANGHAI).replace(microsecond=0)
            owner = _owner(form["complaintText"])
            self._tickets[case.number] = Ticket(case.number, claims.subject, owner, due_at)
        return {"ticketNo": case.number}

    def rate(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("rate")
        claims = visit.holder(level=1)
        earlier = visit.earlier("rate", claims.subject)
        if earlier is not None:
            return {"ratingNo": earlier.number}
        if not 1 <= form["stars"] <= 5:
            raise Refused(Why.INVALID_INPUT, "星级为 1 至 5")
        if (claims.subject, form["caseRef"]) in self._rated:
            raise Refused(Why.CONFLICT, "一事一评,已经评价过")
        self._rated.add((claims.subject, form["caseRef"]))
        return {"ratingNo": visit.open("rate", claims.subject).number}

    def reply_ticket(
        self,
        _: Any,
        info: GraphQLResolveInfo,
        ticketNo: str,  # noqa: N803
        replyText: str,  # noqa: N803
    ) -> dict[str, Any]:
        """The platform lets only officers here; the hotline cannot tell an officer from another subject."""
        visit: Visit = info.context
        visit.count("replyTicket")
        visit.holder(level=2)
        ticket = self._tickets.get(ticketNo)
        if ticket is None or not replyText.strip():
            raise Refused(Why.INVALID_INPUT, "没有这张工单,或答复为空")
        ticket.reply = replyText
        return {"ticketNo": ticket.number, "ticketStatus": self._status(visit, ticket)}


def _owner(text: str) -> str:
    return next((owner for word, owner in OWNERS.items() if word in text), "综合受理中心")
