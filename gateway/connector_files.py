"""Reads a manifest and the description files beside it from disk, for publishing. Nothing outside the description's folder is read."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_FILES = 500
MAX_BYTES = 20_000_000


def read_connector(manifest: Path) -> tuple[str, dict[str, bytes]]:
    """The manifest's text, and every file in the folder of its description by its path relative to the manifest.

    Raises: OSError, ValueError (not UTF-8, or too much beside it).
    """
    text = manifest.read_text("utf-8")
    described = _described(text)
    if described is None:
        return text, {}
    folder = (manifest.parent / described).parent
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path == manifest:
            continue
        content = path.read_bytes()
        size += len(content)
        if len(files) >= MAX_FILES or size > MAX_BYTES:
            raise ValueError(
                f"{folder}: more than {MAX_FILES} files or {MAX_BYTES} bytes beside the description"
            )
        files[Path(os.path.relpath(path, manifest.parent)).as_posix()] = content
    return text, files


def _described(text: str) -> str | None:
    """``backend.describe.openapi|wsdl|sdl``; what is wrong with the rest is the manifest parser's to say."""
    try:
        tree = yaml.load(text, Loader=SAFE_LOADER)  # noqa: S506 (a safe loader, in C where there is one)
    except yaml.YAMLError:
        return None
    backend = tree.get("backend") if isinstance(tree, dict) else None
    describe = backend.get("describe") if isinstance(backend, dict) else None
    if not isinstance(describe, dict):
        return None
    found = (describe.get(kind) for kind in ("openapi", "wsdl", "sdl"))
    return next((path for path in found if isinstance(path, str)), None)
