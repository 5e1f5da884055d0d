"""What ``@fromContext(field:)`` says (federation spec 2.8): a context's name and a selection on whatever sets it. No
knowledge of any schema."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphql import GraphQLSyntaxError, OperationDefinitionNode, SelectionSetNode, parse

from federation.fieldsets import Need, parse_field_set

_REFERENCE = re.compile(r"[\s,]*\$[\s,]*([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_])(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """``$context { selection }``; the braces may be left out."""

    context: str
    selection: str

    @property
    def needs(self) -> tuple[Need, ...]:
        """The selection as a field set; empty where it is none."""
        try:
            return selection_needs(self.selection)
        except ValueError:
            return ()


def read_reference(text: str) -> Reference | None:
    """None where no context is named, or nothing of it."""
    found = _REFERENCE.fullmatch(text)
    if found is None or not found[2].strip(" \t\r\n,"):
        return None
    return Reference(found[1], found[2].strip())


def selection_node(selection: str) -> SelectionSetNode:
    """The selection as an AST.

    Raises: ValueError for anything besides one selection.
    """
    try:
        definitions = parse(_braced(selection), no_location=True).definitions
    except GraphQLSyntaxError as error:
        raise ValueError(error.message) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if len(definitions) != 1 or not isinstance(definitions[0], OperationDefinitionNode):
        raise ValueError("it is not one selection")
    return definitions[0].selection_set


def selection_needs(selection: str) -> tuple[Need, ...]:
    """The selection as a field set.

    Raises: ValueError for anything besides one selection, a named fragment or an alias.
    """
    selection_node(selection)
    return parse_field_set(_braced(selection)[1:-1])


def _braced(selection: str) -> str:
    text = selection.strip()
    return text if text.startswith("{") else f"{{ {text} }}"
