"""What connectors need from the rooms beside them, as small protocols that the gateway fills.

Nothing here opens a socket or reads a clock.
"""

from __future__ import annotations

from typing import Protocol

from tongban.caller import Caller


class TokenExchange(Protocol):
    """Mints the short-lived token of one department for one citizen (RFC 8693 by idea: the citizen's own
    is never forwarded).
    """

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        """A signed JWT for ``audience`` with the caller's pairwise subject; for an anonymous caller, the
        platform's own.
        """
        ...


class Secrets(Protocol):
    """Resolves ``secret://`` references; the values enter no log and no repr."""

    def get(self, reference: str) -> str:
        """Raises KeyError with the reference (never a value) if unknown."""
        ...
