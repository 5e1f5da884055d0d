"""Durations, sizes and rates as a manifest writes them (``3s``, ``2MiB``, ``200/s``); their shape is checked before."""

from __future__ import annotations

from connectors.manifest.runtime import Rate

_DURATIONS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZES = {"KiB": 1024, "MiB": 1024 * 1024, "B": 1}


def duration_s(text: str) -> float:
    """``100ms`` → 0.1."""
    unit = text.lstrip("0123456789.")
    return float(text.removesuffix(unit)) * _DURATIONS[unit]


def size_bytes(text: str) -> int:
    """``2MiB`` → 2097152."""
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)) * _SIZES[unit]


def rate(text: str) -> Rate:
    """``200/s``: at most 200 in any second."""
    count, _, unit = text.partition("/")
    return Rate(int(count), _DURATIONS[unit])
