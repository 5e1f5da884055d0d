"""How the platform proves itself to a backend: one file a kind, and the table that chooses."""
