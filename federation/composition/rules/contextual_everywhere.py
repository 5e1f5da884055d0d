"""CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS: what one subgraph fills from a context no client can give, so
that no other may demand it."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft, is_required
from federation.composition.objection import Objection, Severity, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, declared in draft.fields_of(name):
        contextual = {argument for d in declared for argument in d.field.context_arguments}
        for argument in sorted(contextual):
            filled = [d.subgraph.name for d in declared if argument in d.field.context_arguments]
            for each in declared:
                given = each.field.arguments.get(argument)
                if given is None:
                    continue
                required = is_required(given)
                yield objection(
                    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                    (each.subgraph.name, *filled),
                    given.node,
                    f'"{name}.{field_name}({argument}:)" is filled by @fromContext in {", ".join(filled)}, so that '
                    f"no client can give it{', but it is required here' if required else ''}.",
                    f"Fill it by @fromContext too, or {'make it nullable' if required else 'remove it'}.",
                    Severity.ERROR if required else Severity.HINT,
                )
