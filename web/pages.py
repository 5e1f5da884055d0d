"""The front page, which leads each reader on, and GraphiQL. Pages are rendered from values given here; they ask no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
BASE_CSP = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
PAGE_CSP = f"{BASE_CSP}; style-src 'self'; img-src 'self'; font-src 'self'"
GRAPHIQL_CSP = (
    f"{BASE_CSP}; script-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'"
)
"""The editor positions its lines with style attributes; scripts stay strict."""


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department on the front page."""

    code: str
    name_zh: str
    name_en: str
    services: int
    transactions: int


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page tells."""

    departments: Sequence[DepartmentRow]
    graphiql: bool
    simulated: bool

    @property
    def services(self) -> int:
        return sum(row.services for row in self.departments)


@dataclass(frozen=True, slots=True)
class Tab:
    """A sample query. A first line ``# 中文：…`` gives its tab a label before the operation's name."""

    query: str
    variables: str = ""

    @property
    def label(self) -> str:
        found = re.match(r"#\s*([^:：·\n]+)", self.query)
        return found[1].strip() if found else ""

    @property
    def name(self) -> str:
        found = re.search(r"^(?:query|mutation)\s+(\w+)", self.query, re.MULTILINE)
        return found[1] if found else ""

    def config(self) -> dict[str, str]:
        """As GraphiQL's ``defaultTabs`` takes it, and what the page needs to label it."""
        return {
            "query": self.query,
            "variables": self.variables,
            "name": self.name,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class GraphiQLPage:
    """Where the page finds the endpoint and the login."""

    origin: str
    tabs: Sequence[Tab]
    client_id: str = "graphiql"

    def config(self) -> dict[str, object]:
        return {
            "endpoint": "/graphql",
            "assets": "/static/graphiql",
            "authorizeUrl": "/oauth/authorize",
            "tokenUrl": "/oauth/token",
            "userinfoUrl": "/oauth/userinfo",
            "logoutUrl": "/oauth/logout",
            "clientId": self.client_id,
            "redirectUri": f"{self.origin}/graphiql",
            "tabs": [tab.config() for tab in self.tabs],
        }


def page_routes(front: Callable[[], Front], graphiql: GraphiQLPage | None) -> list[BaseRoute]:
    """``front`` is asked at each view; ``graphiql`` None switches that page off."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(), undefined=StrictUndefined
    )

    def show_front(_request: Request) -> Response:
        page = templates.get_template("front.html").render(front=front())
        return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_CSP})

    routes: list[BaseRoute] = [
        Route("/", show_front),
        Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
    ]
    if graphiql is not None:
        page = templates.get_template("graphiql.html").render(config=_json_for_html(graphiql.config()))

        def show_graphiql(_request: Request) -> Response:
            return HTMLResponse(page, headers={"Content-Security-Policy": GRAPHIQL_CSP})

        routes.append(Route("/graphiql", show_graphiql))
    return routes


def _json_for_html(value: object) -> Markup:
    """JSON that cannot end its script element."""
    return Markup(orjson.dumps(value).decode().replace("<", "\\u003c"))  # noqa: S704 (escaped here)
