"""``tongban connector init``: a first manifest from a description, with the description beside it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import CouldNot, format_option, print_json, settings_for

if TYPE_CHECKING:
    from connectors.manifest import Finding
    from connectors.proposing import Proposal
    from connectors.proposing.writing import Written


@click.command()
@click.option(
    "--from", "source", required=True, metavar="FILE|URL", help="An OpenAPI description (2.0, 3.0, 3.1)."
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
    force: bool,
    output: str,
) -> None:
    """Write a manifest that exposes every operation of a description, for a person to delete and rename from.

    The description is laid unchanged into a folder beside the manifest. What could not be read of it is told with
    file, line and column. Exit 1 if no manifest can be made from it.
    """
    from connectors.proposing import Undescribed, propose
    from connectors.proposing.writing import Identity, TooLarge, write_manifest

    if output_file.exists() and not force:
        raise click.UsageError(f"{output_file} is there already; --force writes over it")
    if prefix and not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,30}", prefix):
        raise click.UsageError("--prefix is letters and digits, beginning with a letter")
    stem = output_file.name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".connector")
    identity = Identity(
        _id(connector_id, stem),
        department or _id(connector_id, stem).partition(".")[0],
        classification,
        endpoint or "",
        prefix,
    )
    files, name = _read(source)
    folder = re.sub(r"[^0-9A-Za-z._-]", "-", stem) or "description"
    named = {f"{folder}/{path}": content for path, content in files.items()}
    try:
        proposal = propose(named, f"{folder}/{name}").proposal
        written = write_manifest(proposal, f"{folder}/{name}", identity)
    except (Undescribed, TooLarge) as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(1) from error
    _lay(output_file, written.text, named, force)
    _report(output_file, proposal, written, output)


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


def _read(source: str) -> tuple[dict[str, bytes], str]:
    from gateway.description_source import fetch_description, read_description

    try:
        if source.startswith(("http://", "https://")):
            return asyncio.run(fetch_description(source, tuple(settings_for().egress_allow)))
        return read_description(Path(source))
    except FileNotFoundError as error:
        raise click.UsageError(f"no such file: {source}") from error
    except (OSError, ValueError) as error:
        raise CouldNot(str(error)) from error


def _lay(manifest: Path, text: str, files: dict[str, bytes], force: bool) -> None:
    for path, content in files.items():
        there = manifest.parent / path
        if there.exists() and there.read_bytes() != content and not force:
            raise click.UsageError(f"{there} is there already with another content; --force writes over it")
    for path, content in files.items():
        there = manifest.parent / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content)
    manifest.write_text(text, "utf-8")


def _report(manifest: Path, proposal: Proposal, written: Written, output: str) -> None:
    operations = proposal.operations
    reads = sum(1 for each in operations if each.reads)
    untyped = sum(1 for returned in written.types.values() if returned == "JSON")
    figures: dict[str, Any] = {
        "operations": len(operations),
        "queries": reads,
        "mutations": len(operations) - reads,
        "json": untyped,
    }
    if output == "json":
        names = ("code", "severity", "file", "line", "column", "message", "fix")
        findings = [{name: getattr(each, name) for name in names} for each in written.findings]
        print_json({"manifest": str(manifest), **figures, "findings": findings})
        return
    for each in written.findings:
        _tell(each)
    click.echo(
        f"{manifest}: {reads} queries, {len(operations) - reads} mutations; {untyped} answers are JSON, "
        f"for nothing says more of them"
    )
    click.echo(f"next: tongban connector lint {manifest}", err=True)


def _tell(finding: Finding) -> None:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    click.echo(f"{place}: {finding.severity} {finding.code}: {finding.message}", err=True)
    if finding.fix:
        click.echo(f"    fix: {finding.fix}", err=True)
