"""Plan → answer: fetch, merge, read in the client's words. It touches no socket: subgraphs do."""

from federation.execution.compiled import CompiledOperation, compile_operation
from federation.execution.failures import ResponseError
from federation.execution.run import ExecutionResult, FetchFact, execute

__all__ = [
    "CompiledOperation",
    "ExecutionResult",
    "FetchFact",
    "ResponseError",
    "compile_operation",
    "execute",
]
