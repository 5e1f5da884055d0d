"""Supergraph SDL of the ``join`` specification, ours or made by others → ``Supergraph``. No I/O."""

from federation.supergraph_sdl.load import InvalidSupergraph, load_document, load_supergraph

__all__ = ["InvalidSupergraph", "load_document", "load_supergraph"]
