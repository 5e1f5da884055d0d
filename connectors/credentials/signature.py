"""``hmac`` (签名): a keyed digest over a canonical string of the request. SHA-256, SHA-512 or SM3, lower-case
hex.

The words of the canonical string and of the headers: ``{method} {path} {query} {sortedQuery} {timestamp}
{nonce} {body} {digest(body)} {sha256(body)} {sha512(body)} {sm3(body)} {signature}``. Must never: sign anything but the bytes that leave.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from connectors.credentials.outgoing import Outgoing
from federation.subgraph import FetchContext
from tongban.clock import Clock

ALGORITHMS = {"SHA256": "sha256", "SHA512": "sha512", "SM3": "sm3"}

DIGESTS = ("sha256", "sha512", "sm3")
WORDS = (
    *("method", "path", "query", "sortedQuery", "timestamp", "nonce", "body", "digest(body)"),
    *(f"{name}(body)" for name in DIGESTS),
    "signature",
)

_WORD = re.compile(r"\{([^{}]*)\}")


class Signature:
    __slots__ = ("_algorithm", "_canonical", "_clock", "_headers", "_secret")

    def __init__(
        self, algorithm: str, secret: str, canonical: str, headers: Mapping[str, str], *, clock: Clock
    ) -> None:
        """Raises: ValueError for an unknown word or algorithm."""
        self._algorithm = ALGORITHMS[algorithm]
        # not every build of OpenSSL has SM3: better to learn it now than at the first request
        hashlib.new(self._algorithm)
        self._secret = secret.encode()
        self._canonical = canonical
        self._headers = dict(headers)
        self._clock = clock
        for template in (canonical, *headers.values()):
            for word in _WORD.findall(template):
                if word not in WORDS or (template is canonical and word == "signature"):
                    raise ValueError(f"'{{{word}}}' is unknown in a signature; there are {', '.join(WORDS)}")

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        parts = urlsplit(outgoing.url)
        words: dict[str, Callable[[], str]] = {
            "method": lambda: outgoing.method,
            "path": lambda: parts.path or "/",
            "query": lambda: parts.query,
            "sortedQuery": lambda: "&".join(sorted(pair for pair in parts.query.split("&") if pair)),
            "body": lambda: outgoing.body.decode("utf-8", "surrogateescape"),
            "digest(body)": lambda: hashlib.new(self._algorithm, outgoing.body).hexdigest(),
        }
        for name in DIGESTS:
            words[f"{name}(body)"] = partial(_digest, name, outgoing.body)
        timestamp = str(int(self._clock.epoch_s()))
        nonce = secrets.token_hex(16)
        words["timestamp"] = lambda: timestamp
        words["nonce"] = lambda: nonce
        canonical = _filled(self._canonical, words).encode("utf-8", "surrogateescape")
        signature = hmac.new(self._secret, canonical, self._algorithm).hexdigest()
        words["signature"] = lambda: signature
        for name, template in self._headers.items():
            outgoing.headers[name] = _filled(template, words)

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        return False


def _digest(algorithm: str, body: bytes) -> str:
    return hashlib.new(algorithm, body).hexdigest()


def _filled(template: str, words: Mapping[str, Callable[[], str]]) -> str:
    return _WORD.sub(lambda match: words[match.group(1)](), template)
