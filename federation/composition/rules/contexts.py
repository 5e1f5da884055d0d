"""CONTEXT_*: a context that an argument takes is set somewhere. Such fields compose, but are not planned yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, Severity, objection
from federation.fieldsets import parse_field_set

_FIELD = re.compile(r"\s*\$\s*([A-Za-z][A-Za-z0-9_]*)\s*(\{.*\}|\.\.\..*)\s*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def check(draft: Draft) -> Iterator[Objection]:
    for source in draft.sources:
        known = {name for declared in source.types.values() for name in declared.contexts}
        for declared in source.types.values():
            for name in declared.contexts:
                if not _NAME.fullmatch(name):
                    yield objection(
                        "CONTEXT_NAME_INVALID",
                        (source.name,),
                        declared.node,
                        f'"{name}" is no name of a context.',
                        "Use letters and digits.",
                    )
            for child in declared.fields.values():
                for given in child.context_arguments.values():
                    at = f"{declared.name}.{child.name}({given.name}:)"
                    where = ((source.name,), given.node)
                    fault = _fault(given.from_context or "", known)
                    if fault is not None:
                        yield objection(fault[0], *where, f'"{at}": {fault[1]}', fault[2])
                    else:
                        yield objection(
                            "CONTEXT_NOT_PLANNED",
                            *where,
                            f'"{at}" is filled by @fromContext, which this gateway does not do yet.',
                            "The supergraph keeps the field for other routers; here it is refused when asked for.",
                            Severity.HINT,
                        )


def _fault(text: str, known: set[str]) -> tuple[str, str, str] | None:
    found = _FIELD.fullmatch(text)
    if found is None:
        return "NO_CONTEXT_REFERENCED", f'"{text}" names no context.', 'Write "$context { field }".'
    if found[1] not in known:
        return "CONTEXT_NOT_SET", f'the context "{found[1]}" is never set.', "Put @context on a type above."
    try:
        parse_field_set(found[2].strip().removeprefix("{").removesuffix("}"))
    except Exception as error:
        return "CONTEXT_INVALID_SELECTION", f"its selection does not parse: {error}", "Select one field."
    return None
