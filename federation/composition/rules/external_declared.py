"""EXTERNAL_MISSING_ON_BASE: what one subgraph calls external, another one answers."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        external = [d for d in fields if not draft.answers(d.subgraph, d.type, d.field)]
        if external and len(external) == len(fields):
            yield objection(
                "EXTERNAL_MISSING_ON_BASE",
                [d.subgraph.name for d in external],
                external[0].field.node,
                f'"{name}.{field_name}" is answered nowhere: all declare it @external or are overridden.',
                "Remove @external in the subgraph that answers it.",
            )
