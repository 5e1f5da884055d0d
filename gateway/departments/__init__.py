"""Connectors for people: the pages below ``/departments/`` (docs/departments.md). They work without scripts."""
