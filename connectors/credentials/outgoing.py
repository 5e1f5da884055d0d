"""What a credential works on: a request that is about to leave, and the shape of a credential.

Must never: keep anything of a request between two requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from federation.subgraph import FetchContext


@dataclass(slots=True)
class Outgoing:
    """A request on its way out; credentials change its headers, or its URL's query. The body is settled."""

    method: str
    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Credential(Protocol):
    """One entry of ``backend.auth``."""

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        """Adds what the backend wants to see.

        Raises: BackendUnreachable (and its kinds) if the credential itself could not be got.
        """
        ...

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        """The backend answered 401: drop what was cached. True if another try may go better."""
        ...
