"""The whole pipeline against a fair gateway of async resolvers, over the same four subgraphs, interleaved in one run.

``scripts/bench pipeline [--seconds 4] [--rounds 5] [--connections 32]`` starts the subgraphs, ``tongban serve``
over four published connectors (token verified, fields authorised, use metered) and ``bench.resolvers``; checks that
both answer the same; loads one, then the other, several times; prints requests per second, CPU seconds per 1,000
requests of the gateway process, and latencies; then the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bench.subgraphs import SDL

QUERY = """query Bench { residents(first: 60) { id name district points
  dwelling { id address areaM2 floors isRented }
  vehicles { plate model seats fines { number place amount isPaid } } } }"""
MANIFEST = """apiVersion: tongban/v1
kind: Connector
metadata:
  id: bench.{name}
  version: 1.0.0
  title: {{zh: 基准, en: Benchmark}}
  department: {{code: bench, name: {{zh: 基准, en: Benchmark}}}}
  owners: [{{name: bench, role: developer, contact: bench@bench.example}}]
  lifecycle: production
backend:
  kind: graphql
  describe: {{sdl: ./{name}/schema.graphql, federation: 2}}
  endpoints: {{sandbox: "http://127.0.0.1:{port}"}}
  limits: {{timeout: 5s, concurrency: 200}}
governance: {{assurance: 1, purposes: [bench], classification: L2, legalBasis: none, responsibleUnit: bench, sharing: unconditional}}
services:
{services}
"""
SERVICES = {
    "residents": "  residents: {title: {zh: 居民, en: Residents}, kind: lookup, classification: L2, fields: [Query.residents]}",
    "dwellings": "  dwellings: {title: {zh: 住房, en: Dwellings}, kind: lookup, classification: L2, fields: [Resident.dwelling]}",
    "vehicles": "  vehicles: {title: {zh: 车辆, en: Vehicles}, kind: lookup, classification: L2, fields: [Resident.vehicles]}",
    "fines": "  fines: {title: {zh: 罚款, en: Fines}, kind: lookup, classification: L2, fields: [Vehicle.fines]}",
}


@dataclass
class Gateway:
    """One of the two: its process, its address, what was measured."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    answered: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def cpu_now_s(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


async def load(
    gateway: Gateway, headers: dict[str, str], connections: int, seconds: float, *, count: bool
) -> None:
    """A closed loop: each connection asks again as soon as it is answered."""
    body = orjson.dumps({"query": QUERY})
    until = time.perf_counter() + seconds
    cpu_s, begun = gateway.cpu_now_s(), time.perf_counter()
    latencies: list[float] = []

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections), headers={**headers, "accept-encoding": "identity"}
    ) as session:

        async def one() -> None:
            while time.perf_counter() < until:
                at = time.perf_counter()
                async with session.post(gateway.url, data=body) as answer:
                    await answer.read()
                    assert answer.status == 200, answer.status
                latencies.append((time.perf_counter() - at) * 1000)

        await asyncio.gather(*(one() for _ in range(connections)))
    if count:
        elapsed = time.perf_counter() - begun
        gateway.answered += len(latencies)
        gateway.seconds += elapsed
        gateway.cpu_s += gateway.cpu_now_s() - cpu_s
        gateway.latencies_ms += latencies
        gateway.rates.append(len(latencies) / elapsed)


async def answer_of(gateway: Gateway, headers: dict[str, str]) -> Any:
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(gateway.url, data=orjson.dumps({"query": QUERY})) as answer,
    ):
        found = orjson.loads(await answer.read())
        if answer.status != 200 or found.get("errors"):
            raise SystemExit(f"{gateway.name} answers {answer.status}: {str(found.get('errors'))[:500]}")
        return found["data"]


async def until_up(url: str, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    until = time.perf_counter() + seconds
    async with aiohttp.ClientSession() as session:
        while time.perf_counter() < until:
            if process.poll() is not None:
                raise SystemExit(f"a process ended early: {process.args!r}")
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise SystemExit(f"nothing listens at {url}")


def publish(folder: Path, data: Path, ports: list[int]) -> None:
    for (name, sdl), port in zip(SDL.items(), ports, strict=True):
        (folder / name).mkdir()
        (folder / name / "schema.graphql").write_text(sdl, "utf-8")
        manifest = folder / f"{name}.connector.yaml"
        manifest.write_text(MANIFEST.format(name=name, port=port, services=SERVICES[name]), "utf-8")
        tongban("connector", "publish", str(manifest), "--data", str(data))


def tongban(*arguments: str) -> None:
    environment = {**os.environ, "TONGBAN_REVIEW": "off"}
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


async def token_for(data: Path, issuer: str) -> str:
    """An access token of a fresh account, minted with the gateway's own keys."""
    from auth import NewAccount
    from gateway.rooms import open_rooms
    from tongban.clock import SystemClock
    from tongban.settings import Settings

    rooms = await open_rooms(Settings(data_dir=data, public_url=issuer), SystemClock())
    account = await rooms.auth.accounts.add(NewAccount("bench", "bench-password-1", level=2))
    token = (await rooms.auth.token_without_login(account, "tongban-app", 24 * 3600 - 60)).text
    await rooms.close()
    return token


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    ports = free_ports(6)
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen([sys.executable, *arguments], env={**os.environ, **environment}))
        return processes[-1]

    with tempfile.TemporaryDirectory() as scratch:
        folder, data = Path(scratch) / "connectors", Path(scratch) / "data"
        folder.mkdir()
        issuer = f"http://127.0.0.1:{ports[4]}"
        try:
            subgraphs = start("-m", "bench.subgraphs", *map(str, ports[:4]))
            await asyncio.to_thread(publish, folder, data, ports[:4])
            headers = {
                "authorization": f"Bearer {await token_for(data, issuer)}",
                "content-type": "application/json",
            }
            ours = start(
                "-m", "gateway.cli", "serve", "--port", str(ports[4]), "--data", str(data),
                TONGBAN_EGRESS_ALLOW="127.0.0.0/8", TONGBAN_LOG_LEVEL="warning",
            )  # fmt: skip
            await until_up(f"http://127.0.0.1:{ports[3]}/", subgraphs)
            await until_up(f"{issuer}/health", ours)
            theirs = start(
                "-m", "bench.resolvers", str(ports[5]), f"{issuer}/oauth/jwks", issuer, *map(str, ports[:4])
            )
            await until_up(f"http://127.0.0.1:{ports[5]}/", theirs)
            both = [
                Gateway("tongban pipeline", f"{issuer}/graphql", ours),
                Gateway("async resolvers", f"http://127.0.0.1:{ports[5]}/graphql", theirs),
            ]
            answers = [await answer_of(gateway, headers) for gateway in both]
            if answers[0] != answers[1]:
                raise SystemExit("the two gateways answer differently")
            print(
                f"same answer, {len(orjson.dumps(answers[0]))} bytes, 4 subgraphs, 4 fetches", file=sys.stderr
            )
            for gateway in both:
                await load(gateway, headers, options.connections, 3.0, count=False)
            for _ in range(options.rounds):
                for gateway in both:
                    await load(gateway, headers, options.connections, options.seconds, count=True)
            report(both)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


def report(both: list[Gateway]) -> None:
    print(f"{'gateway':<18}{'req/s':>9}{'CPU s/1000':>12}{'p50 ms':>9}{'p99 ms':>9}{'RSS MB':>9}")
    for gateway in both:
        latencies = sorted(gateway.latencies_ms)
        print(
            f"{gateway.name:<18}{gateway.answered / gateway.seconds:>9.0f}{gateway.cpu_s / gateway.answered * 1000:>12.3f}"
            f"{latencies[len(latencies) // 2]:>9.1f}{latencies[int(len(latencies) * 0.99)]:>9.1f}{gateway.rss_mb():>9.0f}"
        )
    ours, theirs = both
    pairs = sorted(a / b for a, b in zip(ours.rates, theirs.rates, strict=True))
    cpu = (theirs.cpu_s / theirs.answered) / (ours.cpu_s / ours.answered)
    print(
        f"requests per second: {pairs[len(pairs) // 2]:.2f}x (rounds {pairs[0]:.2f}-{pairs[-1]:.2f}); CPU: {cpu:.2f}x less"
    )


if __name__ == "__main__":
    asyncio.run(main())
