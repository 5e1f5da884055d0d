"""Loopback SOAP departments, written with lxml and Starlette: nothing of ours answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.connectors.loopback import listening

DESCRIPTIONS = Path(__file__).parent / "descriptions"

Answering = Callable[["Seen"], Response]


@dataclass
class Seen:
    """A request as the department got it."""

    headers: dict[str, str]
    content: bytes
    root: etree._Element

    def all(self, local: str) -> list[etree._Element]:
        return list(self.root.iter("{*}" + local))

    def text(self, local: str) -> str | None:
        found = self.all(local)
        return found[0].text if found else None


@dataclass
class Department:
    """A SOAP server on loopback; ``answer`` decides what it says."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answer: Answering = lambda seen: Response(status_code=500)

    async def serve(self, request: Request) -> Response:
        content = await request.body()
        root = etree.fromstring(content)
        self.seen.append(Seen(dict(request.headers), content, root))
        return self.answer(self.seen[-1])


@pytest.fixture
async def department() -> AsyncIterator[Department]:
    found = Department()
    async with listening(Starlette(routes=[Route("/soap", found.serve, methods=["POST"])])) as base:
        found.url = f"{base}/soap"
        yield found


@pytest.fixture
def files() -> Callable[[str], dict[str, bytes]]:
    def load(folder: str) -> dict[str, bytes]:
        base = DESCRIPTIONS / folder
        return {str(path.relative_to(base)): path.read_bytes() for path in base.rglob("*") if path.is_file()}

    return load
