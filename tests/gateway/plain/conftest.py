"""Two ariadne subgraphs on loopback, and the list that names them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.plain.serving import listing
from tests.gateway.plain.subgraphs import REVIEWS, USERS, reviews, users
from tests.gateway.serving import served


@pytest.fixture
def seen() -> list[str]:
    """Which entities the reviews were asked for."""
    return []


@pytest.fixture
async def addresses(seen: list[str]) -> AsyncIterator[dict[str, str]]:
    async with served(users()) as first, served(reviews(seen)) as second:
        yield {"users": f"{first}/", "reviews": f"{second}/"}


@pytest.fixture
def listed(addresses: dict[str, str], tmp_path: Path) -> str:
    sdls = {"users": USERS, "reviews": REVIEWS}
    return listing(
        tmp_path, *({"name": name, "url": url, "sdl": sdls[name]} for name, url in addresses.items())
    )
