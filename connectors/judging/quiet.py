"""A manifest as the contract stage opens it: its meaning, without what depends on time, load or secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.manifest.model import Field, Manifest


def quiet(manifest: Manifest) -> Manifest:
    """No credentials, retries, breaker, rate or cache: each answer is asked for, and judged by itself."""
    backend = manifest.backend
    bare = replace(
        backend,
        auth=(),
        forward=None,
        retry=None,
        breaker=None,
        limits=replace(backend.limits, rate=None, timeout_s=max(backend.limits.timeout_s, 3.0)),
    )
    return replace(
        manifest,
        backend=bare,
        query=_uncached(manifest.query),
        mutation=_uncached(manifest.mutation),
        types={name: replace(each, fields=_uncached(each.fields)) for name, each in manifest.types.items()},
        entities={
            name: replace(each, cache=None, fields=_uncached(each.fields))
            for name, each in manifest.entities.items()
        },
    )


def _uncached(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {name: replace(field, cache=None) for name, field in fields.items()}
