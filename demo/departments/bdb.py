"""大数据局: an Apollo Federation 2 subgraph over the registers of people and firms, and open data."""

from __future__ import annotations

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
from demo.records import Citizen, World

DATASETS = {
    "DS-0001": "公共充电桩分布",
    "DS-0002": "公交线路与站点",
    "DS-0003": "空气质量历史数据",
    "DS-0004": "企业登记基本信息",
    "DS-0005": "中小学名录",
    "DS-0006": "医疗机构名录",
    "DS-0007": "公共停车场分布",
    "DS-0008": "公共文化场馆名录",
}


def build(context: Context) -> Any:
    wishes = Wishes()
    query, mutation = QueryType(), MutationType()
    citizen, firm = FederatedObjectType("Citizen"), FederatedObjectType("LegalEntity")
    citizen.reference_resolver(citizen_reference)
    citizen.set_field("kin", kin_of)
    for name in ("name", "sex", "birthDate", "ethnicity"):
        citizen.set_field(name, basic_fact)
    firm.reference_resolver(legal_entity_reference)
    query.set_field("person", person)
    query.set_field("kin", kin)
    query.set_field("legalEntity", legal_entity)
    query.set_field("datasets", datasets)
    query.set_field("caseStatus", case_status())
    mutation.set_field("requestDataset", wishes.request_dataset)
    return serve(context, make_federated_schema(description("bdb"), query, mutation, citizen, firm))


def person(_: Any, info: GraphQLResolveInfo, cid: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    found = visit.context.world.citizen(cid)
    if found is None:
        return None
    return {
        "cid": cid,
        "name": found.name,
        "sex": found.sex,
        "birthDate": found.born.isoformat(),
        "ethnicity": found.ethnicity,
    }


def citizen_reference(_: Any, info: GraphQLResolveInfo, reference: dict[str, Any]) -> Any:
    return person(None, info, str(reference.get("cid", "")))


def basic_fact(citizen: dict[str, Any], info: GraphQLResolveInfo) -> str:
    visit: Visit = info.context
    visit.count("person")
    visit.holder(level=2)
    value: str = citizen[info.field_name]
    return value


def kin_of(citizen: dict[str, Any], info: GraphQLResolveInfo, deceasedCid: str) -> Any:  # noqa: N803
    return kin(None, info, citizen["cid"], deceasedCid)


def kin(_: Any, info: GraphQLResolveInfo, cid: str, deceasedCid: str) -> dict[str, Any] | None:  # noqa: N803
    visit: Visit = info.context
    visit.count("kin")
    visit.holder(level=3)
    world = visit.context.world
    asker, deceased = world.citizen(cid), world.citizen(deceasedCid)
    if asker is None or deceased is None:
        return None
    word = relation(world, asker, deceased)
    return {"kinship": word, "deceasedName": deceased.name} if word else None


def relation(world: World, asker: Citizen, other: Citizen) -> str | None:
    """What ``asker`` is to ``other``, in the register's words; None for strangers."""
    if asker.spouse_cid == other.cid:
        return "配偶"
    if other.cid in _parents(asker):
        return "子女"
    if asker.cid in _parents(other):
        return "父母"
    if _parents(asker) & _parents(other) and asker is not other:
        return "兄弟姐妹"
    if other.cid in _grandparents(world, asker):
        return "孙子女"
    if asker.cid in _grandparents(world, other):
        return "祖父母"
    return None


def _parents(citizen: Citizen) -> set[str]:
    return {cid for cid in (citizen.father_cid, citizen.mother_cid) if cid}


def _grandparents(world: World, citizen: Citizen) -> set[str]:
    parents = (world.citizens.get(cid) for cid in _parents(citizen))
    return {cid for parent in parents if parent for cid in _parents(parent)}


def legal_entity(_: Any, info: GraphQLResolveInfo, uscc: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("legalEntity")
    visit.holder(level=0)
    firm = visit.context.world.enterprises.get(uscc)
    if firm is None:
        return None
    return {"uscc": uscc, "listed": firm.is_listed, "registerDate": firm.registered_on.isoformat()}


def legal_entity_reference(_: Any, info: GraphQLResolveInfo, reference: dict[str, Any]) -> Any:
    return legal_entity(None, info, str(reference.get("uscc", "")))


def datasets(_: Any, info: GraphQLResolveInfo, keyword: str | None = None) -> list[dict[str, Any]]:
    visit: Visit = info.context
    visit.count("datasets")
    visit.holder(level=0)
    wanted = (keyword or "").strip()
    return [{"datasetId": key, "title": title} for key, title in DATASETS.items() if wanted in title]


class Wishes:
    """What citizens would like to see opened."""

    def __init__(self) -> None:
        self._subjects = Subjects()

    def request_dataset(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("requestDataset")
        claims = visit.holder(level=0)
        self._subjects.confirm(claims, form["cid"])
        if not form["ratingText"].strip():
            raise Refused(Why.INVALID_INPUT, "请填写需求说明")
        return {"caseNo": visit.open("requestDataset", claims.subject).number}
