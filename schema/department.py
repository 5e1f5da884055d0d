"""``Department``: who answers for a service."""

from __future__ import annotations

import graphene
from graphql import GraphQLResolveInfo

from schema.sources import DepartmentSource, ServiceSource


class Department(graphene.ObjectType):
    """A department of the province."""

    class Meta:
        description = "部门 · A department"

    code = graphene.ID(required=True, description="部门代码 · Its code")
    name = graphene.String(required=True, description="部门名称 · Its name in Chinese")
    name_en = graphene.String(required=True, description="部门英文名称 · Its name in English")
    services = graphene.List(
        graphene.NonNull("schema.service.Service"),
        required=True,
        description="该部门的全部服务 · Everything it offers here",
    )

    @staticmethod
    def resolve_code(source: DepartmentSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.code

    @staticmethod
    def resolve_name(source: DepartmentSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.name_zh

    @staticmethod
    def resolve_name_en(source: DepartmentSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.name_en

    @staticmethod
    def resolve_services(source: DepartmentSource, _info: GraphQLResolveInfo) -> list[ServiceSource]:
        offered = source.index.search(department=source.entry.code)
        return [ServiceSource(entry, source.index) for entry in offered]
