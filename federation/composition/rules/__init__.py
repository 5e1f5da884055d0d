"""What must hold within and between subgraphs, one rule a file. A rule yields objections; it changes nothing.

A rule of one subgraph looks at that alone. A rule of one type looks at its declarations, at those of its family and at what
``family.py`` names, so that its answer can be kept. A rule of the graph looks at everything, each time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from federation.composition import hints
from federation.composition.draft import Draft
from federation.composition.objection import Objection
from federation.composition.rules import (
    accessible,
    arguments_agree,
    authorization,
    compose_directives,
    contexts,
    contextual_everywhere,
    defaults_agree,
    demands_told,
    directives_applied,
    enums_agree,
    extensions_based,
    external_arguments,
    external_declared,
    external_places,
    external_used,
    field_types_agree,
    inputs_agree,
    interface_objects,
    interfaces_implemented,
    keys_valid,
    kinds_agree,
    known_directives,
    known_types,
    links_valid,
    list_sizes,
    overrides,
    provides_valid,
    requires_valid,
    root_query,
    runtime_types,
    shareable_places,
    sharing,
    well_formed,
)
from federation.composition.source import SubgraphSource

OfSubgraph = Callable[[SubgraphSource], Iterator[Objection]]
OfType = Callable[[Draft, str], Iterator[Objection]]
OfGraph = Callable[[Draft], Iterator[Objection]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the three."""

    of_subgraph: OfSubgraph | None = None
    of_type: OfType | None = None
    of_graph: OfGraph | None = None


FIRST_RULES: tuple[OfSubgraph, ...] = (
    links_valid.check,
    known_directives.check,
    directives_applied.check,
    well_formed.check,
)
"""On the sources as they are written."""

RULES: tuple[Rule, ...] = (
    Rule(of_graph=root_query.check),
    Rule(of_type=kinds_agree.check),
    Rule(of_type=extensions_based.check),
    Rule(of_subgraph=known_types.check),
    Rule(of_type=interface_objects.check),
    Rule(of_subgraph=keys_valid.check),
    Rule(of_subgraph=requires_valid.check),
    Rule(of_subgraph=provides_valid.check),
    Rule(of_type=overrides.check),
    Rule(of_type=external_declared.check),
    Rule(of_subgraph=external_used.check),
    Rule(of_subgraph=external_places.check),
    Rule(of_subgraph=shareable_places.check),
    Rule(of_subgraph=list_sizes.check),
    Rule(of_type=external_arguments.check),
    Rule(of_type=field_types_agree.check),
    Rule(of_type=arguments_agree.check),
    Rule(of_type=inputs_agree.check),
    Rule(of_type=defaults_agree.check),
    Rule(of_type=enums_agree.check),
    Rule(of_type=interfaces_implemented.check),
    Rule(of_type=sharing.check),
    Rule(of_type=runtime_types.check),
    Rule(of_type=demands_told.check),
    Rule(of_graph=authorization.check),
    Rule(of_subgraph=contexts.check),
    Rule(of_type=contextual_everywhere.check),
    Rule(of_graph=compose_directives.check),
    Rule(of_type=accessible.check),
    *(Rule(of_type=each) for each in hints.OF_TYPE),
    *(Rule(of_graph=each) for each in hints.OF_GRAPH),
)
"""In the order in which their objections are worth reading. Satisfiability runs after merging."""
