"""Plan → answer: fetch, merge, read in the client's words. It touches no socket: subgraphs do."""

from federation.execution.compiled import CompiledOperation, Source, compile_operation
from federation.execution.failures import ResponseError
from federation.execution.run import ExecutionResult, FetchFact, execute, execute_event
from federation.execution.subscribing import subscribe

__all__ = [
    "CompiledOperation",
    "ExecutionResult",
    "FetchFact",
    "ResponseError",
    "Source",
    "compile_operation",
    "execute",
    "execute_event",
    "subscribe",
]
