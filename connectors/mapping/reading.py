"""A selection on a mapped type, compiled to closures that read an answer: no lookup by name is left for the request.

Fields with a call of their own are left to a linked plan (``linked.py``). Must never: raise on data (but for too much of it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import ListTypeNode, NonNullTypeNode, SelectionSetNode, TypeNode

from connectors.backend import Described
from connectors.expressions.paths import Getter, asked, getter, names, parse_path
from connectors.expressions.values import Convert, UnfitError, ValueOptions, compile_value, word
from connectors.manifest.model import Field, Manifest, TypeDeclaration
from connectors.mapping.calls import MAX_ITEMS, Round, Sites, TooMuch
from connectors.mapping.conditions import Selected, Shown, collect
from connectors.mapping.contracts import compile_contract
from connectors.mapping.linked import LinkedPlan, data_path, needed_of, plan_for
from connectors.mapping.masks import masked
from connectors.mapping.pages import Asked, PagedSite
from connectors.mapping.pseudonyms import Pseudonyms
from connectors.mapping.types import MISSING, MappedField, MappedGraph, MappedType, element, name_of, walk
from connectors.quality import DataQuality

Read = Callable[[Any, Round], Any]
Sets = tuple[SelectionSetNode, ...]

OPAQUE = Described("opaque")
_NOTHING: tuple[Any, ...] = (None, "", {}, [])


class Readers:
    """The compiler of one prepared fetch."""

    def __init__(
        self,
        manifest: Manifest,
        graph: MappedGraph,
        sites: Sites,
        quality: DataQuality,
        pseudonyms: Pseudonyms,
    ) -> None:
        self.manifest = manifest
        self.graph = graph
        self.sites = sites
        self.quality = quality
        self.pseudonyms = pseudonyms

    def value(
        self,
        type_node: TypeNode,
        spec: Field,
        coordinate: str,
        sets: Sets,
        described: Described = OPAQUE,
        site: Asked | None = None,
        path: tuple[str, ...] = (),
    ) -> Read:
        """Reads one value of ``type_node``; ``path`` is where it stands in the site's answer."""
        if spec.page is not None and site is not None:
            site = PagedSite(site, path, spec.page, data_path(self.manifest))
        union = self.graph.unions.get(name_of(type_node))
        if union is not None:
            return _listed(type_node, self._one_of(union, coordinate, sets, element(described), site, path))
        mapped = self.graph.types.get(name_of(type_node))
        if mapped is None:
            if site is not None:
                site.wanted.add(path)
            return _shown(self.leaf(type_node, spec, coordinate), spec)
        if spec.reference is not None:
            read = self._reference(mapped, spec.reference, sets, site, path)
        else:
            read = self.object(mapped, collect(sets, mapped.name), element(described), site, path)
        return _listed(type_node, read)

    def _one_of(
        self,
        union: TypeDeclaration,
        coordinate: str,
        sets: Sets,
        described: Described,
        site: Asked | None,
        path: tuple[str, ...],
    ) -> Read:
        """Reads an object of the type that a word in it tells; one that tells none is null and counted."""
        assert union.one_of is not None
        by = parse_path(union.one_of.by)
        if site is not None:
            site.wanted.add((*path, *names(by)))
        readers: dict[str, Read] = {}
        for told, name in union.one_of.types.items():
            mapped = self.graph.types[name]
            selections = collect(sets, name, union.name, *self.graph.implemented_by(name))
            readers[told] = self.object(mapped, selections, described, site, path)
        get, quality, connector = getter(by), self.quality, self.manifest.id

        def read(raw: Any, run: Round) -> Any:
            if isinstance(raw, list) and raw:
                raw = raw[0]
            if raw in _NOTHING:
                return None
            found = readers.get(_told(get(raw)))
            if found is None:
                quality.count(connector, coordinate, "unfit", "oneOf")
                return None
            return found(raw, run)

        return read

    def leaf(self, type_node: TypeNode, spec: Field, coordinate: str) -> Convert:
        """A scalar's or an enum's conversion."""
        declared = self.graph.enums.get(name_of(type_node))
        names_of_enum = None if declared is None else declared.enum
        options = ValueOptions(spec.format, spec.enum, spec.otherwise, spec.truthy, spec.scale)
        quality, connector = self.quality, self.manifest.id
        hold = None
        if spec.contract is not None:
            hold = compile_contract(
                spec.contract, lambda kind, rule: quality.count(connector, coordinate, kind, rule)
            )
        convert = compile_value(
            type_node, options, names_of_enum, lambda: quality.count(connector, coordinate), hold
        )
        return convert if spec.transform is None else self.pseudonyms.after(convert)

    def object(
        self,
        mapped: MappedType,
        selections: Sequence[Selected],
        described: Described,
        site: Asked | None,
        path: tuple[str, ...],
    ) -> Read:
        """Reads an object of ``mapped`` from a dict of the answer."""
        entries: list[tuple[str, Read, Shown | None]] = []
        linked: list[Selected] = []
        for selected in selections:
            found = mapped.fields.get(selected.name)
            if found is not None and self._is_linked(mapped, found, described):
                linked.append(selected)
                entries.append((selected.key, _null, selected.shown))
            else:
                read = self._field(mapped, found, selected, described, site, path)
                entries.append((selected.key, read, selected.shown))
        if not linked:
            return _reader(entries)
        plan = plan_for(self, mapped, linked)
        sources = {
            name: self._key_reader(mapped.fields[name], site, path)
            for name in needed_of(plan)
            if name in mapped.fields
        }
        return _linking(_reader(entries), plan, sources)

    def _is_linked(self, mapped: MappedType, found: MappedField, described: Described) -> bool:
        if found.origin == "call":
            return True
        entity = self.manifest.entities.get(mapped.name)
        if found.origin != "own" or entity is None or (entity.one is None and entity.many is None):
            return False
        return walk(described, names(parse_path(found.spec.source))) is MISSING

    def _field(
        self,
        mapped: MappedType,
        found: MappedField | None,
        selected: Selected,
        described: Described,
        site: Asked | None,
        path: tuple[str, ...],
    ) -> Read:
        if found is None:
            return _constant(mapped.name if selected.name == "__typename" else None)
        if found.origin == "issued":
            return lambda _, run: run.number
        if found.origin in ("matter", "external"):
            return _null
        steps = parse_path(found.spec.source)
        inner = walk(described, names(steps))
        if site is not None:
            for each in list(asked(steps))[1:]:
                site.wanted.add((*path, *each))
        read = self.value(
            found.type,
            found.spec,
            found.coordinate,
            selected.selections,
            OPAQUE if inner is MISSING else inner,
            site,
            (*path, *names(steps)),
        )
        return _at(getter(steps), read)

    def _key_reader(self, found: MappedField, site: Asked | None, path: tuple[str, ...]) -> Read:
        if found.origin not in ("own", "key"):
            return _null
        steps = parse_path(found.spec.source)
        if site is not None:
            site.wanted.add((*path, *names(steps)))
        convert = self.leaf(found.type, found.spec, found.coordinate)
        get = getter(steps)
        return lambda raw, _: convert(get(raw))

    def _reference(
        self,
        mapped: MappedType,
        paths: Mapping[str, str],
        sets: Sets,
        site: Asked | None,
        path: tuple[str, ...],
    ) -> Read:
        """``as``: a value, often a single number, turned into a reference to an entity."""
        entries: list[tuple[str, Read, Shown | None]] = []
        linked: list[Selected] = []
        sources: dict[str, Read] = {}
        for name, text in paths.items():
            steps = parse_path(text)
            if site is not None:
                site.wanted.add((*path, *names(steps)))
            found = mapped.fields[name]
            convert = self.leaf(found.type, Field(name), found.coordinate)
            sources[name] = _at(getter(steps), _converted(convert))
        for selected in collect(sets, mapped.name):
            if selected.name in sources:
                entries.append((selected.key, sources[selected.name], selected.shown))
            elif selected.name == "__typename":
                entries.append((selected.key, _constant(mapped.name), selected.shown))
            else:
                linked.append(selected)
                entries.append((selected.key, _null, selected.shown))
        read = _referring(_reader(entries), tuple(sources[name] for name in mapped.key if name in sources))
        if not linked:
            return read
        return _linking(read, plan_for(self, mapped, linked), sources)


def _told(raw: Any) -> str:
    try:
        return word(raw)
    except UnfitError:
        return ""


def _shown(convert: Convert, spec: Field) -> Read:
    """The value as this caller may see it."""
    mask, unmasked = spec.mask, frozenset(spec.unmask_for)
    if mask is None:
        return lambda raw, _: convert(raw)

    def read(raw: Any, run: Round) -> Any:
        value = convert(raw)
        return value if run.context.purpose in unmasked else masked(mask, value)

    return read


def _null(_raw: Any, _run: Round) -> None:
    return None


def _constant(value: Any) -> Read:
    return lambda _raw, _run: value


def _converted(convert: Convert) -> Read:
    return lambda raw, _: convert(raw)


def _at(get: Getter, read: Read) -> Read:
    return lambda raw, run: read(get(raw), run)


def _reader(entries: list[tuple[str, Read, Shown | None]]) -> Read:
    plain = tuple((key, read) for key, read, shown in entries if shown is None)
    if len(plain) == len(entries):

        def read_all(raw: Any, run: Round) -> Any:
            if isinstance(raw, list) and raw:
                raw = raw[0]
            if raw in _NOTHING:
                return None
            return {key: read(raw, run) for key, read in plain}

        return read_all

    def read_shown(raw: Any, run: Round) -> Any:
        if isinstance(raw, list) and raw:
            raw = raw[0]
        if raw in _NOTHING:
            return None
        return {key: read(raw, run) for key, read, shown in entries if shown is None or shown(run.variables)}

    return read_shown


def _referring(read: Read, keys: tuple[Read, ...]) -> Read:
    """A reference without its key refers to nothing."""

    def read_reference(raw: Any, run: Round) -> Any:
        if raw in _NOTHING or any(key(raw, run) is None for key in keys):
            return None
        return read(raw, run)

    return read_reference


def _linking(read: Read, plan: LinkedPlan, sources: Mapping[str, Read]) -> Read:
    def read_linked(raw: Any, run: Round) -> Any:
        found = read(raw, run)
        if found is not None:
            if isinstance(raw, list):
                raw = raw[0]
            run.want(plan, found, {name: source(raw, run) for name, source in sources.items()})
        return found

    return read_linked


def _listed(type_node: TypeNode, read: Read) -> Read:
    """The same for a list of it (of it …)."""
    filled = isinstance(type_node, NonNullTypeNode)
    if isinstance(type_node, NonNullTypeNode):
        type_node = type_node.type
    if not isinstance(type_node, ListTypeNode):
        return read
    item = _listed(type_node.type, read)
    drop_nulls = isinstance(type_node.type, NonNullTypeNode)

    def read_list(raw: Any, run: Round) -> Any:
        if raw is None or raw == "":
            return [] if filled else None
        if not isinstance(raw, list):
            raw = [raw]
        run.items += len(raw)
        if run.items > MAX_ITEMS:
            raise TooMuch
        values = [item(value, run) for value in raw]
        return [value for value in values if value is not None] if drop_nulls else values

    return read_list
