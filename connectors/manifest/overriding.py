"""``overrides``: what a GraphQL backend's own SDL cannot say of its fields, field by field.

Must never: let a field that the manifest declares itself have two places that speak of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.manifest.checks import Block, Checks, words_of
from connectors.manifest.keeping import undeclared_not_public
from connectors.manifest.model import Expose, Manifest, Override


def overrides_of(blocks: Block) -> Mapping[str, Override]:
    """By coordinate."""
    return {
        coordinate: Override(
            block.get("assurance"), block.get("classification"), tuple(block.get("purposes", ()))
        )
        for coordinate, block in blocks.items()
    }


def described_too(expose: Expose, blocks: Block) -> Expose:
    """``expose`` with the descriptions that stand in overrides."""
    words = {name: words_of(block["description"]) for name, block in blocks.items() if "description" in block}
    return replace(expose, describe={**expose.describe, **words}) if words else expose


def check_overrides(manifest: Manifest, blocks: Block, check: Checks) -> None:
    """Whether each may stand; that its field exists is checked when the connector is opened."""
    for coordinate, block in blocks.items():
        place = ("overrides", coordinate)
        if manifest.backend.kind != "graphql":
            check.say("override.kind", place, "only what a GraphQL backend's own SDL brings is overridden")
        elif _is_declared(manifest, coordinate):
            check.say("override.own", place, f"{coordinate} stands in this manifest")
        elif block.get("cache", {}).get("scope") == "public":
            reason = undeclared_not_public(manifest, coordinate, block.get("classification"))
            if reason:
                here = (*place, "cache", "scope")
                check.say("cache.public", here, f"not for everybody: {reason}", "scope: citizen")


def _is_declared(manifest: Manifest, coordinate: str) -> bool:
    owner, _, name = coordinate.partition(".")
    roots = {"Query": manifest.query, "Mutation": manifest.mutation}
    if owner in roots:
        return name in roots[owner]
    declared, entity = manifest.types.get(owner), manifest.entities.get(owner)
    return (declared is not None and name in declared.fields) or (
        entity is not None and name in entity.fields
    )
