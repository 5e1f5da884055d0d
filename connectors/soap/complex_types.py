"""Complex types and elements of XML Schema as shapes.

Types are filled from a queue, not by recursion, so that types that contain themselves, and chains of any length,
end. Must never: raise for what a schema says; what can't be read is "anything", and said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connectors.soap.attributes import Attributes, AttributeSet, free_key
from connectors.soap.families import Families, name_of
from connectors.soap.known_schemas import SOAP_ENCODING, SOAP_ENCODING_12
from connectors.soap.nodes import XSD, Node
from connectors.soap.particles import Around, Budget, Particle, Particles
from connectors.soap.remarks import Remarks
from connectors.soap.schemas import Home, Schemas
from connectors.soap.shape import ElementShape, SimpleShape, TypeShape
from connectors.soap.simple_types import STRING, SimpleTypes, built_in_of, documentation

_MAX_SAME = 50
_MAX_BASES = 60
_ARRAYS = (f"{{{SOAP_ENCODING}}}Array", f"{{{SOAP_ENCODING_12}}}Array")
_ARRAY_TYPE = "{http://schemas.xmlsoap.org/wsdl/}arrayType"
ANYTHING = f"{{{XSD}}}anyType"


@dataclass(slots=True)
class _Content:
    """What a type and its bases add up to."""

    particles: list[Particle] = field(default_factory=list)
    attributes: AttributeSet = field(default_factory=AttributeSet)
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
        self._families = Families(schemas, remarks)
        self._attributes = Attributes(schemas, remarks, self._simple, self._budget)

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
        made.attributes = tuple(content.attributes.by_name.values())
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
            derived = self._families.derived_from(made.qname)
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
        for attribute, where in self._attributes.below(node, home, 0):
            if attribute.local == "anyAttribute":
                content.open_attributes = True
            else:
                self._attributes.add(attribute, where, content.attributes)

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
                key = free_key(element.local, keys)
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
        others = self._families.substitutes_of(name, node)
        around = replace(particle.around, optional=True) if others else particle.around
        if not (others and found.node.get("abstract") in ("true", "1")):
            yield self._element(found.node, found.home, around, name, documentation(node))
        for other in others:
            self._budget.spend(node)
            yield self._element(other.node, other.home, around, name_of(other))

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
