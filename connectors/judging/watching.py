"""A backend whose decoded answers are kept for a look, beside what the description says of them.

Must never: let a value out; what is told of an answer is names and kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.backend import Answer, Backend, CallSpec, Described, DescribedOperation, PreparedCall
from connectors.manifest.findings import Finding
from federation.subgraph import FetchContext

MOST_ANSWERS = 50
MOST_DRIFTS = 100
_DEEPEST = 20
_LOOKED_AT = 20
"""Items of one list."""

_FITS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_KINDS = {dict: "object", list: "list", str: "string", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True, slots=True)
class Drift:
    """``known`` False: a member that the description does not know, which breaks nobody."""

    operation: str
    path: str
    message: str
    known: bool = True


@dataclass
class Watched:
    """Fills ``connectors.backend.Backend``. ``answers``: (operation, answer) in the order they came."""

    inner: Backend
    answers: list[tuple[str, Answer]] = field(default_factory=list, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.inner.findings

    def operation(self, name: str) -> DescribedOperation:
        return self.inner.operation(name)

    def operations(self) -> tuple[DescribedOperation, ...]:
        return self.inner.operations()

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> PreparedCall:
        return _WatchedCall(call.operation, self.inner.prepare(call, wanted), self.answers)

    async def close(self) -> None:
        await self.inner.close()

    def drifts(self) -> tuple[Drift, ...]:
        """Where answers with success left the description; each place once."""
        found: dict[Drift, None] = {}
        for name, answer in self.answers:
            if answer.status < 400 and answer.fault is None:
                described = self.inner.operation(name).answer
                found.update(dict.fromkeys(_drifts(name, described, answer.body, "", 0)))
        return tuple(found)[:MOST_DRIFTS]


@dataclass(frozen=True, slots=True)
class _WatchedCall:
    operation: str
    inner: PreparedCall
    answers: list[tuple[str, Answer]] = field(repr=False)

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        answer = await self.inner.send(values, context)
        if len(self.answers) < MOST_ANSWERS:
            self.answers.append((self.operation, answer))
        return answer


def _drifts(operation: str, described: Described, value: Any, path: str, depth: int) -> Iterator[Drift]:
    if value is None or value == "" or described.shape == "opaque" or depth > _DEEPEST:
        return
    if described.shape == "list" and not isinstance(value, list) and described.item is not None:
        described = described.item  # a single item in a list's place is read as a list of it
    if not _fits(described, value):
        message = f"{path or 'the answer'} is described as {described.shape} and came as {_kind(value)}"
        yield Drift(operation, path, message)
    elif isinstance(value, dict):
        for name, held in value.items():
            inner = f"{path}.{name}" if path else str(name)
            if name in described.fields:
                yield from _drifts(operation, described.fields[name], held, inner, depth + 1)
            elif described.fields and not str(name).startswith(("@", "#")):
                yield Drift(operation, inner, f"{inner} is not in the description", known=False)
    elif isinstance(value, list) and described.item is not None:
        for held in value[:_LOOKED_AT]:
            yield from _drifts(operation, described.item, held, f"{path}[]", depth + 1)
    elif described.enum and str(value) not in described.enum:
        yield Drift(
            operation, path, f"{path} has a value that is none of the {len(described.enum)} described"
        )


def _fits(described: Described, value: Any) -> bool:
    """SOAP and many REST backends send numbers as text: what reads as one fits."""
    if isinstance(value, bool) and described.shape != "boolean":
        return False
    if isinstance(value, _FITS[described.shape]):
        return True
    if described.shape in ("integer", "number", "boolean") and isinstance(value, str):
        text = value.strip().lower()
        return text.lstrip("+-").replace(".", "", 1).isdigit() or text in ("true", "false")
    return False


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "something else")
