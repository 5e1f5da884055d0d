"""Progressive ``@override``: for whom a label is active.

``percent(P)`` is active for P percent of sessions, always the same ones; without a login, of requests. A label that
is no percentage is never active. Source: Apollo Federation, "Incremental migration with progressive @override".
"""

from __future__ import annotations

from hashlib import blake2b

from federation import Supergraph
from gateway.types import Identified

NONE: frozenset[str] = frozenset()


def active_labels(supergraph: Supergraph, identified: Identified) -> frozenset[str]:
    if not supergraph.override_labels:
        return NONE
    who = identified.caller.session or identified.arrived.request_id
    return frozenset(
        label
        for label, percent in supergraph.override_labels.items()
        if percent is not None and _place(who, label) < percent
    )


def _place(who: str, label: str) -> float:
    """From 0 up to 100, fixed for a session and a label."""
    digest = blake2b(f"{label}\0{who}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 * 100
