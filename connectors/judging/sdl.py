"""A connector's SDL, parsed once for all who look at it in one judgement."""

from __future__ import annotations

from functools import lru_cache

from graphql import DocumentNode, parse


@lru_cache(maxsize=2)
def document_of(sdl: str) -> DocumentNode:
    """With places. Not to be changed."""
    return parse(sdl)


def root_fields(sdl: str, *roots: str) -> frozenset[tuple[str, str]]:
    """(root type, field) of the named root types, extensions included."""
    return frozenset(
        (name, field.name.value)
        for node in document_of(sdl).definitions
        if (name := getattr(getattr(node, "name", None), "value", "")) in roots
        for field in getattr(node, "fields", None) or ()
    )
