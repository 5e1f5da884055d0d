"""What is seen of the departments' backends: their health, looked at while their connectors are in force, and their traffic.

Must never: have a label that grows with requests; connectors are published by people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.connector import Connector

Connectors = Callable[[], Mapping[str, Connector]]
_HELD = ("queue", "rate", "breaker")


def watch(connectors: Iterable[Connector]) -> None:
    """Starts looking after the health of those that tell a way; each ends it with its own ``close``."""
    for connector in connectors:
        if connector.health is not None:
            connector.health.start()


def health_shown(connectors: Mapping[str, Connector]) -> dict[str, Any]:
    """By connector id, for ``/readyz?verbose``; ``since`` in epoch seconds, ``up`` null before the first look."""
    return {
        name: {
            "up": connector.health.result.up,
            "since": round(connector.health.result.since_s, 3),
            "latency_ms": round(connector.health.result.latency_ms, 1),
            "evidence": connector.health.result.evidence,
        }
        for name, connector in sorted(connectors.items())
        if connector.health is not None
    }


def quality_shown(connectors: Mapping[str, Connector]) -> dict[str, list[dict[str, Any]]]:
    """By connector id the fields whose values break what was said of them, for ``/readyz?verbose``; no values."""
    return {
        name: [
            {"coordinate": seen.coordinate, "kind": seen.kind, "rule": seen.rule, "count": number}
            for seen, number in found.items()
        ]
        for name, connector in sorted(connectors.items())
        if (found := connector.quality.findings())
    }


def registry_of(connectors: Connectors) -> CollectorRegistry:
    """Figures of the connectors in force at the time of asking. They begin anew with a connector's version."""
    registry = CollectorRegistry()
    registry.register(_Figures(connectors))
    return registry


class _Figures(Collector):
    def __init__(self, connectors: Connectors) -> None:
        self._connectors = connectors

    def collect(self) -> Iterator[Metric]:
        connectors = self._connectors()
        yield from _traffic(connectors)
        yield from _answers(connectors)
        yield from _quality(connectors)
        yield from _health(connectors)


def _traffic(connectors: Mapping[str, Connector]) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "tongban_backend_requests", "Requests to a backend", labels=["connector", "outcome"]
    )
    held = CounterMetricFamily("tongban_backend_held", "Not sent, by whose order", labels=["connector", "by"])
    opened = CounterMetricFamily(
        "tongban_backend_breaker_opened", "Times the breaker opened", labels=["connector"]
    )
    now = GaugeMetricFamily(
        "tongban_backend_now", "Requests under way or waiting", labels=["connector", "state"]
    )
    breaker = GaugeMetricFamily(
        "tongban_backend_breaker_open", "1 while the breaker is not closed", labels=["connector"]
    )
    for name, connector in connectors.items():
        counts = connector.traffic.counts()
        for outcome in ("sent", "repeated", "failed"):
            requests.add_metric([name, outcome], getattr(counts, outcome))
        for by in _HELD:
            held.add_metric([name, by], getattr(counts, f"held_by_{by}"))
        opened.add_metric([name], counts.opened)
        now.add_metric([name, "under_way"], counts.under_way)
        now.add_metric([name, "waiting"], counts.waiting)
        breaker.add_metric([name], counts.breaker != "closed")
    yield from (requests, held, opened, now, breaker)


def _answers(connectors: Mapping[str, Connector]) -> Iterator[Metric]:
    given = CounterMetricFamily(
        "tongban_kept_answers", "Answers asked of what is kept", labels=["connector", "how"]
    )
    held = GaugeMetricFamily("tongban_kept_bytes", "Size of what is kept", labels=["connector"])
    for name, connector in connectors.items():
        if connector.answers is not None:
            counts = connector.answers.counts()
            for how in ("fresh", "stale", "fetched", "joined"):
                given.add_metric([name, how], getattr(counts, how))
            held.add_metric([name], counts.kept_bytes)
    yield from (given, held)


def _quality(connectors: Mapping[str, Connector]) -> Iterator[Metric]:
    broken = CounterMetricFamily(
        "tongban_data_quality", "Values that break what was said of them", labels=["connector", "kind"]
    )
    for name, connector in connectors.items():
        kinds = {"unfit": 0, "normalised": 0, "quarantined": 0}
        for found, number in connector.quality.findings().items():
            kinds[found.kind] += number
        for kind, number in kinds.items():
            broken.add_metric([name, kind], number)
    yield broken


def _health(connectors: Mapping[str, Connector]) -> Iterator[Metric]:
    up = GaugeMetricFamily("tongban_backend_up", "1: well by its own word", labels=["connector"])
    took = GaugeMetricFamily(
        "tongban_backend_health_seconds", "How long the last look took", labels=["connector"]
    )
    for name, connector in connectors.items():
        if connector.health is not None and connector.health.result.up is not None:
            up.add_metric([name], connector.health.result.up)
            took.add_metric([name], connector.health.result.latency_ms / 1000)
    yield from (up, took)
