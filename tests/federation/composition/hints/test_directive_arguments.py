"""INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_two_reasons_of_a_deprecation_are_told() -> None:
    a = 'type Query { x: Int @shareable @deprecated(reason: "old") }'
    assert told(a=a, b=a.replace("old", "slow")) == [
        ("INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", ("b", "a"))
    ]
    assert told(a=a, b="type Query { x: Int @shareable }") == []


def test_two_specifications_of_a_scalar_are_told() -> None:
    a = 'type Query { x: S @shareable } scalar S @specifiedBy(url: "http://one.example")'
    assert told(a=a, b=a.replace("one", "two")) == [
        ("INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", ("b", "a"))
    ]
    assert told(a=a, b=a) == []
