"""The manifest's ``backend.health``, asked once."""

from __future__ import annotations

from typing import Any

import orjson

from connectors.backend import Answer, BackendUnreachable, CallSpec
from connectors.channel import Channel
from connectors.expressions import compile_condition
from connectors.graphql_http.posting import Poster
from connectors.judging.engine import synthetic_caller
from connectors.judging.live import Ground, Live, channel_of
from connectors.manifest.runtime import Health
from connectors.openapi.answers import decode
from federation.subgraph import FetchContext


async def ill(ground: Ground, live: Live, health: Health) -> str:
    """Why the backend is not well, without a value of its answer; empty: it is."""
    try:
        answer = await _asked(ground, live, health)
    except BackendUnreachable as error:
        return f"its health was asked and {error}"
    if health.expect is None:
        well = answer.status < 400 and answer.fault is None
        return "" if well else f"its health answers with status {answer.status}"
    body = answer.body
    view: dict[str, Any] = dict(body) if isinstance(body, dict) else {}
    # `status` of a health answer is the body's own, where it has one
    view = {"status": answer.status, **view, "body": body, "headers": answer.headers, "fault": answer.fault}
    if compile_condition(health.expect)(view):
        return ""
    return f"its health (status {answer.status}) does not meet '{health.expect}'"


async def _asked(ground: Ground, live: Live, health: Health) -> Answer:
    context = FetchContext(
        synthetic_caller(), ground.clock.monotonic_s() + ground.manifest.backend.limits.timeout_s, "probe"
    )
    if health.operation is not None:
        body = health.body if isinstance(health.body, dict) else {}
        call = CallSpec(health.operation, params={} if health.body is not None else body, body=health.body)
        prepared = live.watched.inner.prepare(call, frozenset())
        base = {"args": {}, "request": {"id": "probe", "key": None, "now": ground.clock.now().isoformat()}}
        return await prepared.send(base, context)
    channel = channel_of(ground)
    if health.query is not None:
        return await _sent(channel, "POST", Poster(channel).url, {"query": health.query}, context)
    method, path = ("GET", health.get) if health.get is not None else ("POST", health.post)
    return await _sent(channel, method, f"{channel.endpoint}{path}", health.body, context)


async def _sent(channel: Channel, method: str, url: str, body: Any, context: FetchContext) -> Answer:
    headers = {"Accept": "application/json, */*;q=0.5"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    content = None if body is None else orjson.dumps(body)
    raw = await channel.exchange(method, url, headers, content, context, repeatable=method == "GET")
    return decode(raw, text_expected=True)
