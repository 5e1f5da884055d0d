"""Directives that the supergraph keeps, merged over the subgraphs that apply them to one element.

What restricts access is merged by AND, so that no subgraph weakens another: ``[[a], [b]]`` and ``[[c]]`` make
``[[a, c], [b, c]]``. It checks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import ConstDirectiveNode, print_ast

from federation.access import Alternatives, conjunction
from federation.composition.nodes import Constant, directive
from federation.composition.source import Carried
from federation.supergraph_sdl.demands import alternatives
from federation.supergraph_sdl.literals import Arguments, applied, text

ACCESS = ("authenticated", "requiresScopes", "policy")
_ARGUMENT = {"requiresScopes": "scopes", "policy": "policies"}


def merge_carried(given: Iterable[Carried]) -> Carried:
    """One element's applications out of every subgraph's."""
    each = [one for one in given if one]
    if not each:
        return ()
    everything = [application for one in each for application in one]
    said = {application.name.value for application in everything}
    found: list[ConstDirectiveNode] = []
    for name in sorted({text(a, "name") for a in applied(everything, "tag")}):
        found.append(directive("tag", name=name))
    found.extend(merge_access(each))
    if "cost" in said:
        weights = [w for a in applied(everything, "cost") if isinstance(w := a.get("weight"), int)]
        found.append(directive("cost", weight=max(weights, default=1)))
    if "listSize" in said:
        found.append(_list_size(list(applied(everything, "listSize"))))
    known = {"tag", "cost", "listSize", *ACCESS}
    custom = {print_ast(a): a for a in everything if a.name.value not in known}
    return (*found, *(custom[key] for key in sorted(custom)))


def merge_access(given: Iterable[Carried]) -> Carried:
    """Only what restricts access, by AND."""
    everything = [application for one in given for application in one if application.name.value in ACCESS]
    found: list[ConstDirectiveNode] = []
    if any(application.name.value == "authenticated" for application in everything):
        found.append(directive("authenticated"))
    for name, argument in _ARGUMENT.items():
        demands = [alternatives(a.get(argument)) for a in applied(everything, name)]
        if demands:
            merged: Constant = [list(each) for each in conjunction(demands)]
            found.append(directive(name, **{argument: merged}))
    return tuple(found)


def demands_of(carried: Carried, name: str) -> Alternatives:
    """What ``requiresScopes`` or ``policy`` of an element demands; ``((),)`` for nothing."""
    return conjunction(alternatives(a.get(_ARGUMENT[name])) for a in applied(carried, name))


def _list_size(given: list[Arguments]) -> ConstDirectiveNode:
    sizes = [s for a in given if isinstance(s := a.get("assumedSize"), int)]
    exact = [bool(a["requireOneSlicingArgument"]) for a in given if "requireOneSlicingArgument" in a]
    return directive(
        "listSize",
        assumedSize=max(sizes) if sizes else None,
        slicingArguments=_names(given, "slicingArguments"),
        sizedFields=_names(given, "sizedFields"),
        requireOneSlicingArgument=all(exact) if exact else None,
    )


def _names(given: list[Arguments], argument: str) -> Constant:
    found: dict[str, None] = {}
    for each in given:
        named = each.get(argument)
        found.update(dict.fromkeys(str(name) for name in (named if isinstance(named, list) else ())))
    return list(found) or None
