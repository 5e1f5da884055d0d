"""Field sets (``"id org { id }"``) of ``@key``, ``@requires`` and ``@provides`` as small trees. No knowledge
of any schema."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)


@dataclass(frozen=True, slots=True)
class Need:
    """One field of a field set; ``on`` names the object or interface of an inline fragment around it."""

    name: str
    needs: tuple[Need, ...] = ()
    on: str | None = None
    arguments: tuple[ArgumentNode, ...] = ()

    def __str__(self) -> str:
        called = f"({', '.join(print_ast(a) for a in self.arguments)})" if self.arguments else ""
        inner = f" {{ {field_set_text(self.needs)} }}" if self.needs else ""
        text = f"{self.name}{called}{inner}"
        return f"... on {self.on} {{ {text} }}" if self.on else text


def field_set_text(needs: tuple[Need, ...]) -> str:
    """The set in one normal spelling."""
    return " ".join(map(str, needs))


def parse_field_set(text: str) -> tuple[Need, ...]:
    """The tree of a field set.

    Raises: GraphQLSyntaxError, or ValueError for a named fragment or an alias.
    """
    definition = parse(f"{{ {text} }}", no_location=True).definitions[0]
    if not isinstance(definition, OperationDefinitionNode):
        raise ValueError("not a field set")
    return _needs(definition.selection_set, None)


def has_directives(text: str) -> bool:
    """Whether directives stand in a field set that parses."""
    waiting: list[Node] = [parse(f"{{ {text} }}", no_location=True)]
    while waiting:
        node = waiting.pop()
        if getattr(node, "directives", None):
            return True
        children = (getattr(node, name, None) for name in ("definitions", "selections"))
        waiting.extend(each for found in children for each in found or ())
        inner = getattr(node, "selection_set", None)
        if inner is not None:
            waiting.append(inner)
    return False


def _needs(node: SelectionSetNode, on: str | None) -> tuple[Need, ...]:
    found: list[Need] = []
    for selection in node.selections:
        if isinstance(selection, FieldNode):
            if selection.alias is not None:
                raise ValueError("a field set has no aliases")
            inner = _needs(selection.selection_set, None) if selection.selection_set else ()
            found.append(Need(selection.name.value, inner, on, tuple(selection.arguments)))
        elif isinstance(selection, InlineFragmentNode):
            found.extend(
                _needs(
                    selection.selection_set,
                    selection.type_condition.name.value if selection.type_condition else on,
                )
            )
        elif isinstance(selection, FragmentSpreadNode):
            raise ValueError("a field set has no named fragments")
    return tuple(found)
