"""``python -m demo.backends CONFIG.json``: all backends of the province in one process.

Prints ``ready`` on standard output when all listen. Stops on SIGTERM or SIGINT, and when a pipe as standard
input ends: a parent that dies takes the province with it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import uvloop

from demo.host import Ports, Province, Setup
from demo.tokens import JwksVerifier, keys_at
from demo.world import build_world


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m demo.backends CONFIG.json", file=sys.stderr)
        return 2
    config = json.loads(Path(arguments[0]).read_text("utf-8"))
    uvloop.run(_serve(config))
    return 0


async def _serve(config: dict[str, Any]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    province = _province(config)
    await province.open()
    try:
        print("ready", flush=True)
        parent = asyncio.ensure_future(_parent_gone())
        parent.add_done_callback(lambda _: stop.set())
        await stop.wait()
        parent.cancel()
    finally:
        await province.close()


def _province(config: dict[str, Any]) -> Province:
    backends: dict[str, dict[str, int]] = config["backends"]
    ports = {code: Ports(at["port"], at["control_port"]) for code, at in backends.items()}
    secrets = json.loads(Path(config["secrets"]).read_text("utf-8"))
    verifier = JwksVerifier(config["issuer"], keys_at(config["jwks_url"]))
    setup = Setup(
        ports=ports,
        case_step_s=float(config.get("case_step_s", 1.0)),
        first_case=int(config.get("first_case", _first_case())),
    )
    return Province(backends, build_world(int(config.get("seed", 20260105))), secrets, verifier, setup)


def _first_case() -> int:
    """Numbers must not come again after a restart: the world is made anew, the platform's memory is not."""
    now = datetime.now(UTC)
    month = datetime(now.year, now.month, 1, tzinfo=UTC)
    return int((now - month).total_seconds()) + 1


async def _parent_gone() -> None:
    """Ends when standard input, a pipe, does. A terminal, a file or no input at all never ends."""
    if not _is_pipe(sys.stdin):
        await asyncio.Event().wait()
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with suppress(OSError):
        while await reader.read(1024):
            pass


def _is_pipe(stream: TextIO | None) -> bool:
    try:
        mode = os.fstat(stream.fileno()).st_mode if stream is not None else 0
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
