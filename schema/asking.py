"""Who asks, as a resolver sees it.

Must never: take an identity from anywhere but the verified caller of the fetch's context.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo

from federation.subgraph import FetchContext
from tongban.caller import Caller, Person
from tongban.errors import CallerFault, ErrorCode


def caller_of(info: GraphQLResolveInfo) -> Caller:
    """The caller behind this request."""
    context = info.context
    assert isinstance(context, FetchContext)
    return context.caller


def known_caller_of(info: GraphQLResolveInfo) -> Caller:
    """Raises: CallerFault UNAUTHENTICATED without a login."""
    caller = caller_of(info)
    if caller.is_anonymous:
        raise CallerFault(ErrorCode.UNAUTHENTICATED)
    return caller


def within(name: str, value: int | None, most: int, default: int) -> int:
    """How many are wanted; null means the default.

    Raises: CallerFault BAD_USER_INPUT.
    """
    if value is None:
        return default
    if not 1 <= value <= most:
        raise CallerFault(ErrorCode.BAD_USER_INPUT, f"{name} must be 1 to {most}.")
    return value


def value_of(member: Any) -> Any:
    """Graphene hands arguments over as enum members, graphql-core a default as it stands."""
    return getattr(member, "value", member)


def people_of(caller: Caller) -> tuple[Person, ...]:
    """Whom the caller may ask about: oneself and one's wards."""
    return (*((caller.person,) if caller.person else ()), *caller.wards)
