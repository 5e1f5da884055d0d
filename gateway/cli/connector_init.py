"""``tongban connector init``: a first manifest from a description, with the description beside it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gateway.cli.options import CouldNot, format_option, print_json, settings_for

if TYPE_CHECKING:
    from connectors.manifest import Finding
    from connectors.proposing import Proposal
    from connectors.proposing.writing import Written
    from gateway.description_source import Described


@click.command()
@click.option(
    "--from",
    "source",
    required=True,
    metavar="FILE|URL",
    help="An OpenAPI description, a WSDL, a GraphQL SDL or introspection result, a HAR recording, a Postman collection; "
    "or the address of a description or of a GraphQL endpoint.",
)
@click.option(
    "-o",
    "output_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The manifest to write.",
)
@click.option(
    "--id", "connector_id", default=None, help="DEPARTMENT.BACKEND; without it, from the manifest's name."
)
@click.option("--department", default=None, help="The department's name.")
@click.option("--endpoint", default=None, help="Base URL of the backend, instead of the description's.")
@click.option(
    "--classification", type=click.Choice(["L1", "L2", "L3", "L4"]), default="L2", show_default=True,
    help="Who may see it, until a person says it for each service.",
)  # fmt: skip
@click.option(
    "--prefix", default="", help="Put before root fields and types: two backends may use the same words."
)
@click.option(
    "--root",
    default=None,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The highest folder whose files may belong to the description.  [default: up to two above it]",
)
@click.option("--force", is_flag=True, help="Write over a manifest or a description that is there.")
@format_option
def init(
    source: str,
    output_file: Path,
    connector_id: str | None,
    department: str | None,
    endpoint: str | None,
    classification: str,
    prefix: str,
    root: Path | None,
    force: bool,
    output: str,
) -> None:
    """Write a manifest that exposes every operation of a description, for a person to delete and rename from.

    The description is laid unchanged into a folder beside the manifest; of a recording or an introspection result the
    description that was made from it. What could not be read of it is told with file, line and column. Exit 1 if no
    manifest can be made from it.
    """
    from connectors.proposing import Undescribed

    if output_file.exists() and not force:
        raise click.UsageError(f"{output_file} is there already; --force writes over it")
    if prefix and not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,30}", prefix):
        raise click.UsageError("--prefix is letters and digits, beginning with a letter")
    stem = output_file.name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".connector")
    own_id = _id(connector_id, stem)
    person = _Person(own_id, department or own_id.partition(".")[0], classification, endpoint or "", prefix)
    try:
        made = _make(_read(source, root), person, re.sub(r"[^0-9A-Za-z._-]", "-", stem) or "description")
    except Undescribed as error:
        _refuse(error.findings, output)
    _lay(output_file, made.written.text, made.files, force)
    _report(output_file, made, output)


@dataclass(frozen=True, slots=True)
class _Person:
    """What the command line says of the backend."""

    id: str
    department: str
    classification: str
    endpoint: str
    prefix: str


@dataclass(frozen=True, slots=True)
class _Made:
    """``findings``: of the reading, those of the writing after them."""

    files: Mapping[str, bytes]
    proposal: Proposal
    written: Written
    findings: tuple[Finding, ...]
    made_from: str


def _make(source: Described, person: _Person, folder: str) -> _Made:
    """Raises: Undescribed."""
    from connectors.proposing import propose
    from connectors.proposing.describing import describe
    from connectors.proposing.writing import Identity, write_manifest

    named = {f"{folder}/{path}": content for path, content in source.files.items()}
    found = describe(named, f"{folder}/{source.path}", origin=person.endpoint.rstrip("/"))
    proposal = propose(found.files, found.path).proposal
    endpoint = person.endpoint or proposal.endpoint or source.endpoint
    identity = Identity(person.id, person.department, person.classification, endpoint, person.prefix)
    written = write_manifest(proposal, found.path, identity)
    gathered = [replace(each, file=f"{folder}/{each.file}") for each in source.findings]
    told = {(each.file, each.line) for each in gathered if each.fix}
    own = (each for each in written.findings if (each.file, each.line) not in told or not each.line)
    return _Made(found.files, proposal, written, (*gathered, *found.findings, *own), found.made_from)


def _refuse(findings: tuple[Finding, ...], output: str) -> NoReturn:
    if output == "json":
        print_json({"manifest": None, "findings": [_as_dict(each) for each in findings]})
    else:
        for each in findings:
            _tell(each)
    raise click.exceptions.Exit(1)


def _id(given: str | None, stem: str) -> str:
    from tongban import ids

    if given is not None:
        if not ids.CONNECTOR.fullmatch(given):
            raise click.UsageError(f"--id {given!r} is no connector id; like hrss.social")
        return given
    if ids.CONNECTOR.fullmatch(stem):
        return stem
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-0123456789")[:30].strip("-")
    return f"draft.{slug if len(slug) > 1 else 'backend'}"


def _read(source: str, root: Path | None) -> Described:
    from gateway.description_asking import fetch_description
    from gateway.description_source import read_description

    try:
        if source.lower().startswith(("http://", "https://")):
            return asyncio.run(fetch_description(source, tuple(settings_for().egress_allow)))
        return read_description(Path(source), root)
    except FileNotFoundError as error:
        raise click.UsageError(f"no such file: {source}") from error
    except (OSError, ValueError) as error:
        raise CouldNot(str(error)) from error


def _lay(manifest: Path, text: str, files: Mapping[str, bytes], force: bool) -> None:
    for path, content in files.items():
        there = manifest.parent / path
        if there.exists() and there.read_bytes() != content and not force:
            raise click.UsageError(f"{there} is there already with another content; --force writes over it")
    for path, content in files.items():
        there = manifest.parent / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content)
    manifest.write_text(text, "utf-8")


def _report(manifest: Path, made: _Made, output: str) -> None:
    operations = made.proposal.operations
    reads = sum(1 for each in operations if each.reads)
    untyped = sum(1 for returned in made.written.types.values() if returned == "JSON")
    figures: dict[str, Any] = {
        "operations": len(operations),
        "queries": reads,
        "mutations": len(operations) - reads,
        "json": untyped,
    }
    if output == "json":
        print_json(
            {"manifest": str(manifest), **figures, "findings": [_as_dict(each) for each in made.findings]}
        )
        return
    for each in made.findings:
        _tell(each)
    click.echo(
        f"{manifest}: {reads} queries, {len(operations) - reads} mutations; {untyped} answers are JSON, "
        f"for nothing says more of them"
    )
    if made.made_from in ("HAR", "Postman"):
        click.echo(
            "look through the description that was made: a word of a path may be somebody's name", err=True
        )
    click.echo(f"next: tongban connector lint {manifest}", err=True)


def _as_dict(finding: Finding) -> dict[str, Any]:
    names = ("code", "severity", "file", "line", "column", "message", "fix")
    return {name: getattr(finding, name) for name in names}


def _tell(finding: Finding) -> None:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    click.echo(f"{place}: {finding.severity} {finding.code}: {finding.message}", err=True)
    if finding.fix:
        click.echo(f"    fix: {finding.fix}", err=True)
