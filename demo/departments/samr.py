"""市场监督管理局: an Apollo Federation 2 subgraph that owns the facts of a firm's registration."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from ariadne import MutationType, QueryType
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLResolveInfo

from demo import numbers
from demo.context import Context
from demo.departments.graphql.cases import case_status
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.subjects import Subjects
from demo.departments.graphql.visit import Visit
from demo.population import SHANGHAI
from demo.records import Enterprise, World

_FIRST_NEW_SERIAL = 50_000_000


def build(context: Context) -> Any:
    registry = Registry()
    query, mutation = QueryType(), MutationType()
    firm = FederatedObjectType("Enterprise")
    firm.reference_resolver(enterprise_reference)
    query.set_field("enterprise", enterprise)
    query.set_field("checkName", check_name)
    query.set_field("caseStatus", case_status())
    mutation.set_field("registerEnterprise", registry.register)
    mutation.set_field("cancelEnterprise", registry.cancel)
    mutation.set_field("complaintToMarket", registry.complain)
    return serve(context, make_federated_schema(description("samr"), query, mutation, firm))


def enterprise(_: Any, info: GraphQLResolveInfo, uscc: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("enterprise")
    visit.holder(level=0)
    firm = visit.context.world.enterprises.get(uscc)
    if firm is None:
        return None
    representative = visit.context.world.citizen(firm.legal_rep_cid)
    return {
        "uscc": firm.uscc,
        "entName": firm.name,
        "entAddress": firm.address,
        "bizScope": firm.business_scope,
        "legalRepCid": firm.legal_rep_cid,
        "legalRepName": representative.name if representative else None,
    }


def enterprise_reference(_: Any, info: GraphQLResolveInfo, reference: dict[str, Any]) -> Any:
    return enterprise(None, info, str(reference.get("uscc", "")))


def check_name(_: Any, info: GraphQLResolveInfo, entName: str) -> dict[str, Any]:  # noqa: N803
    visit: Visit = info.context
    visit.count("checkName")
    visit.holder(level=0)
    return {"nameOk": is_free(visit.context.world, entName)}


def is_free(world: World, name: str) -> bool:
    return bool(name.strip()) and all(firm.name != name.strip() for firm in world.enterprises.values())


class Registry:
    """Changes the register of firms; every department sees the change at once."""

    def __init__(self) -> None:
        self._subjects = Subjects()
        self._registered: dict[str, dict[str, Any]] = {}
        self._serial = _FIRST_NEW_SERIAL

    def register(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("registerEnterprise")
        claims = visit.holder(level=1)
        self._subjects.confirm(claims, form["agentCid"])
        earlier = visit.earlier("registerEnterprise", claims.subject)
        if earlier is not None:
            return self._registered[earlier.number]
        firm = self._new_firm(visit, form)
        case = visit.open("registerEnterprise", claims.subject)
        visit.context.world.enterprises[firm.uscc] = firm
        self._registered[case.number] = {
            "caseNo": case.number,
            "uscc": firm.uscc,
            "licenceNo": firm.licence_no,
        }
        return self._registered[case.number]

    def _new_firm(self, visit: Visit, form: dict[str, Any]) -> Enterprise:
        if not is_free(visit.context.world, form["entName"]):
            raise Refused(Why.CONFLICT, "名称已被使用")
        if not numbers.is_citizen_id(form["legalRepCid"]):
            raise Refused(Why.INVALID_INPUT, "法定代表人身份号码有误")
        try:
            capital = Decimal(form["capital"])
        except InvalidOperation:
            capital = Decimal(0)
        if not capital.is_finite() or capital <= 0:
            raise Refused(Why.INVALID_INPUT, "注册资本须为正数")
        self._serial += 1
        region = form["legalRepCid"][:6]
        uscc = numbers.enterprise_code(region, self._serial)
        return Enterprise(
            uscc=uscc,
            name=form["entName"].strip(),
            address=form["entAddress"],
            business_scope=form["bizScope"],
            capital=capital,
            legal_rep_cid=form["legalRepCid"],
            licence_no=f"YYZZ{region}{self._serial:08d}",
            tax_no=uscc,
            registered_on=visit.context.now().astimezone(SHANGHAI).date(),
        )

    def cancel(
        self,
        _: Any,
        info: GraphQLResolveInfo,
        uscc: str,
        legalRepCid: str,  # noqa: N803
    ) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("cancelEnterprise")
        claims = visit.holder(level=1)
        self._subjects.confirm(claims, legalRepCid)
        earlier = visit.earlier("cancelEnterprise", claims.subject)
        if earlier is not None:
            return {"caseNo": earlier.number}
        firm = visit.context.world.enterprises.get(uscc)
        if firm is None:
            raise Refused(Why.INVALID_INPUT, "没有这家企业")
        if firm.legal_rep_cid != legalRepCid:
            raise Refused(Why.FORBIDDEN, "仅法定代表人可以办理注销")
        del visit.context.world.enterprises[uscc]
        return {"caseNo": visit.open("cancelEnterprise", claims.subject).number}

    def complain(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("complaintToMarket")
        claims = visit.holder(level=1)
        self._subjects.confirm(claims, form["cid"])
        if form["uscc"] not in visit.context.world.enterprises:
            raise Refused(Why.INVALID_INPUT, "没有这家企业")
        return {"caseNo": visit.open("complaintToMarket", claims.subject).number}
