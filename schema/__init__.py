"""The platform's own part of the graph: matters of the citizen and the catalogue. Itself a subgraph."""
