"""Planning time beside the peers' planners, over the same supergraphs and operations, in one run.

``scripts/bench planning [--rounds 20] [--suites FOLDER]`` plans the pages of hard cases and the operations of
``bench/adversarial.py``, and with FOLDER those of its ``NAME.graphql`` (supergraph SDL) with ``NAME.tests.json``
(``[{"query"}]``). Ours is measured from the operation's text, as Hive's has to be, and from the parsed document.
No cache of plans takes part. Needs ``scripts/peers``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from graphql import parse

from bench.adversarial import ENDLESS, LINK, adversarial
from federation import PlanBudgetExceeded, Supergraph, Unplannable, compose, load_supergraph, plan
from tests.differential.node import PEERS as INSTALLED
from tests.differential.node import run_among_peers
from tests.federation.planning.pages import PAGES, read

PLANNERS = ("ours", "ours, parsed", "Hive", "Apollo")


@dataclass
class Graph:
    """One supergraph with its operations."""

    name: str
    group: str
    supergraph: Supergraph
    queries: list[str]
    labels: list[list[str]]


@dataclass
class Measured:
    """One operation: milliseconds and requests by planner, where it has a plan."""

    name: str
    group: str
    ms: dict[str, float]
    requests: dict[str, int]


def graphs(suites: Path | None) -> list[Graph]:
    found: list[Graph] = []
    for path in PAGES:
        page = read(path)
        queries = [each.query for each in page.asked]
        labels = [list(each.labels) for each in page.asked]
        found.append(Graph(page.name, "corpus", _composed(page.sdls), queries, labels))
    for name, sdls, query in adversarial():
        supergraph = _composed({subgraph: LINK + sdl for subgraph, sdl in sdls.items()})
        found.append(Graph(name, "adversarial", supergraph, [query], [[]]))
    for path in sorted(suites.glob("*.graphql")) if suites is not None else ():
        tests = json.loads(path.with_suffix(".tests.json").read_text())
        queries = [each["query"] for each in tests]
        supergraph = load_supergraph(path.read_text())
        found.append(Graph(path.stem, "suites", supergraph, queries, [[] for _ in queries]))
    return found


def _composed(sdls: dict[str, str]) -> Supergraph:
    return compose(sdls, {name: f"http://127.0.0.1:1/{name}" for name in sdls})


def ours(graph: Graph, query: str, labels: list[str], rounds: int) -> tuple[dict[str, float], int]:
    """Milliseconds from the text and from the document, and requests.

    Raises: Unplannable, PlanBudgetExceeded.
    """
    document = parse(query, no_location=True)

    def whole() -> None:
        plan(graph.supergraph, parse(query, no_location=True), active_labels=labels)

    def parsed() -> None:
        plan(graph.supergraph, document, active_labels=labels)

    requests = plan(graph.supergraph, document, active_labels=labels).fetches
    return {"ours": _median_ms(whole, rounds), "ours, parsed": _median_ms(parsed, rounds)}, requests


def _median_ms(work: Callable[[], None], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        times.append((perf_counter() - started) * 1000)
    return median(times)


async def measured(found: list[Graph], rounds: int) -> list[Measured]:
    asked = [
        {
            "name": f"{graph.group}/{graph.name}",
            "sdl": graph.supergraph.sdl,
            "asked": [
                {
                    "id": f"{graph.group}/{graph.name} {n}",
                    "query": query,
                    "labels": graph.labels[n],
                    "without": ["Apollo"] if graph.name in ENDLESS else [],
                }
                for n, query in enumerate(graph.queries)
            ],
        }
        for graph in found
    ]
    with tempfile.TemporaryDirectory() as scratch:
        theirs = await run_among_peers("plans.mjs", {"rounds": rounds, "pages": asked}, Path(scratch))
    rows: list[Measured] = []
    for graph in found:
        for n, (query, peers) in enumerate(
            zip(graph.queries, theirs[f"{graph.group}/{graph.name}"], strict=True)
        ):
            try:
                ms, requests = ours(graph, query, graph.labels[n], rounds)
            except (Unplannable, PlanBudgetExceeded) as fault:
                print(f"no plan of ours: {graph.name} {n}: {fault}")
                continue
            rows.append(_row(f"{graph.name} {n}", graph.group, ms, requests, peers))
    return rows


def _row(name: str, group: str, ms: dict[str, float], requests: int, peers: dict[str, Any]) -> Measured:
    for peer, told in peers.items():
        if "fault" in told:
            print(f"no plan of {peer}: {name}: {told['fault'][:100]}")
    planned = {peer: told for peer, told in peers.items() if "ms" in told}
    return Measured(
        name,
        group,
        {**ms, **{peer: told["ms"] for peer, told in planned.items()}},
        {"ours": requests, **{peer: told["requests"] for peer, told in planned.items()}},
    )


def report(rows: list[Measured]) -> None:
    for group in dict.fromkeys(row.group for row in rows):
        _table(group, [row for row in rows if row.group == group])
    if len({row.group for row in rows}) > 1:
        _table("all", rows)
    print("\nslowest of ours (ms):")
    for row in sorted(rows, key=lambda each: -each.ms["ours"])[:12]:
        told = ", ".join(
            f"{p} {row.ms[p]:.2f} ({row.requests[p]})" for p in ("ours", "Hive", "Apollo") if p in row.ms
        )
        print(f"  {row.group}/{row.name}: {told} (requests)")
    worse = [
        row
        for row in rows
        if any(row.requests[p] < row.requests["ours"] for p in row.requests if p != "ours")
    ]
    print("more requests than a peer:", ", ".join(f"{row.group}/{row.name}" for row in worse) or "none")


def _table(group: str, rows: list[Measured]) -> None:
    print(f"\n{group}: {len(rows)} operations{'':<16}{'median':>9}{'p95':>9}{'max':>9}  ms")
    figures = {}
    for planner in PLANNERS:
        times = sorted(row.ms[planner] for row in rows if planner in row.ms)
        figures[planner] = (median(times), times[int(len(times) * 0.95)], times[-1])
        print(f"  {planner:<32}" + "".join(f"{figure:>9.3f}" for figure in figures[planner]))
    by_hive = figures["ours"][0] / figures["Hive"][0]
    by_apollo = figures["ours"][2] / figures["Apollo"][2]
    print(f"  our median is {by_hive:.1f} x Hive's, our maximum {by_apollo:.2f} x Apollo's")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--suites", type=Path, default=None)
    options = parser.parse_args()
    if not (INSTALLED / ".stamp").exists():
        raise SystemExit("the peers are not installed: scripts/peers")
    report(asyncio.run(measured(graphs(options.suites), options.rounds)))


if __name__ == "__main__":
    main()
