"""``tongban connector rehearse``: a vendor's upgrade tried before anybody meets it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.connector_check import probing_ground, read_draft
from gateway.cli.findings import tell
from gateway.cli.options import data_option, format_option, print_json

if TYPE_CHECKING:
    from connectors.judging.model import Draft
    from connectors.judging.rehearsal import Rehearsal


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--against", "endpoint", metavar="URL", required=True, help="Base URL of the new version.")
@data_option
@format_option
def rehearse(manifest: Path, endpoint: str, data: Path | None, output: str) -> None:
    """Ask the new version of a backend what the recorded tests of MANIFEST ask, and name where its answers differ from the
    recorded ones, field by field. Reads only; values are not told. Exit 1 if something differs that is not merely new."""
    found = asyncio.run(_rehearse(read_draft(manifest, endpoint), data))
    if output == "json":
        print_json(
            {
                "same": found.same,
                "calls": found.calls,
                "differences": [asdict(each) for each in found.differences],
                "skipped": [{"test": test, "why": why} for test, why in found.skipped],
            }
        )
    else:
        for each in found.differences:
            where = " ".join(part for part in (each.operation, each.path) if part) or "the answer"
            click.echo(f"{each.kind:<8} {where} {each.message}  ['{each.test}']")
        for test, why in found.skipped:
            click.echo(f"not compared: '{test}': {why}", err=True)
        click.echo(f"{found.calls} answers compared, {len(found.differences)} differences", err=True)
    if not found.same:
        raise click.exceptions.Exit(1)


async def _rehearse(draft: Draft, data: Path | None) -> Rehearsal:
    from connectors.judging.rehearsal import rehearse as judge
    from connectors.manifest import ManifestRejected

    try:
        async with probing_ground(data) as ground:
            return await judge(draft, **ground)
    except ManifestRejected as rejected:
        tell(rejected.findings, err=True)
        raise click.exceptions.Exit(1) from rejected
