"""Manifest and backend made one subgraph: types, fields, calls, envelopes, errors."""

from connectors.mapping.subgraph import MappedSubgraph, map_subgraph

__all__ = ["MappedSubgraph", "map_subgraph"]
