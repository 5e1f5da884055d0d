"""What may stand in another's place: members of substitution groups, and derived types.

Source: XML Schema 1.0 part 1, sections 2.2.2.2 (substitution groups) and 2.6.1 (xsi:type).
"""

from __future__ import annotations

from connectors.soap.nodes import Node
from connectors.soap.remarks import Remarks, shown
from connectors.soap.schemas import Component, Schemas

_MAX_SUBSTITUTES = 200
_MAX_DERIVED = 100


class Families:
    """Looked through once, when somebody first asks: all schemas are loaded by then."""

    def __init__(self, schemas: Schemas, remarks: Remarks) -> None:
        self._schemas = schemas
        self._remarks = remarks
        self._members: dict[str, list[Component]] | None = None
        self._substitutes: dict[str, list[Component]] = {}
        self._derived: dict[str, list[str]] | None = None

    def substitutes_of(self, head: str, where: Node) -> list[Component]:
        if head not in self._substitutes:
            members = self._all_substitutes(head)
            if len(members) > _MAX_SUBSTITUTES:
                self._remarks.say(
                    "xsd.substitutes",
                    where,
                    f"{len(members)} elements may stand in place of {shown(head)}: {_MAX_SUBSTITUTES} are read",
                )
            self._substitutes[head] = members[:_MAX_SUBSTITUTES]
        return self._substitutes[head]

    def _all_substitutes(self, head: str) -> list[Component]:
        if self._members is None:
            self._members = {}
            for member in self._schemas.components("element").values():
                for name in member.node.get("substitutionGroup").split():
                    group = self._schemas.resolve(member.node, name, member.home)
                    self._members.setdefault(group, []).append(member)
        found: dict[str, Component] = {}
        left = [head]
        while left:
            for member in self._members.get(left.pop(), ()):
                if name_of(member) not in found and name_of(member) != head:
                    found[name_of(member)] = member
                    left.append(name_of(member))
        return [item for item in found.values() if item.node.get("abstract") not in ("true", "1")]

    def derived_from(self, base: str) -> list[str]:
        """The types derived from it, directly or not, abstract ones left out."""
        if self._derived is None:
            self._derived = {}
            types = self._schemas.components("type")
            for name, found in types.items():
                for inner in found.node.children:
                    if inner.local in ("complexContent", "simpleContent"):
                        for step in inner.children:
                            if step.get("base"):
                                told = self._schemas.resolve(step, step.get("base"), found.home)
                                self._derived.setdefault(told, []).append(name)
        seen: dict[str, None] = {}
        left = [base]
        while left and len(seen) < _MAX_DERIVED:
            for name in self._derived.get(left.pop(), ()):
                if name not in seen and name != base:
                    seen[name] = None
                    left.append(name)
        types = self._schemas.components("type")
        return [name for name in seen if types[name].node.get("abstract") not in ("true", "1")]


def name_of(component: Component) -> str:
    """In Clark's notation."""
    namespace = component.home.namespace
    local = component.node.get("name")
    return f"{{{namespace}}}{local}" if namespace else local
