"""News of a case pushed to whoever asked for it: signed JSON to an address on loopback, given with the
request.

It never follows an address off the machine, and a receiver that fails changes nothing at the department.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import urllib.request
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import urlsplit

from demo.context import Case, Context
from demo.departments.rest.inputs import text

SIGNATURE_HEADER = "X-Webhook-Sign"
"""HMAC-SHA256 of the body with ``secret://<code>/hmac-secret``, lower-case hex."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LOOK_EVERY_S = 0.1
_GIVE_UP_AFTER_S = 600


def callback_url(value: Any) -> str:
    """An input check: ``http`` on loopback only."""
    url = text(value)
    try:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
            raise ValueError
    except ValueError:
        raise ValueError("回调地址不被允许") from None
    return url


class Webhooks:
    """Sends in the background and keeps hold of what is on its way.

    Traits: ``webhook_twice`` repeats every message, ``webhook_out_of_order`` tells the end of a case before
    its beginning.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, url: str | None, message: Mapping[str, Any]) -> None:
        if url is not None:
            self._start(self._deliver(url, message))

    def follow(self, url: str | None, number: str, spell: Callable[[Case], Mapping[str, Any]]) -> None:
        """Every state that a case goes through, until it is delivered."""
        if url is not None:
            self._start(self._follow(url, number, spell))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _follow(self, url: str, number: str, spell: Callable[[Case], Mapping[str, Any]]) -> None:
        told: str | None = None
        held: list[Mapping[str, Any]] = []
        for _ in range(int(_GIVE_UP_AFTER_S / _LOOK_EVERY_S)):
            case = self._context.cases.get(number)
            if case is not None and case.state != told:
                told = case.state
                held.append(spell(case))
                if told == "delivered" or "webhook_out_of_order" not in self._context.traits:
                    await self._deliver(url, *reversed(held))
                    held.clear()
            if told == "delivered":
                return
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _deliver(self, url: str, *messages: Mapping[str, Any]) -> None:
        times = 2 if "webhook_twice" in self._context.traits else 1
        for message in messages:
            body = json.dumps(message, ensure_ascii=False).encode()
            for _ in range(times):
                await asyncio.to_thread(_post, url, body, self._sign(body))

    def _sign(self, body: bytes) -> str:
        return hmac.new(self._context.secret("hmac-secret").encode(), body, hashlib.sha256).hexdigest()


def _post(url: str, body: bytes, signature: str) -> None:
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - loopback only
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        opener.open(request, timeout=5).close()
    except OSError:
        return


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A receiver cannot send the department elsewhere."""

    def redirect_request(self, *_args: Any) -> None:
        return None
