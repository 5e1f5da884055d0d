"""An OpenAPI document as data: its local references followed, also across the files beside it; what is wrong
with it is gathered as findings.

Must never: fetch anything, or follow a reference out of the uploaded files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from connectors.manifest import Finding, beside, did_you_mean
from connectors.manifest.findings import Severity
from connectors.openapi.files import DescriptionFile
from connectors.openapi.marks import Pointer, Step, Unreadable, pointers_of
from connectors.openapi.references import last_word, reference_in_mapping, reference_of, references

MAX_CHAIN = 50
MAX_FINDINGS = 1_000
MAX_COMPARED = 400
"""Names that one that isn't there is compared with."""

_SHELVES = ("schemas", "definitions", "parameters", "responses", "requestBodies", "examples", "headers")
"""Where Swagger 2 and OpenAPI 3 keep what is referred to."""


class DescriptionRefused(ValueError):
    """The description can't be used at all. ``finding`` says where, why and what to do."""

    def __init__(self, code: str, path: str, message: str, fix: str, line: int = 0, column: int = 0) -> None:
        at = f":{line}:{column}" if line else ""
        super().__init__(f"{path}{at}: {message} ({fix})")
        self.finding = Finding(code, "error", path, line, column, message, fix)


@dataclass(frozen=True, slots=True)
class Found:
    """What a reference leads to. ``name``: what the last reference called it, or empty."""

    node: Any
    file: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Remark:
    code: str
    severity: Severity
    file: str
    node: Any
    """The mapping or list that ``step`` stands in."""
    step: Step | None
    message: str
    fix: str


class Document:
    """The root file and the files beside it. A node is told by the file it stands in, for references
    are relative to it.
    """

    def __init__(self, files: Mapping[str, bytes], path: str) -> None:
        """Raises: DescriptionRefused."""
        self._given = {beside(name): content for name, content in files.items()}
        self._read: dict[str, DescriptionFile] = {}
        self._unread: dict[str, Unreadable] = {}
        self._remarks: dict[tuple[str, str, int, Step | None], _Remark] = {}
        self._alive: list[Any] = []
        self._swept: set[str] = set()
        self.path = beside(path)
        if self.path not in self._given:
            fix = did_you_mean(self.path, self._given) or "put it beside the manifest"
            raise DescriptionRefused("openapi.missing", self.path, "it is not among the files given", fix)
        read = self._file(self.path)
        if read is None:
            error = self._unread[self.path]
            message = f"neither JSON nor YAML: {error}"
            raise DescriptionRefused(
                "openapi.unreadable", self.path, message, "correct it there", error.line, error.column
            )
        if not isinstance(read.value, dict) or not read.value.keys() & {"openapi", "swagger", "paths"}:
            message = "no OpenAPI document: it has neither 'openapi' nor 'swagger'"
            fix = "begin it with 'openapi: 3.0.3', or give the file that has it"
            raise DescriptionRefused("openapi.other", self.path, message, fix, 1, 1)
        self.root: dict[str, Any] = read.value

    # references

    def resolve(self, node: Any, file: str) -> tuple[Any, str]:
        """The node behind ``$ref`` (and behind that one), and its file; ``{}`` for what isn't there."""
        found = self.follow(node, file)
        return found.node, found.file

    def follow(self, node: Any, file: str) -> Found:
        """As ``resolve``, with the name that the last reference used."""
        name = ""
        holder, holder_file = node, file
        for _ in range(MAX_CHAIN):
            reference = reference_of(node)
            if reference is None:
                return Found(node, file, name)
            holder, holder_file = node, file
            target = self._target(reference, file, (holder, "$ref"))
            if target is None:
                return Found({}, file, name)
            node, file = target
            name = last_word(reference) or name
        self.say(
            "ref.cycle", holder_file, holder, "$ref", "the reference leads back to itself", "name a schema"
        )
        return Found({}, file, name)

    def mapped(self, mapping: Mapping[Any, str], word: Any, file: str) -> Found:
        """The schema that a discriminator's ``mapping`` has for a word: by its name, or by a reference."""
        reference = reference_in_mapping(mapping[word])
        found = self._target(reference, file, (mapping, word))
        if found is None:
            return Found({}, file)
        behind = self.follow(*found)
        return Found(behind.node, behind.file, behind.name or last_word(reference))

    def _target(self, reference: str, file: str, at: tuple[Any, Step]) -> tuple[Any, str] | None:
        place, _, pointer = reference.partition("#")
        if "://" in place or place.startswith("//"):
            return self._remote(place, pointer, file, at)
        there = file
        if place:
            there = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(place)))
        read = self._file(there) if there in self._given else None
        if read is not None:
            try:
                return self._pointed(read.value, pointer, there)
            except KeyError:
                pass
        elif there in self._given:
            self.say("ref.dangling", file, *at, f"{there} can't be read", "correct that file")
            return None
        moved = self._elsewhere(last_word(reference))
        if moved is not None:
            self.say(
                "ref.moved",
                file,
                *at,
                f"nothing at '{reference[:200]}'; taken from {moved[1]}",
                moved[1],
            )
            return moved[0], self.path
        fix = self._near(place, there, pointer) or "define it, or remove the reference"
        self.say("ref.dangling", file, *at, f"'{reference[:200]}' leads nowhere", fix)
        return None

    def _near(self, place: str, there: str, pointer: str) -> str:
        """What may have been meant: a file, or a neighbour of what isn't there."""
        if place and there not in self._given:
            return did_you_mean(there, self._given)
        shelf, _, name = pointer.rpartition("/")
        read = self._file(there)
        try:
            held, _ = self._pointed(read.value if read else {}, shelf, there)
        except KeyError:
            return ""
        return did_you_mean(name, [str(key) for key in held][:MAX_COMPARED]) if isinstance(held, dict) else ""

    def _remote(self, place: str, pointer: str, file: str, at: tuple[Any, Step]) -> tuple[Any, str] | None:
        """Nothing is fetched: the file of that name, if there is exactly one among those given."""
        name = posixpath.basename(unquote(place.partition("?")[0]))
        named = [path for path in self._given if name and posixpath.basename(path) == name]
        read = self._file(named[0]) if len(named) == 1 else None
        if read is not None:
            self.say("ref.moved", file, *at, f"taken from {named[0]}", "refer to it by its path", "info")
            try:
                return self._pointed(read.value, pointer, named[0])
            except KeyError:
                pass
        fix = "put that file beside the description and refer to it by its path"
        self.say("ref.remote", file, *at, f"'{place[:200]}' is elsewhere, and never fetched", fix)
        return None

    def _pointed(self, root: Any, pointer: str, file: str) -> tuple[Any, str]:
        """RFC 6901, through references on the way.

        Raises: KeyError.
        """
        node = root
        steps = [unquote(raw).replace("~1", "/").replace("~0", "~") for raw in pointer.split("/")[1:]]
        for count, step in enumerate(steps):
            if count >= MAX_CHAIN:
                raise KeyError(step)
            reference = reference_of(node)
            if reference is not None and step not in node and reference.partition("#")[2] != pointer:
                inner = self._step_over(reference, file)
                node, file = inner if inner is not None else (node, file)
            if isinstance(node, dict):
                node = node[step]
            elif isinstance(node, list) and step.isdecimal() and len(step) < 7 and int(step) < len(node):
                node = node[int(step)]
            else:
                raise KeyError(step)
        return node, file

    def _step_over(self, reference: str, file: str) -> tuple[Any, str] | None:
        """One reference in the middle of a pointer, within the same file only."""
        place, _, pointer = reference.partition("#")
        if place:
            return None
        node: Any = self._read[file].value
        for raw in pointer.split("/")[1:]:
            step = unquote(raw).replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or step not in node:
                return None
            node = node[step]
        return node, file

    def _elsewhere(self, name: str) -> tuple[Any, str] | None:
        """Something of this name on any shelf of the root: what Swagger 2 and OpenAPI 3 call differently."""
        root = getattr(self, "root", {})
        components = root.get("components")
        for base, shelves in (("#/components", components), ("#", root)):
            for shelf in _SHELVES:
                held = shelves.get(shelf) if isinstance(shelves, dict) else None
                if name and isinstance(held, dict) and name in held:
                    return held[name], f"{base}/{shelf}/{name}"
        return None

    def _file(self, path: str) -> DescriptionFile | None:
        if path not in self._read and path not in self._unread:
            try:
                self._read[path] = DescriptionFile(self._given[path])
            except Unreadable as error:
                self._unread[path] = error
        return self._read.get(path)

    # findings

    def say(
        self,
        code: str,
        file: str,
        node: Any,
        step: Step | None,
        message: str,
        fix: str = "",
        severity: Severity = "warning",
    ) -> None:
        """A remark on ``node[step]`` (on ``node`` itself without a step), once a place and code."""
        key = (code, file, id(node), step)
        if len(self._remarks) < MAX_FINDINGS and key not in self._remarks:
            self._alive.append(node)
            self._remarks[key] = _Remark(code, severity, file, node, step, message, fix)

    def findings(self) -> tuple[Finding, ...]:
        """Everything that was noticed so far, and references that lead nowhere wherever they stand, by file and place."""
        self._sweep()
        found = [
            Finding(slip.code, "warning", path, slip.line, slip.column, slip.message, slip.fix)
            for path, read in self._read.items()
            for slip in read.slips
        ]
        for path, error in self._unread.items():
            found.append(
                Finding(
                    "file.unreadable", "warning", path, error.line, error.column, str(error), "correct it"
                )
            )
        pointers: dict[str, dict[int, Pointer]] = {}
        for remark in self._remarks.values():
            if remark.file not in pointers and remark.file in self._read:
                pointers[remark.file] = dict(pointers_of(self._read[remark.file].value))
            line, column = self._at(remark, pointers.get(remark.file, {}))
            found.append(
                Finding(remark.code, remark.severity, remark.file, line, column, remark.message, remark.fix)
            )
        return tuple(
            sorted(found, key=lambda each: (each.file, each.line, each.column, each.code, each.message))
        )

    def _sweep(self) -> None:
        """Follows what no operation has led to. A file may lead to another one."""
        while waiting := self._read.keys() - self._swept:
            file = min(waiting)
            self._swept.add(file)
            for node, step, reference in references(self._read[file].value):
                if len(self._remarks) >= MAX_FINDINGS:
                    return
                self._target(reference, file, (node, step))

    def _at(self, remark: _Remark, pointers: Mapping[int, Pointer]) -> tuple[int, int]:
        pointer = pointers.get(id(remark.node))
        if pointer is None:
            return 0, 0
        return self._read[remark.file].at(pointer if remark.step is None else (*pointer, remark.step))
