"""Whether a token and a citizen id belong together, as far as a department can know.

A department sees a pairwise subject and, in transactions for oneself, that person's id. The first pair binds
the subject; another id under the same subject is refused. Reading about wards does not come here.
"""

from __future__ import annotations

from demo.context import Claims
from demo.departments.graphql.refusal import Refused, Why


class Subjects:
    """One department's memory of who is who."""

    def __init__(self) -> None:
        self._cid_of: dict[str, str] = {}

    def confirm(self, claims: Claims, cid: str) -> None:
        if claims.level == 0:
            return  # the platform itself speaks, for nobody in particular
        if self._cid_of.setdefault(claims.subject, cid) != cid:
            raise Refused(Why.FORBIDDEN, "令牌与申请人不一致")
