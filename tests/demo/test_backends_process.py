"""``python -m demo.backends``: serves what the config names, says ready, and goes when its parent does."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from demo.secrets import province_secrets

CODES = ("mee", "bdb")


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


async def started(directory: Path) -> tuple[asyncio.subprocess.Process, dict[str, dict[str, int]]]:
    province_secrets(directory)
    ports = iter(free_ports(2 * len(CODES)))
    backends = {code: {"port": next(ports), "control_port": next(ports)} for code in CODES}
    config = {
        "secrets": str(directory / "secrets.json"),
        "jwks_url": "http://127.0.0.1:9/jwks",
        "issuer": "https://issuer.example",
        "backends": backends,
        "seed": 20260105,
    }
    (directory / "config.json").write_text(json.dumps(config))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo.backends",
        str(directory / "config.json"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process, backends


@pytest.mark.parametrize("way", ["terminated", "orphaned"])
async def test_it_answers_when_ready_and_stops_when_asked_or_orphaned(tmp_path: Path, way: str) -> None:
    process, backends = await started(tmp_path)
    async with httpx.AsyncClient(trust_env=False) as web:
        told = await web.post(
            f"http://127.0.0.1:{backends['mee']['port']}/graphql",
            json={"query": '{ airQuality(cityCode: "990100") { aqi } }'},
        )
        assert told.json()["data"]["airQuality"]["aqi"]
        state = (await web.get(f"http://127.0.0.1:{backends['bdb']['control_port']}/")).json()
        assert (state["code"], state["mode"]) == ("bdb", "ok")
    assert process.stdin is not None
    if way == "terminated":
        process.send_signal(signal.SIGTERM)
    else:
        process.stdin.close()
    assert await asyncio.wait_for(process.wait(), timeout=20) == 0
