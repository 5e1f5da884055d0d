"""A connector that is disabled: its schema stays, everything asked of it is answered with its notice for the citizen.

Must never: send anything to the department.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from connectors.manifest.model import Words
from federation.subgraph import (
    EventSource,
    FetchContext,
    FetchError,
    FetchResult,
    PlannedFetch,
    PreparedFetch,
    Representation,
    Subgraph,
    department_of,
)
from tongban.errors import ErrorCode


class Disabled:
    """Stands in a generation in the place of ``inner``."""

    def __init__(self, inner: Subgraph, notice: Words) -> None:
        self._inner = inner
        department = department_of(inner)
        self._answer = _Noticed(
            FetchError(
                ErrorCode.DEPARTMENT_MAINTENANCE,
                notice.en or notice.zh or ErrorCode.DEPARTMENT_MAINTENANCE.facts.en,
                department=department,
                not_sent=True,
                message_zh=notice.zh or notice.en or None,
            )
        )

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def department(self) -> str:
        return department_of(self._inner)

    @property
    def sdl(self) -> str:
        return self._inner.sdl

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        return self._answer

    def prepare_events(self, fetch: PlannedFetch) -> EventSource:
        return self._answer


class _Noticed:
    def __init__(self, error: FetchError) -> None:
        self._result = FetchResult(errors=(error,))

    async def run(
        self, variables: Mapping[str, Any], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:  # fmt: skip
        return self._result

    async def events(
        self, variables: Mapping[str, Any], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        yield self._result
