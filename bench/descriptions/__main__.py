"""``python -m bench.descriptions FOLDER [--answers] [--format json]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bench.descriptions
from bench.descriptions.mocks import installed
from bench.descriptions.printing import print_answers, print_scores, print_summary
from bench.descriptions.scoring import roots, score
from bench.descriptions.summary import met, totals, totals_of_answers
from bench.descriptions.with_mocks import Asked, ask


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.descriptions", description=(bench.descriptions.__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--answers", action="store_true", help="ask mock backends, too")
    parser.add_argument(
        "--alone", action="store_true", help="FOLDER is one file: print its seconds and memory"
    )
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(alone(options.folder)))
        return
    if options.answers and not installed():
        raise SystemExit("the peers are not installed: scripts/peers")
    documents, wsdls = list(roots(options.folder)), sorted(options.folder.rglob("*.wsdl"))
    scores, soap = [score(path) for path in documents], [score(path, "WSDL") for path in wsdls]
    summary: dict[str, Any] = {**totals(scores), "wsdl": totals(soap)}
    if scores:
        summary["largest"] = measured(Path(max(scores, key=lambda each: each.operations).file))
    asked: list[Asked] = []
    if options.answers:
        asked = asyncio.run(ask(documents, wsdls))
        ways = dict.fromkeys(each.way for each in asked)
        summary["answers"] = {
            way: totals_of_answers([each.answers for each in asked if each.way == way]) for way in ways
        }
    if options.format == "json":
        told = {"documents": [asdict(each) for each in (*scores, *soap)], **summary}
        told["asked"] = [asdict(each) for each in asked]
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        print_scores([*scores, *soap])
        print_answers(asked)
        print_summary(summary)
    sys.exit(0 if met(summary) else 1)


def measured(path: Path) -> dict[str, Any]:
    """The document alone in a fresh process."""
    command = [sys.executable, "-m", "bench.descriptions", "--alone", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def alone(path: Path) -> dict[str, Any]:
    """Seconds from file to opened connector, and the peak memory of the whole process."""
    found = score(path)
    return {
        "file": str(path),
        "operations": found.operations,
        "seconds": found.seconds,
        "mib": round(peak_mib()),
    }


def peak_mib() -> float:
    """Of this program alone: what getrusage tells on Linux counts whoever started it, too (the peak outlives ``exec``)."""
    status = Path("/proc/self/status")
    if status.is_file():
        peak_kib = next(
            line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")
        )
        return int(peak_kib) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # values that do not fit are counted
    main()
