"""SDL of many subgraphs → one supergraph, or objections. Pure; it never plans and never fetches."""

from federation.composition.compose import compose
from federation.composition.objection import CompositionFailed, Objection, Severity

__all__ = ["CompositionFailed", "Objection", "Severity", "compose"]
