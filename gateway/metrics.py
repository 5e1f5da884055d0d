"""Prometheus figures of the GraphQL face. Labels are few and fixed: never a client's name, a path or a value."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from prometheus_client import Counter, Histogram

from gateway.types import Arrived, Response

REQUESTS = Counter("tongban_requests_total", "GraphQL requests by status", ["status"])
SECONDS = Histogram(
    "tongban_request_seconds",
    "Time from the whole request to the whole answer",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


def observed(answer: Callable[[Arrived], Awaitable[Response]]) -> Callable[[Arrived], Awaitable[Response]]:
    async def counted(arrived: Arrived) -> Response:
        begun_s = time.perf_counter()
        response = await answer(arrived)
        SECONDS.observe(time.perf_counter() - begun_s)
        REQUESTS.labels(status=response.status).inc()
        return response

    return counted
