"""What a manifest says of a backend's behaviour at run time, and of values: limits, retries, breaker, health, pages, caching, contracts.

Durations are seconds, sizes bytes. Must never: act; ``connectors/traffic`` and ``connectors/mapping`` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Mask = Literal["name", "idNumber", "phone", "email", "bankCard", "address", "plate", "all"]
Checksum = Literal["GB11643", "GB32100", "luhn"]
PageStyle = Literal["number", "offset", "cursor", "link", "nextUrl"]
CacheScope = Literal["public", "citizen", "none"]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` requests in any ``period_s``."""

    count: int
    period_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """``queue``: requests that may wait for their turn; ``rate`` None: no limit."""

    timeout_s: float = 3.0
    connect_timeout_s: float = 1.0
    concurrency: int = 40
    rate: Rate | None = None
    queue: int = 1000
    max_body_bytes: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Retry:
    """``connect``: no connection was made; ``reset``: it broke; ``statuses`` of HTTP. ``attempts``: sendings in all."""

    connect: bool
    reset: bool
    statuses: frozenset[int]
    attempts: int = 2
    backoff_s: float = 0.1
    respect_retry_after: bool = True


@dataclass(frozen=True, slots=True)
class Breaker:
    """``failures`` is a share from 0 to 1."""

    failures: float = 0.5
    window_s: float = 10.0
    min_calls: int = 20
    open_for_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Health:
    """Exactly one of ``get``, ``post`` (paths), ``operation`` and ``query`` is given."""

    get: str | None = None
    post: str | None = None
    operation: str | None = None
    query: str | None = None
    body: Any = None
    expect: str | None = None
    every_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Page:
    """``param`` and ``size`` are inputs of the call's operation; ``total`` and ``next`` paths within data."""

    style: PageStyle
    param: str | None = None
    size: str | None = None
    max_size: int = 100
    total: str | None = None
    next: str | None = None
    start: int = 1


@dataclass(frozen=True, slots=True)
class Cache:
    ttl_s: float
    scope: CacheScope
    stale_if_error_s: float = 0.0
    stale_while_revalidate_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Contract:
    """What a value must be; ``codes`` None: any. ``pattern`` holds for the whole value."""

    codes: frozenset[str] | None = None
    normalise: Mapping[str, str] = field(default_factory=dict)
    pattern: str | None = None
    checksum: Checksum | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Which of several types a value is: the word at ``by`` → the type's name."""

    by: str
    types: Mapping[str, str]
