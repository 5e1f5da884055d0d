"""An answer in parts: the first as soon as it is there, the others as their fetches are done."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

from federation import ExecutionResult, FetchFact, Part, ResponseError, execute_in_parts
from gateway.stages.execute import context_of
from gateway.types import Executed, Planned


@dataclass(slots=True)
class InParts:
    """``first`` is there; the rest runs as it is taken. To be closed by who began it."""

    planned: Planned
    first: ExecutionResult
    _rest: AsyncGenerator[ExecutionResult | Part, None]
    _errors: list[ResponseError] = field(default_factory=list)
    _fetches: list[FetchFact] = field(default_factory=list)

    async def values(self) -> AsyncGenerator[ExecutionResult | Part, None]:
        yield self.first
        async for part in self._rest:
            assert isinstance(part, Part)
            self._note(part)
            yield part

    @property
    def executed(self) -> Executed:
        """What is known of the whole so far, for the meter."""
        errors = (*self.first.errors, *self._errors)
        fetches = (*self.first.fetches, *self._fetches)
        return Executed(self.planned, replace(self.first, errors=errors, fetches=fetches))

    async def close(self) -> None:
        """Stops what still runs."""
        await self._rest.aclose()

    def _note(self, part: Part) -> None:
        for piece in part.pieces:
            self._errors.extend(piece.errors)
        for completed in part.completed:
            self._errors.extend(completed.errors)
        self._fetches.extend(part.fetches)


async def begin(planned: Planned) -> InParts:
    variables = planned.authorized.prepared.identified.arrived.variables
    running = execute_in_parts(planned.compiled, variables, context_of(planned))
    try:
        first = await anext(running)
        assert isinstance(first, ExecutionResult)
    except BaseException:
        await running.aclose()
        raise
    return InParts(planned, first, running)
