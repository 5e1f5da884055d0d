"""``tongban compose``: many subgraphs' SDL files → one supergraph SDL, or what stands against it. It fetches
nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import CouldNot, format_option, print_json

if TYPE_CHECKING:
    from federation import Composition, Objection

_GIVEN = re.compile(r"(?P<name>[^=]+)=(?P<file>.+?)(?:@(?P<url>[A-Za-z][A-Za-z0-9+.\-]*://.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Given:
    name: str
    file: str
    url: str


@click.command()
@click.argument("subgraphs", metavar="NAME=FILE[@URL] …", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the supergraph SDL there.  [default: standard output]",
)
@format_option
def compose(subgraphs: tuple[str, ...], to: Path | None, output: str) -> None:
    """Compose the subgraphs in files NAME=FILE, reachable at URL: exit 0 with the supergraph SDL (join
    specification), 1 with objections."""
    from federation import judge

    given = [_given(text) for text in subgraphs]
    names = [each.name for each in given]
    for name in names:
        if names.count(name) > 1:
            raise click.UsageError(f'two subgraphs are called "{name}"')
    composition = judge(
        {each.name: _text(each.file) for each in given}, {each.name: each.url for each in given if each.url}
    )
    _tell(composition, {each.name: each.file for each in given}, to, output)
    if composition.supergraph is None:
        raise click.exceptions.Exit(1)


def _given(text: str) -> _Given:
    found = _GIVEN.fullmatch(text)
    if found is None:
        raise click.UsageError(f'"{text}" is not NAME=FILE or NAME=FILE@URL')
    return _Given(found["name"], found["file"], found["url"] or "")


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNot(f"cannot read {file}: {_reason(error)}") from error


def _tell(composition: Composition, files: dict[str, str], to: Path | None, output: str) -> None:
    sdl = composition.supergraph.sdl if composition.supergraph is not None else None
    if sdl is not None and to is not None:
        try:
            to.write_text(sdl, "utf-8")
        except OSError as error:
            raise CouldNot(f"cannot write {to}: {_reason(error)}") from error
    if output == "json":
        print_json({"supergraph": sdl, "objections": [_json(each, files) for each in composition.objections]})
        return
    for each in composition.objections:
        click.echo(_line(each, files), err=True)
        if each.fix:
            click.echo(f"    fix: {each.fix}", err=True)
    if sdl is not None and to is None:
        click.echo(sdl, nl=False)


def _json(objection: Objection, files: dict[str, str]) -> dict[str, object]:
    return {**objection.to_json(), "file": _file(objection, files)}


def _line(objection: Objection, files: dict[str, str]) -> str:
    place = f"{_file(objection, files) or '-'}:{objection.line}:{objection.column}"
    return f"{place}: {objection.severity} {objection.code}: {objection.message}"


def _file(objection: Objection, files: dict[str, str]) -> str:
    """The file of the subgraph that the place is in."""
    return files.get(objection.subgraphs[0], "") if objection.subgraphs else ""


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8"
