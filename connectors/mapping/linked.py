"""What hangs on an object by its key or its fields: an entity's own fields (``one``, ``many``), and fields with a call of their own.

All objects of one wave are served together: batches are split at ``max`` and matched by key; equal calls are sent once.
Must never: trust the order of a batch's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import ListTypeNode, NonNullTypeNode

from connectors.backend import CallSpec, Described, ValueUnusable
from connectors.expressions import compile_path, slots_in
from connectors.expressions.paths import Getter, names, parse_path
from connectors.manifest.model import Argument, Field, Manifest, Many
from connectors.manifest.runtime import Cache
from connectors.mapping.arguments import Arguments, compile_arguments
from connectors.mapping.calls import NO_AUTHORITY, Broken, Round, Site, Values, gathered, unusable
from connectors.mapping.conditions import Selected, Shown
from connectors.mapping.envelope import Problem, Verdict
from connectors.mapping.keeping import rule_of_entity, rule_of_field
from connectors.mapping.pages import Ask, Pager, pager_of
from connectors.mapping.types import MappedField, MappedType, element
from tongban.caller import Caller
from tongban.errors import ErrorCode

if TYPE_CHECKING:
    from connectors.mapping.reading import Readers

Pair = tuple[dict[str, Any], Mapping[str, Any]]
"""An object to be filled, and what is known of it (its key, its fields, what ``@requires`` brought)."""

UNASKABLE = Problem(ErrorCode.DEPARTMENT_ERROR, detail="the field can't be asked for by key")


class LinkedPlan:
    """Every linked field selected on one type at one place."""

    __slots__ = ("fields", "own")

    def __init__(self, own: OwnFields | None, fields: tuple[LinkedField, ...]) -> None:
        self.own = own
        self.fields = fields

    async def fill(self, pairs: Sequence[Pair], run: Round) -> None:
        waits = [
            linked.fill(pairs, run)
            for linked in self.fields
            if linked.shown is None or linked.shown(run.variables)
        ]
        if self.own is not None:
            waits.append(self.own.fill(pairs, run, bool(self.fields)))
        await gathered(waits)


def needed_of(plan: LinkedPlan) -> frozenset[str]:
    """The fields of the object that its linked calls are made from."""
    parts: list[frozenset[str]] = [linked.needed for linked in plan.fields]
    if plan.own is not None:
        parts.append(plan.own.needed)
    return frozenset().union(*parts)


def plan_for(readers: Readers, mapped: MappedType, selected: Sequence[Selected]) -> LinkedPlan:
    """Compiles the linked fields of one selection on ``mapped``."""
    own = [found for found in selected if mapped.fields[found.name].origin != "call"]
    calls = [found for found in selected if mapped.fields[found.name].origin == "call"]
    return LinkedPlan(
        _own_fields(readers, mapped, own) if own else None,
        tuple(_linked_field(readers, mapped.fields[found.name], found) for found in calls),
    )


def may_act(caller: Caller, declared: Sequence[Argument], given: Mapping[str, Any]) -> bool:
    """``authority: enterprise``: the caller must act for the firm that the argument names."""
    return all(
        given.get(argument.name) in caller.enterprises
        for argument in declared
        if argument.authority == "enterprise"
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """A compiled ``many``."""

    site: Site
    items: Getter
    match: tuple[tuple[str, Getter], ...]
    """Key field, and where an item has it."""
    at: Getter
    all_matching: bool
    """Items are flat: those of one key are the list."""
    max: int

    async def fetch(
        self, pairs: Sequence[Pair], values: Values, run: Round, take: Callable[[Pair, Verdict], None]
    ) -> None:
        """Gives every pair its verdict: the matched item (None if the answer has none), or the chunk's problem."""
        by_key: dict[tuple[str, ...], list[Pair]] = {}
        for pair in pairs:
            key = tuple(str(pair[1].get(name)) for name, _ in self.match)
            by_key.setdefault(key, []).append(pair)
        keys = list(by_key)
        chunks = [keys[start : start + self.max] for start in range(0, len(keys), self.max)]
        await gathered([self._chunk(chunk, by_key, values, run, take) for chunk in chunks])

    async def _chunk(
        self,
        keys: list[tuple[str, ...]],
        by_key: Mapping[tuple[str, ...], list[Pair]],
        values: Values,
        run: Round,
        take: Callable[[Pair, Verdict], None],
    ) -> None:
        verdict = await run.ask(self.site, {**values, "keys": [by_key[key][0][1] for key in keys]})
        found = {} if verdict.problem is not None else self._matched(self.items(verdict.data))
        for key in keys:
            items = found.get(key)
            if verdict.problem is not None:
                given = verdict
            elif items is None:
                given = Verdict(absent=True)
            else:
                given = Verdict(items if self.all_matching else self.at(items[0]))
            for pair in by_key[key]:
                take(pair, given)

    def _matched(self, items: Any) -> dict[tuple[str, ...], list[Any]]:
        found: dict[tuple[str, ...], list[Any]] = {}
        for item in items if isinstance(items, list) else [items]:
            if item is not None:
                found.setdefault(tuple(str(get(item)) for _, get in self.match), []).append(item)
        return found


class LinkedField:
    """One field with a call of its own."""

    __slots__ = ("_args", "_batch", "_items", "_key", "_pager", "_read", "_site", "_spec", "needed", "shown")

    def __init__(
        self,
        key: str,
        shown: Shown | None,
        spec: Field,
        arguments: Arguments,
        site: Site | None,
        batch: Batch | None,
        read: Callable[[Any, Round], Any],
        pager: Pager | None,
    ) -> None:
        self.shown = shown
        self.needed = frozenset(needed_by(spec.call, None if spec.many is None else spec.many.call))
        self._key = key
        self._spec = spec
        self._args = arguments
        self._site = site
        self._batch = batch
        self._items = compile_path(spec.items)
        self._read = read
        self._pager = pager

    async def fill(self, pairs: Sequence[Pair], run: Round) -> None:
        key = self._key
        try:
            given = self._args(run.variables)
            ask = None if self._pager is None else self._pager.ask(given)
        except ValueUnusable as error:
            for pair in pairs:
                self._take(pair, Verdict(problem=unusable(error)), run)
            return
        if not may_act(run.context.caller, self._spec.args, given):
            for pair in pairs:
                self._take(pair, NO_AUTHORITY, run)
            return
        askable: list[Pair] = []
        for pair in pairs:
            pair[0][key] = None
            if all(pair[1].get(name) is not None for name in self.needed):
                askable.append(pair)
        values: Values = {"args": given if ask is None else ask.given}
        if self._batch is not None and (self._site is None or len(askable) > 1):
            await self._batch.fetch(
                askable, values, run, lambda pair, verdict: self._take(pair, verdict, run)
            )
        elif self._site is not None:
            await gathered([self._one(self._site, pair, values, ask, run) for pair in askable])

    async def _one(self, site: Site, pair: Pair, values: Values, ask: Ask | None, run: Round) -> None:
        known = pair[1]
        verdict = await run.ask(site, {**values, "key": known, "parent": known, "keys": (known,)})
        if verdict.problem is None and not verdict.absent:
            value = self._items(verdict.data)
            if self._pager is not None and ask is not None:
                value = self._pager.connection(value, verdict, ask)
            verdict = Verdict(value)
        self._take(pair, verdict, run)

    def _take(self, pair: Pair, verdict: Verdict, run: Round) -> None:
        holder = pair[0]
        if verdict.problem is not None:
            holder[self._key] = None
            run.broken.append(Broken(holder, self._key, verdict.problem))
        else:
            holder[self._key] = self._read(verdict.data, run)


class OwnFields:
    """An entity's own fields by its key: ``one`` for one, ``many`` for several."""

    __slots__ = ("_batch", "_items", "_keys", "_read", "_read_each", "_site", "needed")

    def __init__(
        self,
        keys: tuple[str, ...],
        needed: frozenset[str],
        site: Site | None,
        items: Getter,
        batch: Batch | None,
        read: Callable[[Any, Round], Any],
        read_each: Callable[[Any, Round], Any],
    ) -> None:
        self.needed = needed
        self._keys = keys
        self._site = site
        self._items = items
        self._batch = batch
        self._read = read
        self._read_each = read_each

    async def fill(self, pairs: Sequence[Pair], run: Round, beside_others: bool) -> None:
        askable: list[Pair] = []
        for pair in pairs:
            pair[0].update(dict.fromkeys(self._keys))
            if all(pair[1].get(name) is not None for name in self.needed):
                askable.append(pair)
            else:
                run.absent.append(pair[0])
        pairs = askable
        if self._batch is not None and (self._site is None or len(pairs) > 1):

            def take(pair: Pair, verdict: Verdict) -> None:
                self._take(pair, verdict, self._read_each, run, beside_others)

            await self._batch.fetch(pairs, {"args": {}}, run, take)
        elif self._site is not None:
            await gathered([self._one(self._site, pair, run, beside_others) for pair in pairs])
        else:
            for pair in pairs:
                self._take(pair, Verdict(problem=UNASKABLE), self._read, run, beside_others)

    async def _one(self, site: Site, pair: Pair, run: Round, beside_others: bool) -> None:
        known = pair[1]
        verdict = await run.ask(site, {"args": {}, "key": known, "parent": known, "keys": (known,)})
        if verdict.problem is None and not verdict.absent:
            verdict = Verdict(self._items(verdict.data))
        self._take(pair, verdict, self._read, run, beside_others)

    def _take(
        self,
        pair: Pair,
        verdict: Verdict,
        read: Callable[[Any, Round], Any],
        run: Round,
        beside_others: bool,
    ) -> None:
        holder = pair[0]
        if verdict.problem is not None:
            for key in self._keys if beside_others else (None,):
                run.broken.append(Broken(holder, key, verdict.problem))
            run.absent.append(holder)
            return
        found = read(verdict.data, run)
        if found is None:
            run.absent.append(holder)
        else:
            holder.update(found)


def needed_by(*calls: CallSpec | None) -> set[str]:
    """The object's fields that calls read: ``$key.x``, ``$keys[*].x``, ``$parent.x``."""
    return {
        slot.path[0]
        for call in calls
        if call is not None
        for slot in slots_in((call.params, call.body, call.headers))
        if slot.scope in ("key", "keys", "parent")
    }


def _linked_field(readers: Readers, found: MappedField, selected: Selected) -> LinkedField:
    spec, manifest = found.spec, readers.manifest
    rule = rule_of_field(manifest, found.owner, spec)
    site = None if spec.call is None else readers.sites.site(spec.call, rule=rule)
    batch = None if spec.many is None else _batch(readers, spec.many, found, rule)
    data = data_path(manifest)
    if site is not None:
        path = (*data, *names(parse_path(spec.items)))
        read = readers.value(
            found.type, spec, found.coordinate, selected.selections, answer_of(found), site, path
        )
    else:
        read = readers.value(found.type, spec, found.coordinate, selected.selections, answer_of(found))
    if batch is not None and spec.many is not None:
        path = (*data, *names(parse_path(spec.many.items)), *names(parse_path(spec.many.at)))
        readers.value(found.type, spec, found.coordinate, selected.selections, site=batch.site, path=path)
    arguments = compile_arguments(selected.nodes[0], spec.args, manifest.inputs)
    pager = pager_of(readers, found)
    return LinkedField(selected.key, selected.shown, spec, arguments, site, batch, read, pager)


def _own_fields(readers: Readers, mapped: MappedType, selected: Sequence[Selected]) -> OwnFields:
    entity = readers.manifest.entities.get(mapped.name)
    one = None if entity is None else entity.one
    many = None if entity is None else entity.many
    data = data_path(readers.manifest)
    rule = rule_of_entity(readers.manifest, entity)
    site = None if one is None else readers.sites.site(one, rule=rule)
    items = "@" if entity is None else entity.one_items
    read = readers.object(mapped, selected, _OPAQUE, site, (*data, *names(parse_path(items))))
    read_each, batch = read, None
    if many is not None:
        batch = _batch(readers, many, None, rule)
        path = (*data, *names(parse_path(many.items)), *names(parse_path(many.at)))
        read_each = readers.object(mapped, selected, _OPAQUE, batch.site, path)
    return OwnFields(
        tuple(found.key for found in selected),
        frozenset(needed_by(one, None if many is None else many.call)),
        site,
        compile_path(items),
        batch,
        read,
        read_each,
    )


def _batch(readers: Readers, many: Many, found: MappedField | None, rule: Cache | None) -> Batch:
    site = readers.sites.site(many.call, rule=rule)
    items = (*data_path(readers.manifest), *names(parse_path(many.items)))
    for path in many.match.values():
        site.wanted.add((*items, *names(parse_path(path))))
    type_node = None if found is None else found.type
    if isinstance(type_node, NonNullTypeNode):
        type_node = type_node.type
    return Batch(
        site,
        compile_path(many.items),
        tuple((name, compile_path(path)) for name, path in many.match.items()),
        compile_path(many.at),
        isinstance(type_node, ListTypeNode) and many.at == "@",
        many.max,
    )


def data_path(manifest: Manifest) -> tuple[str, ...]:
    return names(parse_path(manifest.envelope.data))


_OPAQUE = Described("opaque")


def answer_of(found: MappedField) -> Described:
    return element(found.described[0]) if found.described else _OPAQUE
