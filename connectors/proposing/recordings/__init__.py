"""From what a department recorded (HTTP Archive, Postman collection) to an OpenAPI description without its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.manifest import Finding
from connectors.openapi.files import DescriptionFile
from connectors.openapi.marks import Unreadable
from connectors.proposing.recordings.exchange import Recording
from connectors.proposing.recordings.har import read_har
from connectors.proposing.recordings.postman import read_postman
from connectors.proposing.recordings.synthesis import synthesized, written
from connectors.proposing.refusing import Undescribed, refused

__all__ = ["description_of", "kind_of"]

_READERS: dict[str, Callable[[Recording], None]] = {"HAR": read_har, "Postman": read_postman}


def kind_of(content: bytes, path: str) -> str:
    """``HAR``, ``Postman``, or empty."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if path.lower().endswith(".har") or (head.startswith(b"{") and b'"log"' in head[:200]):
        return "HAR"
    if head.startswith(b"{") and (b'"_postman_id"' in head or b"schema.getpostman.com" in content):
        return "Postman"
    return ""


def description_of(
    kind: str, content: bytes, path: str, origin: str = ""
) -> tuple[bytes, tuple[Finding, ...]]:
    """An OpenAPI document, and what was left out of it.

    Raises: Undescribed.
    """
    try:
        file = DescriptionFile(content)
    except Unreadable as error:
        message = f"the recording can't be read: {error}"
        raise refused(
            "recording.unreadable", path, message, "save it again", error.line, error.column
        ) from None
    recording = Recording(kind, path, file)
    slips = [
        Finding(each.code, "warning", path, each.line, each.column, each.message, each.fix)
        for each in file.slips
    ]
    try:
        _READERS[kind](recording)
        document: dict[str, Any] = synthesized(recording, origin)
        if not document["paths"]:
            fix = "record the requests that a page sends for data, and save them with content"
            raise refused("recording.empty", path, "no request for data is in it", fix, 1, 1)
    except Undescribed as error:
        raise Undescribed(*error.findings, *slips) from None
    return written(document), (*slips, *recording.findings)
