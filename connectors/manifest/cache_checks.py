"""Findings on what a manifest wants to keep: where there is no call to keep answers of, and what may not be public.

Must never: have a rule of its own; ``keeping.py`` has them.
"""

from __future__ import annotations

from connectors.manifest.checks import Checks
from connectors.manifest.keeping import entity_not_public, field_not_public
from connectors.manifest.model import Entity, Field, Manifest
from connectors.manifest.reading import Place


def check_caches(manifest: Manifest, check: Checks) -> None:
    """Every ``cache`` block of the manifest."""
    for field in manifest.query.values():
        _field(manifest, "Query", field, check)
    for declared in manifest.types.values():
        for field in declared.fields.values():
            _field(manifest, declared.name, field, check)
    for entity in manifest.entities.values():
        for field in entity.fields.values():
            _field(manifest, entity.name, field, check)
        _entity(manifest, entity, check)


def _field(manifest: Manifest, owner: str, field: Field, check: Checks) -> None:
    if field.cache is None:
        return
    place: Place = (*field.place, "cache")
    if not field.has_call:
        check.say(
            "cache.call", place, f"{owner}.{field.name} has no call whose answers could be kept", "remove it"
        )
    elif field.cache.scope == "public":
        _public(field_not_public(manifest, owner, field), place, check)


def _entity(manifest: Manifest, entity: Entity, check: Checks) -> None:
    if entity.cache is None:
        return
    place: Place = (*entity.place, "cache")
    if entity.one is None and entity.many is None:
        check.say("cache.call", place, f"{entity.name} has neither 'one' nor 'many'", "move it to a field")
    elif entity.cache.scope == "public":
        _public(entity_not_public(manifest, entity), place, check)


def _public(reason: str, place: Place, check: Checks) -> None:
    if reason:
        check.say("cache.public", (*place, "scope"), f"not for everybody: {reason}", "scope: citizen")
