"""The scorecard in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.descriptions.scoring import Score
from bench.descriptions.with_mocks import Asked


def print_scores(scores: list[Score]) -> None:
    """A line a document, its misses, and how often each reason was given."""
    heads = f"{'ops':>4} {'exposed':>7} {'described':>9} {'typed':>5} {'bare':>4} {'lost':>4} {'s':>6}"
    print(f"{'document':<44} {heads}")
    for each in scores:
        line = f"{each.operations:>4} {each.exposed:>7} {each.described:>9} {each.typed:>5} {each.bare:>4} {each.lost:>4}"
        print(f"{each.file[-44:]:<44} {line} {each.seconds:>6.2f}")
    for each in scores:
        for miss in each.misses:
            print(f"  {Path(each.file).name}: {miss}")
    _print_reasons(miss.partition(": ")[2] for each in scores for miss in each.misses)


def print_answers(asked: list[Asked]) -> None:
    """The same for what mocks were asked."""
    if not asked:
        return
    heads = f"{'callable':>8} {'answered':>8} {'nothing':>7} {'mock':>4} {'ours':>4} {'unfit':>5}"
    print(f"\n{'document':<44} {'mock':<14} {heads}")
    for each in asked:
        found = each.answers
        causes = (
            f"{found.put_down_to('nothing'):>7} {found.put_down_to('mock'):>4} {found.put_down_to('ours'):>4}"
        )
        figures = f"{found.callable:>8} {found.answered:>8} {causes} {found.unfit:>5}"
        print(f"{str(each.file)[-44:]:<44} {each.way:<14} {figures}")
    for each in asked:
        for miss in each.answers.misses:
            print(f"  {each.file.name} ({each.way}): {miss.operation}: {miss.reason}")
    _print_reasons(
        f"{each.way} [{miss.cause}] {miss.reason}" for each in asked for miss in each.answers.misses
    )


def _print_reasons(reasons: Iterable[str]) -> None:
    for reason, count in Counter(reasons).most_common():
        print(f"{count:>5} {reason}")


def print_summary(summary: dict[str, Any]) -> None:
    """The figures that the goals speak of."""
    print(
        f"{summary['documents_read']} documents, loaded {summary['loaded']:.1%}; {summary['operations']} operations, "
        f"exposed {summary['exposed']:.1%}, lost {summary['lost']}; "
        f"{summary['described']} described JSON answers, typed {summary['typed']:.1%}; {summary['bare']} bare objects"
    )
    soap = summary["wsdl"]
    print(
        f"{soap['documents_read']} WSDLs, loaded {soap['loaded']:.1%}; {soap['operations']} operations, "
        f"exposed {soap['exposed']:.1%}; {soap['described']} described answers, typed {soap['typed']:.1%}"
    )
    for way, found in summary.get("answers", {}).items():
        print(
            f"{way}: {found['given']} of {found['callable']} callable answered with data ({found['of_callable']:.1%}); "
            f"of {found['nothing_described']} no answer is described, {found['faults_of_mock']} fail by the mock: of "
            f"the other {found['answerable']} {found['answered']:.1%}; {found['unfit']} values did not fit their type"
        )
    if "largest" in summary:
        largest = summary["largest"]
        print(
            f"largest alone: {Path(largest['file']).name}, {largest['operations']} operations, "
            f"{largest['seconds']:.2f} s, {largest['mib']} MiB"
        )
