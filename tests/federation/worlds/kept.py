"""Cases that once failed, as small as they would get: one JSON file each under ``kept/``, subgraphs and all."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from tests.federation.worlds.world import Case, World

FOLDER = Path(__file__).parent / "kept"


def kept_cases() -> dict[str, tuple[str, Case]]:
    """By name of the file: the property that did not hold, and of what."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.json"))}


def keep(name: str, case: Case, folder: Path = FOLDER) -> Path:
    """Write the case of a property down."""
    folder.mkdir(exist_ok=True)
    told = {
        "property": name,
        "subgraphs": {name: sdl.split("\n") for name, sdl in case.world.sdls.items()},
        "operation": case.operation.split("\n"),
        "variables": dict(case.variables),
        "labels": list(case.labels),
    }
    text = json.dumps(told, indent=2, ensure_ascii=False)
    path = folder / f"{sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(text + "\n")
    return path


def _read(path: Path) -> tuple[str, Case]:
    told = json.loads(path.read_text())
    world = World({name: "\n".join(lines) for name, lines in told["subgraphs"].items()})
    case = Case(world, "\n".join(told["operation"]), told["variables"], tuple(told["labels"]))
    return told["property"], case
