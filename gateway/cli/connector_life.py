"""``tongban connector publish|approve|promote|rollback|disable|enable|retire``: a connector's life, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.docked import as_option, docked, tell_standing
from gateway.cli.options import data_option, format_option, print_json

if TYPE_CHECKING:
    from gateway.docking.dock import Dock, Standing


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--endpoint", default=None, help="Base URL of the backend, instead of the manifest's own.")
@as_option
@click.option("--replace", is_flag=True, help="Let this version's content change (scripts and the demo).")
@click.option("--probe", "probing", is_flag=True, help="Ask the sandbox as well.")
@click.option(
    "--accept-breaking", metavar="REASON", default="", help="Why what is used may break; kept and audited."
)
@data_option
@format_option
def publish(
    manifest: Path,
    endpoint: str | None,
    by: str,
    replace: bool,
    probing: bool,
    accept_breaking: str,
    data: Path | None,
    output: str,
) -> None:
    """Publish MANIFEST with the description files beside it, by the route that the policy asks for.

    Stages: lint, compose, contract, impact. Then a review by two people and a canary; with TONGBAN_REVIEW=off, and in the demo, it
    is published at once. Exit 1 if a stage objects, or if the version was published with another content.
    """
    from connectors.manifest import ManifestRejected
    from gateway.cli.connector_check import read_draft
    from gateway.cli.findings import as_json, tell
    from gateway.docking.submitting import Request

    draft = read_draft(manifest, endpoint)
    request = Request(
        draft.text, draft.files, endpoint, str(manifest), replace, accept_breaking.strip(), probing
    )

    async def submit(dock: Dock) -> Standing:
        return await dock.submit(request, by)

    try:
        standing = docked(data, submit, must_exist=False)
    except ManifestRejected:
        from connectors.judging import lint

        findings = lint(draft).findings
        if output == "json":
            print_json({"state": None, "findings": [as_json(each) for each in findings]})
        else:
            tell(findings, err=True)
        raise click.exceptions.Exit(1) from None
    tell_standing(standing, output)


@click.command()
@click.argument("connector_id")
@click.option("--as", "by", metavar="LOGIN", required=True, help="Whose word it is.")
@data_option
@format_option
def approve(connector_id: str, by: str, data: Path | None, output: str) -> None:
    """Give a word for what is in review of CONNECTOR_ID; what the login's roles allow it to say. The last one sends it on."""

    async def step(dock: Dock) -> Standing:
        return await dock.approve(connector_id, by)

    tell_standing(docked(data, step), output)


@click.command()
@click.argument("connector_id")
@as_option
@data_option
@format_option
def promote(connector_id: str, by: str, data: Path | None, output: str) -> None:
    """Publish the canary of CONNECTOR_ID to everybody."""

    async def step(dock: Dock) -> Standing:
        return await dock.promote(connector_id, by)

    tell_standing(docked(data, step), output)


@click.command()
@click.argument("connector_id", required=False)
@click.option("--to", "version", metavar="VERSION", default=None, help="A version that was published once.")
@click.option(
    "--snapshot",
    type=click.IntRange(min=0),
    default=None,
    help="Everything as it was served at this registry revision (`connector history`).",
)
@as_option
@data_option
@format_option
def rollback(
    connector_id: str | None,
    version: str | None,
    snapshot: int | None,
    by: str,
    data: Path | None,
    output: str,
) -> None:
    """Serve the former version of CONNECTOR_ID again, byte for byte; or with --snapshot the whole set of a moment."""
    if (connector_id is None) == (snapshot is None) or (snapshot is not None and version is not None):
        raise click.UsageError("CONNECTOR_ID [--to VERSION], or --snapshot N")
    if connector_id is not None:
        name = connector_id

        async def step(dock: Dock) -> Standing:
            return await dock.rollback(name, by, version)

        tell_standing(docked(data, step), output)
        return
    past = snapshot or 0

    async def whole(dock: Dock) -> tuple[int, list[dict[str, str]]]:
        revision, served = await dock.rollback_to(past, by)
        return revision, [{"connector": each.connector_id, "version": each.version} for each in served]

    revision, served = docked(data, whole)
    if output == "json":
        print_json({"registry_revision": revision, "snapshot": past, "served": served})
        return
    click.echo(f"revision {revision}")
    click.echo(f"{len(served)} connectors are served as at revision {past}.")


@click.command()
@click.argument("connector_id")
@click.option("--notice", required=True, metavar='"中文 / English"', help="What citizens are told.")
@as_option
@data_option
@format_option
def disable(connector_id: str, notice: str, by: str, data: Path | None, output: str) -> None:
    """Answer for CONNECTOR_ID with a notice: the schema stays, its fields are null."""
    from gateway.docking.notice import notice_of

    async def step(dock: Dock) -> Standing:
        return await dock.disable(connector_id, notice_of(notice), by)

    tell_standing(docked(data, step), output)


@click.command()
@click.argument("connector_id")
@as_option
@data_option
@format_option
def enable(connector_id: str, by: str, data: Path | None, output: str) -> None:
    """Undo `disable`."""

    async def step(dock: Dock) -> Standing:
        return await dock.enable(connector_id, by)

    tell_standing(docked(data, step), output)


@click.command()
@click.argument("connector_id")
@as_option
@data_option
@format_option
def retire(connector_id: str, by: str, data: Path | None, output: str) -> None:
    """Take CONNECTOR_ID out of the graph; running gateways follow within a second."""

    async def step(dock: Dock) -> Standing:
        return await dock.retire(connector_id, by)

    tell_standing(docked(data, step), output)
