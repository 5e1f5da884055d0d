"""The platform's root queries: who I am, and what there is."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from schema.asking import known_caller_of, people_of, value_of, within
from schema.citizen import Citizen
from schema.department import Department
from schema.service import Service, ServiceKind
from schema.sources import CitizenSource, DepartmentSource, Ports, ServiceSource, citizen_source
from tongban.errors import CallerFault, ErrorCode

MOST_SERVICES = 500
LONGEST_SEARCH = 100


def query_type(ports: Ports) -> Any:
    """``Query`` over these ports."""

    class Query(graphene.ObjectType):
        class Meta:
            description = "查询 · Look-ups: oneself, the catalogue, and what is public"

        me = graphene.Field(
            Citizen, description="本人;登录账号不是个人时为空 · Oneself; null for an account without a person"
        )
        citizen = graphene.Field(
            Citizen,
            id=graphene.ID(required=True, description="平台内的个人编号 · The person's id on this platform"),
            description="本人或被监护、被代办人 · Oneself, or somebody one acts for",
        )
        services = graphene.List(
            graphene.NonNull(Service),
            required=True,
            search=graphene.String(description="关键词,中英文均可 · Words to look for, Chinese or English"),
            department=graphene.ID(description="部门代码 · Only of this department"),
            kind=graphene.Argument(ServiceKind, description="服务类别 · Only of this kind"),
            first=graphene.Int(
                default_value=50, description="最多返回条数(1–500) · At most so many, 1 to 500"
            ),
            description="服务目录,最相关的在前 · The catalogue of services, the best match first",
        )
        departments = graphene.List(
            graphene.NonNull(Department), required=True, description="全部部门 · All departments"
        )

        @staticmethod
        def resolve_me(_root: object, info: GraphQLResolveInfo) -> CitizenSource | None:
            caller = known_caller_of(info)
            return None if caller.person is None else citizen_source(caller, caller.person, ports)

        @staticmethod
        def resolve_citizen(_root: object, info: GraphQLResolveInfo, id: str) -> CitizenSource:
            caller = known_caller_of(info)
            for person in people_of(caller):
                if person.person_id == id:
                    return citizen_source(caller, person, ports)
            raise CallerFault(ErrorCode.FORBIDDEN)

        @staticmethod
        def resolve_services(
            _root: object,
            _info: GraphQLResolveInfo,
            first: int | None = None,
            search: str | None = None,
            department: str | None = None,
            kind: Any = None,
        ) -> list[ServiceSource]:
            most = within("first", first, MOST_SERVICES, 50)
            if search is not None and len(search) > LONGEST_SEARCH:
                raise CallerFault(
                    ErrorCode.BAD_USER_INPUT, f"search must not be longer than {LONGEST_SEARCH} characters."
                )
            index = ports.index()
            found = index.search(search or "", department, value_of(kind))
            return [ServiceSource(entry, index) for entry in found[:most]]

        @staticmethod
        def resolve_departments(_root: object, _info: GraphQLResolveInfo) -> list[DepartmentSource]:
            index = ports.index()
            return [DepartmentSource(entry, index) for entry in index.departments]

    return Query
