"""Who may see what, for what purpose and on what ground: what a new version changes of it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.model import Change
from connectors.manifest.model import Field, Manifest
from connectors.snapshot import service_entries

_STEWARD = "a data steward signs it"


def governance_changes(old: Manifest, new: Manifest) -> Iterator[Change]:
    """Of services and of fields. ``governance`` is set where a data steward has to sign."""
    yield from _services(old, new)
    yield from _fields(old, new)
    before, after = old.governance, new.governance
    if before.sharing != after.sharing:
        message = f"sharing was {before.sharing} and is {after.sharing}"
        yield Change("dangerous", "governance.sharing", message, _STEWARD, governance=True)
    if before.legal_basis != after.legal_basis:
        yield Change(
            "dangerous", "governance.legalBasis", "the legal basis is another", _STEWARD, governance=True
        )


def _services(old: Manifest, new: Manifest) -> Iterator[Change]:
    before = {entry.id: entry for entry in service_entries(old)}
    after = {entry.id: entry for entry in service_entries(new)}
    for name in before.keys() - after.keys():
        yield Change(
            "breaking", f"service:{name}", f"the service {name} is gone", "retire it with a notice first"
        )
    for name in after.keys() - before.keys():
        yield Change("safe", f"service:{name}", f"the service {name} is new", governance=True)
    for name in before.keys() & after.keys():
        at, was, now = f"service:{name}", before[name], after[name]
        yield from _moved(at, "class", was.classification, now.classification)
        yield from _moved(at, "level of assurance", was.assurance, now.assurance)
        if set(was.purposes) != set(now.purposes):
            gone = set(was.purposes) - set(now.purposes)
            message = f"the purposes of {name} were {_listed(was.purposes)} and are {_listed(now.purposes)}"
            yield Change("breaking" if gone else "dangerous", at, message, _STEWARD, governance=True)
        if set(was.roles) != set(now.roles):
            narrower = bool(now.roles) and not set(was.roles or ("?",)) <= set(now.roles)
            message = f"the roles of {name} were {_listed(was.roles)} and are {_listed(now.roles)}"
            yield Change("breaking" if narrower else "dangerous", at, message, _STEWARD, governance=True)
        for coordinate in set(was.coordinates) ^ set(now.coordinates):
            word = "no longer lists" if coordinate in was.coordinates else "now lists"
            message = f"{name} {word} {coordinate}: another class and level may hold for it"
            yield Change("dangerous", at, message, _STEWARD, governance=True)
        if was.promised_minutes != now.promised_minutes:
            message = f"{name} promised {_minutes(was.promised_minutes)} and promises {_minutes(now.promised_minutes)}"
            yield Change("safe", at, message)


def _moved(at: str, what: str, was: str | int, now: str | int) -> Iterator[Change]:
    """Raised: callers who were answered are refused. Lowered: callers who were refused are answered."""
    if str(was) == str(now):
        return
    raised = str(now) > str(was)
    message = f"the {what} was {was} and is {now}: {'fewer' if raised else 'more'} callers may ask"
    yield Change("breaking" if raised else "dangerous", at, message, _STEWARD, governance=True)


def _fields(old: Manifest, new: Manifest) -> Iterator[Change]:
    before, after = declared(old), declared(new)
    for coordinate in before.keys() & after.keys():
        was, now = before[coordinate], after[coordinate]
        was_class = was.classification or old.governance.classification
        yield from _moved(coordinate, "class", was_class, now.classification or new.governance.classification)
        if was.mask != now.mask:
            message = f"the mask of {coordinate} was {was.mask or 'none'} and is {now.mask or 'none'}"
            yield Change("dangerous", coordinate, message, _STEWARD, governance=True)


def declared(manifest: Manifest) -> dict[str, Field]:
    """Every field that a manifest maps, by coordinate."""
    found = {f"{t.name}.{f.name}": f for t in manifest.types.values() for f in t.fields.values()}
    found |= {f"{e.name}.{f.name}": f for e in manifest.entities.values() for f in e.fields.values()}
    found |= {f"Query.{f.name}": f for f in manifest.query.values()}
    return found | {f"Mutation.{f.name}": f for f in manifest.mutation.values()}


def _minutes(promised: int | None) -> str:
    return "no time" if promised is None else f"{promised} minutes"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "none"
