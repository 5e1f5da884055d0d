"""Which way a backend's subscriptions go: as its manifest (or listing) says, else as it turns out."""

from __future__ import annotations

from connectors.channel import Channel
from connectors.graphql_http.streaming import OverEventStream, OverWebSocket, Way, WhicheverIsSpoken
from connectors.manifest.model import Subscriptions


def open_way(channel: Channel, url: str, said: Subscriptions | None) -> Way:
    """``url``: where queries are posted. Unsaid, a WebSocket is tried first: asking for one has no effect, and a refusal
    comes at once (docs/adr/0010-subscriptions.md)."""
    if said is None:
        return WhicheverIsSpoken(OverWebSocket(channel, url), OverEventStream(channel, url))
    at = channel.origin + said.path if said.path is not None else url
    return OverWebSocket(channel, at) if said.protocol == "websocket" else OverEventStream(channel, at)
