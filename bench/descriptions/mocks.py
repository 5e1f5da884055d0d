"""npm's mock backends on loopback (``scripts/peers`` installs them): prism for OpenAPI, soap for WSDL."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PEERS = Path(__file__).parents[2] / ".peers"
PATIENCE_S = 90.0
_READY = re.compile(r"listening (?:on http://127\.0\.0\.1:)?(\d+)")


class NoMock(Exception):
    """The mock refuses the description; the message is its own reason."""


def installed() -> bool:
    """Whether both are at hand."""
    modules = PEERS / "node_modules"
    return shutil.which("node") is not None and all(
        (modules / name).is_dir() for name in ("@stoplight/prism-cli", "soap")
    )


@asynccontextmanager
async def prism(document: str, *, errors: bool) -> AsyncIterator[str]:
    """Its address. ``document``: the file's whole path. ``errors``: a request that breaks the description is refused.

    Raises: NoMock.
    """
    command = ["node_modules/.bin/prism", "mock", "-p", str(_free_port()), "-h", "127.0.0.1"]
    command += ["--errors"] if errors else []
    async with _running(*command, document) as address:
        yield address


@asynccontextmanager
async def npm_soap(wsdl: str, samples: dict[str, Any]) -> AsyncIterator[str]:
    """Its address. ``wsdl``: the file's whole path. ``samples``: operation → what it answers, as JSON that the mock writes by
    its own reading of the WSDL.

    Raises: NoMock.
    """
    script = (Path(__file__).parent / "soap_mock.mjs").read_text()
    with TemporaryDirectory() as folder, (Path(folder) / "samples.json").open("w") as held:
        json.dump(samples, held)
        held.flush()
        # an evaluated script finds its modules from the working directory
        command = ("node", "--input-type=module", "--eval", script, "--", wsdl, held.name)
        async with _running(*command) as address:
            yield address


@asynccontextmanager
async def _running(*command: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=PEERS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    reading: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            port = await _port(process)
        reading = asyncio.create_task(_drained(process))
        yield f"http://127.0.0.1:{port}"
    except TimeoutError:
        raise NoMock("it did not listen in time") from None
    finally:
        if process.returncode is None:
            process.kill()
        if reading is not None:
            await reading
        await process.wait()


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stdout is not None
    said: list[str] = []
    while raw := await process.stdout.readline():
        line = raw.decode(errors="replace").strip()
        if ready := _READY.search(line):
            return int(ready[1])
        said.append(line)
    told = next((line for line in said if "fatal" in line or "refused" in line), " ".join(said)[:200])
    raise NoMock(" ".join(told.split())[-200:] or "it ended without a word")


async def _drained(process: asyncio.subprocess.Process) -> None:
    """A pipe that nobody reads would stop the mock."""
    assert process.stdout is not None
    while await process.stdout.read(65_536):
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
