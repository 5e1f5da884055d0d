"""``Citizen``: the person everything hangs on. The platform gives the key; departments add the rest."""

from __future__ import annotations

import graphene
from graphql import GraphQLResolveInfo

from schema.asking import value_of, within
from schema.enterprise import Enterprise
from schema.matter import Matter, MatterState
from schema.sources import CitizenSource, EnterpriseSource, MatterSource
from schema.states import MatterState as State

MOST_MATTERS = 100


class Citizen(graphene.ObjectType):
    """Oneself or a ward."""

    class Meta:
        description = "公民 · A citizen: oneself, or somebody one acts for"

    cid = graphene.ID(
        required=True,
        description="公民身份号码(仅供平台内部关联) · Citizen number, used inside the platform only",
    )
    id = graphene.ID(required=True, description="平台内的个人编号 · The person's id on this platform")
    enterprises = graphene.List(
        graphene.NonNull(Enterprise),
        required=True,
        description="本人可代表的企业 · Enterprises this person may act for",
    )
    matters = graphene.List(
        graphene.NonNull(Matter),
        required=True,
        first=graphene.Int(default_value=20, description="最多返回条数(1–100) · At most so many, 1 to 100"),
        state=graphene.Argument(MatterState, description="只看此状态 · Only those in this state"),
        description="通过平台办理的事项,最近的在前 · Matters begun through the platform, the latest first",
    )

    @staticmethod
    def resolve_cid(source: CitizenSource, _info: GraphQLResolveInfo) -> str:
        return source.person.cid

    @staticmethod
    def resolve_id(source: CitizenSource, _info: GraphQLResolveInfo) -> str:
        return source.person.person_id

    @staticmethod
    def resolve_enterprises(source: CitizenSource, _info: GraphQLResolveInfo) -> list[EnterpriseSource]:
        return [EnterpriseSource(credit_code) for credit_code in source.enterprises]

    @staticmethod
    async def resolve_matters(
        source: CitizenSource, _info: GraphQLResolveInfo, first: int | None = None, state: object = None
    ) -> list[MatterSource]:
        wanted = None if state is None else State(value_of(state))
        records = await source.ports.matters.of_person(
            source.person.person_id, within("first", first, MOST_MATTERS, 20), wanted
        )
        return [MatterSource(record, source.ports) for record in records]
