"""The reference deployment as its users meet it: ``tongban demo`` in processes of its own, one for all journeys of a test process."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest

DOCUMENTS = Path(__file__).parents[2] / "demo" / "documents"


@dataclass
class Demo:
    """A running demo and the facts that it wrote for scripts."""

    origin: str
    data: Path
    facts: dict[str, Any]
    process: subprocess.Popen[str]
    ready_s: float
    printed: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    @property
    def endpoint(self) -> str:
        return str(self.facts["endpoint"])

    def token(self, login: str) -> str:
        return next(str(t["access_token"]) for t in self.facts["tokens"] if t["login"] == login)

    def ask(
        self,
        query: str,
        login: str | None = "citizen01",
        headers: dict[str, str] | None = None,
        **variables: Any,
    ) -> Any:
        """The whole answer of one operation."""
        sent = {"accept": "application/graphql-response+json", **(headers or {})}
        if login is not None:
            sent["authorization"] = f"Bearer {self.token(login)}"
        answer = httpx.post(
            self.endpoint, json={"query": query, "variables": variables}, headers=sent, timeout=30
        )
        return answer.json()

    def control(self, code: str, **wanted: Any) -> Any:
        """Tells one backend how to behave; answers when it does."""
        address = next(b["control_url"] for b in self.facts["backends"] if b["code"] == code)
        answer = httpx.post(address, json=wanted, timeout=30)
        assert answer.status_code == 200, answer.text
        self.touched.add(code)
        return answer.json()

    def calls(self, code: str) -> dict[str, int]:
        address = next(b["control_url"] for b in self.facts["backends"] if b["code"] == code)
        found: dict[str, int] = httpx.get(address, timeout=30).json()["calls"]
        return found

    def log_in(self, login: str, client_id: str) -> str:
        """The authorization code flow with PKCE, as a client of that id would do it; gives an access token."""
        redirect = (
            f"{self.origin}/graphiql" if client_id == "graphiql" else f"{self.origin}/callback/{client_id}"
        )
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        password = next(each["password"] for each in self.facts["logins"] if each["login"] == login)
        with httpx.Client(base_url=self.origin, timeout=30) as browser:
            asked = {
                "response_type": "code", "client_id": client_id, "redirect_uri": redirect, "scope": "openid",
                "state": "s" * 16, "code_challenge": challenge, "code_challenge_method": "S256",
            }  # fmt: skip
            page = browser.get("/oauth/authorize", params=asked)
            assert page.status_code == 200, page.text
            action, fields = form_of(page.text)
            answer = browser.post(action, data={**fields, "login": login, "password": password})
            for _ in range(3):
                location = answer.headers.get("location", "")
                if location.startswith(redirect):
                    break
                answer = browser.get(location)
            assert location.startswith(redirect), answer.text
            given = parse_qs(urlsplit(location).query)
            tokens = browser.post(
                "/oauth/token",
                data={
                    "grant_type": "authorization_code", "code": given["code"][0], "redirect_uri": redirect,
                    "client_id": client_id, "code_verifier": verifier,
                },
            )  # fmt: skip
            assert tokens.status_code == 200, tokens.text
            return str(tokens.json()["access_token"])


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Action and hidden fields of a page's form."""
    action = re.search(r'<form[^>]*action="([^"]*)"', page)
    assert action, page
    hidden = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            hidden[attributes["name"]] = unescape(attributes.get("value", ""))
    return unescape(action.group(1)), hidden


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("demo")
    port = free_port()
    begun = time.perf_counter()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TONGBAN_")}
    log = (data / "stderr.txt").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "demo", "--port", str(port), "--data", str(data), "--no-history"],
        stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
    )  # fmt: skip
    printed: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        printed.append(line.rstrip("\n"))
        if line.startswith("ready "):
            break
    else:
        raise AssertionError(f"no ready line:\n{chr(10).join(printed)}\n{(data / 'stderr.txt').read_text()}")
    ready_s = time.perf_counter() - begun
    facts = orjson.loads((data / "demo.json").read_bytes())
    yield Demo(f"http://127.0.0.1:{port}", data, facts, process, ready_s, printed)
    process.terminate()
    assert process.wait(timeout=30) is not None


@pytest.fixture
def healthy(demo: Demo) -> Iterator[Demo]:
    """Every backend that was told to misbehave is well again afterwards."""
    yield demo
    for code in list(demo.touched):
        demo.control(code, mode="ok", delay_ms=0, traits=[])
    demo.touched.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys of a run share one demo: they stay on one worker."""
    for item in items:
        if "journeys" in Path(str(item.path)).parts:
            item.add_marker(pytest.mark.xdist_group("demo"))
