"""The route of a draft through its stages into the graph, and back (docs/adr/0012)."""
