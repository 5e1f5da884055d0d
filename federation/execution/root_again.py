"""The query root as the value of a field: the answer of a root fetch goes to the objects that are the root again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from federation.subgraph import FetchContext, FetchResult, Json, PreparedFetch, Representation


@dataclass(frozen=True, slots=True)
class RootAgain:
    """A root fetch that answers as if its root were an entity. All such objects are one: it is asked once."""

    root: PreparedFetch

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        result = await self.root.run(variables, (), context)
        errors = tuple(
            replace(error, path=(0, *error.path)) if error.path else error for error in result.errors
        )
        return FetchResult(None, [result.data] * len(representations), errors, result.issued)
