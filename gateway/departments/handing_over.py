"""A successor takes over: the next version of a manifest, in which one owner's name and contact are another's and nothing else is.

It takes the route that every version takes: the department and the platform see who answers for a backend from then on.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from connectors.manifest import Manifest
from connectors.revisions import MoveRefused

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST = 200


def handed_over(manifest: Manifest, text: str, owner: int, name: str, contact: str) -> str:
    """``owner``: which of ``metadata.owners``. Comments and layout stay. Raises: MoveRefused."""
    if not 0 <= owner < len(manifest.metadata.owners):
        raise MoveRefused("there is no such owner")
    for what, said in (("name", name), ("contact", contact)):
        if not said or len(said) > _LONGEST or not said.isprintable():
            raise MoveRefused(f"the successor's {what} is missing or too long")
    metadata = _member(yaml.compose(text, Loader=_LOADER), "metadata")
    entry = _member(metadata, "owners").value[owner]
    changes = [
        (_member(entry, "name"), name),
        (_member(entry, "contact"), contact),
        (_member(metadata, "version"), next_version(manifest.metadata.version)),
    ]
    for node, said in sorted(changes, key=lambda change: -change[0].start_mark.index):
        begin, end = node.start_mark.index, node.end_mark.index
        text = f"{text[:begin]}{json.dumps(said, ensure_ascii=False)}{text[end:]}"
    return text


def next_version(version: str) -> str:
    """``1.2.3`` → ``1.2.4``; what has no number at its end gets one."""
    found = re.fullmatch(r"(.*?)(\d+)", version)
    return f"{found[1]}{int(found[2]) + 1}" if found else f"{version}.1"


def _member(node: Any, name: str) -> Any:
    """Of a mapping that the manifest's parser has accepted."""
    return next(value for key, value in node.value if key.value == name)
