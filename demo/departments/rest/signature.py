"""Signed requests: HMAC over method, path, sorted query, timestamp, nonce and the body's digest; a nonce
counts once.

    METHOD \\n path \\n sorted query \\n timestamp \\n nonce \\n hex digest of the body

Path and query are taken as they stand on the wire; digest and signature are lower-case hexadecimal.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from demo.context import Context
from demo.departments.rest.refusal import Refused, Why


@dataclass(slots=True)
class SignatureCheck:
    """Asks for ``secret://<code>/hmac-secret``; ``prefix`` names the three headers (``X-Timestamp``,
    ``X-Nonce``, ``X-Sign``)."""

    context: Context
    algorithm: str  # a hashlib name: sm3, sha256
    prefix: str = "X"
    window_s: int = 300
    now_s: Callable[[], float] = time.time
    """The machine's clock: the department's own may be set by the control address, the caller's not."""
    seen: OrderedDict[str, float] = field(default_factory=OrderedDict)

    async def guard(self, request: Request) -> None:
        timestamp = request.headers.get(f"{self.prefix}-Timestamp", "")
        nonce = request.headers.get(f"{self.prefix}-Nonce", "")
        signature = request.headers.get(f"{self.prefix}-Sign", "")
        now = self.now_s()
        if (
            not (timestamp.isascii() and timestamp.isdigit())
            or abs(now - int(timestamp[:12])) > self.window_s
        ):
            raise Refused(Why.CREDENTIALS, "时间戳缺失或超出允许范围")
        if not 8 <= len(nonce) <= 64:
            raise Refused(Why.CREDENTIALS, "随机数缺失或长度不正确")
        expected = self.sign(canonical(request, timestamp, nonce, await request.body(), self.algorithm))
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise Refused(Why.CREDENTIALS, "签名不正确")
        self._once(nonce, now)

    def sign(self, canonical_text: str) -> str:
        key = self.context.secret("hmac-secret").encode()
        return hmac.new(key, canonical_text.encode(), self.algorithm).hexdigest()

    def _once(self, nonce: str, now: float) -> None:
        """Nonces are kept as long as their timestamp could still be accepted."""
        while self.seen and now - next(iter(self.seen.values())) > 2 * self.window_s:
            self.seen.popitem(last=False)
        if nonce in self.seen:
            raise Refused(Why.CREDENTIALS, "请求重复(随机数已使用)")
        self.seen[nonce] = now


def canonical(request: Request, timestamp: str, nonce: str, body: bytes, algorithm: str) -> str:
    """The text that both sides sign."""
    path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
    query = "&".join(sorted(filter(None, request.scope["query_string"].decode("latin-1").split("&"))))
    digest = hashlib.new(algorithm, body).hexdigest()
    return "\n".join((request.method, path, query, timestamp, nonce, digest))
