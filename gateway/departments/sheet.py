"""The sheet that a person works on: a manifest, the files beside it, and what is wrong with them. It travels in the page itself, so
that nothing is kept of what nobody has submitted.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from connectors.judging import Draft, lint
from connectors.manifest import Finding, ManifestRejected, beside, parse_manifest
from connectors.manifest.reading import read
from connectors.proposing import Undescribed, propose
from connectors.proposing.describing import describe, is_described
from connectors.proposing.kinds import is_sdl
from connectors.proposing.writing import Identity, write_manifest
from connectors.registry import Registry
from gateway.api.bodies import Form, file_name
from gateway.docking.result import Result
from gateway.docking.submitting import Request, judge
from gateway.rooms import Rooms
from tongban import ids
from tongban.errors import CallerFault, ErrorCode

MANIFEST = "manifest.yaml"
"""What findings call the manifest."""
MOST_UNPACKED = 10_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """``results`` are set where all stages were asked; ``accept_breaking``: why what is used may break."""

    text: str = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    endpoint: str = ""
    accept_breaking: str = ""
    findings: tuple[Finding, ...] = ()
    results: tuple[Result, ...] = ()

    @property
    def packed(self) -> str:
        """``files`` for a hidden field."""
        plain = {name: base64.b64encode(content).decode() for name, content in self.files.items()}
        return base64.b64encode(zlib.compress(orjson.dumps(plain))).decode()

    @property
    def request(self) -> Request:
        return Request(
            self.text, self.files, self.endpoint or None, MANIFEST, accept_breaking=self.accept_breaking
        )

    @property
    def errors(self) -> int:
        return sum(1 for each in self.findings if each.severity == "error")

    @property
    def breaks(self) -> bool:
        """Somebody uses what it would take away."""
        return bool(self.accept_breaking) or any(f.code == "impact.breaking-used" for f in self.findings)

    @property
    def texts(self) -> dict[str, str]:
        """What findings may point into, by the name they give it."""
        described = {name: content.decode("utf-8", "replace") for name, content in self.files.items()}
        return {**described, MANIFEST: self.text}


def sheet_of(form: Form) -> Sheet:
    """What the page sent back. Raises: CallerFault."""
    text = form.get("manifest").replace("\r\n", "\n")
    return Sheet(
        text, _unpacked(form.get("packed")), form.get("endpoint").strip(), form.get("accept_breaking").strip()
    )


def first_sheet(form: Form) -> Sheet:
    """From what was uploaded or pasted: a manifest with its files, or a description, from which a manifest is proposed.

    Raises: CallerFault; Undescribed.
    """
    files = dict(form.files.get("files", {}))
    pasted = form.get("pasted").replace("\r\n", "\n")
    if pasted.strip():
        files = {_name_for(pasted): pasted.encode(), **files}
    if not files:
        raise CallerFault(ErrorCode.BAD_USER_INPUT, "Choose a file, or paste its text.")
    endpoint = form.get("endpoint").strip()
    for name, content in files.items():
        if content[:2_000].lstrip(b"\xef\xbb\xbf").find(b"apiVersion: tongban/") >= 0:
            return _with_manifest(content, {n: c for n, c in files.items() if n != name}, endpoint)
    return _proposed(files, form, endpoint)


def linted(sheet: Sheet) -> Sheet:
    """With its findings; those that it has already come after them."""
    judged = lint(Draft(sheet.text, sheet.files, sheet.endpoint or None, MANIFEST))
    return replace(sheet, findings=tuple(dict.fromkeys((*judged.findings, *sheet.findings))))


async def judged_by_all(sheet: Sheet, rooms: Rooms) -> Sheet:
    """Every stage that a submission would meet; nothing is kept."""
    registry: Registry = rooms.registry
    try:
        connector_id = parse_manifest(sheet.text, base=sheet.files).id
    except ManifestRejected:
        return linted(sheet)
    judged = await judge(sheet.request, connector_id, await registry.current(), rooms)
    return with_results(sheet, judged.results)


def with_results(sheet: Sheet, results: tuple[Result, ...]) -> Sheet:
    found = tuple(each for result in results for each in result.findings)
    return replace(sheet, findings=found, results=results)


def _with_manifest(content: bytes, files: Mapping[str, bytes], endpoint: str) -> Sheet:
    """Browsers send a file without its folder: it is laid where the manifest says that the description lies."""
    text = content.decode("utf-8-sig", "replace")
    folder = ""
    try:
        tree = read(text, MANIFEST).value
        described = tree["backend"]["describe"]
        path = next(beside(described[kind]) for kind in ("openapi", "wsdl", "sdl") if kind in described)
        folder = "" if path in files else posixpath.dirname(path)
    except (ManifestRejected, KeyError, TypeError, AttributeError, StopIteration):
        pass  # what is wrong with it is the lint's to say
    return Sheet(text, {posixpath.join(folder, name): held for name, held in files.items()}, endpoint)


def _proposed(files: Mapping[str, bytes], form: Form, endpoint: str) -> Sheet:
    connector_id = form.get("id").strip()
    if not ids.CONNECTOR.fullmatch(connector_id):
        message = "The connector's id is department.backend, in small letters: library.books."
        raise CallerFault(ErrorCode.BAD_USER_INPUT, message)
    folder = file_name(connector_id.partition(".")[2])
    named = {f"{folder}/{name}": content for name, content in files.items()}
    try:
        found = describe(named, f"{folder}/{_main(files)}", origin=endpoint.rstrip("/"))
        proposal = propose(found.files, found.path).proposal
        department = form.get("department_name").strip() or connector_id.partition(".")[0]
        level = form.get("classification")
        identity = Identity(
            connector_id,
            department[:100],
            level if level in ("L1", "L2", "L3", "L4") else "L2",
            endpoint or proposal.endpoint,
        )
        written = write_manifest(proposal, found.path, identity)
    except ValueError as error:
        raise error if isinstance(error, Undescribed) else Undescribed(_unread(str(error))) from None
    return Sheet(written.text, found.files, endpoint, findings=(*found.findings, *written.findings))


def _unread(message: str) -> Finding:
    return Finding("description.unreadable", "error", "description", 0, 0, message)


def _main(files: Mapping[str, bytes]) -> str:
    """The one that the others lie beside."""
    for name in files:
        if name.lower().endswith(".wsdl"):
            return name
    return next(
        (n for n, c in files.items() if not n.lower().endswith(".xsd") and is_described(c)), next(iter(files))
    )


def _name_for(text: str) -> str:
    head = text.lstrip()[:65_536]
    if head.startswith("<"):
        return "service.wsdl"
    if head.startswith("{"):
        return "openapi.json"
    return "schema.graphql" if is_sdl(head) else "openapi.yaml"


def _unpacked(text: str) -> dict[str, bytes]:
    """Raises: CallerFault."""
    if not text:
        return {}
    try:
        unzip = zlib.decompressobj()
        plain = unzip.decompress(base64.b64decode(text, validate=True), MOST_UNPACKED)
        if not unzip.eof:
            raise CallerFault(ErrorCode.REQUEST_TOO_LARGE, "The files are too large together.")
        found = orjson.loads(plain)
        return {file_name(name): base64.b64decode(held, validate=True) for name, held in found.items()}
    except (binascii.Error, zlib.error, ValueError, AttributeError, TypeError):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The page came back broken; begin again.") from None
