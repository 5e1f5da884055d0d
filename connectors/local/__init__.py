"""A subgraph that answers in the same process: the platform's own schema."""

from connectors.local.subgraph import EntityResolver, LocalSubgraph

__all__ = ["EntityResolver", "LocalSubgraph"]
