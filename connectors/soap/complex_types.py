"""Complex types and elements of XML Schema as shapes.

Types are filled from a queue, not by recursion, so that types that contain themselves, and chains of any length,
end. Must never: raise for what a schema says; what can't be read is "anything", and said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connectors.soap.known_schemas import SOAP_ENCODING, SOAP_ENCODING_12
from connectors.soap.nodes import XSD, Node
from connectors.soap.particles import Around, Budget, Particle, Particles
from connectors.soap.remarks import Remarks, shown
from connectors.soap.schemas import Component, Home, Schemas
from connectors.soap.shape import AttributeShape, ElementShape, SimpleShape, TypeShape
from connectors.soap.simple_types import STRING, SimpleTypes, built_in_of, documentation

_MAX_SAME = 50
_MAX_SUBSTITUTES = 200
_MAX_DERIVED = 100
_MAX_BASES = 60
_ARRAYS = (f"{{{SOAP_ENCODING}}}Array", f"{{{SOAP_ENCODING_12}}}Array")
_ARRAY_TYPE = "{http://schemas.xmlsoap.org/wsdl/}arrayType"
ANYTHING = f"{{{XSD}}}anyType"


@dataclass(slots=True)
class _Content:
    """What a type and its bases add up to."""

    particles: list[Particle] = field(default_factory=list)
    attributes: dict[str, AttributeShape] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    text: SimpleShape | None = None
    item: ElementShape | None = None
    open: bool = False
    open_attributes: bool = False
    mixed: bool = False
    bases: set[int] = field(default_factory=set)


class ComplexTypes:
    """Every type and element is made once. ``settle`` fills what was made."""

    def __init__(self, schemas: Schemas, remarks: Remarks) -> None:
        self._schemas = schemas
        self._remarks = remarks
        self._simple = SimpleTypes(schemas, remarks)
        self._budget = Budget(remarks)
        self._particles = Particles(schemas, remarks, self._budget)
        self._named: dict[str, TypeShape] = {}
        self._inline: dict[tuple[int, str], TypeShape] = {}
        self._queue: deque[tuple[TypeShape, Node, Home]] = deque()
        self._members: dict[str, list[Component]] | None = None
        self._substitutes: dict[str, list[Component]] = {}
        self._derived: dict[str, list[str]] | None = None

    def named(self, name: str, where: Node) -> TypeShape:
        """The type of that Clark name; anything, where it is missing."""
        if name not in self._named:
            self._named[name] = self._make(name, where)
        return self._named[name]

    def exists(self, name: str, where: Node) -> bool:
        """False, and said, for a type that nothing declares."""
        known = name == ANYTHING or built_in_of(name) is not None
        return known or self._schemas.find("type", name, where) is not None

    def global_element(self, name: str, where: Node) -> ElementShape | None:
        """None, and said, where nothing declares it."""
        found = self._schemas.find("element", name, where)
        return None if found is None else self._element(found.node, found.home, Around(), name)

    def settle(self) -> None:
        """Raises: WsdlRefused if the schema unfolds to too much."""
        while self._queue:
            made, node, home = self._queue.popleft()
            self._fill(made, node, home)

    def all_named(self) -> dict[str, TypeShape]:
        """Every complex type by its Clark name: what ``xsi:type`` may say."""
        for name, found in list(self._schemas.components("type").items()):
            if found.node.local == "complexType":
                self.named(name, found.node)
        self.settle()
        return {
            name: type_ for name, type_ in self._named.items() if not (type_.text and not type_.attributes)
        }

    # types

    def _make(self, name: str, where: Node) -> TypeShape:
        local = name.rpartition("}")[2]
        if name == ANYTHING:
            return TypeShape("anyType", name, open=True, open_attributes=True)
        simple = built_in_of(name)
        if simple is not None:
            return TypeShape(local, name, text=simple)
        found = self._schemas.find("type", name, where)
        if found is None:
            guessed = built_in_of(f"{{{XSD}}}{local}") if not name.startswith("{") else None
            if guessed is not None:
                return TypeShape(local, f"{{{XSD}}}{local}", text=guessed)
            return TypeShape(local, name, open=True)
        if found.node.local == "simpleType":
            text = self._simple.of(found.node, found.home)
            return TypeShape(local, name, text=text, description=text.description)
        made = TypeShape(local, name)
        self._queue.append((made, found.node, found.home))
        return made

    def _anonymous(self, node: Node, home: Home, name: str) -> TypeShape:
        key = (id(node), home.namespace)
        if key not in self._inline:
            if node.local == "simpleType":
                text = self._simple.of(node, home)
                self._inline[key] = TypeShape(name, text=text, description=text.description)
            else:
                self._inline[key] = made = TypeShape(name)
                self._queue.append((made, node, home))
        return self._inline[key]

    def _fill(self, made: TypeShape, node: Node, home: Home) -> None:
        content = _Content()
        self._collect(node, home, content)
        made.description = documentation(node)
        made.abstract = node.get("abstract") in ("true", "1")
        made.attributes = tuple(content.attributes.values())
        made.attribute_keys = {item.qname: f"@{item.local}" for item in made.attributes}
        made.text, made.item = content.text, content.item
        made.open, made.open_attributes, made.mixed = content.open, content.open_attributes, content.mixed
        if made.item is not None:
            made.elements = (made.item,)
        else:
            self._lay(made, content.particles)
        if made.mixed and not made.elements and not made.open and made.text is None:
            made.text = STRING
        if made.qname:
            derived = self._derived_from(made.qname)
            made.derived = tuple(self.named(name, node) for name in derived)
        by_name = {element.qname: element for element in made.elements}
        for element in made.elements:
            by_name.setdefault(element.qname.rpartition("}")[2], element)
        made.by_name = by_name

    def _collect(self, node: Node, home: Home, content: _Content) -> None:
        """A complexType's node, then its bases' before its own."""
        if id(node) in content.bases or len(content.bases) > _MAX_BASES:
            self._remarks.say("xsd.circle", node, "the type is derived from itself, or from too many others")
            return
        content.bases.add(id(node))
        content.mixed = content.mixed or node.get("mixed") in ("true", "1")
        inner = next(
            (child for child in node.children if child.local in ("simpleContent", "complexContent")), None
        )
        if inner is None:
            self._own(node, home, content)
            return
        content.mixed = content.mixed or inner.get("mixed") in ("true", "1")
        for derivation in inner.children:
            if derivation.local in ("extension", "restriction"):
                self._derivation(derivation, home, content)

    def _derivation(self, node: Node, home: Home, content: _Content) -> None:
        name = self._schemas.resolve(node, node.get("base"), home)
        if name in _ARRAYS:
            content.item = self._array_item(node, home)
            content.open_attributes = True
            return
        built_in = built_in_of(name)
        if built_in is not None:
            content.text = self._simple.restricted(node, built_in)
        elif name != ANYTHING:
            self._base(node, name, content)
        if node.local == "restriction":
            # attributes are inherited, elements are said anew
            content.particles.clear()
            if content.text is not None:
                content.text = self._simple.restricted(node, content.text)
        self._own(node, home, content)

    def _base(self, node: Node, name: str, content: _Content) -> None:
        found = self._schemas.find("type", name, node)
        if found is None:
            content.open = True
        elif found.node.local == "simpleType":
            content.text = self._simple.of(found.node, found.home)
        else:
            self._collect(found.node, found.home, content)

    def _own(self, node: Node, home: Home, content: _Content) -> None:
        content.particles += self._particles.below(node, home, Around())
        for attribute, where in self._attribute_nodes(node, home, 0):
            if attribute.local == "anyAttribute":
                content.open_attributes = True
            else:
                self._attribute(attribute, where, content)

    def _array_item(self, node: Node, home: Home) -> ElementShape:
        """SOAP 1.1 section 5.4.2, WSDL 1.1 section 2.2: the type in ``wsdl:arrayType``, or the only element."""
        for child in node.within():
            told = child.get(_ARRAY_TYPE)
            if told:
                name, _, dimensions = told.partition("[")
                if "[" in dimensions:
                    self._remarks.say("xsd.array", child, "an array of arrays is read as one array")
                type_ = self.named(self._schemas.resolve(child, name, home), child)
                return ElementShape("item", "item", type_, repeated=True, nillable=True, optional=True)
        for particle in self._particles.below(node, home, Around()):
            if particle.node.local == "element":
                found = self._element(particle.node, particle.home, particle.around)
                return replace(found, repeated=True, optional=True)
        anything = TypeShape("anyType", ANYTHING, open=True)
        return ElementShape("item", "item", anything, repeated=True, nillable=True, optional=True)

    # elements

    def _lay(self, made: TypeShape, particles: list[Particle]) -> None:
        keys: dict[str, str] = {}
        placed: dict[str, tuple[ElementShape, list[Around]]] = {}
        rounds: dict[int, list[str]] = {}
        for particle in particles:
            if particle.node.local == "any":
                made.open = True
                continue
            for element in self._elements(particle):
                if element.qname.startswith(f"{{{XSD}}}"):
                    made.open = True
                if element.qname in placed:
                    seen, arounds = placed[element.qname]
                    twice = len(arounds) > _MAX_SAME or not all(
                        around.excludes(particle.around) for around in arounds
                    )
                    arounds.append(particle.around)
                    optional = seen.optional and element.optional
                    merged = replace(
                        seen, repeated=seen.repeated or element.repeated or twice, optional=optional
                    )
                    placed[element.qname] = (merged, arounds)
                    continue
                key = _free(element.local, keys)
                keys[key] = element.qname
                placed[element.qname] = (replace(element, local=key), [particle.around])
                if particle.around.round:
                    rounds.setdefault(particle.around.round, []).append(key)
        made.elements = tuple(element for element, _ in placed.values())
        made.rounds = tuple(tuple(names) for names in rounds.values() if len(names) > 1)

    def _elements(self, particle: Particle) -> Iterator[ElementShape]:
        """The element, or what may stand in its place."""
        node, home = particle.node, particle.home
        reference = node.get("ref")
        if not reference:
            yield self._element(node, home, particle.around)
            return
        name = self._schemas.resolve(node, reference, home)
        if name.startswith(f"{{{XSD}}}"):
            anything = TypeShape("anyType", ANYTHING, open=True, open_attributes=True)
            around = particle.around
            yield ElementShape(name.rpartition("}")[2], name, anything, around.repeated, False, True)
            return
        found = self._schemas.find("element", name, node)
        if found is None:
            type_ = TypeShape(name.rpartition("}")[2], open=True)
            around = particle.around
            yield ElementShape(type_.name, name, type_, around.repeated, False, around.optional)
            return
        others = self._substitutes_of(name, node)
        around = replace(particle.around, optional=True) if others else particle.around
        if not (others and found.node.get("abstract") in ("true", "1")):
            yield self._element(found.node, found.home, around, name, documentation(node))
        for other in others:
            self._budget.spend(node)
            yield self._element(other.node, other.home, around, _name(other))

    def _element(
        self, node: Node, home: Home, around: Around, qname: str = "", description: str = ""
    ) -> ElementShape:
        local = node.get("name")
        if not qname:
            form = node.get("form")
            qualified = form == "qualified" or (form != "unqualified" and home.qualified_elements)
            qname = f"{{{home.namespace}}}{local}" if qualified and home.namespace else local
        if not local:
            self._remarks.say("xsd.nameless", node, "an xs:element needs a name or a ref", "name it")
        type_ = self._type_of(node, home, local)
        return ElementShape(
            local,
            qname,
            type_,
            repeated=around.repeated,
            nillable=node.get("nillable") in ("true", "1"),
            optional=around.optional,
            description=description or documentation(node) or type_.description,
            fixed=node.attributes.get("fixed"),
        )

    def _type_of(self, node: Node, home: Home, local: str, depth: int = 0) -> TypeShape:
        name = node.get("type")
        if name:
            return self.named(self._schemas.resolve(node, name, home), node)
        for child in node.children:
            if child.local in ("complexType", "simpleType"):
                return self._anonymous(child, home, local)
        head = node.get("substitutionGroup")
        if head and depth < _MAX_BASES:
            found = self._schemas.find("element", self._schemas.resolve(node, head.split()[0], home), node)
            if found is not None:
                return self._type_of(found.node, found.home, local, depth + 1)
        return self.named(ANYTHING, node)

    def _substitutes_of(self, head: str, where: Node) -> list[Component]:
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
                if _name(member) not in found and _name(member) != head:
                    found[_name(member)] = member
                    left.append(_name(member))
        return [item for item in found.values() if item.node.get("abstract") not in ("true", "1")]

    def _derived_from(self, base: str) -> list[str]:
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

    # attributes

    def _attribute_nodes(self, node: Node, home: Home, depth: int) -> Iterator[tuple[Node, Home]]:
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
                yield from self._attribute_nodes(found.node, found.home, depth + 1)

    def _attribute(self, node: Node, home: Home, content: _Content) -> None:
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
            content.attributes.pop(qname, None)
            return
        value = self._attribute_value(node, home)
        inherited = content.attributes.get(qname)
        key = inherited.local if inherited else _free(qname.rpartition("}")[2], content.keys)
        content.keys[key] = qname
        content.attributes[qname] = AttributeShape(
            key,
            qname,
            value,
            documentation(use) or documentation(node) or value.description,
            use.get("use") == "required",
            use.attributes.get("fixed", node.attributes.get("fixed")),
        )

    def _attribute_value(self, node: Node, home: Home) -> SimpleShape:
        if node.get("type"):
            return self._simple.named(self._schemas.resolve(node, node.get("type"), home), node, home)
        inner = node.first(f"{{{XSD}}}simpleType")
        return self._simple.of(inner, home) if inner is not None else STRING


def _free(local: str, taken: dict[str, str]) -> str:
    """A key of its own for a name that another namespace has here too."""
    key, number = local, 1
    while key in taken:
        number += 1
        key = f"{local}_{number}"
    return key


def _name(component: Component) -> str:
    namespace = component.home.namespace
    local = component.node.get("name")
    return f"{{{namespace}}}{local}" if namespace else local
