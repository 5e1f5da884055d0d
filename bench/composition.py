"""Composition, cold and after one subgraph has changed: ``scripts/bench composition [--rounds 5]``.

Two made graphs: a province (27 departments, 190 types: entities of many departments, value types, an interface) and a country
(200 subgraphs, 2,000 types). Each is composed by a new ``Composer``, then again and again, each time with a field more in
one subgraph: of a type of its own, of the query root, or of the entity that everybody knows, a line further down. Prints the
median of each kind, in milliseconds of CPU of this process.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterator
from statistics import median

from federation import Composer

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", '
    '"@requires", "@provides", "@tag", "@inaccessible"])\n'
)
LEAVES = ("String", "Int", "Boolean", "ID!", "Status", "[String!]!", "Float", "Date")


def department(number: int, types: int) -> str:
    """One subgraph: its part of the citizen and of the enterprise, an entity of its own, value types, a case."""
    n = f"D{number}"
    values = "\n".join(
        f"type {n}V{v} {{ {' '.join(f'f{f}: {kind}' for f, kind in enumerate(LEAVES))} }}"
        for v in range(types - 3)
    )
    held = " ".join(f"d{number}v{v}: [{n}V{v}!]" for v in range(types - 3))
    return f"""{LINK}
scalar Date
enum Status {{ DRAFT OPEN CLOSED }}
interface Case {{ id: ID! status: Status }}
{values}
type {n}Case implements Case @key(fields: "id") {{ id: ID! status: Status citizen: Citizen licence: {n}Licence }}
type {n}Licence @key(fields: "no") {{ no: ID! holder: Citizen of: Enterprise issuedOn: Date }}
input {n}Request {{ cid: ID! reason: String at: Date }}
type Citizen @key(fields: "cid") {{ cid: ID! {held} d{number}licences: [{n}Licence!] }}
type Enterprise @key(fields: "code") {{ code: ID! d{number}licences: [{n}Licence!] }}
type Query {{ d{number}Licence(no: ID!): {n}Licence d{number}Citizen(cid: ID!): Citizen d{number}Case(id: ID!): {n}Case }}
type Mutation {{ d{number}Apply(request: {n}Request!): {n}Case }}
"""


def graph(subgraphs: int, types: int) -> dict[str, str]:
    """So many departments with so many types each."""
    return {f"d{n}": department(n, types) for n in range(subgraphs)}


CHANGED = ("Licence", "type Query", "type Citizen")
"""What gets a field: where it begins, in the text of a subgraph."""


def changes(sdls: dict[str, str], rounds: int) -> Iterator[tuple[str, dict[str, str]]]:
    """What gets a field, and the graph after it: each time one subgraph is another than the time before."""
    names = sorted(sdls)
    for number in range(rounds * len(CHANGED)):
        name, what = names[number * 7 % len(names)], CHANGED[number % len(CHANGED)]
        head, brace, tail = sdls[name].partition(what)[2].partition("{")
        before = sdls[name].partition(what)[0] + what
        sdls = {**sdls, name: f"{before}{head}{brace}\n  new{number}: Int{tail}"}
        yield what, sdls


def measured(what: str, sdls: dict[str, str], rounds: int) -> None:
    composer = Composer()
    again: dict[str, list[float]] = {kind: [] for kind in CHANGED}
    cold = _ms(composer, sdls)
    for kind, changed in changes(sdls, rounds):
        again[kind].append(_ms(composer, changed))
    told = "  ".join(f"{kind} {median(found):4.0f}" for kind, found in again.items())
    print(f"{what:10} cold {cold:5.0f}   one changed: {told}")


def _ms(composer: Composer, sdls: dict[str, str]) -> float:
    gc.collect()
    started = time.process_time()
    composer.compose(sdls)
    return (time.process_time() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    measured("province", graph(27, 7), rounds)
    measured("country", graph(200, 10), rounds)


if __name__ == "__main__":
    main()
