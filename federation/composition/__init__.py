"""SDL of many subgraphs → one supergraph, or objections. Pure; it never plans and never fetches."""

from federation.composition.compose import Composer, Composition, compose, judge
from federation.composition.objection import CompositionFailed, Objection, Severity

__all__ = ["Composer", "Composition", "CompositionFailed", "Objection", "Severity", "compose", "judge"]
