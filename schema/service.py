"""``Service``: one entry of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from schema.asking import value_of
from schema.sources import DepartmentSource, ServiceSource


def _described(type_: str, members: Mapping[str, str]) -> Callable[[Any], str]:
    """The description of the type itself (None) and of its members."""
    return lambda member: type_ if member is None else members[member.name]


ServiceKind = graphene.Enum(
    "ServiceKind",
    [("LOOKUP", "lookup"), ("TRANSACTION", "transaction")],
    description=_described(
        "服务类别 · What kind of service",
        {"LOOKUP": "查询 · Something is looked up", "TRANSACTION": "办理 · Something is done"},
    ),
)

Language = graphene.Enum(
    "Language",
    [("ZH", "zh"), ("EN", "en")],
    description=_described("语言 · Language", {"ZH": "中文 · Chinese", "EN": "英文 · English"}),
)

Classification = graphene.Enum(
    "Classification",
    [(level, level) for level in ("L1", "L2", "L3", "L4")],
    description=_described(
        "数据分级 · How sensitive data is",
        {
            "L1": "公开 · Public",
            "L2": "一般 · Ordinary personal or business data",
            "L3": "敏感 · Sensitive personal data",
            "L4": "受限 · Restricted",
        },
    ),
)


class Service(graphene.ObjectType):
    """A service that some department offers."""

    class Meta:
        description = "服务事项 · A service"

    id = graphene.ID(required=True, description="事项编号 · Its id")
    title = graphene.String(
        lang=graphene.Argument(Language, default_value="zh", description="所用语言 · In which language"),
        required=True,
        description="事项名称 · Its title",
    )
    title_en = graphene.String(required=True, description="事项英文名称 · Its title in English")
    department = graphene.Field(
        "schema.department.Department",
        required=True,
        description="主管部门 · The department that answers for it",
    )
    kind = ServiceKind(required=True, description="服务类别 · Looked up, or done")
    depth = ServiceKind(
        required=True,
        description="网办深度:可在线查询或可在线办理 · How far it goes online: to look up, or to finish",
    )
    classification = Classification(required=True, description="数据分级 · How sensitive its data is")
    assurance = graphene.Int(
        required=True, description="所需身份核验级别(0–3) · The assurance level it needs, 0 to 3"
    )
    promised_minutes = graphene.Int(description="承诺办结时限(分钟) · Promised time in minutes")

    @staticmethod
    def resolve_id(source: ServiceSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.id

    @staticmethod
    def resolve_title(source: ServiceSource, _info: GraphQLResolveInfo, lang: object = None) -> str:
        return source.entry.title_en if value_of(lang) == "en" else source.entry.title_zh

    @staticmethod
    def resolve_title_en(source: ServiceSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.title_en

    @staticmethod
    def resolve_department(source: ServiceSource, _info: GraphQLResolveInfo) -> DepartmentSource:
        return DepartmentSource(source.index.department(source.entry.department), source.index)

    @staticmethod
    def resolve_kind(source: ServiceSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.kind

    @staticmethod
    def resolve_depth(source: ServiceSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.kind

    @staticmethod
    def resolve_classification(source: ServiceSource, _info: GraphQLResolveInfo) -> str:
        return source.entry.classification

    @staticmethod
    def resolve_assurance(source: ServiceSource, _info: GraphQLResolveInfo) -> int:
        return source.entry.assurance

    @staticmethod
    def resolve_promised_minutes(source: ServiceSource, _info: GraphQLResolveInfo) -> int | None:
        return source.entry.promised_minutes
