"""Words for people, in both languages: whoever writes an app reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.rules.case import Case
from connectors.judging.sdl import document_of
from connectors.manifest.findings import Finding
from connectors.manifest.model import Words
from connectors.manifest.reading import Place

_FIX = "description: {zh: …, en: …}"


def titles(case: Case) -> Iterator[Finding]:
    """The catalogue shows these to citizens and evaluators."""
    manifest = case.manifest
    named: list[tuple[str, Words, Place]] = [
        ("the connector", manifest.metadata.title, ("metadata", "title")),
        ("the department", manifest.metadata.department.name, ("metadata", "department", "name")),
    ]
    for service in manifest.services:
        place: Place = ("services", service.id.partition(".")[2], "title")
        named.append((f"the service {service.id}", service.title, place))
    for what, words, place in named:
        lacking = _lacking(words)
        if lacking:
            fix = f"add {lacking} to it"
            yield case.say("words.title", "warning", place, f"{what} has no title in {lacking}", fix)


def descriptions(case: Case) -> Iterator[Finding]:
    """Neither the manifest nor the description tells what it is."""
    described = {} if case.connector is None else _told(case.connector.sdl)
    for owner, field in case.ways_in():
        coordinate = f"{owner}.{field.name}"
        if not field.description.both and not described.get(coordinate):
            message = f"nothing says what {coordinate} is"
            yield case.say("words.missing", "warning", field.place, message, _FIX)
    for name, declared in case.manifest.types.items():
        holds = declared.fields or declared.enum is not None
        if holds and not declared.description.both and not described.get(name):
            message = f"nothing says what {name} is"
            yield case.say("words.missing", "warning", declared.place, message, _FIX)


def both_languages(case: Case) -> Iterator[Finding]:
    """What the manifest says in one language only; one finding for each type."""
    for name, declared in case.manifest.types.items():
        told = {name: declared.description, **{f.name: f.description for f in declared.fields.values()}}
        told |= {f"{name}.{value}": words for value, words in declared.enum_words.items()}
        yield from _one_sided(case, name, told, declared.place)
    for owner, field in case.fields():
        if owner in case.manifest.types:
            continue
        coordinate = f"{owner}.{field.name}"
        told = {coordinate: field.description, **{a.name: a.description for a in field.args}}
        yield from _one_sided(case, coordinate, told, field.place)


def _one_sided(case: Case, what: str, told: dict[str, Words], place: Place) -> Iterator[Finding]:
    for language in ("zh", "en"):
        names = [name for name, words in told.items() if words.both and not getattr(words, language)]
        if names:
            listed = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
            message = f"{what} has words without {language}: {listed}"
            yield case.say("words.language", "info", place, message, f"add {language}: …")


def _lacking(words: Words) -> str:
    return " and ".join(name for name, text in (("zh", words.zh), ("en", words.en)) if not text)


def _told(sdl: str) -> dict[str, str]:
    """Descriptions in a subgraph's SDL, by type and by coordinate."""
    found: dict[str, str] = {}
    for node in document_of(sdl).definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        words = getattr(node, "description", None)
        found[name] = words.value if words is not None else ""
        for field in getattr(node, "fields", None) or ():
            words = field.description
            found[f"{name}.{field.name.value}"] = words.value if words is not None else ""
    return found
