"""A manifest as judges open it: its meaning, without what depends on time, load or secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.manifest.model import Field, Manifest


def quiet(manifest: Manifest) -> Manifest:
    """No retries, breaker, rate or cache: each answer is asked for, and judged by itself."""
    backend = manifest.backend
    bare = replace(
        backend,
        retry=None,
        breaker=None,
        limits=replace(backend.limits, rate=None),
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


def without_credentials(manifest: Manifest) -> Manifest:
    """Nothing is fetched, signed or forwarded."""
    return replace(manifest, backend=replace(manifest.backend, auth=(), forward=None))


def _uncached(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {name: replace(field, cache=None) for name, field in fields.items()}
