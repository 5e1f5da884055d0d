"""Arguments that ``@fromContext`` fills (federation spec 2.8): which objects above a field set the context, what is taken
of them, and the variables that bring it. It asks nobody: the planner plans what is taken like any other fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from graphql import ArgumentNode, NameNode, VariableNode

from federation.fieldsets import Need
from federation.planning.draft import Entry, Filled, ValueSource
from federation.planning.operation import Conditions
from federation.planning.stands import Stand, view_of
from federation.planning.wanted import Selection, Wanted, WantedReader
from federation.supergraph import ContextualArgument, Supergraph

if TYPE_CHECKING:
    from federation.planning.places import At


def sources(supergraph: Supergraph, at: At, argument: ContextualArgument) -> Iterator[tuple[At, ValueSource]]:
    """The places above that set the context, nearest first, up to the first where every object does."""
    setters = supergraph.contexts.get(argument.context, frozenset())
    above = at.above
    while above is not None:
        possible = _possible(supergraph, above.stand, above.type)
        setting = tuple(name for name in possible if name in setters)
        every = len(setting) == len(possible)
        if setting:
            alike = every and (
                possible == (above.type,) or _is_common(supergraph, above.type, argument.needs)
            )
            needs = tuple(n for n in argument.needs if any(_applies(supergraph, n, t) for t in setting))
            if len(setting) == 1:
                needs = tuple(replace(need, on=None) for need in needs)
            yield above, ValueSource(above.path, above.type, () if alike else setting, needs)
        if every:
            return
        above = above.above


def selection(reader: WantedReader, source: ValueSource, conditions: Conditions) -> Selection:
    """What is to be planned at the place of the source."""
    if not source.types:
        return Selection(source.of, reader.needs(source.of, source.needs, conditions))
    by_type = {name: reader.needs(name, source.needs, conditions) for name in source.types}
    return Selection(source.of, [], {name: found for name, found in by_type.items() if found})


def with_arguments(wanted: Wanted, filled: tuple[Filled, ...]) -> Wanted:
    """The field as its subgraph is asked for it."""
    added = (
        ArgumentNode(
            name=NameNode(value=each.argument), value=VariableNode(name=NameNode(value=each.variable))
        )
        for each in filled
    )
    return replace(wanted, arguments=(*wanted.arguments, *added))


def fits(entry: Entry, filled: Iterable[Filled]) -> bool:
    """Whether a field can be asked for there too. What takes something else, or nothing, from contexts stays apart, so
    that a value that failed fails nothing else."""
    return _taken(filled) == _taken(entry.filled.values())


def _taken(filled: Iterable[Filled]) -> set[tuple[tuple[ValueSource, ...], bool]]:
    """The values, and whether they may be null."""
    return {(each.sources, not each.type.endswith("!")) for each in filled}


def _possible(supergraph: Supergraph, stand: Stand, type_name: str) -> tuple[str, ...]:
    view = view_of(supergraph, stand)
    return view.possible if view.abstract else supergraph.possible[type_name]


def _applies(supergraph: Supergraph, need: Need, type_name: str) -> bool:
    return need.on is None or type_name in supergraph.possible.get(need.on, ())


def _is_common(supergraph: Supergraph, abstract_type: str, needs: tuple[Need, ...]) -> bool:
    """Whether the same is taken of every object type, under one response key."""
    return all(
        need.on is None
        and need.name in supergraph.fields[abstract_type]
        and not any(
            f"{each}.{need.name}" in supergraph.clashing for each in supergraph.possible[abstract_type]
        )
        for need in needs
    )
