"""The hard cases, answered by the peers' gateways from the same made data over HTTP: the same ``data`` as ours, but
where the page says who is right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from graphql import parse

from federation import FetchContext, Unplannable, compile_operation, compose, execute
from tests.differential.loopback import serving
from tests.differential.node import needs_peers, run_among_peers
from tests.federation.made.data import MadeData
from tests.federation.made.subgraphs import made_subgraphs
from tests.federation.planning.pages import PAGES_OF_PEERS as PAGES
from tests.federation.planning.pages import PEERS, Asked, Page, read

pytestmark = [needs_peers, pytest.mark.xdist_group("peers")]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return asyncio.run(ask_the_gateways([read(path) for path in PAGES], tmp_path_factory.mktemp("peers")))


async def ask_the_gateways(pages: list[Page], scratch: Path) -> Any:
    """By page a list of queries, of each a list of ``variables``, of each what every peer answers."""
    async with serving(pages) as loopback:
        asked = [
            {
                "name": page.name,
                "sdl": compose(page.sdls, loopback.urls(page)).sdl,
                "reset": f"{loopback.address}/reset/{page.name}",
                "asked": [
                    {"id": f"{page.name} {number}", "query": each.query, "variables": each.variables}
                    for number, each in enumerate(page.asked)
                ],
            }
            for page in pages
        ]
        return await run_among_peers("answers.mjs", {"pages": asked}, scratch)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
async def test_the_peers_answer_as_the_page_says(path: Path, answered: Any) -> None:
    page = read(path)
    for asked, theirs in zip(page.asked, answered[page.name], strict=True):
        ours = await answers_of(page, asked)
        otherwise = {
            name
            for our_data, answer in zip(ours, theirs, strict=True)
            for name in PEERS
            if answer[name]["data"] != our_data
        }
        assert otherwise == set(asked.otherwise), (asked.query, ours, theirs)


async def answers_of(page: Page, asked: Asked) -> list[Any]:
    """Our ``data`` under each of the query's variables."""
    supergraph = compose(page.sdls)
    data = MadeData(page.sdls, page.facts)
    try:
        compiled = compile_operation(
            supergraph, made_subgraphs(page.sdls, data), parse(asked.query), active_labels=asked.labels
        )
    except Unplannable:
        return [None] * len(asked.variables)
    found = []
    for variables in asked.variables:
        data.mutations = 0
        found.append((await execute(compiled, variables, FetchContext())).data)
    return found
