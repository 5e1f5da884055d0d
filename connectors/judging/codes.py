"""Every code of a finding with its cause and fix: docs/findings.md and the rules of SARIF are made of it."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.judging import codes_of_descriptions, codes_of_manifests, codes_of_rules, codes_of_stages
from connectors.judging.cause import Cause

PARTS: tuple[tuple[str, str, Mapping[str, Cause]], ...] = (
    (
        "The manifest",
        "From parsing, and from opening it over its description.",
        codes_of_manifests.CAUSES,
    ),
    ("Rules of lint", "Beyond what would keep it from being opened.", codes_of_rules.CAUSES),
    (
        "Later stages",
        "Compose, contract, probe, and what a grade lacks. Objections of the composition are `compose.` and the code in "
        "[federation.md](federation.md), in lower case with hyphens.",
        codes_of_stages.CAUSES,
    ),
    ("Descriptions", "OpenAPI, WSDL, GraphQL, recordings.", codes_of_descriptions.CAUSES),
)

CAUSES: Mapping[str, Cause] = {code: cause for _, _, part in PARTS for code, cause in part.items()}
