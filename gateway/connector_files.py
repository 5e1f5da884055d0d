"""Reads a manifest and the description files beside it from disk, for publishing.

Read is the description's folder, and what the description leads to above it; nothing above the manifest's own folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from gateway.description_source import MAX_BYTES, MAX_FILES, read_description

SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_connector(manifest: Path) -> tuple[str, dict[str, bytes]]:
    """The manifest's text, and every file of its description by its path relative to the manifest.

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
    return text, {**_above(manifest.parent, manifest.parent / described), **files}


def _above(root: Path, description: Path) -> dict[str, bytes]:
    """What the description leads to, by its path from ``root``."""
    if not description.is_file() or not description.resolve().is_relative_to(root.resolve()):
        return {}
    found = read_description(description, root)
    cut = Path(os.path.relpath(description, root)).as_posix().removesuffix(found.path)
    return {f"{cut}{name}": content for name, content in found.files.items()}


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
