"""The long form of the property: ``python -m tests.long.same_as_one_schema --count 50000``.

Prints how many waves the plans had. What fails is made as small as possible and kept under ``tests/federation/kept``,
where the short form finds it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.federation.kept import keep, shrink
from tests.federation.same_as_one import Case, NotValid, cases, check, told


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--count", type=int, default=50_000)
    given.add_argument("--seed", type=int, default=0)
    asked = given.parse_args()
    waves: Counter[int] = Counter()
    failed = 0
    for number, case in enumerate(cases(asked.seed, asked.count), 1):
        try:
            waves[check(case)] += 1
        except Exception as error:
            failed += 1
            print(f"failed ({type(error).__name__}), kept as {keep(shrink(case, fails))}", flush=True)
        if number % 1000 == 0:
            print(f"{number} of {asked.count}, {failed} failed", flush=True)
    print(told(waves))
    return 1 if failed else 0


def fails(case: Case) -> bool:
    """Whether the case fails by the engine's fault, not because the operation is none any more."""
    try:
        check(case)
    except NotValid:
        return False
    except Exception:
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
