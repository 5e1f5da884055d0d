"""The engine, pure: SDL → composition → supergraph → plan → execution → projection. It does no I/O of its
own."""

from federation.composition import Composition, CompositionFailed, Objection, Severity, compose, judge
from federation.execution import (
    CompiledOperation,
    ExecutionResult,
    FetchFact,
    ResponseError,
    compile_operation,
    execute,
)
from federation.planning import NoOperation, Plan, PlanBudgetExceeded, Unplannable, plan
from federation.subgraph import (
    FetchContext,
    FetchError,
    FetchResult,
    IssuedNumber,
    Json,
    PlannedFetch,
    PreparedFetch,
    Representation,
    Subgraph,
)
from federation.supergraph import Coordinate, FieldView, Guard, KeyView, Supergraph, TypeView
from federation.supergraph_sdl import InvalidSupergraph, load_supergraph

__all__ = [
    "CompiledOperation",
    "Composition",
    "CompositionFailed",
    "Coordinate",
    "ExecutionResult",
    "FetchContext",
    "FetchError",
    "FetchFact",
    "FetchResult",
    "FieldView",
    "Guard",
    "InvalidSupergraph",
    "IssuedNumber",
    "Json",
    "KeyView",
    "NoOperation",
    "Objection",
    "Plan",
    "PlanBudgetExceeded",
    "PlannedFetch",
    "PreparedFetch",
    "Representation",
    "ResponseError",
    "Severity",
    "Subgraph",
    "Supergraph",
    "TypeView",
    "Unplannable",
    "compile_operation",
    "compose",
    "execute",
    "judge",
    "load_supergraph",
    "plan",
]
