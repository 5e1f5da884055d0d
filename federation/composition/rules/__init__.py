"""What must hold between subgraphs, one rule a file. A rule looks at the draft and yields objections; it
changes nothing."""

from collections.abc import Callable, Iterator

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
    enums_agree,
    external_declared,
    external_used,
    field_types_agree,
    inputs_agree,
    interface_objects,
    interfaces_implemented,
    keys_valid,
    kinds_agree,
    known_directives,
    known_types,
    overrides,
    provides_valid,
    requires_valid,
    root_query,
    sharing,
)

Rule = Callable[[Draft], Iterator[Objection]]

FIRST_RULES: tuple[Rule, ...] = (known_directives.check,)
"""On the sources as they are written."""

RULES: tuple[Rule, ...] = (
    root_query.check,
    kinds_agree.check,
    known_types.check,
    interface_objects.check,
    keys_valid.check,
    requires_valid.check,
    provides_valid.check,
    overrides.check,
    external_declared.check,
    external_used.check,
    field_types_agree.check,
    arguments_agree.check,
    inputs_agree.check,
    defaults_agree.check,
    enums_agree.check,
    interfaces_implemented.check,
    sharing.check,
    authorization.check,
    contexts.check,
    contextual_everywhere.check,
    compose_directives.check,
    accessible.check,
)
"""In the order in which their objections are worth reading. Satisfiability runs after merging."""
