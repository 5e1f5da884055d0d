"""The long form of the property: ``python -m tests.long.same_as_one_schema --count 50000``.

Prints how many waves the plans had and which features the cases touched. What fails is made as small as possible and
kept under ``tests/federation/worlds/kept``, where the short form finds it. Other properties instead: ``--faulty``, what
comes of subgraphs that answer wrongly; ``--deferred``, whether the parts of an answer are the whole answer; both, what
comes of the parts where subgraphs fail.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import Pool

from federation import CompositionFailed
from tests.federation.worlds.histogram import Histogram
from tests.federation.worlds.kept import keep
from tests.federation.worlds.properties import PROPERTIES
from tests.federation.worlds.shrinking import shrink
from tests.federation.worlds.world import ApiDiffers, Case, NotValid

PART = 240
"""Cases to a task."""
SEEDS_APART = 1_000_000
LEAST_OF_TWO_WAVES = 0.3


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--count", type=int, default=50_000)
    given.add_argument("--seed", type=int, default=0)
    given.add_argument("--processes", type=int, default=os.cpu_count())
    given.add_argument("--faulty", action="store_true")
    given.add_argument("--deferred", action="store_true")
    asked = given.parse_args()
    starts = [asked.seed + n * SEEDS_APART for n in range(-(-asked.count // PART))]
    counts = [PART] * (len(starts) - 1) + [asked.count - PART * (len(starts) - 1)]
    name = "-".join(each for each in ("deferred", "faulty") if getattr(asked, each)) or "same"
    histogram, failed = Histogram(), 0
    started_s = time.monotonic()
    with Pool(asked.processes, maxtasksperchild=10) as pool:
        work = partial(part, name=name)
        for found, kept in pool.imap_unordered(work, zip(starts, counts, strict=True)):
            histogram.update(found)
            failed += len(kept)
            for each in kept:
                print(each)
            spent_s = time.monotonic() - started_s
            print(
                f"{histogram.total + failed} of {asked.count}, {failed} failed, {spent_s:.0f} s", flush=True
            )
    print(histogram)
    never = [name for name, count in histogram.features.items() if not count]
    if never:
        print(f"never touched: {', '.join(never)}")
    few = histogram.share_of_waves(2) < LEAST_OF_TWO_WAVES
    return 1 if failed or few or never else 0


def part(asked: tuple[int, int], *, name: str) -> tuple[Histogram, list[str]]:
    """The histogram of some cases, and what is to be said of those that failed."""
    histogram = Histogram()
    kept: list[str] = []
    holds = PROPERTIES[name]
    for case in holds.cases(*asked):
        try:
            histogram.add(case, holds.check(case))
        except Exception as error:
            small = shrink(case, partial(fails_like, error, holds.check))
            kept.append(f"failed ({type(error).__name__}), kept as {keep(name, small)}")
    return histogram, kept


def fails_like(error: Exception, holds: Callable[[Case], object], case: Case) -> bool:
    """Whether the case fails in the same way, and not because the operation or the graph is none any more."""
    try:
        holds(case)
    except (NotValid, CompositionFailed, ApiDiffers) as other:
        return type(other) is type(error)
    except Exception as other:
        return type(other) is type(error)
    return False


if __name__ == "__main__":
    sys.exit(main())
