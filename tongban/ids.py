"""The shapes of ids (docs/adr/0003). An id is opaque, stable, never reused, and says nothing of a person."""

from __future__ import annotations

import re
import secrets
import time

DEPARTMENT = re.compile(r"[a-z][a-z0-9]{1,15}")
"""A department's code: ``mca``, ``h12345``."""

SERVICE = re.compile(r"[a-z][a-z0-9]{1,15}\.[a-z][A-Za-z0-9]{1,63}")
"""A service: ``<department>.<operation>``, the operation in camelCase: ``mca.bookMarriage``."""

CONNECTOR = re.compile(r"[a-z][a-z0-9]{1,15}(\.[a-z][a-z0-9-]{1,31})+")
"""A connector: ``<department>.<backend>``: ``samr.enterprise``."""

APP = re.compile(r"[a-z][a-z0-9.-]{1,63}")
"""An app or OAuth client: ``tongban-app``, ``mca-1``."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(epoch_s: float | None = None) -> str:
    """A ULID: 48 bits of milliseconds, 80 random bits, sortable by time.

    Shape: 26 characters of Crockford's base 32.
    """
    millis = int((time.time() if epoch_s is None else epoch_s) * 1000)
    number = (millis << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def subgraph_of(connector: str) -> str:
    """The subgraph's name for a connector id: GraphQL enum values know no dots (join__Graph).

    ``samr.enterprise`` → ``samr_enterprise``.
    """
    return connector.replace(".", "_").replace("-", "_")
