"""An OpenAPI document as data: read from JSON or YAML, its local references followed, also across the
files beside it.

Must never: fetch anything, or follow a reference out of the uploaded files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson
import yaml

from connectors.manifest import beside

MAX_BYTES = 20 * 1024 * 1024
MAX_CHAIN = 50

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DescriptionRefused(ValueError):
    """The description can't be used at all."""


class Document:
    """The root file and the files beside it. A node is told by the file it stands in, for references
    are relative to it.
    """

    def __init__(self, files: Mapping[str, bytes], path: str) -> None:
        """Raises: DescriptionRefused."""
        self._files = {beside(name): content for name, content in files.items()}
        self._read: dict[str, Any] = {}
        self.path = beside(path)
        self.root = self._file(self.path)
        if not isinstance(self.root, dict):
            raise DescriptionRefused(f"{self.path} is no OpenAPI document")

    def resolve(self, node: Any, file: str) -> tuple[Any, str]:
        """The node behind ``$ref`` (and behind that one), and its file; ``{}`` for what isn't there."""
        for _ in range(MAX_CHAIN):
            reference = node.get("$ref") if isinstance(node, dict) else None
            if not isinstance(reference, str):
                return node, file
            name, _, pointer = reference.partition("#")
            if name:
                file = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(name)))
            try:
                node = _pointed(self._file(file), pointer)
            except (KeyError, DescriptionRefused):
                return {}, file
        return {}, file

    def _file(self, path: str) -> Any:
        if path not in self._read:
            if path not in self._files:
                raise DescriptionRefused(f"{path} is not among the files given")
            self._read[path] = _loaded(self._files[path], path)
        return self._read[path]


def _loaded(content: bytes, path: str) -> Any:
    if len(content) > MAX_BYTES:
        raise DescriptionRefused(f"{path} is too large")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        # aliases are shared objects here, never copies: a bomb of them stays small
        return yaml.load(content, Loader=_Loader)  # noqa: S506 - the safe loader
    except (yaml.YAMLError, ValueError, RecursionError):
        raise DescriptionRefused(f"{path} is neither JSON nor YAML") from None


def _pointed(root: Any, pointer: str) -> Any:
    """RFC 6901. Raises: KeyError."""
    node = root
    for raw in pointer.split("/")[1:]:
        step = unquote(raw).replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict):
            if step not in node and step.isdigit() and int(step) in node:
                node = node[int(step)]
            else:
                node = node[step]
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            raise KeyError(step)
    return node
