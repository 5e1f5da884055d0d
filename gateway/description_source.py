"""A description and the files that it leads to, from a folder, for ``connector init``.

What may belong to a description: any file in its own folder and below; and files above it, up to ``MAX_STEPS_UP`` folders,
but never out of the project (a folder with ``.git`` and the like ends the way up), nor in the home folder, a temporary
folder or above these. Outside of its own folder only files named as descriptions are. Hidden names and links that lead
out are refused everywhere. ``root`` says another highest folder.
"""

from __future__ import annotations

import os
import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from connectors.manifest import Finding
from gateway.references import Reference, references

MAX_FILES = 500
MAX_BYTES = 20_000_000
MAX_STEPS_UP = 2
ENDINGS = (".json", ".yaml", ".yml", ".xsd", ".wsdl", ".xml", ".graphql", ".graphqls", ".gql")
_PROJECT = (".git", ".hg", ".svn")


@dataclass(frozen=True, slots=True)
class Described:
    """``files`` by their paths from the highest folder that any of them stands in; ``path``: the description's own.

    ``findings``: references that were not followed, and files that were taken from above, each at its place. ``endpoint``:
    where its backend is likely to be asked, or empty.
    """

    files: dict[str, bytes]
    path: str
    findings: tuple[Finding, ...] = ()
    endpoint: str = ""


class _NotTaken(ValueError):
    """Why a reference is not followed, and what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.fix = fix


@dataclass(slots=True)
class _Gathering:
    """``folder`` and what is named in it are paths from ``reach``."""

    reach: Path
    folder: str
    files: dict[str, bytes] = field(default_factory=dict)
    found: list[tuple[str, Reference, str, str, str]] = field(default_factory=list)
    size: int = 0

    def all(self, name: str) -> None:
        """The file and everything that it leads to.

        Raises: OSError, ValueError (too much of it).
        """
        self._take(name)
        waiting = [name]
        while waiting:
            base = waiting.pop()
            for reference in references(self.files[base]):
                name = self._followed(reference, base)
                if name:
                    self._take(name)
                    waiting.append(name)

    def _take(self, name: str) -> None:
        there = self.reach / name
        self.size += there.stat().st_size
        if len(self.files) >= MAX_FILES or self.size > MAX_BYTES:
            raise ValueError(f"{there}: more than {MAX_FILES} files or {MAX_BYTES} bytes belong to it")
        self.files[name] = there.read_bytes()

    def _followed(self, reference: Reference, base: str) -> str:
        """The file that is meant; empty where none is taken, or it is there already."""
        try:
            name = self._judged(reference.place, base)
        except _NotTaken as reason:
            self.found.append((base, reference, "file.outside", str(reason), reason.fix))
            return ""
        if not name or name in self.files or not (self.reach / name).is_file():
            return ""  # that nothing is there is the reader's to say
        if not _within(name, self.folder):
            message = f"{reference.place[:200]!r} is taken from above the description's folder"
            self.found.append((base, reference, "file.above", message, ""))
        return name

    def _judged(self, place: str, base: str) -> str:
        text = unquote(place).replace("\\", "/")
        if text.startswith("//") or ("://" in text and not text.startswith("file:")):
            return ""  # an address: the reader's to refuse
        if text.startswith(("/", "file:", "~")) or text[1:2] == ":":
            raise _NotTaken("a place of this machine, not one beside the description", "write it relative")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(base), text))
        if "\0" in name or name.startswith("..") or name == ".":
            raise _NotTaken(
                "it leads out of the folders that may belong to the description",
                "--root FOLDER, the highest of them",
            )
        real, reach = (self.reach / name).resolve(), self.reach.resolve()
        if not real.is_relative_to(reach):
            raise _NotTaken("a link that leads out of the description's folders", "put the file itself there")
        for each in (name, real.relative_to(reach).as_posix()):
            if any(part.startswith(".") for part in each.split("/")):
                raise _NotTaken("hidden files belong to no description", "rename it")
            if not _within(each, self.folder) and not each.lower().endswith(ENDINGS):
                raise _NotTaken(
                    "above the description's folder only descriptions are taken",
                    f"one of {' '.join(ENDINGS)}",
                )
        return name


def read_description(path: Path, root: Path | None = None) -> Described:
    """The description at ``path``, with everything that belongs to it.

    Raises: OSError, ValueError (too much of it, or it is not below ``root``).
    """
    here = Path(os.path.normpath(path.absolute()))
    reach = _highest(here.parent) if root is None else Path(os.path.normpath(root.absolute()))
    if not here.is_relative_to(reach):
        raise ValueError(f"{path} is not below {root}")
    name = here.relative_to(reach).as_posix()
    gathering = _Gathering(reach, posixpath.dirname(name))
    gathering.all(name)
    above = os.path.commonpath([posixpath.dirname(each) for each in gathering.files])
    cut = len(above) + 1 if above else 0
    return Described(
        {each[cut:]: content for each, content in gathering.files.items()},
        name[cut:],
        tuple(_told(gathering, cut)),
    )


def _told(gathering: _Gathering, cut: int) -> Iterator[Finding]:
    for base, reference, code, message, fix in gathering.found:
        said = f"{reference.place[:200]!r} is not taken: {message}" if fix else message
        severity = "warning" if fix else "info"
        yield Finding(code, severity, base[cut:], reference.line, reference.column, said, fix)  # type: ignore[arg-type]


def _within(name: str, folder: str) -> bool:
    return not folder or name.startswith(f"{folder}/")


def _highest(folder: Path) -> Path:
    """The highest folder whose files may belong to a description in ``folder``."""
    closed = _closed()
    highest = folder
    for _ in range(MAX_STEPS_UP):
        if highest.parent.resolve() in closed or any((highest / mark).exists() for mark in _PROJECT):
            break
        highest = highest.parent
    return highest


def _closed() -> set[Path]:
    """Folders that hold everybody's things."""
    own = [Path(tempfile.gettempdir())]
    with suppress(RuntimeError):
        own.append(Path.home())
    return {each for place in own for each in (place.resolve(), *place.resolve().parents)}
