"""A scorecard over a folder of real OpenAPI documents and WSDLs: ``scripts/bench descriptions FOLDER [--format json]``.

Each is brought from file to manifest (as ``connector init`` does), linted, opened as a connector; its SDL is looked through
for a field of every operation. Told for each: operations described, exposed, typed, lost; every miss with its reason.
The one with most operations is then measured alone in a fresh process: seconds and peak memory. Exit 1 if a goal is missed.

described answers: JSON whose schema or example says what it is like (``{type: object}`` alone says nothing: those are told
apart as ``bare``). typed: of these, the ones that give a type and no JSON scalar. Of WSDLs, whose goal is that every one is
loaded with all its operations, the same is counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graphql import ObjectTypeDefinitionNode, parse
from lxml import etree

from connectors.manifest import ManifestRejected, parse_manifest
from connectors.openapi.document import Document
from connectors.openapi.files import decoded
from connectors.opening import open_connector
from connectors.proposing import ProposedOperation, Undescribed, propose
from connectors.proposing.writing import Identity, Written, write_manifest
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from gateway.description_source import read_description
from tongban.caller import Caller
from tongban.clock import SystemClock

_ROOT = re.compile(r"""(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\b""")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
GOALS = {"loaded": 1.0, "exposed": 0.98, "typed": 0.95}
MAX_SECONDS, MAX_MIB = 2.0, 300


@dataclass
class Score:
    """One document's figures. ``misses``: what was not reached, each with its reason."""

    file: str
    kind: str = "OpenAPI"
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.descriptions", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--alone", action="store_true", help="FOLDER is one file: print its seconds and memory"
    )
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(alone(options.folder)))
        return
    scores = [score(path) for path in roots(options.folder)]
    soap = [score(path, "WSDL") for path in sorted(options.folder.rglob("*.wsdl"))]
    summary = {**totals(scores), "wsdl": totals(soap)}
    if scores:
        largest = max(scores, key=lambda each: each.operations)
        summary["largest"] = measured(Path(largest.file))
    if options.format == "json":
        print(
            json.dumps(
                {"documents": [asdict(each) for each in (*scores, *soap)], **summary}, ensure_ascii=False
            )
        )
    else:
        _print([*scores, *soap], summary)
    sys.exit(0 if met(summary) else 1)


def roots(folder: Path) -> Iterator[Path]:
    """The files that say of themselves that they are OpenAPI documents."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".json", ".yaml", ".yml", ".txt", "") and path.is_file():
            text, _ = decoded(path.read_bytes())
            if _ROOT.search(text):
                yield path


def score(path: Path, kind: str = "OpenAPI") -> Score:
    """Never raises for a document: what went wrong is a miss."""
    found = Score(str(path), kind)
    begun = time.perf_counter()
    source = read_description(path)
    files = {f"d/{inner}": content for inner, content in source.files.items()}
    try:
        _score(found, files, f"d/{source.path}")
    except (Undescribed, ManifestRejected) as refused:
        found.misses.append(f"not loaded: {refused}")
    found.seconds = round(time.perf_counter() - begun, 3)
    return found


def _score(found: Score, files: dict[str, bytes], path: str) -> None:
    found.operations = (
        counted(Document(files, path)) if found.kind == "OpenAPI" else counted_wsdl(files[path])
    )
    proposal = propose(files, path).proposal
    written = write_manifest(proposal, path, Identity("bench.document", "bench"))
    found.findings = len(written.findings)
    fields = root_fields(files, written)
    found.loaded = True
    for operation in proposal.operations:
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
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    bindings = root.iter("{http://schemas.xmlsoap.org/wsdl/}binding")
    soap = (each for each in bindings if any("/wsdl/soap" in str(child.tag) for child in each))
    names = {item.get("name") for each in soap for item in each if str(item.tag).endswith("}operation")}
    return len(names)


def root_fields(files: dict[str, bytes], written: Written) -> set[str]:
    """Coordinates in the SDL of the opened connector.

    Raises: ManifestRejected.
    """
    clock = SystemClock()
    transport = Transport(clock=clock)
    connector = open_connector(
        parse_manifest(written.text, file="bench.connector.yaml", base=files),
        files,
        endpoint="http://127.0.0.1:9",
        secrets=HeldSecrets({}),
        tokens=_NoTokens(),
        clock=clock,
        transport=transport,
    )
    asyncio.run(connector.close())
    return {
        f"{node.name.value}.{inner.name.value}"
        for node in parse(connector.sdl, no_location=True).definitions
        if isinstance(node, ObjectTypeDefinitionNode)
        for inner in node.fields
    }


class _NoTokens:
    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        raise AssertionError("nothing is sent here")


def totals(scores: list[Score]) -> dict[str, Any]:
    """Sums, and the shares that the goals speak of."""
    operations = sum(each.operations for each in scores)
    exposed, described = sum(each.exposed for each in scores), sum(each.described for each in scores)
    typed, loaded = sum(each.typed for each in scores), sum(each.loaded for each in scores)
    return {
        "documents_read": len(scores),
        "loaded": loaded / len(scores) if scores else 0.0,
        "operations": operations,
        "exposed": exposed / operations if operations else 0.0,
        "lost": operations - exposed,
        "described": described,
        "typed": typed / described if described else 0.0,
        "bare": sum(each.bare for each in scores),
    }


def met(summary: dict[str, Any]) -> bool:
    """Whether every goal is reached."""
    largest = summary.get("largest", {"seconds": 0.0, "mib": 0.0})
    shares = all(summary[name] >= goal for name, goal in GOALS.items())
    soap = summary["wsdl"]
    whole = not soap["documents_read"] or soap["loaded"] == soap["exposed"] == 1.0
    return shares and whole and largest["seconds"] < MAX_SECONDS and largest["mib"] < MAX_MIB


def measured(path: Path) -> dict[str, Any]:
    """The document alone in a fresh process."""
    command = [sys.executable, "-m", "bench.descriptions", "--alone", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def alone(path: Path) -> dict[str, Any]:
    """Seconds from file to opened connector, and the peak memory of the whole process."""
    found = score(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"file": str(path), "operations": found.operations, "seconds": found.seconds, "mib": round(peak)}


def _print(scores: list[Score], summary: dict[str, Any]) -> None:
    print(
        f"{'document':<44} {'ops':>4} {'exposed':>7} {'described':>9} {'typed':>5} {'bare':>4} {'lost':>4} {'s':>6}"
    )
    for each in scores:
        line = f"{each.operations:>4} {each.exposed:>7} {each.described:>9} {each.typed:>5} {each.bare:>4} {each.lost:>4}"
        print(f"{each.file[-44:]:<44} {line} {each.seconds:>6.2f}")
    reasons: dict[str, int] = {}
    for each in scores:
        for miss in each.misses:
            reason = miss.partition(": ")[2]
            reasons[reason] = reasons.get(reason, 0) + 1
            print(f"  {Path(each.file).name}: {miss}")
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        print(f"{count:>5} {reason}")
    print(
        f"{summary['documents_read']} documents, loaded {summary['loaded']:.1%}; {summary['operations']} operations, "
        f"exposed {summary['exposed']:.1%}, lost {summary['lost']}; "
        f"{summary['described']} described JSON answers, typed {summary['typed']:.1%}; {summary['bare']} bare objects"
    )
    soap = summary["wsdl"]
    print(
        f"{soap['documents_read']} WSDLs, loaded {soap['loaded']:.1%}; {soap['operations']} operations, "
        f"exposed {soap['exposed']:.1%}; {soap['described']} described answers, typed {soap['typed']:.1%}"
    )
    if "largest" in summary:
        largest = summary["largest"]
        print(
            f"largest alone: {Path(largest['file']).name}, {largest['operations']} operations, "
            f"{largest['seconds']:.2f} s, {largest['mib']} MiB"
        )


if __name__ == "__main__":
    main()
