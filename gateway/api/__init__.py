"""Connectors for programs: ``/api/connectors`` (docs/departments.md), and what both doors, this and the pages, have in common."""
