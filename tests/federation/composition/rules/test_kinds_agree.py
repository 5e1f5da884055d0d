"""TYPE_KIND_MISMATCH."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_name_is_one_kind_of_type() -> None:
    assert codes(a="type Query { x: T } type T { x: Int }", b="enum T { A }") == ["TYPE_KIND_MISMATCH"]
