"""A proposal as the text of a manifest: everything exposed, in the order of the description, for a person to delete
and rename from.

Must never: write a secret, or a manifest that its own lint refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from textwrap import wrap
from typing import Any

from connectors.manifest import Finding, ManifestRejected
from connectors.manifest.reading import read
from connectors.proposing.exposing import exposed
from connectors.proposing.fields import RootField, root_fields
from connectors.proposing.inputs import InputTypes
from connectors.proposing.names import type_name
from connectors.proposing.proposal import Proposal
from connectors.proposing.refusing import Undescribed
from connectors.proposing.types import Types
from connectors.proposing.yaml_text import WIDTH, comment, flow, lines, scalar


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person says of the backend; the description cannot know it."""

    id: str
    department: str
    classification: str = "L2"
    endpoint: str = ""
    prefix: str = ""
    """Stands before root fields (``fields``) and types, so that two backends may have the same words."""


class TooLarge(Undescribed):
    """The manifest would be over its own limits: the description must be split."""


@dataclass(frozen=True, slots=True)
class Written:
    """``fields``: operation → coordinate in the graph; ``types``: coordinate → the type it returns."""

    text: str
    fields: Mapping[str, str]
    types: Mapping[str, str]
    findings: tuple[Finding, ...]


def write_manifest(proposal: Proposal, path: str, identity: Identity) -> Written:
    """``path``: the description's, as the manifest will name it.

    Raises: TooLarge.
    """
    code = identity.id.partition(".")[0]
    prefix = identity.prefix
    types = Types(prefix[:1].upper() + prefix[1:], code.capitalize())
    inputs = InputTypes(types)
    if proposal.exposure is None:
        fields = root_fields(proposal.operations, types, inputs, prefix[:1].lower() + prefix[1:])
        expose: dict[str, Any] = {}
    else:
        fields, expose = exposed(proposal.operations, proposal.exposure, prefix, code.capitalize())
    text = "\n".join(_lines(proposal, path, identity, fields, types, inputs, expose)) + "\n"
    try:
        read(text, path)
    except ManifestRejected as rejected:
        message = f"{len(fields)} operations are more than one manifest holds: {rejected.findings[0].message}"
        fix = "make connectors of parts of the description"
        raise TooLarge(Finding("manifest.large", "error", path, 0, 0, message, fix)) from None
    kinds = {True: "Query", False: "Mutation"}
    coordinates = {found.operation.name: f"{kinds[found.operation.reads]}.{found.name}" for found in fields}
    returns = {coordinates[found.operation.name]: str(found.block["returns"]) for found in fields}
    return Written(text, coordinates, returns, (*proposal.findings(), *_own_findings(path, types)))


def _own_findings(path: str, types: Types) -> Iterator[Finding]:
    for lost in types.unnamed:
        message = f"{lost[:160]!r}: no path of a manifest leads there; left out"
        yield Finding("field.unreachable", "warning", path, 0, 0, message, "ask the department to rename it")
    if types.cut:
        message = "more types than a manifest holds: the deepest are JSON"
        yield Finding(
            "types.many", "warning", path, 0, 0, message, "make connectors of parts of the description"
        )


def _lines(
    proposal: Proposal,
    path: str,
    identity: Identity,
    fields: list[RootField],
    types: Types,
    inputs: InputTypes,
    expose: dict[str, Any],
) -> Iterator[str]:
    yield comment(
        "Written by `tongban connector init`. Delete what nobody needs, rename the rest, then lint and publish."
    )
    yield from ("apiVersion: tongban/v1", "kind: Connector", "metadata:")
    yield from _metadata(proposal, identity)
    yield "backend:"
    yield from _backend(proposal, path, identity)
    if proposal.errors:
        yield from lines({"envelope": {"errors": [dict(rule) for rule in proposal.errors]}}, levels=2)
    yield comment(
        "classification: who may see it (L1 anybody, L2 who is logged in, L3 and L4 who proved who they are)"
    )
    yield from _governance(identity, writes=any(not found.operation.reads for found in fields))
    if fields:
        yield from lines({"services": dict(_services(fields))}, levels=1)
    yield from _types(types)
    if blocks := inputs.blocks():
        yield from lines({"inputs": blocks}, levels=2)
    for line in wrap(proposal.remark, WIDTH - 2):
        yield comment(line)
    if proposal.exposure is not None:
        if expose:
            yield from lines({"expose": expose}, levels=2)
        return
    for kind, reads in (("query", True), ("mutation", False)):
        chosen = [found for found in fields if found.operation.reads == reads]
        if chosen:
            yield f"{kind}:"
            for found in chosen:
                yield from _field(found)


_UNKNOWN_BASIS = "TODO: law or regulation"
_UNKNOWN_UNIT = "TODO: unit"
_LEGAL_DAYS = 20
"""行政许可法 art. 42: working days where no other law says otherwise."""


def _governance(identity: Identity, *, writes: bool) -> Iterator[str]:
    """``writes``: there are transactions, which have to say their times."""
    governance: dict[str, Any] = {
        "classification": identity.classification,
        "sharing": "conditional",
        "legalBasis": _UNKNOWN_BASIS,
        "responsibleUnit": _UNKNOWN_UNIT,
    }
    yield comment("Fill in what is TODO: without it nothing is published where a review is asked for.")
    if writes:
        governance |= {"legalDays": _LEGAL_DAYS, "promisedDays": _LEGAL_DAYS}
        yield comment(
            "legalDays, promisedDays: working days for transactions; correct them, or say others at a service."
        )
    yield from lines({"governance": governance}, levels=1)


def _metadata(proposal: Proposal, identity: Identity) -> Iterator[str]:
    department = {"code": identity.id.partition(".")[0], "name": _words(identity.department)}
    members = {
        "id": identity.id,
        "version": "0.1.0",
        "title": _words(proposal.title or identity.id),
        "department": department,
        "owners": [{"name": identity.department, "role": "developer", "contact": "todo@department.example"}],
        "lifecycle": "draft",
    }
    yield from lines(members, 2)


def _backend(proposal: Proposal, path: str, identity: Identity) -> Iterator[str]:
    describe = {proposal.described_by: f"./{path}", **proposal.describe}
    yield from lines({"kind": proposal.kind, "describe": describe}, 2)
    endpoint = identity.endpoint or proposal.endpoint
    if endpoint:
        yield from lines({"endpoints": {"production": endpoint}}, 2)
    else:
        yield "  " + comment('endpoints: {production: "https://…"}  # the description names none')
    if proposal.auth:
        code = identity.id.partition(".")[0]
        yield "  " + comment(
            "What the description says on credentials: give the secrets, then take the # away."
        )
        yield "  # auth:"
        for entry in proposal.auth:
            yield f"  #   - {flow(_with_secrets(entry, code))}"


_SECRETS = ("value", "username", "password", "token", "clientId", "clientSecret")


def _with_secrets(entry: Mapping[str, Any], code: str) -> dict[str, Any]:
    return {key: f"secret://{code}/{value}" if key in _SECRETS else value for key, value in entry.items()}


def _services(fields: list[RootField]) -> Iterator[tuple[str, Any]]:
    taken: set[str] = set()
    for found in fields:
        reads = found.operation.reads
        word = type_name(found.name).lstrip("_0123456789")[:60]
        word = word[:1].lower() + word[1:] if len(word) > 1 else f"call{word}"
        name = next(
            name for number in count(1) if (name := word if number == 1 else f"{word}{number}") not in taken
        )
        taken.add(name)
        kind, owner = ("lookup", "Query") if reads else ("transaction", "Mutation")
        title = _words(found.operation.summary or found.operation.name)
        yield name, {"title": title, "kind": kind, "fields": [f"{owner}.{found.name}"]}


def _types(types: Types) -> Iterator[str]:
    if not types.objects and not types.enums and not types.unions:
        return
    yield "types:"
    for made in types.objects.values():
        yield from lines({made.name: {"fields": made.fields}}, 2, levels=2)
    for name, one_of in types.unions.items():
        yield from lines({name: {"oneOf": one_of}}, 2, levels=1)
    for name, values in types.enums.items():
        yield from lines({name: {"enum": list(values)}}, 2, levels=1)


def _field(found: RootField) -> Iterator[str]:
    if found.block["returns"] == "JSON":
        yield "  " + comment(
            "The description does not say what comes back: give it a type, or leave it JSON."
        )
    yield f"  {scalar(found.name)}:"
    yield from lines(found.block, 4)


def _words(text: str) -> dict[str, str]:
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    return {"zh" if chinese else "en": text}
