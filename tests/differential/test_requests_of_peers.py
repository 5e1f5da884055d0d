"""The hard cases, planned by the peers over our supergraph SDL: as many requests as their pages say, and never fewer
than ours, but where the page says why."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from graphql import parse

from federation import Unplannable, compose, plan
from tests.differential.node import needs_peers, run_among_peers
from tests.federation.planning.pages import PAGES_OF_PEERS as PAGES
from tests.federation.planning.pages import PEERS, Page, read

pytestmark = [needs_peers, pytest.mark.xdist_group("peers")]


def asked_of_planners(pages: list[Page]) -> dict[str, Any]:
    """What ``peers/plans.mjs`` takes."""
    return {"rounds": 0, "pages": [_asked(page) for page in pages]}


def _asked(page: Page) -> dict[str, Any]:
    supergraph = compose(page.sdls, {name: f"http://127.0.0.1:1/{name}" for name in page.sdls})
    asked = [
        {"id": f"{page.name} {number}", "query": each.query, "labels": list(each.labels)}
        for number, each in enumerate(page.asked)
    ]
    return {"name": page.name, "sdl": supergraph.sdl, "asked": asked}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Any:
    asked = asked_of_planners([read(path) for path in PAGES])
    return asyncio.run(run_among_peers("plans.mjs", asked, tmp_path_factory.mktemp("peers")))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_peers_make_as_many_requests_as_the_page_says_and_no_fewer_than_ours(
    path: Path, planned: Any
) -> None:
    page = read(path)
    supergraph = compose(page.sdls)
    for asked, theirs in zip(page.asked, planned[page.name], strict=True):
        told = {name: str(theirs[name].get("requests", "none")) for name in PEERS}
        assert asked.peers == told, (asked.query, theirs)
        try:
            ours = plan(supergraph, parse(asked.query), active_labels=asked.labels).fetches
        except Unplannable:
            continue
        fewer = [name for name in PEERS if told[name].isdigit() and int(told[name]) < ours]
        assert fewer == list(asked.more_than), asked.query
