"""The platform's schema as Federation 2 SDL: printed from the schema itself, directives added from one table.

Must never: be written by hand; what is printed is what runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    ConstDirectiveNode,
    FieldDefinitionNode,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    print_schema,
    visit,
)

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible"])'
)

DIRECTIVES: Mapping[str, str] = {
    "Citizen": '@key(fields: "cid")',
    "Citizen.cid": "@inaccessible",
    "Enterprise": '@key(fields: "creditCode", resolvable: false)',
    "Matter": '@key(fields: "id")',
}
"""By coordinate."""


def federation_sdl(schema: GraphQLSchema) -> str:
    """Print, then put each directive at its coordinate."""
    return f"{LINK}\n\n{print_ast(visit(parse(print_schema(schema)), _Directed()))}\n"


def _directives(coordinate: str) -> tuple[ConstDirectiveNode, ...]:
    text = DIRECTIVES.get(coordinate)
    if text is None:
        return ()
    (holder,) = parse(f"type Holder {text} {{ x: Int }}").definitions
    assert isinstance(holder, ObjectTypeDefinitionNode)
    return tuple(holder.directives)


class _Directed(Visitor):
    """Visits types, and their fields from there."""

    def leave_object_type_definition(
        self, node: ObjectTypeDefinitionNode, *_: object
    ) -> ObjectTypeDefinitionNode:
        name = node.name.value
        for one in node.fields:
            assert isinstance(one, FieldDefinitionNode)
            one.directives = (*one.directives, *_directives(f"{name}.{one.name.value}"))
        node.directives = (*node.directives, *_directives(name))
        return node
