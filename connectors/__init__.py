"""Department backends made to look like subgraphs."""
