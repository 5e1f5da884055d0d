"""``@context`` and ``contextArguments`` of a supergraph (join v0.5): who sets a context, and what is taken from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import DocumentNode, parse_type

from federation.contextual import selection_needs
from federation.supergraph import ContextualArgument, SubgraphView
from federation.supergraph_sdl.features import read_features
from federation.supergraph_sdl.literals import Arguments, applied, text


def context_setters(
    document: DocumentNode, possible: Mapping[str, tuple[str, ...]], views: Mapping[str, SubgraphView]
) -> dict[str, frozenset[str]]:
    """Context (``subgraph__name``) → the object types that set it: themselves, by an interface of theirs or by a union
    they are in, as that subgraph has it: of members that others add it takes nothing.
    Roots of mutations and subscriptions set none: what changes something is not asked for a context's sake."""
    spelled = read_features(document).named("context").local("context")
    found: dict[str, set[str]] = {}
    for definition in document.definitions:
        name = getattr(getattr(definition, "name", None), "value", "")
        if name in possible:
            for given in applied(getattr(definition, "directives", None) or (), spelled):
                context = text(given, "name")
                view = views.get(context.rpartition("__")[0], {}).get(name)
                types = possible[name] if view is None else view.possible
                found.setdefault(context, set()).update(types)
    return {
        context: frozenset(types - {"Mutation", "Subscription"}) for context, types in sorted(found.items())
    }


def contextual_arguments(given: Arguments) -> tuple[ContextualArgument, ...]:
    """The ``contextArguments`` of a ``@join__field``.

    Raises: GraphQLError, ValueError where they make no sense.
    """
    return tuple(_read(given))


def _read(given: Arguments) -> Iterator[ContextualArgument]:
    entries = given.get("contextArguments")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            written = text(entry, "type")
            try:
                parse_type(written, no_location=True)
            except RecursionError as error:
                raise ValueError("a type is nested too deeply") from error
            yield ContextualArgument(
                text(entry, "name"),
                written,
                text(entry, "context"),
                selection_needs(text(entry, "selection")),
            )
