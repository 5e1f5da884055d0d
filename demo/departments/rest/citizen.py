"""The citizen behind a request: the platform's token for this department, and for whom that person may
ask."""

from __future__ import annotations

from starlette.requests import Request

from demo.context import BadToken, Claims, Context
from demo.departments.rest.refusal import Refused, Why
from demo.world import World


async def citizen_of(context: Context, request: Request) -> Claims:
    """The claims of the citizen's token: the one the desk's guard has verified, or ``X-Citizen-Token``."""
    claims: Claims = getattr(request.state, "claims", None) or await _beside(context, request)
    if claims.level < 1:
        raise Refused(Why.FORBIDDEN, "须本人登录后办理")
    return claims


async def citizen_bearer(context: Context, request: Request) -> None:
    """A guard: the citizen's token is itself the credential (``Authorization: Bearer``)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise BadToken
        request.state.claims = await context.verify_token(token)
    except BadToken as bad:
        raise Refused(Why.CREDENTIALS, "访问令牌缺失、无效或不属于本部门") from bad


async def _beside(context: Context, request: Request) -> Claims:
    token = request.headers.get("x-citizen-token")
    if not token:
        raise Refused(Why.CITIZEN, "缺少公民身份令牌")
    try:
        return await context.verify_token(token)
    except BadToken as bad:
        raise Refused(Why.CITIZEN, "公民身份令牌无效或已过期") from bad


def may_ask_for(world: World, cid: str, owner_cid: str) -> bool:
    """A person asks for what is their own, their child's, or that of someone who has entrusted them."""
    if cid == owner_cid:
        return True
    person = world.citizen(cid)
    if person is not None and owner_cid in person.children:
        return True
    return any(login.cid == cid and owner_cid in login.wards for login in world.logins)
