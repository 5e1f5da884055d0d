"""The second stage: the draft beside everything that is published. Pure; sends nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.connector import Connector
from connectors.judging.model import Draft, Judgement
from connectors.judging.opened import open_draft
from connectors.judging.sdl import document_of
from connectors.manifest import Finding, Manifest
from connectors.manifest.findings import Severity
from connectors.manifest.reading import Place
from federation import Composer, Objection
from federation import Severity as Weight

_COORDINATE = re.compile(r"\b([A-Z]\w*)(?:\.(\w+))?")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the draft is composed with: the platform's name and SDL, and what is published but the draft's own id."""

    platform: str
    platform_sdl: str
    published: tuple[Connector, ...] = ()


def neighbours(platform: str, platform_sdl: str, published: Iterable[Draft], but: str) -> Neighbours:
    """Opens what is published; what does not open is in no graph. ``but``: the id of the draft."""
    opened = (open_draft(each).connector for each in published)
    beside = tuple(each for each in opened if each is not None and each.manifest.id != but)
    return Neighbours(platform, platform_sdl, beside)


def compose(draft: Draft, beside: Neighbours) -> Judgement:
    """Objections at the manifest's places where these are known. One that does not concern the draft is a warning."""
    opened = open_draft(draft)
    if opened.connector is None:
        errors = tuple(found for found in opened.findings if found.severity == "error")
        return Judgement("compose", errors)
    ours = opened.connector
    sdl = {each.name: each.sdl for each in (*beside.published, ours)}
    composition = Composer().judge({beside.platform: beside.platform_sdl, **sdl}, first=(beside.platform,))
    placed = _Placing(ours.manifest, ours.name, ours.sdl)
    found = [placed.finding(objection) for objection in composition.objections]
    return Judgement("compose", (*found, *_claims(ours, beside.published)))


class _Placing:
    """From a place in the subgraph's SDL, or a coordinate in a sentence, to a place in the manifest."""

    def __init__(self, manifest: Manifest, name: str, sdl: str) -> None:
        self._manifest = manifest
        self._name = name
        self._by_line = _coordinates(sdl)

    def finding(self, objection: Objection) -> Finding:
        """``compose.`` and the objection's own code, in lower case with hyphens."""
        severity: Severity = "error" if objection.severity is Weight.ERROR else "info"
        if severity == "error" and objection.subgraphs and self._name not in objection.subgraphs:
            severity = "warning"
        line, column = _position(self._manifest, self._place(objection))
        code = "compose." + objection.code.lower().replace("_", "-")
        return Finding(
            code, severity, self._manifest.file, line, column, objection.message, objection.fix or _FIX
        )

    def _place(self, objection: Objection) -> Place:
        if objection.subgraphs and objection.subgraphs[0] == self._name:
            owner, name = self._by_line.get(objection.line, ("", ""))
            if owner:
                return self._written(owner, name)
        for owner, name in _COORDINATE.findall(objection.message):
            place = self._written(owner, name)
            if place:
                return place
        return ()

    def _written(self, owner: str, name: str) -> Place:
        """Where the manifest speaks of it; empty: it does not."""
        roots = {"Query": "query", "Mutation": "mutation"}
        candidates: list[Place] = [
            ("entities", owner, "fields", name),
            ("types", owner, "fields", name),
            ("entities", owner),
            ("types", owner),
            ("expose",),
        ]
        if owner in roots:
            candidates = [(roots[owner], name), (roots[owner],), ("expose",)]
        return next((place for place in candidates if place in self._manifest.places), ())


_FIX = "rename it here, or agree with the department that has it already"


def _coordinates(sdl: str) -> Mapping[int, tuple[str, str]]:
    """Line of an SDL → the type and field that stand there."""
    found: dict[int, tuple[str, str]] = {}
    for node in document_of(sdl).definitions:
        owner = getattr(getattr(node, "name", None), "value", "")
        if node.loc is not None:
            found[node.loc.start_token.line] = (owner, "")
        for field in getattr(node, "fields", None) or ():
            for line in range(field.loc.start_token.line, field.loc.end_token.line + 1):
                found[line] = (owner, field.name.value)
    return found


def _claims(ours: Connector, others: Iterable[Connector]) -> list[Finding]:
    """A service or a coordinate that another connector lists already: the catalogue has room for one."""
    found: list[Finding] = []
    ids = {service.id: other for other in others for service in other.manifest.services}
    held = {at: s.id for other in others for s in other.manifest.services for at in s.coordinates}
    for service in ours.manifest.services:
        place: Place = ("services", service.id.partition(".")[2])
        line, column = _position(ours.manifest, place)
        if service.id in ids:
            message = f"{service.id} is listed by {ids[service.id].manifest.id} already"
            found.append(
                Finding("compose.service", "error", ours.manifest.file, line, column, message, "another name")
            )
            continue
        for coordinate in service.coordinates:
            if coordinate in held:
                message = f"{coordinate} belongs to the service {held[coordinate]} already"
                fix = "take it out of one of the two"
                found.append(
                    Finding("compose.claimed", "error", ours.manifest.file, line, column, message, fix)
                )
    return found


def _position(manifest: Manifest, place: Place) -> tuple[int, int]:
    while place and place not in manifest.places:
        place = place[:-1]
    return manifest.places.get(place, (1, 1))
