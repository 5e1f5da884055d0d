"""How large an operation is to plan: its fields, those of a fragment at each of its spreads, each once for every object type
that it may have to be asked of apart."""

from __future__ import annotations

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from federation import Supergraph

SMALL_CHARACTERS = 2_000
SMALL_FIELDS = 200
"""What is no larger is parsed, validated and planned within some milliseconds."""


def is_large(supergraph: Supergraph, document: DocumentNode) -> bool:
    """Whether any operation of a document, valid or not, has more than ``SMALL_FIELDS``. Bounded work."""
    return _Count(supergraph, document).most > SMALL_FIELDS


class _Count:
    def __init__(self, supergraph: Supergraph, document: DocumentNode) -> None:
        self._graph = supergraph
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, int] = {}
        self.most = max(
            (
                self._of(each.operation.value.capitalize(), each.selection_set)
                for each in document.definitions
                if isinstance(each, OperationDefinitionNode)
            ),
            default=0,
        )

    def _of(self, type_name: str, selection: SelectionSetNode) -> int:
        """Saturates just above ``SMALL_FIELDS``."""
        total = 0
        types = len(self._graph.possible.get(type_name, ())) or 1
        for node in selection.selections:
            if isinstance(node, FieldNode):
                child = self._graph.fields.get(type_name, {}).get(node.name.value)
                below = 0
                if child is not None and node.selection_set is not None:
                    below = self._of(child.named, node.selection_set)
                total += types * (1 + below)
            elif isinstance(node, InlineFragmentNode):
                on = node.type_condition.name.value if node.type_condition else type_name
                total += self._of(on, node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value)
            if total > SMALL_FIELDS:
                return SMALL_FIELDS + 1
        return total

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = 0  # a cycle counts nothing here; validation refuses it
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self._of(fragment.type_condition.name.value, fragment.selection_set)
        return self._known[name]
