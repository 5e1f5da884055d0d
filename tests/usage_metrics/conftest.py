"""The meter's tests run on SQLite and on PostgreSQL, with the tables of the metadata."""

from __future__ import annotations

import usage_metrics.tables  # noqa: F401  (declares the tables)
