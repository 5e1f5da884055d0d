"""Makes of what a subgraph says what it means: Federation 1's loose ways in today's words, and what both
versions imply without saying it. It refuses nothing."""

from __future__ import annotations

from federation.composition.draft import named
from federation.composition.field_set_check import is_of_interface, provided, selected, used
from federation.composition.source import Kind, SubgraphSource


def upgrade(source: SubgraphSource) -> SubgraphSource:
    """The source, changed in place."""
    _know_extended_keys(source)
    if source.version == 1:
        _forget_what_interfaces_cannot_say(source)
        _forget_provisions_of_leaves(source)
        _forget_unused_externals(source)
    _share_key_fields(source)
    source.used = frozenset(used(source))
    source.provided = frozenset(provided(source))
    return source


def _know_extended_keys(source: SubgraphSource) -> None:
    """``@external`` on the key of an extended type is Federation 1's manner of speaking: the field is known."""
    for declared in source.types.values():
        for key in declared.keys:
            if key.extension or declared.extends:
                for _, child in selected(source, declared, key.fields.needs, wide=True):
                    child.external = False


def _forget_what_interfaces_cannot_say(source: SubgraphSource) -> None:
    for declared in source.types.values():
        if declared.kind is Kind.INTERFACE:
            declared.keys.clear()
            for child in declared.fields.values():
                child.external = False
                child.requires = child.provides = None


def _forget_provisions_of_leaves(source: SubgraphSource) -> None:
    for declared in source.types.values():
        for child in declared.fields.values():
            inner = source.types.get(named(child.type))
            if inner is None or inner.kind not in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION):
                child.provides = None


def _forget_unused_externals(source: SubgraphSource) -> None:
    needed = used(source)
    for declared in list(source.types.values()):
        for child in list(declared.fields.values()):
            if not child.external or (declared.name, child.name) in needed:
                continue
            if not is_of_interface(source, declared, child.name):
                del declared.fields[child.name]
        if declared.kind is Kind.OBJECT and not declared.fields:
            del source.types[declared.name]


def _share_key_fields(source: SubgraphSource) -> None:
    """Whatever a key names, nested fields included, several subgraphs must know: it is shareable."""
    for declared in source.types.values():
        for key in declared.keys:
            for _, child in selected(source, declared, key.fields.needs):
                child.shareable = True
