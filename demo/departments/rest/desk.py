"""The desk where a department's requests come in: count, credentials, the citizen, the
inputs, then the work.

It must never let a request through whose credentials it has not seen, and never spell a refusal itself: the
dialect does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.context import Claims, Context
from demo.departments.rest.citizen import citizen_of
from demo.departments.rest.inputs import Check, read_inputs, settle
from demo.departments.rest.refusal import Refused

Guard = Callable[[Request], Awaitable[None]]
Dialect = Callable[[Refused], Response]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that has passed the desk."""

    request: Request
    values: Mapping[str, Any]
    citizen: Claims | None

    @property
    def subject(self) -> str:
        """Who opened a matter: the pairwise subject of the citizen's token."""
        return self.citizen.subject if self.citizen else ""

    @property
    def key(self) -> str | None:
        return self.request.headers.get("idempotency-key")


Work = Callable[[Asked], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Desk:
    """``guard`` raises Refused where the platform's credentials are bad; ``dialect`` spells every refusal."""

    context: Context
    guard: Guard
    dialect: Dialect
    words: Mapping[str, str] = field(default_factory=dict)
    """The department's own spelling of an input → the province's word."""

    def route(
        self,
        method: str,
        path: str,
        operation: str,
        work: Work,
        inputs: Mapping[str, Check] | None = None,
        *,
        person: bool = True,
    ) -> Route:
        """An operation of province.json (or a helper one) at an address; ``person``: the citizen's token is
        asked for."""

        async def endpoint(request: Request) -> Response:
            self.context.called(operation)
            try:
                await self.guard(request)
                citizen = await citizen_of(self.context, request) if person else None
                given = await read_inputs(request)
                spelled = {self.words.get(name, name): value for name, value in given.items()}
                values = settle(spelled, inputs or {})
                return await work(Asked(request, values, citizen))
            except Refused as refusal:
                return self.dialect(refusal)

        return Route(path, endpoint, methods=[method], name=operation)
