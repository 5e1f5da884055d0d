"""Opening a subscription: from a compiled operation to the events of its subgraph. Each is then executed apart, by
``execute_event``; nothing is kept between two of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from federation.execution.compiled import CompiledOperation
from federation.subgraph import FetchContext, FetchError, FetchResult, Json
from tongban.errors import ErrorCode


async def subscribe(
    compiled: CompiledOperation, variables: Mapping[str, Json], context: FetchContext
) -> AsyncGenerator[FetchResult, None]:
    """The events, until the subgraph completes or fails (one last result without data, its error without a path).

    Give each to ``execute_event`` and close the generator (``aclose``) when nobody listens any more: that
    unsubscribes. Variables that don't fit are one such last result, and so is an operation that is no subscription.
    """
    coerced, wrong = compiled.coerce(variables)
    if wrong:
        yield FetchResult(errors=tuple(FetchError(each.code, each.message) for each in wrong))
        return
    source = compiled.source
    if source is None:
        yield _failed(ErrorCode.BAD_USER_INPUT, "no subscription")
        return
    if source.events is None:
        yield FetchResult(data={})
        return
    async with aclosing(source.events.events(coerced, context)) as events:
        try:
            async for event in events:
                yield event
        except Exception as error:
            yield _failed(ErrorCode.INTERNAL_ERROR, type(error).__name__)


def _failed(code: ErrorCode, detail: str) -> FetchResult:
    return FetchResult(errors=(FetchError(code, code.facts.en, detail=detail),))
