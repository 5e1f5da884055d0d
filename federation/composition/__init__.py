"""SDL of many subgraphs → one supergraph, or objections. Pure; it never plans and never fetches."""

from federation.composition.compose import Composition, compose, judge
from federation.composition.objection import CompositionFailed, Objection, Severity

__all__ = ["Composition", "CompositionFailed", "Objection", "Severity", "compose", "judge"]
