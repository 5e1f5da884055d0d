"""The platform's own part of the graph: the citizen's matters and the catalogue of services. Itself a subgraph."""
