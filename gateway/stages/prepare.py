"""*prepare*: a document becomes an Operation: parsed, validated, measured and named, once per document and generation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    parse,
    strip_ignored_characters,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from federation import (
    CompiledOperation,
    Estimate,
    PlanBudgetExceeded,
    Unplannable,
    compile_operation,
    defer_variables,
    estimate,
    labels_met,
    validate,
)
from federation.access import Demand
from gateway.beside import Beside
from gateway.generation import Bounded, Generation, NoPlan
from gateway.large import SMALL_CHARACTERS, is_large
from gateway.stopwatch import stopwatch
from gateway.types import MOST_PLANS, Arrived, Identified, Operation, PlanKey, Prepared
from tongban.errors import CallerFault, ErrorCode, TongbanError
from tongban.settings import UNLIMITED, Settings
from usage_metrics import signature_of

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 30_000
"""The one rule whose work grows with the square of a document: graphql-core's own budget is seconds of everybody's time."""

_ABORTED = "Validation aborted."
_NEEDS_STREAM = (
    "A subscription is answered as a stream: accept text/event-stream or multipart/mixed;subscriptionSpec=1.0, "
    "or open a WebSocket."
)


class DocumentRefused(CallerFault):
    """The document does not parse or does not fit the schema; ``errors`` are the GraphQL errors as they go out."""

    def __init__(self, code: ErrorCode, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.errors = errors


async def prepare(
    identified: Identified,
    generation: Generation,
    document: str,
    settings: Settings,
    learn: Callable[[Operation], None],
    beside: Beside,
) -> Prepared:
    """``learn`` is told of an operation when it is seen first. Raises DocumentRefused, CallerFault, OurFault."""
    arrived = identified.arrived
    operation = cast("Operation | None", generation.operations.get((document, arrived.operation_name)))
    if operation is None:
        operation = await _known_or_made(generation, document, arrived, settings, beside, learn)
    if arrived.read_only and operation.kind == "mutation":
        raise CallerFault(ErrorCode.METHOD_NOT_ALLOWED, "A GET runs no mutation; use POST.")
    if operation.kind == "subscription" and not arrived.streams:
        raise CallerFault(ErrorCode.NOT_ACCEPTABLE, _NEEDS_STREAM)
    return Prepared(identified, generation, operation)


async def _known_or_made(
    generation: Generation,
    text: str,
    arrived: Arrived,
    settings: Settings,
    beside: Beside,
    learn: Callable[[Operation], None],
) -> Operation:
    """By the normalised document: blanks, commas and comments make no other operation. What is written otherwise is found by
    its own text, too, from then on."""
    operations, name = generation.operations, arrived.operation_name
    normal = await _normalised(text, beside)
    operation = cast("Operation | None", operations.get((normal, name)))
    if operation is None:
        operation = await _made(generation, normal, text, arrived, settings, beside)
        if operations.get((normal, name)) is None:  # of several who waited, the first has told of it
            operations.put((normal, name), operation, operation.weight)
            learn(operation)
    if text != normal and operations.get((normal, name)) is operation:
        operations.put((text, name), operation, len(text))
    return operation


async def _normalised(text: str, beside: Beside) -> str:
    """As it is where it cannot be read: whoever parses it tells why."""
    if len(text) > SMALL_CHARACTERS:
        return await beside.once(("normalised", text), partial(_stripped, text))
    return _stripped(text)


def _stripped(text: str) -> str:
    try:
        return strip_ignored_characters(text)
    except GraphQLSyntaxError:
        return text


async def _made(
    generation: Generation, normal: str, text: str, arrived: Arrived, settings: Settings, beside: Beside
) -> Operation:
    """What is small is made here and now; what is large, beside the event loop, once for all who ask for it meanwhile; what
    was found to have no plan is remembered for a while (docs/adr/0011)."""
    name = arrived.operation_name
    document = _parsed(text, settings) if len(text) <= SMALL_CHARACTERS else None
    if document is not None and not is_large(generation.supergraph, document):
        return _at_once(generation, normal, text, document, name, settings)
    known_as = (sha256(normal.encode()).hexdigest(), name)
    unplannable = generation.unplannable.get(known_as)
    if unplannable is not None and unplannable.until_s > arrived.received_s:
        raise unplannable.fault()
    try:
        return await beside.once(
            (id(generation), normal, name),
            partial(_at_once, generation, normal, text, document, name, settings),
        )
    except (Unplannable, _NoPlan) as fault:
        again = partial(Unplannable, fault.detail) if isinstance(fault, Unplannable) else _NoPlan
        generation.unplannable.put(known_as, NoPlan(again, arrived.received_s + _REMEMBERED_S))
        raise


_REMEMBERED_S = 60
"""So long an operation without a plan is not planned again."""


class _NoPlan(CallerFault):
    """Planning took more than its last bound."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.COST_EXCEEDED)


def _at_once(
    generation: Generation,
    normal: str,
    text: str,
    document: DocumentNode | None,
    name: str | None,
    settings: Settings,
) -> Operation:
    try:
        return _operation(generation, normal, text, name, settings, document)
    except RecursionError:
        # Fragments in fragments: within every limit, and yet too deep for the validator.
        raise CallerFault(ErrorCode.COST_EXCEEDED, "The document's fragments nest too deep.") from None


WARM_MOST = 300
WARM_S = 0.3
"""Of planning ahead, so that a publication is seen within a second whatever is in use."""


def warm(
    generation: Generation,
    documents: Iterable[tuple[str, str | None]],
    settings: Settings,
    seconds: float = WARM_S,
) -> list[Operation]:
    """Prepares what is known to be asked, most important first, before a generation takes over; gives those that fit it.

    ``documents``: text and operation name. Bounded in number and time; what is left out is prepared when it is asked.
    """
    fitting: dict[tuple[str, str | None], Operation] = {}
    elapsed_s = stopwatch()
    for document, name in islice(documents, WARM_MOST):
        if elapsed_s() > seconds:
            break
        key = (_stripped(document), name)
        if key in fitting:
            continue
        try:
            fitting[key] = _operation(generation, key[0], document, name, settings)
        except (TongbanError, RecursionError):
            continue  # whoever asks for it is told why
    for key, operation in reversed(fitting.items()):  # what was put last is forgotten last
        generation.operations.put(key, operation, operation.weight)
    return [*fitting.values()]


def _weight(document: str, fields: int) -> int:
    """In the cache: its characters, and for each field a few more, as a fragment makes many fields of few letters."""
    return len(document) + 5 * fields


def _operation(
    generation: Generation,
    normal: str,
    text: str,
    name: str | None,
    settings: Settings,
    document: DocumentNode | None = None,
) -> Operation:
    """``normal``: the text normalised; ``document``: the text parsed, if it is already.

    Changes nothing that others read, so any thread may run it.
    """
    document = document or _parsed(text, settings)
    definition = _named(document, name)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    size = _Measure(settings, fragments).operation(definition)
    schema = generation.supergraph.api_schema
    errors = validate(schema, document, max_errors=20)
    if any(error.message == _ABORTED for error in errors):
        raise CallerFault(ErrorCode.COST_EXCEEDED, "The document asks for the same fields too often.")
    if schema.get_root_type(definition.operation) is None:  # validation has no rule for this
        errors = [GraphQLError(f"The schema has no {definition.operation.value}s.", definition)]
    if errors:
        told = [_told(error, settings) for error in errors]
        raise DocumentRefused(ErrorCode.GRAPHQL_VALIDATION_FAILED, told)
    _refuse_introspection(document, settings)
    try:
        cost = _estimate(generation, document, name, settings)
        compiled = compile_operation(
            generation.supergraph, generation.subgraphs, document, name, elapsed_s=stopwatch()
        )
    except PlanBudgetExceeded:
        raise _NoPlan from None
    by_coordinate = generation.snapshot.by_coordinate
    services = sorted({by_coordinate[c] for c in compiled.coordinates if c in by_coordinate})
    demands = _demands(generation, compiled)
    weight = _weight(normal, size.all)
    plans = Bounded[PlanKey, CompiledOperation](_most_plans(generation, weight))
    plans.put(PlanKey(), compiled)
    return Operation(
        document=document,
        name=compiled.name,
        kind=compiled.kind.value,
        signature=signature_of(document),
        coordinates=compiled.coordinates,
        services=tuple(services),
        purpose=_purpose(generation, services),
        fields=size.all,
        large=len(text) > SMALL_CHARACTERS or is_large(generation.supergraph, document),
        plans=plans,
        defer_variables=defer_variables(schema, document),
        known_as=(normal, name),
        weight=weight,
        demands=demands,
        labels=labels_met(generation.supergraph, compiled.coordinates),
        estimate=cost,
        scopes=frozenset[str]().union(*(demand.scope_names for demand in demands.values())),
        policies=frozenset[str]().union(*(demand.policy_names for demand in demands.values())),
    )


def _purpose(generation: Generation, services: list[str]) -> str:
    """The one purpose that every service is declared for; empty where there is none, or more than one.

    A caller cannot add to a request what would lift the masks of the rest: every service must name the purpose itself.
    """
    declared = [found.purposes for name in services if (found := generation.snapshot.services.get(name))]
    common = set(declared[0]).intersection(*declared[1:]) if declared else set()
    return common.pop() if len(common) == 1 else ""


def _estimate(
    generation: Generation, document: DocumentNode, name: str | None, settings: Settings
) -> Estimate | None:
    if settings.max_cost >= UNLIMITED:
        return None
    return estimate(generation.supergraph, document, name, settings.list_size)


def _most_plans(generation: Generation, weight: int) -> int:
    """As many as one operation may weigh in the cache, and a few in any case."""
    return max(4, min(MOST_PLANS, generation.operations.heaviest // weight))


def _demands(generation: Generation, compiled: CompiledOperation) -> dict[str, Demand]:
    demands = generation.supergraph.demands
    named = (*compiled.coordinates, *(f"{name}.__typename" for name in compiled.typenames))
    return {coordinate: demands[coordinate] for coordinate in named if coordinate in demands}


def _parsed(text: str, settings: Settings) -> DocumentNode:
    try:
        return parse(text, max_tokens=settings.max_document_tokens)
    except GraphQLSyntaxError as error:
        raise DocumentRefused(ErrorCode.GRAPHQL_PARSE_FAILED, [_told(error, settings)]) from None


_QUOTED_TOKEN = re.compile(r"(Int|Float|String|BlockString) '.*'", re.DOTALL)
_BEFORE_VALUE = re.compile(r", found |: ")


def _told(error: GraphQLError, settings: Settings) -> GraphQLError:
    """The error without literals, which may be personal, and without hints at a schema that the caller may not see."""
    message = _QUOTED_TOKEN.sub(r"\1", error.message)
    if any(isinstance(node, ValueNode) for node in error.nodes or ()):
        message = _BEFORE_VALUE.split(message)[0].removesuffix(".") + "."
    if not settings.introspection:
        message = message.partition(" Did you mean ")[0]
    return GraphQLError(message, error.nodes, error.source, error.positions)


def _named(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """GetOperation (GraphQL specification §6.1)."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        found = [d for d in found if d.name and d.name.value == name]
    if len(found) != 1:
        raise CallerFault(
            ErrorCode.OPERATION_RESOLUTION_FAILURE,
            "Unknown operation; operationName must name one in the document."
            if name
            else "The document must hold one operation, or operationName say which.",
        )
    return found[0]


def _refuse_introspection(document: DocumentNode, settings: Settings) -> None:
    if settings.introspection:
        return
    waiting = [
        definition.selection_set
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode) and node.name.value in ("__schema", "__type"):
                raise CallerFault(
                    ErrorCode.FORBIDDEN, "Introspection is off; ask for /schema.graphql where you may see it."
                )
            if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
                waiting.append(node.selection_set)


class _Size(NamedTuple):
    """Of a selection: its depth, the aliases in it, the fields at its top, and all fields in it; counts saturate."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    all: int = 0


_SATURATED = 1_000_000


class _Measure:
    """Depth, aliases, root fields and all fields, fragments read once each and counted at every spread (memoised, so that
    nesting cannot multiply).
    """

    def __init__(self, settings: Settings, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._settings = settings
        self._fragments = fragments
        self._known: dict[str, _Size] = {}

    def operation(self, definition: OperationDefinitionNode) -> _Size:
        """Raises CallerFault for more than the settings allow."""
        size = self._selection(definition.selection_set)
        for value, limit, what in (
            (size.depth, self._settings.max_depth, "levels"),
            (size.aliases, self._settings.max_aliases, "aliases"),
            (size.fields, self._settings.max_root_fields, "root fields"),
            (size.all, self._settings.max_fields, "fields"),
        ):
            if value > limit:
                raise CallerFault(ErrorCode.COST_EXCEEDED, f"The operation has more than {limit} {what}.")
        return size

    def _selection(self, selection: SelectionSetNode | None) -> _Size:
        if selection is None:
            return _Size()
        depth = aliases = fields = every = 0
        for node in selection.selections:
            if isinstance(node, FieldNode):
                below = self._selection(node.selection_set)
                size = _Size(below.depth + 1, below.aliases + (node.alias is not None), 1, below.all + 1)
            elif isinstance(node, InlineFragmentNode):
                size = self._selection(node.selection_set)
            else:
                size = self._fragment(cast(FragmentSpreadNode, node).name.value)
            depth = max(depth, size.depth)
            aliases = min(aliases + size.aliases, _SATURATED)
            fields = min(fields + size.fields, _SATURATED)
            every = min(every + size.all, _SATURATED)
        return _Size(depth, aliases, fields, every)

    def _fragment(self, name: str) -> _Size:
        if name not in self._known:
            self._known[name] = _Size()  # a cycle counts nothing here; validation refuses it
            fragment = self._fragments.get(name)
            self._known[name] = self._selection(fragment.selection_set) if fragment else _Size()
        return self._known[name]
