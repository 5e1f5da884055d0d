"""Cases that once failed, as small as they would get: one JSON file each under ``kept/``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from graphql import DocumentNode, FieldNode, GraphQLError, InlineFragmentNode, Node, parse, print_ast

from tests.federation.same_as_one import Case

FOLDER = Path(__file__).parent / "kept"


def kept_cases() -> list[Case]:
    return [Case(**json.loads(path.read_text())) for path in sorted(FOLDER.glob("*.json"))]


def keep(case: Case) -> Path:
    """Write the case down."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"seed": case.seed, "operation": case.operation, "on": case.on}, indent=2)
    path = FOLDER / f"{sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(text + "\n")
    return path


def shrink(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The same failure with as few selections as possible: one is left out at a time, as long as it still fails."""
    shorter = next((each for each in _shorter(case) if fails(each)), None)
    return case if shorter is None else shrink(shorter, fails)


def _shorter(case: Case) -> Iterator[Case]:
    for number in range(_count(parse(case.operation))):
        document = parse(case.operation)
        _leave_out(document, number)
        try:
            text = print_ast(document)
            parse(text)
        except GraphQLError:
            continue
        yield Case(case.seed, text, case.on)


def _selections(node: Node) -> Iterator[tuple[Node, int]]:
    """Every selection, as its set and the place in it, the outermost first."""
    chosen = getattr(node, "selection_set", None)
    for index, each in enumerate(chosen.selections if chosen is not None else ()):
        assert isinstance(each, FieldNode | InlineFragmentNode)
        yield chosen, index
        yield from _selections(each)


def _count(document: DocumentNode) -> int:
    return sum(1 for _ in _selections(document.definitions[0]))


def _leave_out(document: DocumentNode, number: int) -> None:
    chosen, index = list(_selections(document.definitions[0]))[number]
    chosen.selections = (*chosen.selections[:index], *chosen.selections[index + 1 :])  # type: ignore[attr-defined]
