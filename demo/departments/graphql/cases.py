"""How most departments that speak GraphQL answer for a case: its number and its state, in their own spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from demo.departments.graphql.visit import Visit


def case_status(spelled: Callable[[str], str] = str) -> Callable[..., dict[str, Any] | None]:
    """A resolver of ``caseStatus(caseNo)``; ``spelled`` puts the state into the department's words."""

    def resolve(_: Any, info: GraphQLResolveInfo, caseNo: str) -> dict[str, Any] | None:  # noqa: N803
        visit: Visit = info.context
        visit.count("caseStatus")
        visit.holder(level=0)
        case = visit.context.cases.get(caseNo)
        return {"caseNo": case.number, "state": spelled(case.state)} if case else None

    return resolve
