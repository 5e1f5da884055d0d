"""The GETs of an OpenAPI document asked of prism, with and without ``--errors``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bench.descriptions.answering import Answers, Asking, Miss
from bench.descriptions.asking import fitted
from bench.descriptions.backend import ToMock
from bench.descriptions.mocks import NoMock, prism
from bench.descriptions.parameters import NoValue, values_for
from bench.descriptions.scoring import Brought
from connectors.backend import Slot
from connectors.expressions.slots import FormattedSlot
from connectors.manifest import Manifest, parse_manifest
from connectors.manifest.model import Auth, Field
from connectors.openapi.document import Document
from connectors.openapi.operations import RestOperation, read_operations
from connectors.proposing.proposal import Proposal

_ON_AUTHORIZATION = ("basic", "bearer", "oauth2")


async def ask_gets(brought: Brought, *, errors: bool) -> Answers:
    """Raises: ManifestRejected, CompositionFailed."""
    document = Document(brought.files, brought.path)
    operations = read_operations(document)
    manifest = parse_manifest(brought.written.text, base=brought.files)
    manifest = with_credentials(manifest, document, brought.proposal)
    fields = brought.written.fields
    gets = [each for name, each in operations.items() if each.method == "GET" and name in fields]
    found = Answers()
    transport = ToMock(each.base for each in operations.values())
    try:
        async with prism(brought.place, errors=errors) as address:
            asking = Asking(manifest, brought.files, address, transport)
            try:
                for operation in gets:
                    name = operation.described.name
                    await _ask(asking, manifest, document, operation, fields[name], found)
            finally:
                await asking.close()
            found.unfit = sum(asking.connector.quality.counts().values())
    except NoMock as refused:
        for operation in gets:
            found.take(operation.described.name, Miss(f"prism does not start: {refused}", "mock"))
    return found


async def _ask(
    asking: Asking, manifest: Manifest, document: Document, operation: RestOperation, coordinate: str,
    found: Answers,
) -> None:  # fmt: skip
    name = operation.described.name
    try:
        values = values_for(document, operation)
    except NoValue as error:
        found.misses.append(Miss(f"not callable: {error}", operation=name))
        return
    asked = asking.field(coordinate).args
    arguments = {
        argument: fitted(values[key], asked[argument], words)
        for key, argument, words in _slots(manifest.query[coordinate.partition(".")[2]])
        if key in values and argument in asked
    }
    miss = await asking.miss(coordinate, arguments)
    if (
        miss is not None
        and "}{" in operation.path
        and "prism UNPROCESSABLE_ENTITY (Request path" in miss.reason
    ):
        miss = Miss("prism does not tell apart two parameters in one step of a path", "mock")
    found.take(name, miss)


def _slots(field: Field) -> Iterator[tuple[str, str, Mapping[str, str] | None]]:
    """Parameter, the argument that fills it, and the enum's words."""
    assert field.call is not None
    for key, template in field.call.params.items():
        words = template.enum if isinstance(template, FormattedSlot) else None
        slot = template.slot if isinstance(template, FormattedSlot) else template
        if isinstance(slot, Slot):
            yield key, slot.path[0], words


def with_credentials(manifest: Manifest, document: Document, proposal: Proposal) -> Manifest:
    """As a person would take the ``#`` away: every scheme of the description, one of those that share a header."""
    entries: list[Auth] = []
    authorization = False
    for entry in (*proposal.auth, *_other_tokens(document)):
        if entry["kind"] in _ON_AUTHORIZATION or entry.get("name", "").lower() == "authorization":
            if authorization:
                continue
            authorization = True
        entries.append(_held(entry))
    return replace(manifest, backend=replace(manifest.backend, auth=tuple(entries)))


def _held(entry: Mapping[str, Any]) -> Auth:
    """A token by client credentials is fetched elsewhere: here it is one that was fetched."""
    if entry["kind"] == "oauth2":
        return Auth("bearer", {"token": "secret://bench/token"})
    names = ("value", "username", "password", "token")
    options = {key: f"secret://bench/{key}" if key in names else value for key, value in entry.items()}
    return Auth(entry["kind"], {key: value for key, value in options.items() if key != "kind"})


def _other_tokens(document: Document) -> Iterator[Mapping[str, Any]]:
    """Flows with a person at a browser: whoever has such a token sends it as a bearer."""
    components = document.root.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    schemes = document.root.get("securityDefinitions", schemes)
    for raw in schemes.values() if isinstance(schemes, dict) else ():
        scheme, _ = document.resolve(raw, document.path)
        if isinstance(scheme, dict) and scheme.get("type") in ("oauth2", "openIdConnect"):
            yield {"kind": "bearer", "token": "token"}
