"""The stages of a registration, one file each; each gives a ``Result``."""
