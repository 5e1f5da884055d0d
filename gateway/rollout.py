"""Progressive ``@override``: for whom a label is active.

``percent(P)`` is active for P percent of sessions, always the same ones; without a login, of requests. Any other label is active
as far as the setting ``override_labels`` says, which wins over a label's own percentage too. Source: Apollo Federation, "Incremental
migration with progressive @override".
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from federation import Supergraph
from gateway.types import Identified
from tongban.settings import label_share

NONE: frozenset[str] = frozenset()


def active_labels(
    supergraph: Supergraph,
    identified: Identified,
    configured: tuple[str, ...] = (),
    met: frozenset[str] | None = None,
) -> frozenset[str]:
    """``configured``: the setting ``override_labels``. ``met``: the labels that the operation depends on (None: all)."""
    labels = supergraph.override_labels.keys() if met is None else met
    if not labels:
        return NONE
    who = identified.caller.session or identified.arrived.request_id
    shares = {**supergraph.override_labels, **_shares(configured)}
    return frozenset(
        label for label in labels if (percent := shares[label]) is not None and place_of(who, label) < percent
    )


@lru_cache(maxsize=8)
def _shares(configured: tuple[str, ...]) -> dict[str, float]:
    return dict(map(label_share, configured))


def place_of(who: str, label: str) -> float:
    """From 0 up to 100, fixed for a session and a label."""
    digest = blake2b(f"{label}\0{who}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 * 100
