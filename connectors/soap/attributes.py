"""Attributes of complex types, those of attribute groups among them.

Source: XML Schema 1.0 part 1, sections 3.2 (attributes), 3.5 (uses), 3.6 (attribute groups).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.soap.known_schemas import SOAP_ENCODING, SOAP_ENCODING_12
from connectors.soap.nodes import XSD, Node
from connectors.soap.particles import Budget
from connectors.soap.remarks import Remarks
from connectors.soap.schemas import Home, Schemas
from connectors.soap.shape import AttributeShape, SimpleShape
from connectors.soap.simple_types import STRING, SimpleTypes, documentation


@dataclass(slots=True)
class AttributeSet:
    """Those of one type: by qname, and which qname has a key."""

    by_name: dict[str, AttributeShape] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


class Attributes:
    def __init__(self, schemas: Schemas, remarks: Remarks, simple: SimpleTypes, budget: Budget) -> None:
        self._schemas = schemas
        self._remarks = remarks
        self._simple = simple
        self._budget = budget

    def below(self, node: Node, home: Home, depth: int) -> Iterator[tuple[Node, Home]]:
        for child in node.children:
            if child.local in ("attribute", "anyAttribute"):
                yield child, home
            elif child.local == "attributeGroup" and child.get("ref"):
                name = self._schemas.resolve(child, child.get("ref"), home)
                found = self._schemas.find("attributeGroup", name, child)
                if found is None:
                    continue
                self._budget.spend(child)
                if depth >= 10:
                    self._remarks.say(
                        "xsd.circle", child, "the attribute group contains itself, or too many others"
                    )
                    return
                yield from self.below(found.node, found.home, depth + 1)

    def add(self, node: Node, home: Home, content: AttributeSet) -> None:
        self._budget.spend(node)
        use = node
        reference = node.get("ref")
        if reference:
            qname = self._schemas.resolve(node, reference, home)
            if qname.startswith((f"{{{SOAP_ENCODING}}}", f"{{{SOAP_ENCODING_12}}}")):
                return
            found = self._schemas.find("attribute", qname, node)
            if found is not None:
                node, home = found.node, found.home
        else:
            form = node.get("form")
            qualified = form == "qualified" or (form != "unqualified" and home.qualified_attributes)
            local = node.get("name")
            qname = f"{{{home.namespace}}}{local}" if qualified and home.namespace else local
        if use.get("use") == "prohibited":
            content.by_name.pop(qname, None)
            return
        value = self._value(node, home)
        inherited = content.by_name.get(qname)
        key = inherited.local if inherited else free_key(qname.rpartition("}")[2], content.keys)
        content.keys[key] = qname
        content.by_name[qname] = AttributeShape(
            key,
            qname,
            value,
            documentation(use) or documentation(node) or value.description,
            use.get("use") == "required",
            use.attributes.get("fixed", node.attributes.get("fixed")),
        )

    def _value(self, node: Node, home: Home) -> SimpleShape:
        if node.get("type"):
            return self._simple.named(self._schemas.resolve(node, node.get("type"), home), node, home)
        inner = node.first(f"{{{XSD}}}simpleType")
        return self._simple.of(inner, home) if inner is not None else STRING


def free_key(local: str, taken: dict[str, str]) -> str:
    """A key of its own for a name that another namespace has here too."""
    key, number = local, 1
    while key in taken:
        number += 1
        key = f"{local}_{number}"
    return key
