"""``tongban connector list|show|history|diff``: what is served, what is on its way, what was, and what would change."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gateway.cli.options import data_option, format_option, open_database, print_json, settings_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from connectors.judging import Draft
    from connectors.registry import Registry
    from connectors.revisions import Change, Revision

T = TypeVar("T")


@click.command("list")
@data_option
@format_option
def list_(data: Path | None, output: str) -> None:
    """Every connector that is served or on its way."""
    rows = _asked(data, _rows)
    if output == "json":
        print_json(rows)
        return
    for row in rows:
        draft = row["draft"]
        coming = f"  ({draft['version']} {draft['state']})" if draft else ""
        version, endpoint = row["version"] or "–", row["endpoint"] or ""
        click.echo(f"{row['id']:<24} {version:<8} {row['state']:<10} {endpoint:<28} {row['title']}{coming}")


@click.command()
@click.argument("connector_id")
@data_option
@format_option
def show(connector_id: str, data: Path | None, output: str) -> None:
    """Print the published manifest of CONNECTOR_ID; as JSON, all that is kept of it: revisions, words, findings, history."""
    revisions, log = _asked(data, lambda registry: registry.history(connector_id))
    if output == "json" and revisions:
        words = _asked(data, lambda registry: registry.drafts.approvals(revisions[-1].id))
        print_json(
            {
                "id": connector_id,
                "revisions": [_revision(each) for each in revisions],
                "approvals": [{"by": w.by, "need": w.need, "at": _time(w.at_s)} for w in words],
                "history": [_change(line, revisions) for line in log],
            }
        )
        return
    from connectors.revisions import OPEN, SERVED

    served = [each for each in revisions if each.state in SERVED]
    coming = [each for each in revisions if each.state in OPEN]
    if not served and not coming:
        raise click.UsageError(f"no published connector {connector_id!r}; see `tongban connector list`")
    chosen = (served or coming)[-1]
    click.echo(_asked(data, lambda registry: registry.drafts.get(chosen.id)).manifest)


@click.command()
@click.argument("connector_id", required=False)
@data_option
@format_option
def history(connector_id: str | None, data: Path | None, output: str) -> None:
    """What was served when: one line for each connector that a registry revision changed."""

    async def read(registry: Registry) -> list[dict[str, Any]]:
        revisions = await registry.list()
        names = sorted({each.connector_id for each in revisions if connector_id in (None, each.connector_id)})
        lines = [line for name in names for line in (await registry.history(name))[1]]
        lines.sort(key=lambda line: (line.revision, line.connector_id))
        return [_change(line, revisions) for line in lines]

    found = _asked(data, read)
    if output == "json":
        print_json(found)
        return
    for line in found:
        version = line["version"] or "–"
        click.echo(
            f"{line['registry_revision']:>6}  {line['at']}  {line['action']:<9} {line['connector']:<24} {version:<8} {line['by']}"
        )


@click.command()
@click.argument("what", metavar="ID|MANIFEST")
@click.option("--from", "old", metavar="VERSION", default=None, help="[default: what is served]")
@click.option(
    "--to", "new", metavar="VERSION", default=None, help="[default: what is on its way, or MANIFEST]"
)
@data_option
@format_option
def diff(what: str, old: str | None, new: str | None, data: Path | None, output: str) -> None:
    """What a version changes: each change with its kind, then the SDL line by line."""
    from connectors.judging import changes
    from connectors.manifest import ManifestRejected
    from gateway.cli.findings import tell
    from gateway.docking.differing import sdl_lines

    before, after = _two(what, old, new, data)
    try:
        found = changes(before, after)
        lines = sdl_lines(before, after)
    except ManifestRejected as rejected:
        tell(rejected.findings, err=True)
        raise click.exceptions.Exit(1) from None
    if output == "json":
        names = ("kind", "coordinate", "message", "fix")
        listed = [{name: getattr(each, name) for name in names} for each in found]
        print_json({"from": before.file, "to": after.file, "changes": listed, "sdl": lines})
        return
    for each in found:
        click.echo(f"{each.kind:<9} {each.coordinate}: {each.message}")
    if found and lines:
        click.echo()
    for line in lines:
        click.echo(line)


def _two(what: str, old: str | None, new: str | None, data: Path | None) -> tuple[Draft, Draft]:
    """Raises: UsageError for versions that there are not."""
    from connectors.manifest import ManifestRejected, parse_manifest
    from connectors.revisions import OPEN, SERVED
    from gateway.cli.connector_check import read_draft

    handed = read_draft(Path(what)) if Path(what).is_file() else None
    connector_id = what
    if handed is not None:
        if new is not None:
            raise click.UsageError("--to is for versions of an ID; MANIFEST is what is compared")
        try:
            connector_id = parse_manifest(handed.text, base=handed.files).id
        except ManifestRejected as rejected:
            click.echo(str(rejected), err=True)
            raise click.exceptions.Exit(1) from None
    revisions, log = _asked(data, lambda registry: registry.history(connector_id))
    by_id = {each.id: each for each in revisions}
    served = next((each for each in revisions if each.state in SERVED), None)
    coming = next((each for each in reversed(revisions) if each.state in OPEN), None)
    past = [by_id[line.revision_id] for line in log if line.revision_id is not None]
    former = next((each for each in reversed(past) if served is not None and each.id != served.id), None)

    def version(wanted: str) -> Revision:
        found = [each for each in revisions if each.version == wanted]
        if not found:
            raise click.UsageError(f"there is no {connector_id} {wanted}")
        return found[-1]

    before = version(old) if old is not None else served
    after = version(new) if new is not None else coming
    if old is None and new is None and handed is None and coming is None:
        before, after = former, served
    if handed is None and after is not None:
        handed = _draft(after, data)
    if before is None or handed is None:
        raise click.UsageError(f"there are no two versions of {connector_id} to compare")
    return _draft(before, data), handed


def _draft(revision: Revision, data: Path | None) -> Draft:
    from gateway.docking.stages.compose import draft_of

    whole = _asked(data, lambda registry: registry.drafts.get(revision.id))
    return draft_of(whole, f"{revision.connector_id} {revision.version}")


async def _rows(registry: Registry) -> list[dict[str, Any]]:
    from connectors.manifest import parse_manifest
    from connectors.revisions import SERVED
    from gateway.docking.telling import notice_json

    found: dict[str, dict[str, Any]] = {}
    served = (await registry.current()).items
    for item in (*served, *await registry.drafts.all()):
        row = found.setdefault(
            item.connector_id,
            {"id": item.connector_id, "version": None, "state": "new", "endpoint": item.endpoint, "title": "",
             "manifest": item.manifest, "notice": None, "draft": None},
        )  # fmt: skip
        title = parse_manifest(item.manifest, base=item.files).metadata.title.both
        row["title"] = row["title"] or title
        if item.state in SERVED:
            row |= {
                "version": item.version,
                "state": item.state.value,
                "endpoint": item.endpoint,
                "title": title,
                "manifest": item.manifest,
                "notice": notice_json(item),
            }
        else:
            row["draft"] = {
                "version": item.version,
                "state": item.state.value,
                "submitted_by": item.submitted_by,
            }
    return [found[name] for name in sorted(found)]


def _revision(revision: Revision) -> dict[str, Any]:
    from gateway.docking.telling import notice_json

    return {
        "version": revision.version,
        "state": revision.state.value,
        "endpoint": revision.endpoint,
        "content_hash": revision.content_hash,
        "submitted_by": revision.submitted_by,
        "submitted_at": _time(revision.submitted_at_s),
        "published_by": revision.published_by or None,
        "published_at": _time(revision.published_at_s) if revision.revision else None,
        "registry_revision": revision.revision or None,
        "needs": list(revision.needs),
        "accepted_breaking": revision.accepted_breaking or None,
        "notice": notice_json(revision),
        "stages": list(revision.results),
    }


def _change(line: Change, revisions: tuple[Revision, ...]) -> dict[str, Any]:
    versions = {each.id: each.version for each in revisions}
    return {
        "registry_revision": line.revision,
        "connector": line.connector_id,
        "version": versions.get(line.revision_id) if line.revision_id is not None else None,
        "action": line.action,
        "by": line.by,
        "at": _time(line.at_s),
        "notice": None if line.notice is None else line.notice.both,
    }


def _time(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="seconds")


def _asked(data: Path | None, work: Callable[[Registry], Awaitable[T]]) -> T:
    """Only the registry is opened."""
    from connectors.registry import Registry
    from tongban.clock import SystemClock

    async def run() -> T:
        database = open_database(settings_for(data))
        try:
            return await work(Registry(database, SystemClock()))
        finally:
            await database.close()

    return asyncio.run(run())
