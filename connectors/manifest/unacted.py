"""What a manifest may say although nothing acts on it: told as a warning, so that nobody relies on it.

Must never: name what does act.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.manifest.checks import Block
from connectors.manifest.findings import Finding
from connectors.manifest.reading import Place, Source

CLAIMS = frozenset({"iss", "sub", "aud", "client_id", "act", "iat", "exp", "jti", "acr", "loa", "purpose"})
"""Those of a department's token; ``loa`` is what others call ``acr``."""


def unacted(source: Source) -> tuple[Finding, ...]:
    """Of a file whose shape is right."""
    return tuple(
        source.finding("manifest.unacted", place, f"nothing acts on {_name(place)}: {why}", fix, "warning")
        for place, why, fix in (
            *_backend(source.value),
            *_words(source.value),
            *_caches(source.value),
            *_keys(source.value),
        )
    )


_Unacted = tuple[Place, str, str]


def _backend(tree: Block) -> Iterator[_Unacted]:
    backend: Block = tree["backend"]
    graphql, soap = backend.get("graphql", {}), backend.get("soap", {})
    reasons = {
        "batch": "each request has one operation",
        "persistedQueries": "documents are sent whole",
        "maxAliases": "the gateway's own limits hold",
    }
    for name, why in reasons.items():
        if graphql.get(name):
            yield ("backend", "graphql", name), why, "remove it"
    if soap.get("forceArray"):
        yield ("backend", "soap", "forceArray"), "the schema says what is a list", "remove it"
    citizen = backend.get("forward", {}).get("citizen", {})
    for index, claim in enumerate(citizen.get("claims", ())):
        if claim not in CLAIMS:
            place = ("backend", "forward", "citizen", "claims", index)
            yield place, f"the department's token has no {claim}", "sub, acr, purpose"


def _words(tree: Block) -> Iterator[_Unacted]:
    for index, rule in enumerate(tree.get("envelope", {}).get("errors", ())):
        place = ("envelope", "errors", index)
        if "detail" in rule:
            yield (*place, "detail"), "a department's words are not logged", "remove it"
        if rule.get("retry") and "retry" not in tree["backend"]:
            yield (*place, "retry"), "backend.retry does not say how", "backend: {retry: {on: [connect]}}"


def _caches(tree: Block) -> Iterator[_Unacted]:
    for coordinate, block in tree.get("overrides", {}).items():
        for name in ("cache", "purposes", "classification"):
            if name in block:
                why = "what a GraphQL backend gives by itself is passed through"
                yield ("overrides", coordinate, name), why, "remove it"


def _keys(tree: Block) -> Iterator[_Unacted]:
    if "federation" not in tree["backend"]["describe"]:
        return
    for name, block in tree.get("entities", {}).items():
        if not block.get("fields") and not tree.get("types", {}).get(name, {}).get("fields"):
            why = "what a subgraph has no key for nobody joins by; its fields are the SDL's own"
            yield ("entities", name), why, "ask the department for an @key, or declare fields under types"


def _name(place: Place) -> str:
    return ".".join(str(step) for step in place)
