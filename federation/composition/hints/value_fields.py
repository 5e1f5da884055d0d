"""INCONSISTENT_OBJECT_VALUE_TYPE_FIELD, INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD: without a key nothing is fetched to
complete a type, so a field that some lack can be had only by way of those who have it."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import ROOTS, Declared, Draft
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection
from federation.composition.source import Kind

_CODES = {
    Kind.OBJECT: "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
    Kind.INTERFACE: "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD",
}


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    code = _CODES.get(declared[0].type.kind)
    if code is None or len(declared) == 1 or name in ROOTS or any(d.type.keys for d in declared):
        return
    for field_name, fields in draft.fields_of(name):
        if len(fields) == len(declared):
            continue
        having = [d.subgraph.name for d in fields]
        missing = [d.subgraph.name for d in declared if d.subgraph.name not in having and _answers_some(d)]
        if not missing:
            continue
        yield hint(
            code,
            (*having, *missing),
            fields[0].field.node,
            f'"{name}.{field_name}" is {here_not_there(having, missing)}, which declare "{name}" too.',
            f'Add the field in every subgraph that declares "{name}", or give the type a @key.',
        )


def _answers_some(declared: Declared) -> bool:
    """Not where a subgraph only names the fields of others."""
    return not all(child.external for child in declared.type.fields.values())
