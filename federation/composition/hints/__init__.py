"""What is worth knowing about a graph that composes, one hint a file. A hint never prevents a supergraph.

Codes and meanings after the public list of Apollo's composition hints; a hint stands in the first subgraph that its
``subgraphs`` names. What looks at one type looks no further than a rule of one type may.
"""

from collections.abc import Callable, Iterator

from federation.composition.draft import Draft
from federation.composition.hints import (
    argument_types,
    default_presence,
    descriptions,
    directive_arguments,
    entities,
    enum_values,
    executable_directives,
    field_types,
    input_presence,
    overridden_fields,
    union_members,
    unused_enums,
    value_fields,
)
from federation.composition.objection import Objection

OF_TYPE: tuple[Callable[[Draft, str], Iterator[Objection]], ...] = (
    overridden_fields.check,
    field_types.check,
    argument_types.check,
    input_presence.check,
    default_presence.check,
    enum_values.check,
    unused_enums.check,
    entities.check,
    value_fields.check,
    union_members.check,
    descriptions.check,
    directive_arguments.check,
)
OF_GRAPH: tuple[Callable[[Draft], Iterator[Objection]], ...] = (executable_directives.check,)
"""In the order in which they are worth reading."""

__all__ = ["OF_GRAPH", "OF_TYPE"]
