"""Fills the pages of hard cases in: ``python -m tests.long.hard_case_pages [PAGE…]``.

Under each query it writes the plan as it is now and, with ``scripts/peers`` installed, the number of requests of the
peers; it prints whose answers differ from ours or from one schema's. What it writes is to be judged, not believed: is
the plan right, is it the least?
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from graphql import parse

from federation import Supergraph, compose, plan
from tests.differential.node import run_among_peers
from tests.differential.test_answers_of_peers import answers_of, ask_the_gateways
from tests.differential.test_requests_of_peers import asked_of_planners
from tests.federation.made.data import MadeData
from tests.federation.made.subgraphs import as_one_schema
from tests.federation.planning.pages import PAGES, PEERS, Asked, Page, read
from tests.federation.planning.test_hard_cases import planned

_QUERY = re.compile(
    r"^```graphql query[^\n]*\n.*?\n```\n(?:\n```(?:variables|answer)\n.*?\n```\n)*", re.M | re.S
)
_PLAN = re.compile(r"\A\n```plan\n.*?\n```\n", re.S)
_PEERS = re.compile(r"\A\s*Peers: Hive \w+, Apollo \w+\b\.?")


async def main(names: list[str]) -> int:
    paths = [path for path in PAGES if not names or path.stem in names]
    pages = [read(path) for path in paths]
    scratch = Path(tempfile.mkdtemp())
    requests = await run_among_peers("plans.mjs", asked_of_planners(pages), scratch)
    for path, page in zip(paths, pages, strict=True):
        supergraph = compose(page.sdls)
        path.write_text(filled(path.read_text(), page, supergraph, requests[page.name]))
        _tell_counts(page, supergraph, requests[page.name])
    answers = await ask_the_gateways(pages, scratch)
    for page in pages:
        for asked, theirs in zip(page.asked, answers[page.name], strict=True):
            await _tell_answers(page, asked, theirs)
    return 0


def filled(text: str, page: Page, supergraph: Supergraph, requests: list[dict[str, Any]]) -> str:
    """The page with the plan and the peers' requests below each query."""
    blocks = list(_QUERY.finditer(text))
    found = text[: blocks[0].start()]
    ends = [*(block.start() for block in blocks[1:]), len(text)]
    for block, end, asked, theirs in zip(blocks, ends, page.asked, requests, strict=True):
        said = text[block.end() : end]
        for old in (_PLAN, _PEERS):
            said = old.sub("", said)
        counts = ", ".join(f"{name} {theirs[name].get('requests', 'none')}" for name in PEERS)
        text_of_plan = planned(supergraph, asked)
        found += f"{block[0]}\n```plan\n{text_of_plan}\n```\n\nPeers: {counts}."
        found += said.rstrip() if said.startswith(" ") else f"\n\n{said.strip()}".rstrip()
        found += "\n\n"
    return found.rstrip() + "\n"


def _tell_counts(page: Page, supergraph: Supergraph, requests: list[dict[str, Any]]) -> None:
    for asked, theirs in zip(page.asked, requests, strict=True):
        text = planned(supergraph, asked)
        fetches = (
            "none"
            if text.startswith("Unplannable")
            else plan(supergraph, parse(asked.query), active_labels=asked.labels).fetches
        )
        told = {name: theirs[name].get("requests", theirs[name].get("fault")) for name in PEERS}
        if set(map(str, told.values())) != {str(fetches)}:
            print(f"REQUESTS {page.name} {asked.query}\n  ours {fetches}, {told}")


async def _tell_answers(page: Page, asked: Asked, theirs: list[dict[str, Any]]) -> None:
    data = MadeData(page.sdls, page.facts)
    schema = compose(page.sdls).api_schema
    for variables, ours, each in zip(asked.variables, await answers_of(page, asked), theirs, strict=True):
        data.mutations = 0
        whole = as_one_schema(schema, data, parse(asked.query), variables)
        if whole.data != ours:
            print(f"ONE SCHEMA {page.name} {asked.query}\n  ours {ours}\n  one schema {whole}")
        for name in PEERS:
            if each[name]["data"] != ours:
                print(f"{name.upper()} {page.name} {asked.query}\n  ours {ours}\n  theirs {each[name]}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
