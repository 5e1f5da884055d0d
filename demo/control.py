"""The control address of a stub backend: how a test or an operator of the demo makes it misbehave.

For loopback only; it has no login.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.context import Case
from demo.faults import MODES

if TYPE_CHECKING:
    from demo.host import Department

_KEYS = {"mode", "delay_ms", "traits", "case", "now", "reset_calls"}


class Unfit(ValueError):
    """The request to the control address makes no sense; the text says why."""


def control_app(department: Department) -> Starlette:
    """``GET`` tells, ``POST`` changes what it names and leaves the rest."""

    async def tell(_: Request) -> Response:
        return JSONResponse(_state(department))

    async def change(request: Request) -> Response:
        try:
            wish = json.loads(await request.body())
            answer = await _change(department, wish)
        except ValueError as unfit:
            return JSONResponse({"error": str(unfit)}, 400)
        return JSONResponse(answer)

    return Starlette(routes=[Route("/", tell, methods=["GET"]), Route("/", change, methods=["POST"])])


def _state(department: Department) -> dict[str, Any]:
    return {
        "code": department.code,
        "mode": department.behaviour.mode,
        "delay_ms": department.behaviour.delay_ms,
        "traits": sorted(department.context.traits),
        "calls": dict(department.context.calls),
        "requests": department.behaviour.requests,
        "cases": len(department.cases),
        "now": department.clock.now().isoformat(),
    }


async def _change(department: Department, wish: Any) -> dict[str, Any]:
    if not isinstance(wish, dict) or not set(wish) <= _KEYS:
        raise Unfit(f"expected an object with some of {', '.join(sorted(_KEYS))}")
    mode = wish.get("mode", department.behaviour.mode)
    delay_ms = wish.get("delay_ms", 0 if "mode" in wish else department.behaviour.delay_ms)
    traits = wish.get("traits")
    if mode not in MODES:
        raise Unfit(f"mode must be one of {', '.join(MODES)}")
    if isinstance(delay_ms, bool) or not isinstance(delay_ms, int) or not 0 <= delay_ms <= 600_000:
        raise Unfit("delay_ms must be a whole number from 0 to 600000")
    if traits is not None and not (isinstance(traits, list) and all(isinstance(t, str) for t in traits)):
        raise Unfit("traits must be a list of names")
    if "now" in wish:
        department.clock.put(_moment(wish["now"]))
    case = _put_case(department, wish["case"]) if "case" in wish else None
    if {"mode", "delay_ms", "traits"} & set(wish):
        await department.switch(mode, delay_ms, traits)
    if wish.get("reset_calls"):
        department.context.calls.clear()
        department.behaviour.requests = 0
    answer = _state(department)
    return answer | {"case": {"number": case.number, "state": case.state}} if case else answer


def _put_case(department: Department, wish: Any) -> Case:
    if not isinstance(wish, dict) or not {"number", "state"} <= set(wish):
        raise Unfit("case must have number and state")
    case = department.cases.put(str(wish["number"]), str(wish["state"]))
    if case is None:
        raise Unfit("no such case")
    return case


def _moment(text: Any) -> datetime | None:
    """ISO 8601 with an offset, or null for the real time."""
    if text is None:
        return None
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise Unfit("now must carry an offset")
    return moment
