"""JSON Schema as OpenAPI writes it (2.0, 3.0, 3.1) told as ``Described``: tolerant, bounded, never
wrong by being too exact.

Types that lead back to themselves are told on demand. Parts of a combination become one shape that holds what any
of them may hold; what has no shape in common is ``opaque``. Must never: fail on a schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from connectors.backend import Described, Shape
from connectors.fields_on_demand import FieldsOnDemand
from connectors.openapi.choices import choices_of
from connectors.openapi.document import Document, Found
from connectors.openapi.references import reference_of
from connectors.openapi.samples import from_sample
from connectors.openapi.schema_words import COMBINING, enum_of, kinds_of, plain_words

MAX_DEPTH = 40
"""Of lists in lists."""
MAX_PARTS = 200
"""Of one combination, its parts' parts included."""
MAX_MEMBERS = 3_000
"""Of one object."""
MAX_SHAPES = 100_000
MAX_WORK = 300_000
"""Of one document: shapes, and parts looked at."""

OPAQUE = Described("opaque")


@dataclass(frozen=True, slots=True)
class _Part:
    """A plain schema: no reference, its combinations taken apart. ``sure``: it is no choice among others."""

    schema: Mapping[str, Any]
    file: str
    name: str
    sure: bool = True

    @property
    def tells(self) -> bool:
        """Whether it says something of a value by itself."""
        own = self.schema.keys() & _TELLING - {*COMBINING}
        return bool(own) and not (self.schema.get("type") == "null" and len(own) == 1)


class Shapes:
    """Tells the schemas of one document; equal schemas are told once. After ``max_work`` the rest is opaque."""

    def __init__(self, document: Document, *, max_work: int = MAX_WORK) -> None:
        self._document = document
        self._max_work = max_work
        self._told: dict[tuple[int, ...], Described] = {}
        self._kept: list[Any] = []
        self._work = 0
        self._within: set[tuple[int, ...]] = set()

    def of(self, schema: Any, file: str) -> Described:
        """The shape, in the words of the place that uses it."""
        words = plain_words(schema)
        found = self._of([Found(schema, file)])
        return replace(found, description=words) if words and words != found.description else found

    def _of(self, nodes: list[Found]) -> Described:
        met = self._parts(nodes)
        parts = [part for part in met if part.tells] or met
        name = next((part.name for part in met if part.name), "") if len(parts) > 1 else ""
        key = tuple(sorted({id(part.schema) for part in parts}))
        if key in self._told:
            return self._told[key]
        if not key or key in self._within or len(self._within) > MAX_DEPTH or len(self._told) > MAX_SHAPES:
            if len(self._within) > MAX_DEPTH:
                self._say("schema.deep", parts[0], None, "lists nested too deep: told as JSON", "nest less")
            return OPAQUE
        self._within.add(key)
        told = self._shape(parts)
        if told.shape == "object":
            told = self._with_choices(replace(told, name=name) if name else told, nodes)
        self._within.discard(key)
        self._kept.extend(part.schema for part in parts)
        self._told[key] = told
        return told

    def _with_choices(self, told: Described, nodes: list[Found]) -> Described:
        by, words = choices_of(self._document, nodes[0]) if len(nodes) == 1 else ("", {})
        if not words:
            return told
        return replace(told, by=by, choices=FieldsOnDemand(partial(self._chosen, words)))

    def _chosen(self, words: Mapping[str, Found]) -> Mapping[str, Described]:
        return {word: self._of([found]) for word, found in words.items()}

    # taking combinations apart

    def _parts(self, nodes: list[Found]) -> list[_Part]:
        found: dict[int, _Part] = {}
        waiting = [(node, True) for node in reversed(nodes)]
        if self._work > self._max_work:
            message = "so much is combined with so much that the rest is told as JSON"
            self._document.say("schema.many", nodes[0].file, self._document.root, None, message, "split it")
            return []
        seen: set[int] = set()
        alive: list[Found] = []  # an id is one node's as long as the node is there
        while waiting and len(seen) < MAX_PARTS:
            node, sure = waiting.pop()
            alive.append(node)
            if not isinstance(node.node, dict) or id(node.node) in seen:
                continue
            seen.add(id(node.node))
            if reference_of(node.node) is not None:
                waiting.append((self._referred(node), sure))
                if len(node.node.keys() & _TELLING) == 0:
                    continue
            schema = node.node
            found[id(schema)] = _Part(schema, node.file, node.name, sure)
            name = node.name if len(nodes) == 1 else ""
            waiting.extend((each, False) for each in reversed(list(self._mapped(schema, node.file))))
            for word, inner in reversed(list(_combined(schema))):
                waiting.append((Found(inner, node.file, name), sure and word == "allOf"))
        self._work += len(seen)
        if waiting:
            left = waiting[-1][0]
            self._document.say("schema.parts", left.file, left.node, None, "too many parts", "use fewer")
        return list(found.values())

    def _mapped(self, schema: Mapping[str, Any], file: str) -> Iterator[Found]:
        discriminator = schema.get("discriminator")
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if isinstance(mapping, dict):
            for word in islice(
                (word for word, target in mapping.items() if isinstance(target, str)), MAX_PARTS
            ):
                yield self._document.mapped(mapping, word, file)

    def _referred(self, node: Found) -> Found:
        found = self._document.follow(node.node, node.file)
        return Found(found.node, found.file, found.name or node.name)

    # from parts to a shape

    def _shape(self, parts: list[_Part]) -> Described:
        kinds: dict[str, list[_Part]] = {}
        for part in parts:
            for kind in kinds_of(part.schema):
                kinds.setdefault(kind, []).append(part)
        for part in parts:
            self._judge(part)
        words = next((words for part in parts if (words := plain_words(part.schema))), "")
        if set(kinds) == {"integer", "number"}:
            kinds = {"number": kinds["number"]}
        if set(kinds) == {"list", "object"} and not any("properties" in p.schema for p in kinds["object"]):
            del kinds["object"]
        if set(kinds) == {"list", "object"}:
            return self._one_or_many(kinds, words)
        if len(kinds) > 1:
            if set(kinds) <= {"string", "integer", "number", "boolean"}:
                return Described("string", words)
            self._say(
                "schema.mixed",
                parts[0],
                None,
                f"{' or '.join(sorted(kinds))}: told as JSON",
                "choose one",
                "info",
            )
            return Described("opaque", words)
        return self._single(next(iter(kinds), ""), parts, words)

    def _single(self, kind: str, parts: list[_Part], words: str) -> Described:
        if kind == "object":
            return self._object(parts, words)
        if kind == "list":
            items = [
                Found(part.schema.get("items", {}), part.file) for part in parts if "items" in part.schema
            ]
            item = self._of([_first(found) for found in items]) if items else OPAQUE
            return self._sampled(Described("list", words, item=item), parts, words)
        if not kind:
            return self._sampled(Described("opaque", words), parts, words)
        formats = {str(part.schema["format"]).lower() for part in parts if part.schema.get("format")}
        shape: Shape = kind  # type: ignore[assignment]
        return Described(
            shape,
            words,
            enum=enum_of(part.schema for part in parts),
            name=parts[0].name,
            format=formats.pop() if len(formats) == 1 else "",
        )

    def _one_or_many(self, kinds: Mapping[str, list[_Part]], words: str) -> Described:
        """An object, or a list of such: reading takes one for a list."""
        items = [_first(Found(part.schema.get("items", {}), part.file)) for part in kinds["list"]]
        objects = [Found(part.schema, part.file, part.name) for part in kinds["object"]]
        return Described("list", words, item=self._of([*objects, *items]))

    def _object(self, parts: list[_Part], words: str) -> Described:
        members: dict[str, list[Found]] = {}
        required: set[str] = set()
        for part in parts:
            for name, schema in self._properties(part):
                if name in members or len(members) < MAX_MEMBERS:
                    members.setdefault(name, []).append(Found(schema, part.file))
            wanted = part.schema.get("required") if part.sure else None
            required.update(str(name) for name in (wanted if isinstance(wanted, list) else ()))
        for part in parts:
            discriminator = part.schema.get("discriminator")
            tag = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
            if isinstance(tag, str) and tag not in members:
                members[tag] = [Found({"type": "string"}, part.file)]
        if not members:
            return self._sampled(Described("opaque", words), parts, words)
        self._work += sum(len(nodes) for nodes in members.values())
        lazy = FieldsOnDemand(partial(self._members, members))
        return Described(
            "object",
            words,
            lazy,
            name=parts[0].name,
            required=frozenset(required & members.keys()),
            open=any(part.schema.get("additionalProperties", False) is not False for part in parts),
        )

    def _properties(self, part: _Part) -> Iterator[tuple[str, Any]]:
        own = part.schema.get("properties")
        if isinstance(own, dict):
            for name, schema in own.items():
                if isinstance(schema, dict):
                    yield str(name), schema
                else:
                    self._document.say(
                        "schema.shape", part.file, own, name, f"'{name}' is no schema", "write one"
                    )
                    yield str(name), {}
        elif own is not None:
            self._say("schema.shape", part, "properties", "'properties' is no mapping", "name each property")

    def _members(self, members: Mapping[str, list[Found]]) -> Mapping[str, Described]:
        told: dict[str, Described] = {}
        for name, nodes in members.items():
            if len(nodes) == 1:
                told[name] = self.of(nodes[0].node, nodes[0].file)
            else:
                found = self._of(nodes)
                words = next((words for node in nodes if (words := plain_words(node.node))), "")
                told[name] = replace(found, description=words) if words else found
        return told

    def _sampled(self, told: Described, parts: list[_Part], words: str) -> Described:
        """What has no shape of its own may have an example."""
        if told.shape == "list" and told.item is not None and told.item.shape != "opaque":
            return told
        for part in parts:
            sample = part.schema.get("example")
            if sample is None and isinstance(part.schema.get("examples"), list):
                sample = next(iter(part.schema["examples"]), None)
            if isinstance(sample, dict | list) and sample and "additionalProperties" not in part.schema:
                found = from_sample(sample)
                if found.shape != "opaque" and (told.shape != "list" or found.shape == "list"):
                    return replace(found, description=words)
        return told

    def _judge(self, part: _Part) -> None:
        """What is wrong with the schema itself."""
        kind = part.schema.get("type")
        for word in kind if isinstance(kind, list) else [kind]:
            if word is not None and not kinds_of({"type": word}) and word != "null":
                self._say(
                    "schema.type", part, "type", f"'{str(word)[:80]}' is no type", "string, object, array …"
                )

    def _say(
        self, code: str, part: _Part, step: str | None, message: str, fix: str, severity: Any = "warning"
    ) -> None:
        self._document.say(code, part.file, part.schema, step, message, fix, severity)


_TELLING = frozenset({*COMBINING, "type", "properties", "items", "enum", "const", "additionalProperties"})


def _combined(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for word in COMBINING:
        inner = schema.get(word)
        for part in inner if isinstance(inner, list) else [inner]:
            yield word, part


def _first(found: Found) -> Found:
    """A list's item; of a tuple (``items: [a, b]``) the first."""
    if isinstance(found.node, list):
        return Found(found.node[0] if found.node else {}, found.file)
    return found
