"""docs/findings.md has every code that the house says, each with cause and fix, and none that nobody says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from connectors.judging.codes import CAUSES
from connectors.judging.findings_page import page

ROOT = Path(__file__).parents[3]
SAYING = frozenset(
    {"say", "_say", "Finding", "finding", "_finding", "refuse", "_refuse", "Rule", "Unmet", "Slip", "_slip"}
)
CODE = re.compile(r"[a-z]+\.[a-z][A-Za-z-]*")
MADE_OF_PARTS = frozenset(
    {
        "backend.endpoints",
        "backend.auth",
        "backend.health",
        "backend.tls",
        "wsdl.message",
        "wsdl.binding",
        "wsdl.porttype",
    }
)
"""Of ``channel_opening`` and ``soap/definitions``: a word and the part that is meant."""


def sources() -> Iterator[Path]:
    for room in ("connectors", "gateway"):
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if not path.name.startswith("codes"))


def said(path: Path) -> Iterator[str]:
    """The codes that a call which makes a finding is given as they are."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for given in (*node.args, *(each.value for each in node.keywords)) if called in SAYING else ():
                if isinstance(given, ast.Constant) and CODE.fullmatch(str(given.value)):
                    yield str(given.value)


def constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def test_every_code_that_is_said_has_a_cause_and_a_fix() -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: {code}" for path in sources() for code in said(path) if code not in CAUSES
    }
    assert unknown == set()
    assert all(cause.cause and cause.fix for cause in CAUSES.values())


def test_every_code_with_a_cause_is_said_somewhere() -> None:
    assert CAUSES.keys() - {code for path in sources() for code in constants(path)} - MADE_OF_PARTS == set()


def test_the_page_is_printed_from_the_codes() -> None:
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == page()
