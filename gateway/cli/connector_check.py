"""``tongban connector lint|check|grade|lights``: a draft judged before anybody publishes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.findings import as_json, as_sarif, findings_format_option, tell
from gateway.cli.options import CouldNot, data_option, format_option, print_json, settings_for

if TYPE_CHECKING:
    from connectors.judging import Draft, Judgement, Light

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


@click.command()
@click.argument("connector")
@data_option
@findings_format_option
def grade(connector: str, data: Path | None, output: str) -> None:
    """Bronze, silver, gold or platinum: what CONNECTOR, a manifest's file or the id of a published one, lacks for more."""
    from connectors.judging import grade as judge
    from connectors.manifest import Finding

    draft = _named(connector, data)
    graded = judge(draft)
    if output == "json":
        names = ("rule", "level", "message", "fix")
        unmet = [{name: getattr(each, name) for name in names} for each in graded.unmet]
        print_json({"grade": graded.level, "unmet": unmet})
    elif output == "sarif":
        print_json(
            as_sarif(Finding(u.rule, "info", draft.file, 1, 1, u.message, u.fix) for u in graded.unmet)
        )
    else:
        click.echo(graded.level)
        for each in graded.unmet:
            click.echo(f"{each.level} {each.rule}: {each.message}\n    fix: {each.fix}")


def _named(connector: str, data: Path | None) -> Draft:
    if Path(connector).is_file():
        return read_draft(Path(connector))
    for published in asyncio.run(published_drafts(data)):
        if published.file == connector:
            return published
    raise click.UsageError(f"no file and no published connector {connector!r}; see `tongban connector list`")


@click.command()
@click.argument("manifest", type=_MANIFEST)
@click.option("--endpoint", default=None, help="Base URL of the sandbox, instead of the manifest's own.")
@click.option(
    "--patience", default=10.0, show_default=True, type=click.FloatRange(0, 600),
    help="Seconds that a test's matter has to be completed.",
)  # fmt: skip
@data_option
@format_option
def lights(manifest: Path, endpoint: str | None, patience: float, data: Path | None, output: str) -> None:
    """Network, data, business: is the sandbox of MANIFEST reached, do its answers keep the contract, does a live test's
    matter complete from end to end. Exit 1 if one is red."""
    found = asyncio.run(_lights(read_draft(manifest, endpoint), patience, data))
    if output == "json":
        print_json(
            {name: {"colour": light.colour, "evidence": light.evidence} for name, light in found.items()}
        )
    else:
        for name, light in found.items():
            click.echo(f"{name:<9} {light.colour:<8} {light.evidence}".rstrip())
    if any(light.colour == "red" for light in found.values()):
        raise click.exceptions.Exit(1)


async def _lights(draft: Draft, patience_s: float, data: Path | None) -> dict[str, Light]:
    from connectors.judging import lights as judge
    from connectors.manifest import ManifestRejected

    try:
        async with probing_ground(data) as ground:
            found = await judge(draft, **ground, patience_s=patience_s)
    except ManifestRejected as rejected:
        tell(rejected.findings, err=True)
        raise click.exceptions.Exit(1) from rejected
    except ValueError as error:
        raise CouldNot(str(error)) from error
    return {"network": found.network, "data": found.data, "business": found.business}


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
    from connectors.judging import as_published, contract
    from connectors.judging import lint as judge

    async def linted() -> Judgement:
        return as_published(judge(draft), reviewed=False)

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
    from connectors.judging import probe

    async with probing_ground(data) as ground:
        return await probe(draft, **ground)


@asynccontextmanager
async def probing_ground(data: Path | None) -> AsyncIterator[dict[str, Any]]:
    """Secrets, tokens, clock and transport for probes: those of the house in the data folder; without one the secrets
    file alone, and no tokens."""
    from connectors.egress import LOOPBACK
    from connectors.judging.opened import NoTokens
    from connectors.secrets import FileSecrets, HeldSecrets
    from connectors.transport import Transport
    from gateway.rooms import open_rooms
    from tongban.clock import SystemClock

    settings, clock = settings_for(data), SystemClock()
    async with AsyncExitStack() as stack:
        transport = Transport(clock=clock, egress_allow=(*LOOPBACK, *settings.egress_allow))
        stack.push_async_callback(transport.close)
        ground: dict[str, Any] = {"clock": clock, "transport": transport, "tokens": NoTokens()}
        if settings.database_url or (settings.data_dir / "tongban.db").exists():
            rooms = await open_rooms(settings, clock)
            stack.push_async_callback(rooms.close)
            ground["tokens"] = rooms.auth.department_tokens
        held = settings.secrets_path.exists()
        ground["secrets"] = FileSecrets(settings.secrets_path) if held else HeldSecrets({})
        yield ground


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
