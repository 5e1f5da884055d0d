"""The pages of the login: Chinese first, then English; no script at all; nothing from elsewhere.

Must never: show back what somebody typed, or send a page that another site may frame or a cache may keep.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from auth.provider.clients import RegisteredClient
from auth.provider.settings import ProviderSettings

_STATIC = Path(__file__).parent / "static"
_KEEP = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}


class Pages:
    """Renders the pages."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._templates = Environment(
            loader=PackageLoader("auth.provider"), autoescape=True, undefined=StrictUndefined
        )
        self._style = (_STATIC / "style.css").read_bytes()
        self._icon = (_STATIC / "icon.svg").read_bytes()

    def login(
        self,
        client: RegisteredClient,
        request: str,
        redirect_uri: str,
        *,
        problem: tuple[str, str] | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """The login form. ``request`` is the sealed request that the form sends back."""
        return self._page(
            "login.html",
            status,
            form_target=redirect_uri,
            client=client,
            request=request,
            problem=problem,
            simulated=self._settings.simulated,
            samples=self._settings.samples,
        )

    def problem(self, zh: str, en: str, status: int) -> HTMLResponse:
        """Says what is wrong."""
        return self._page("problem.html", status, zh=zh, en=en)

    def confirm_logout(self, request: str, redirect_uri: str) -> HTMLResponse:
        """Asks whether to log out: another site may have sent the browser here."""
        return self._page("logout.html", 200, form_target=redirect_uri, request=request)

    def logged_out(self) -> HTMLResponse:
        return self._page("logged_out.html", 200)

    def style(self) -> Response:
        return Response(self._style, media_type="text/css", headers=_KEEP)

    def icon(self) -> Response:
        return Response(self._icon, media_type="image/svg+xml", headers=_KEEP)

    def _page(self, template: str, status: int, *, form_target: str = "", **values: object) -> HTMLResponse:
        text = self._templates.get_template(template).render(**values)
        return HTMLResponse(text, status, headers=_headers(form_target))


def _headers(form_target: str) -> dict[str, str]:
    # browsers hold the redirect after a form against form-action too (CSP 3 §6.4.1): name the client's origin
    allowed = f"'self' {_origin(form_target)}".strip()
    policy = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        f"form-action {allowed}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def _origin(address: str) -> str:
    """The source expression of a registered redirect address."""
    parts = urlsplit(address)
    if not parts.scheme:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
