"""Prometheus figures of the GraphQL face. Labels are few and fixed: never a client's name, a path or a value."""

from __future__ import annotations

import time

from prometheus_client import Counter, Gauge, Histogram

from gateway.types import Answer, Arrived, Response, Streamed

REQUESTS = Counter("tongban_requests_total", "GraphQL requests by status", ["status"])
SECONDS = Histogram(
    "tongban_request_seconds",
    "Time from the whole request to the whole answer",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
SUBSCRIPTIONS = Gauge("tongban_subscriptions", "Subscriptions that are open")
SOCKETS = Gauge("tongban_sockets", "WebSockets that are open")


def observed(answer: Answer) -> Answer:
    """Of a stream, the time to its beginning."""

    async def counted(arrived: Arrived) -> Response | Streamed:
        begun_s = time.perf_counter()
        response = await answer(arrived)
        SECONDS.observe(time.perf_counter() - begun_s)
        REQUESTS.labels(status=200 if isinstance(response, Streamed) else response.status).inc()
        return response

    return counted
