"""What of a description's text names other files: ``$ref`` in JSON and YAML, imports and includes of WSDL and XSD.

Only looked at, never believed: whoever follows a reference judges where it leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.openapi.files import decoded

MAX_REFERENCES = 10_000
"""Of one file."""

_JSON = re.compile(
    r"""["']?\$ref["']?\s*:\s*(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s"'{},\]#][^\s,}\]]*))"""
)
_XML = re.compile(
    r"""<(?:[\w.-]+:)?(?:import|include|redefine|override)\s(?:[^<>]*?\s)?(?:schemaLocation|location)\s*=\s*"""
    r"""(?:"(?P<double>[^"<]*)"|'(?P<single>[^'<]*)')"""
)


@dataclass(frozen=True, slots=True)
class Reference:
    """``place`` is what is named, without the part after ``#``; line and column (from 1) are where the name stands."""

    place: str
    line: int
    column: int


def references(content: bytes) -> Iterator[Reference]:
    """Each place that is named, where it is named first."""
    text, _ = decoded(content)
    pattern = _XML if text.lstrip()[:1] == "<" else _JSON
    seen: set[str] = set()
    for found in pattern.finditer(text):
        kind = found.lastgroup or "plain"
        place = found.group(kind).partition("#")[0].strip()
        if pattern is _XML:
            place = _unescaped(place)
        if not place or place in seen:
            continue
        if len(seen) >= MAX_REFERENCES:
            return
        seen.add(place)
        start = found.start(kind)
        line_start = text.rfind("\n", 0, start) + 1
        yield Reference(place, text.count("\n", 0, start) + 1, start - line_start + 1)


def _unescaped(place: str) -> str:
    """The five entities of XML: addresses hold ``&amp;``."""
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        place = place.replace(entity, sign)
    return place
