"""The operations of a WSDL asked of npm's soap, which answers each with a sample made of its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.descriptions.answering import Answers, Asking, Miss
from bench.descriptions.asking import arguments_of
from bench.descriptions.backend import ToMock
from bench.descriptions.mocks import NoMock, npm_soap
from bench.descriptions.scoring import Brought
from connectors.backend import Described
from connectors.manifest import parse_manifest

DEEPEST = 7
MOST_VALUES = 3_000
_BY_FORMAT: Mapping[str, Any] = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T10:30:00Z",
    "time": "10:30:00",
    "duration": "P1D",
    "year": "2024",
    "year-month": "2024-02",
    "month-day": "--02-29",
    "month": "--02",
    "day": "---29",
    "byte": "YQ==",
    "hex": "61",
}
_PLAIN: Mapping[str, Any] = {"string": "a", "integer": 1, "number": 1.5, "boolean": True, "opaque": "a"}


async def ask_operations(brought: Brought) -> Answers:
    """Raises: ManifestRejected, CompositionFailed."""
    operations = brought.proposal.operations
    found = Answers()
    samples = {each.name.rpartition(".")[2]: Sample().of(each.answer) for each in operations}
    manifest = parse_manifest(brought.written.text, base=brought.files)
    try:
        async with npm_soap(brought.place, samples) as address:
            asking = Asking(manifest, brought.files, address, ToMock())
            try:
                for each in operations:
                    coordinate = brought.written.fields[each.name]
                    found.take(
                        each.name, await asking.miss(coordinate, arguments_of(asking.field(coordinate)))
                    )
            finally:
                await asking.close()
            found.unfit = sum(asking.connector.quality.counts().values())
    except NoMock as refused:
        for each in operations:
            found.take(each.name, Miss(f"npm's soap does not start: {refused}", "mock"))
    return found


class Sample:
    """Values in the words of npm's soap: attributes apart, an element's text under ``$value``."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def of(self, described: Described, depth: int = 0) -> Any:
        """None for what would go on and on."""
        self._left -= 1
        if described.shape == "list":
            return None if described.item is None else [self.of(described.item, depth + 1)]
        if described.shape != "object":
            return _plain(described)
        if depth > DEEPEST or self._left < 0:
            return None
        values = {name: self.of(each, depth + 1) for name, each in described.fields.items()}
        attributes = {name[1:]: value for name, value in values.items() if name[0] == "@" and len(name) > 1}
        plain = {
            "$value" if name == "#text" else name: value
            for name, value in values.items()
            if name[0] != "@" and value is not None
        }
        return {"attributes": attributes, **plain} if attributes else plain


def _plain(described: Described) -> Any:
    if described.enum:
        return described.enum[0]
    return _BY_FORMAT.get(described.format, _PLAIN[described.shape])
