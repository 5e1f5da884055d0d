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
    """The JSON that ``peers/SCRIPT`` prints, given a file with ``asked``."""
    given = scratch / "asked.json"
    given.write_text(json.dumps(asked))
    source = (Path(__file__).parent / "peers" / script).read_text()
    # an evaluated script finds its modules from the working directory
    process = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "--eval", source, "--", str(given),
        cwd=PEERS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-2000:]
    return json.loads(out)
