"""A description and the files that it leads to, from a folder or from the network, for ``connector init``.

Must never: leave the description's folder, follow a link out of it, or fetch what a description names.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from gateway.connector_files import MAX_BYTES, MAX_FILES

_LEADS = re.compile(
    rb"""(?:\$ref["']?\s*:|schemaLocation\s*=|[^a-zA-Z]location\s*=)\s*["']?([^"'#\s,}\]>]+)"""
)
"""What names another file: JSON and YAML references, imports and includes of WSDL and XSD."""
FETCH_TIMEOUT_S = 20.0


def read_description(path: Path) -> tuple[dict[str, bytes], str]:
    """The file and what it leads to in its folder and below, by path in that folder; and its own name.

    Raises: OSError, ValueError (too much of it).
    """
    folder = path.parent.resolve()
    files: dict[str, bytes] = {}
    waiting = [path.name]
    size = 0
    while waiting:
        name = waiting.pop()
        if name in files:
            continue
        there = (folder / name).resolve()
        if name != path.name and not (there.is_relative_to(folder) and there.is_file()):
            continue
        size += there.stat().st_size
        if len(files) >= MAX_FILES or size > MAX_BYTES:
            raise ValueError(f"{path}: more than {MAX_FILES} files or {MAX_BYTES} bytes belong to it")
        files[name] = there.read_bytes()
        waiting.extend(_leads(files[name], name))
    return files, path.name


def _leads(content: bytes, name: str) -> list[str]:
    found = []
    for raw in dict.fromkeys(_LEADS.findall(content)):
        text = unquote(raw.decode("utf-8", "replace"))
        if "://" in text or text.startswith(("/", "#")):
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), text))
        if not target.startswith("../") and target != ".." and "\0" not in target:
            found.append(target)
    return found


async def fetch_description(url: str, egress_allow: tuple[str, ...]) -> tuple[dict[str, bytes], str]:
    """One file from the network, through the egress policy of connectors: no redirects, no address that is not allowed.

    Raises: ValueError with a sentence.
    """
    from connectors.backend import BackendUnreachable
    from connectors.egress import LOOPBACK
    from connectors.transport import Transport
    from tongban.clock import SystemClock

    clock = SystemClock()
    transport = Transport(clock=clock, egress_allow=(*LOOPBACK, *egress_allow))
    headers = {"Accept": "application/json, application/yaml, text/yaml, application/xml, */*"}
    try:
        answer = await transport.exchange(
            "GET",
            url,
            headers,
            None,
            deadline_s=clock.monotonic_s() + FETCH_TIMEOUT_S,
            max_body_bytes=MAX_BYTES,
        )
    except BackendUnreachable as error:
        raise ValueError(f"could not fetch the description: {error}") from None
    finally:
        await transport.close()
    if answer.status != 200:
        raise ValueError(f"could not fetch the description: HTTP status {answer.status}, expected 200")
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    name = re.sub(r"[^0-9A-Za-z._-]", "-", name).strip(".-")[:80]
    return {name or "description": answer.content}, name or "description"
