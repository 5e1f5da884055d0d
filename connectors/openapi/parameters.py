"""An operation's parameters: of its path and its own, references followed, the mistakes of people told and got over.

Must never: lose one in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from connectors.backend import Described
from connectors.openapi.document import Document
from connectors.openapi.shapes import Shapes

Location = Literal["path", "query", "header", "cookie"]

_LOCATIONS: Mapping[str, Location] = {
    "path": "path",
    "query": "query",
    "header": "header",
    "cookie": "cookie",
}
_NOT_ASKED = ("accept", "content-type", "content-length", "host")
"""Headers that the request has anyway (OpenAPI 3.1, 4.8.12.2)."""
_HOLE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """``name`` is the wire's. ``style``: how a list is written in a query: ``multi`` (repeated), ``csv``, ``ssv``,
    ``tsv``, ``pipes``, ``deepObject``. ``default``: a plain value of the description, or None.
    """

    name: str
    location: Location
    required: bool
    described: Described
    style: str = "multi"
    default: Any = None


class Parameters:
    """Gathers the parameters of one operation: ``found`` by the names that a call uses."""

    def __init__(self, document: Document, shapes: Shapes, path: str) -> None:
        self._document = document
        self._shapes = shapes
        self._holes = tuple(dict.fromkeys(_HOLE.findall(path)))
        self._swagger = "swagger" in document.root
        self.found: dict[str, Parameter] = {}
        self.form: dict[str, Described] = {}
        self.form_required: set[str] = set()
        self.files = False
        self.accepted: tuple[str, ...] = ()
        """The media types that a parameter ``Accept`` allows; the request says it by itself."""
        self.body: tuple[Mapping[str, Any], str] | None = None

    def read(self, owner: Mapping[str, Any], file: str) -> None:
        """The ``parameters`` of a path or an operation: the later ones stand in for the earlier."""
        listed, file = self._document.resolve(owner.get("parameters"), file)
        if listed is None or listed == {}:
            return
        if isinstance(listed, dict):
            listed = list(listed.values())
        if not isinstance(listed, list):
            self._document.say(
                "parameter.shape", file, owner, "parameters", "'parameters' is no list", "write a list"
            )
            return
        mine: dict[str, Parameter] = {}
        for index, raw in enumerate(listed):
            parameter, there = self._document.resolve(raw, file)
            if isinstance(parameter, dict) and isinstance(parameter.get("name"), str) and parameter["name"]:
                self._one(parameter, there, mine)
            else:
                fix = "give it 'name' and 'in'"
                self._document.say(
                    "parameter.shape", file, listed, index, "a parameter without a name is left out", fix
                )
        self._add(mine)

    def _one(self, parameter: Mapping[str, Any], file: str, mine: dict[str, Parameter]) -> None:
        name = parameter["name"]
        place = str(parameter.get("in") or "").strip()
        if place == "body":
            self.body = (parameter, file)
            return
        described = self._described(parameter, file)
        if place in ("formData", "form"):
            self.form[name] = described
            self.files = self.files or parameter.get("type") == "file"
            if parameter.get("required") is True:
                self.form_required.add(name)
            return
        location = _LOCATIONS.get(place.lower())
        if location is None:
            location = "path" if name in self._holes else "query"
            message = f"'{name[:80]}' does not say where it goes: taken for the {location}"
            self._document.say("parameter.place", file, parameter, "in", message, f"in: {location}")
        if location == "header" and name.lower() in _NOT_ASKED:
            if name.lower() == "accept":
                self.accepted = self._stated(parameter, file)
            return
        made = Parameter(
            name,
            location,
            parameter.get("required") in (True, "true"),
            described,
            _style(parameter, self._swagger),
            _default(parameter),
        )
        mine[f"{location} {name}"] = made

    def _stated(self, parameter: Mapping[str, Any], file: str) -> tuple[str, ...]:
        """An enum's values, else the constant or default."""
        schema, _ = self._document.resolve(parameter.get("schema", parameter), file)
        schema = schema if isinstance(schema, dict) else {}
        values = schema.get("enum")
        if not isinstance(values, list) or not values:
            values = [schema.get("const", schema.get("default"))]
        return tuple(value for value in values if isinstance(value, str) and value.isprintable())

    def _add(self, mine: Mapping[str, Parameter]) -> None:
        """One name in two places: the path's keeps it, the others are ``query.name`` and so on."""
        held = {f"{parameter.location} {parameter.name}": parameter for parameter in self.found.values()}
        held.update(mine)
        self.found = {}
        rank = list(_LOCATIONS)
        for parameter in sorted(held.values(), key=lambda each: rank.index(each.location)):
            key = (
                parameter.name
                if parameter.name not in self.found
                else f"{parameter.location}.{parameter.name}"
            )
            self.found[key] = parameter

    def close(self, node: Mapping[str, Any], file: str) -> None:
        """What path and parameters do not agree on."""
        declared = {key: found for key, found in self.found.items() if found.location == "path"}
        for key, found in declared.items():
            if found.name in self._holes:
                self.found[key] = replace(found, required=True)
                continue
            near = [hole for hole in self._holes if _bare(hole) == _bare(found.name) and hole not in declared]
            del self.found[key]
            if near:
                self.found[near[0]] = replace(found, name=near[0], required=True)
            message = f"the path has no '{{{found.name[:80]}}}'"
            fix = f"the path says '{{{near[0]}}}'" if near else "write it into the path, or remove it"
            self._document.say("parameter.path", file, node, "parameters", message, fix)
        for hole in self._holes:
            if hole not in self.found:
                self.found[hole] = Parameter(hole, "path", True, Described("string"), "csv")
                fix = f"add {{name: {hole[:80]}, in: path, required: true}}"
                self._document.say(
                    "parameter.missing", file, node, None, f"'{{{hole[:80]}}}' is not described", fix
                )

    def _described(self, parameter: Mapping[str, Any], file: str) -> Described:
        schema = parameter.get("schema")
        if schema is None and isinstance(parameter.get("content"), dict):
            media: Any = next(iter(parameter["content"].values()), None)
            schema = media.get("schema", {}) if isinstance(media, dict) else {}
        told = self._shapes.of(schema if schema is not None else parameter, file)
        words = parameter.get("description")
        return replace(told, description=words) if isinstance(words, str) and words else told


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.lower())


def _default(parameter: Mapping[str, Any]) -> Any:
    schema = parameter.get("schema")
    value = (schema if isinstance(schema, dict) else parameter).get("default")
    return value if isinstance(value, str | int | float | bool) else None


def _style(parameter: Mapping[str, Any], swagger: bool) -> str:
    if swagger:
        return str(parameter.get("collectionFormat") or "csv")
    style = parameter.get("style", "form" if parameter.get("in") in ("query", "cookie") else "simple")
    if style == "deepObject":
        return "deepObject"
    if parameter.get("explode", style == "form") and style == "form":
        return "multi"
    return {"spaceDelimited": "ssv", "pipeDelimited": "pipes"}.get(str(style), "csv")
