"""``Matter``: one transaction of a citizen with a department, from submission to delivery."""

from __future__ import annotations

from datetime import datetime

import graphene
from graphql import GraphQLResolveInfo

from schema.scalars import DateTime, moment
from schema.sources import DepartmentSource, MatterSource, ServiceSource
from schema.states import STATES, UNCONFIRMED, shown
from schema.states import MatterState as State

MatterState = graphene.Enum(
    "MatterState",
    [(state.value, state.value) for state in State if state not in UNCONFIRMED],
    description=lambda member: (
        "办件状态 · Where a matter stands"
        if member is None
        else f"{STATES[State(member.value)].zh} · {STATES[State(member.value)].en.capitalize()}"
    ),
)


class MatterReceipt(graphene.ObjectType):
    """What the citizen can show for it."""

    class Meta:
        description = "回执 · The receipt of a matter"

    number = graphene.ID(required=True, description="平台回执编号 · The platform's number of this receipt")
    issued_at = DateTime(required=True, description="出具时间 · When the department had confirmed")

    @staticmethod
    def resolve_number(source: MatterSource, _info: GraphQLResolveInfo) -> str:
        return source.record.id

    @staticmethod
    def resolve_issued_at(source: MatterSource, _info: GraphQLResolveInfo) -> datetime | None:
        return moment(source.record.confirmed_at_s)


class Matter(graphene.ObjectType):
    """A matter, seen by its owner or by who acts for the owner."""

    class Meta:
        description = "办件 · A matter: one transaction with a department, from submission to delivery"

    id = graphene.ID(required=True, description="平台办件编号 · The platform's id of the matter")
    department = graphene.Field(
        "schema.department.Department", required=True, description="办理部门 · The department"
    )
    service = graphene.Field(
        "schema.service.Service",
        description="服务事项;已下架时为空 · The service; null once it is no longer offered",
    )
    number = graphene.ID(description="部门办件编号 · The department's own number, once it has given one")
    state = MatterState(required=True, description="办件状态 · Where it stands")
    is_confirmed = graphene.Boolean(
        required=True,
        description="部门是否已确认;未确认时请勿重复提交 · Whether the department confirmed it",
    )
    owner = graphene.String(required=True, description="责任单位 · The unit responsible")
    opened_at = DateTime(required=True, description="提交时间 · When it was submitted")
    due_at = DateTime(description="承诺办结时间 · When it is promised")
    updated_at = DateTime(required=True, description="最近更新时间 · When it last changed")
    receipt = graphene.Field(
        MatterReceipt, description="回执;部门确认后出具 · The receipt, once the department has confirmed"
    )
    rating = graphene.Int(description="好差评(1–5,5 为非常满意) · Its rating, 1 to 5, 5 the best")

    @staticmethod
    def resolve_id(source: MatterSource, _info: GraphQLResolveInfo) -> str:
        return source.record.id

    @staticmethod
    def resolve_department(source: MatterSource, _info: GraphQLResolveInfo) -> DepartmentSource:
        index = source.ports.index()
        return DepartmentSource(index.department(source.record.department), index)

    @staticmethod
    def resolve_service(source: MatterSource, _info: GraphQLResolveInfo) -> ServiceSource | None:
        index = source.ports.index()
        entry = index.service(source.record.service)
        return None if entry is None else ServiceSource(entry, index)

    @staticmethod
    def resolve_number(source: MatterSource, _info: GraphQLResolveInfo) -> str | None:
        return source.record.number

    @staticmethod
    def resolve_state(source: MatterSource, _info: GraphQLResolveInfo) -> str:
        return shown(source.record.state).value

    @staticmethod
    def resolve_is_confirmed(source: MatterSource, _info: GraphQLResolveInfo) -> bool:
        return source.record.is_confirmed

    @staticmethod
    def resolve_owner(source: MatterSource, _info: GraphQLResolveInfo) -> str:
        return source.record.responsible_unit

    @staticmethod
    def resolve_opened_at(source: MatterSource, _info: GraphQLResolveInfo) -> datetime | None:
        return moment(source.record.opened_at_s)

    @staticmethod
    def resolve_due_at(source: MatterSource, _info: GraphQLResolveInfo) -> datetime | None:
        return moment(source.record.due_at_s)

    @staticmethod
    def resolve_updated_at(source: MatterSource, _info: GraphQLResolveInfo) -> datetime | None:
        return moment(source.record.updated_at_s)

    @staticmethod
    def resolve_receipt(source: MatterSource, _info: GraphQLResolveInfo) -> MatterSource | None:
        return source if source.record.confirmed_at_s is not None else None

    @staticmethod
    def resolve_rating(source: MatterSource, _info: GraphQLResolveInfo) -> int | None:
        return source.record.rating
