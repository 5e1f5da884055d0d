"""Plan → answer: fetch, merge, read in the client's words. It touches no socket: subgraphs do."""

from federation.execution.compiled import CompiledOperation, Source, compile_operation
from federation.execution.failures import ResponseError
from federation.execution.in_parts import execute_in_parts
from federation.execution.parts import Completed, Part, Pending, Piece
from federation.execution.run import ExecutionResult, execute, execute_event
from federation.execution.sending import FetchFact
from federation.execution.subscribing import subscribe

__all__ = [
    "CompiledOperation",
    "Completed",
    "ExecutionResult",
    "FetchFact",
    "Part",
    "Pending",
    "Piece",
    "ResponseError",
    "Source",
    "compile_operation",
    "execute",
    "execute_event",
    "execute_in_parts",
    "subscribe",
]
