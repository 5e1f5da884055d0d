"""What the parsers of all blocks share: where findings go, and the small things that stand in many blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.expressions import ConditionError, PathError, compile_condition, parse_path
from connectors.expressions.paths import Where
from connectors.manifest.findings import Finding
from connectors.manifest.model import Words
from connectors.manifest.reading import Place, Source

Block = Mapping[str, Any]


class Checks:
    """Gathers the findings of one manifest."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.found: list[Finding] = []

    def say(self, code: str, place: Place, message: str, fix: str = "") -> None:
        self.found.append(self._source.finding(code, place, message, fix))

    def path(self, text: str, place: Place, *, of_field: bool = False) -> str:
        """``of_field``: where a condition (``[?name=='word']``) may stand."""
        try:
            steps = parse_path(text)
        except PathError as error:
            self.say("path.syntax", place, str(error))
            return "@"
        if not of_field and any(isinstance(step, Where) for step in steps):
            self.say("path.syntax", place, f"'{text}': a condition may stand in a field's 'from' only")
            return "@"
        return text

    def condition(self, text: str, place: Place) -> None:
        try:
            compile_condition(text)
        except ConditionError as error:
            self.say("condition.syntax", place, str(error))


def words_of(block: Any) -> Words:
    return Words() if not block else Words(block.get("zh", ""), block.get("en", ""))
