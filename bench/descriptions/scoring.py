"""From a description's file to figures: loaded, exposed, typed; every miss with its reason."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from graphql import ObjectTypeDefinitionNode, parse
from lxml import etree

from bench.descriptions.backend import opened
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.openapi.document import Document
from connectors.openapi.files import decoded
from connectors.proposing import Proposal, ProposedOperation, Undescribed, propose
from connectors.proposing.writing import Identity, Written, write_manifest
from connectors.transport import Transport
from gateway.description_source import read_description
from tongban.clock import SystemClock

Kind = Literal["OpenAPI", "WSDL"]

_ROOT = re.compile(r"""(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\b""")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass
class Score:
    """One document's figures. ``misses``: what was not reached, each with its reason."""

    file: str
    kind: Kind = "OpenAPI"
    loaded: bool = False
    operations: int = 0
    exposed: int = 0
    described: int = 0
    typed: int = 0
    bare: int = 0
    findings: int = 0
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return self.operations - self.exposed


def roots(folder: Path) -> Iterator[Path]:
    """The files that say of themselves that they are OpenAPI documents."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".json", ".yaml", ".yml", ".txt", "") and path.is_file():
            text, _ = decoded(path.read_bytes())
            if _ROOT.search(text):
                yield path


@dataclass(frozen=True, slots=True)
class Brought:
    """A description and the manifest that ``connector init`` writes from it. ``place``: where the file lies; ``path``: its
    name among ``files``.
    """

    place: str
    files: Mapping[str, bytes]
    path: str
    proposal: Proposal
    written: Written


def bring(source: Path) -> Brought:
    """Raises: Undescribed; ValueError and OSError for files that cannot be gathered."""
    described = read_description(source)
    files = {f"d/{inner}": content for inner, content in described.files.items()}
    path = f"d/{described.path}"
    proposal = propose(files, path).proposal
    written = write_manifest(proposal, path, Identity("bench.document", "bench"))
    return Brought(str(source.absolute()), files, path, proposal, written)


def score(path: Path, kind: Kind = "OpenAPI") -> Score:
    """Never raises for a document: what went wrong is a miss."""
    found = Score(str(path), kind)
    begun = time.perf_counter()
    try:
        _score(found, bring(path))
    except (Undescribed, ManifestRejected, ValueError, OSError) as refused:
        found.misses.append(f"not loaded: {refused}")
    found.seconds = round(time.perf_counter() - begun, 3)
    return found


def _score(found: Score, brought: Brought) -> None:
    files, path, written = brought.files, brought.path, brought.written
    found.operations = (
        counted(Document(files, path)) if found.kind == "OpenAPI" else counted_wsdl(files[path])
    )
    found.findings = len(written.findings)
    fields = root_fields(files, written)
    found.loaded = True
    for operation in brought.proposal.operations:
        coordinate = written.fields.get(operation.name, "")
        if coordinate not in fields:
            found.misses.append(f"{operation.name}: no field")
            continue
        found.exposed += 1
        _judge(found, operation, written.types[coordinate])


def _judge(found: Score, operation: ProposedOperation, type_text: str) -> None:
    if operation.told == "nothing":
        found.misses.append(f"{operation.name}: no JSON answer is described")
    elif operation.told == "object":
        found.bare += 1
        found.misses.append(f"{operation.name}: its answer is described as some object, and no more")
    else:
        found.described += 1
        if type_text != "JSON":
            found.typed += 1
        else:
            found.misses.append(f"{operation.name}: its answer has no one shape")


def counted(document: Document) -> int:
    """Operations as a plain look at the paths counts them."""
    paths, file = document.resolve(document.root.get("paths"), document.path)
    count = 0
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict) and not str(path).startswith("x-"):
            target, _ = document.resolve(item, file)
            keys = {str(key).lower() for key in (*item, *(target if isinstance(target, dict) else ()))}
            count += len(keys & set(_METHODS))
    return count


def counted_wsdl(content: bytes) -> int:
    """Operations of the bindings to SOAP, each name once."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    if root is None:
        return 0
    bindings = root.iter("{http://schemas.xmlsoap.org/wsdl/}binding")
    soap = (each for each in bindings if any("/wsdl/soap" in str(child.tag) for child in each))
    names = {item.get("name") for each in soap for item in each if str(item.tag).endswith("}operation")}
    return len(names)


def root_fields(files: Mapping[str, bytes], written: Written) -> set[str]:
    """Coordinates in the SDL of the opened connector.

    Raises: ManifestRejected.
    """
    manifest = parse_manifest(written.text, file="bench.connector.yaml", base=files)
    connector = opened(manifest, files, Transport(clock=SystemClock()))
    asyncio.run(connector.close())
    return {
        f"{node.name.value}.{inner.name.value}"
        for node in parse(connector.sdl, no_location=True).definitions
        if isinstance(node, ObjectTypeDefinitionNode)
        for inner in node.fields
    }
