"""Where a sentence about the merged schema has its cause: the first declaration of a type or field that it names."""

from __future__ import annotations

import re

from graphql import Node

from federation.composition.draft import Draft

_NAMED = re.compile(r"\b([_A-Za-z]\w*)(?:\.([_A-Za-z]\w*))?")


def mentioned(draft: Draft, sentence: str) -> tuple[list[str], Node | None]:
    """The subgraphs that declare it, and its node in the first of them; all of them where nothing is named."""
    for name, child in _NAMED.findall(sentence):
        declared = draft.types.get(name)
        if not declared:
            continue
        fields = [d for d in declared if child in d.type.fields]
        inputs = [d for d in declared if child in d.type.inputs]
        if fields:
            return [d.subgraph.name for d in fields], fields[0].type.fields[child].node
        if inputs:
            return [d.subgraph.name for d in inputs], inputs[0].type.inputs[child].node
        return [d.subgraph.name for d in declared], declared[0].type.node
    return [source.name for source in draft.sources], None
