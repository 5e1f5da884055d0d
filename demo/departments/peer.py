"""邻省统一平台, a second instance: plain GraphQL. Takes only tokens minted for it; colours as 绿码."""

from __future__ import annotations

import hashlib
from typing import Any

from ariadne import MutationType, QueryType, make_executable_schema
from graphql import GraphQLResolveInfo

from demo.context import Context
from demo.departments.graphql.cases import case_status
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.subjects import Subjects
from demo.departments.graphql.visit import Visit
from demo.records import World

COLOURS = {"green": "绿码", "yellow": "黄码", "red": "红码"}


def build(context: Context) -> Any:
    platform = NeighbourProvince(context.world)
    query, mutation = QueryType(), MutationType()
    query.set_field("remoteHealthCode", remote_health_code)
    query.set_field("remoteInsured", remote_insured)
    query.set_field("remoteCredential", platform.remote_credential)
    query.set_field("caseStatus", case_status(str.upper))
    mutation.set_field("transferOut", platform.transfer_out)
    return serve(context, make_executable_schema(description("peer"), query, mutation))


def remote_token(cid: str) -> str:
    """The code that the neighbouring province's app would show for this person's credential there."""
    return hashlib.sha256(f"neighbour:{cid}".encode()).hexdigest()[:32]


def remote_health_code(_: Any, info: GraphQLResolveInfo, cid: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("remoteHealthCode")
    visit.holder(level=1)
    person = visit.context.world.citizen(cid)
    if person is None:
        return None
    at_s = int(visit.context.now().timestamp())
    return {"codeColour": COLOURS[person.health_colour], "codeAt": at_s - at_s % 3600}


def remote_insured(_: Any, info: GraphQLResolveInfo, cid: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("remoteInsured")
    visit.holder(level=2)
    person = visit.context.world.citizen(cid)
    if person is None or person.remote_province is None:
        return None
    return {"fromProvince": person.remote_province, "ssCardNo": person.remote_ss_card_no}


class NeighbourProvince:
    """What the neighbour knows of people who have lived there."""

    def __init__(self, world: World) -> None:
        self._subjects = Subjects()
        self._shown = {remote_token(p.cid): p for p in world.citizens.values() if p.remote_province}

    def remote_credential(
        self,
        _: Any,
        info: GraphQLResolveInfo,
        presentToken: str,  # noqa: N803
    ) -> dict[str, Any] | None:
        visit: Visit = info.context
        visit.count("remoteCredential")
        visit.holder(level=0)
        if presentToken not in self._shown:
            return None
        return {"credKind": "居住证", "validUntil": "20301231"}

    def transfer_out(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("transferOut")
        claims = visit.holder(level=2)
        self._subjects.confirm(claims, form["cid"])
        person = visit.context.world.citizen(form["cid"])
        if person is None or person.remote_province != form["fromProvince"].strip():
            raise Refused(Why.INVALID_INPUT, "在该省没有参保记录")
        return {"caseNo": visit.open("transferOut", claims.subject).number}
