"""The npm peers (``scripts/peers``): whether they are here, and how a script of ours runs among them."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".peers"

needs_peers = pytest.mark.skipif(
    shutil.which("node") is None or not (PEERS / ".stamp").exists(),
    reason="the npm peers are not installed: scripts/peers",
)


async def run_among_peers(script: str, asked: Any, scratch: Path) -> Any:
    """The JSON that ``peers/SCRIPT`` prints, given a file with ``asked``.

    Hive's planner can abort the whole process: the script then runs again without the query that it wrote down last.
    """
    given = scratch / "asked.json"
    crashed: list[str] = []
    while True:
        given.write_text(json.dumps({**asked, "crashed": crashed}))
        code, out, err = await _run(script, given)
        if code == 0:
            return json.loads(out)
        at = (scratch / "asked.json.at").read_text()
        assert at not in crashed, err
        crashed.append(at)


async def _run(script: str, given: Path) -> tuple[int | None, str, str]:
    source = (Path(__file__).parent / "peers" / script).read_text()
    # an evaluated script finds its modules from the working directory
    process = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "--eval", source, "--", str(given),
        cwd=PEERS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()[-2000:]
