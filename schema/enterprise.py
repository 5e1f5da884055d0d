"""``Enterprise``: a firm, of which the platform knows the key only."""

from __future__ import annotations

import graphene
from graphql import GraphQLResolveInfo

from schema.sources import EnterpriseSource


class Enterprise(graphene.ObjectType):
    """A firm the caller may act for."""

    class Meta:
        description = "企业 · An enterprise"

    credit_code = graphene.ID(required=True, description="统一社会信用代码 · Unified social credit code")

    @staticmethod
    def resolve_credit_code(source: EnterpriseSource, _info: GraphQLResolveInfo) -> str:
        return source.credit_code
