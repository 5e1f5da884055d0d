"""The platform's own mutations."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from schema.asking import known_caller_of
from schema.matter import Matter
from schema.sources import MatterSource, Ports


def mutation_type(ports: Ports) -> Any:
    """``Mutation`` over these ports."""

    class Mutation(graphene.ObjectType):
        class Meta:
            description = "办理 · Transactions with departments, and the rating of them"

        rate_matter = graphene.Field(
            Matter,
            id=graphene.ID(required=True, description="平台办件编号 · The matter's id"),
            grade=graphene.Int(
                required=True,
                description="评价等级(1 非常不满意 – 5 非常满意) · From 1, very bad, to 5, very good",
            ),
            text=graphene.String(
                description="评价内容(至多 1000 字) · In your words, at most 1,000 characters"
            ),
            description="好差评:办结后由本人评价一次 · Rate a finished matter of one's own, once",
        )

        @staticmethod
        async def resolve_rate_matter(
            _root: object, info: GraphQLResolveInfo, id: str, grade: int, text: str | None = None
        ) -> MatterSource:
            return MatterSource(await ports.matters.rate(id, known_caller_of(info), grade, text), ports)

    return Mutation
