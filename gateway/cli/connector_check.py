"""``tongban connector lint|check|grade``: a draft judged before anybody publishes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.findings import as_json, as_sarif, findings_format_option, tell
from gateway.cli.options import CouldNot, data_option, print_json, settings_for

if TYPE_CHECKING:
    from connectors.judging import Draft, Judgement

_MANIFEST = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("manifest", type=_MANIFEST)
@findings_format_option
def lint(manifest: Path, output: str) -> None:
    """Judge MANIFEST and its description, without sending anything: exit 1 if a finding is an error."""
    from connectors.judging import lint as judge

    judgement = judge(read_draft(manifest))
    _report([judgement], output, _lint_summary)
    _end([judgement])


@click.command()
@click.argument("manifest", type=_MANIFEST)
@click.option("--endpoint", default=None, help="Base URL of the backend, instead of the manifest's own.")
@click.option("--probe", "probing", is_flag=True, help="Ask the sandbox as well.")
@data_option
@findings_format_option
def check(manifest: Path, endpoint: str | None, probing: bool, data: Path | None, output: str) -> None:
    """All that can be judged of MANIFEST before its publication, stage by stage: lint; compose with everything that is
    published in the data folder; contract (its tests with recorded answers, then with spoiled ones); with --probe the
    sandbox. A stage after one with errors is left out. Exit 1 if a finding is an error."""
    judgements = asyncio.run(_check(read_draft(manifest, endpoint), data, probing))
    _report(judgements, output, _check_summary)
    _end(judgements)


def read_draft(manifest: Path, endpoint: str | None = None) -> Draft:
    """Raises CouldNot for files that cannot be read."""
    from connectors.judging import Draft
    from gateway.connector_files import read_connector

    try:
        text, files = read_connector(manifest)
    except (OSError, ValueError) as error:
        raise CouldNot(str(error)) from error
    return Draft(text, files, endpoint, str(manifest))


async def _check(draft: Draft, data: Path | None, probing: bool) -> list[Judgement]:
    from connectors.judging import contract
    from connectors.judging import lint as judge

    async def linted() -> Judgement:
        return judge(draft)

    stages: list[Callable[[], Awaitable[Judgement]]] = [
        linted,
        partial(_composed, draft, data),
        partial(contract, draft),
    ]
    if probing:
        stages.append(partial(_probed, draft, data))
    found: list[Judgement] = []
    for stage in stages:
        found.append(await stage())
        if not found[-1].passed:
            break
    return found


async def _composed(draft: Draft, data: Path | None) -> Judgement:
    from connectors.judging.composing import compose, neighbours
    from connectors.manifest import parse_manifest
    from gateway.platform_sdl import NAME, platform_sdl

    ours = parse_manifest(draft.text, base=draft.files).id
    published = await published_drafts(data)
    return compose(draft, neighbours(NAME, platform_sdl(), published, but=ours))


async def published_drafts(data: Path | None) -> list[Draft]:
    """What is published in the data folder; nothing where there is no database."""
    from connectors.judging import Draft
    from connectors.registry import Registry
    from gateway.cli.options import open_database
    from tongban.clock import SystemClock

    settings = settings_for(data)
    if not settings.database_url and not (settings.data_dir / "tongban.db").exists():
        return []
    database = open_database(settings)
    try:
        current = await Registry(database, SystemClock()).current()
    finally:
        await database.close()
    return [Draft(each.manifest, each.files, each.endpoint, each.connector_id) for each in current.items]


async def _probed(draft: Draft, data: Path | None) -> Judgement:
    from connectors.egress import LOOPBACK
    from connectors.judging import probe
    from connectors.judging.opened import NoTokens
    from connectors.secrets import FileSecrets, HeldSecrets
    from connectors.transport import Transport
    from tongban.clock import SystemClock

    settings, clock = settings_for(data), SystemClock()
    secrets = FileSecrets(settings.secrets_path) if settings.secrets_path.exists() else HeldSecrets({})
    transport = Transport(clock=clock, egress_allow=(*LOOPBACK, *settings.egress_allow))
    try:
        return await probe(draft, secrets=secrets, tokens=NoTokens(), clock=clock, transport=transport)
    finally:
        await transport.close()


def _report(judgements: list[Judgement], output: str, summary: Callable[[list[Judgement]], None]) -> None:
    findings = [found for judgement in judgements for found in judgement.findings]
    if output == "json":
        print_json(_document(judgements))
    elif output == "sarif":
        print_json(as_sarif(findings))
    else:
        summary(judgements)


def _document(judgements: list[Judgement]) -> dict[str, Any]:
    counts = next((each.operations for each in judgements if each.operations is not None), None)
    names = ("described", "exposed", "typed")
    return {
        "findings": [as_json(found) for judgement in judgements for found in judgement.findings],
        "operations": None if counts is None else {name: getattr(counts, name) for name in names},
        "stages": [
            {"stage": each.stage, "passed": each.passed, "findings": len(each.findings)}
            for each in judgements
        ],
    }


def _lint_summary(judgements: list[Judgement]) -> None:
    (judgement,) = judgements
    tell(judgement.findings)
    click.echo(f"{len(judgement.findings)} findings{_told(judgement)}", err=True)


def _check_summary(judgements: list[Judgement]) -> None:
    for each in judgements:
        errors = sum(1 for found in each.findings if found.severity == "error")
        word = "passed" if each.passed else "failed"
        click.echo(
            f"{each.stage}: {word}, {errors} errors, {len(each.findings) - errors} others{_told(each)}"
        )
        tell(each.findings)


def _told(judgement: Judgement) -> str:
    counts = judgement.operations
    if counts is None:
        return ""
    return f"; of {counts.described} described operations {counts.exposed} are in the graph, {counts.typed} with types"


def _end(judgements: list[Judgement]) -> None:
    if not all(each.passed for each in judgements):
        raise click.exceptions.Exit(1)
