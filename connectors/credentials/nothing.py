"""``none`` and ``mtls``: nothing is added to the request (mTLS proves itself in the TLS handshake)."""

from __future__ import annotations

from connectors.credentials.outgoing import Outgoing
from federation.subgraph import FetchContext


class NoCredential:
    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        return None

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        return False
