from __future__ import annotations

import dataclasses

import pytest

from connectors.manifest import parse_manifest
from connectors.snapshot import service_entries, snapshot_of
from tests.connectors.conftest import Opened
from tests.connectors.examples import MANIFEST, OPENAPI


def test_a_snapshot_knows_every_service_by_its_coordinates(opened: Opened) -> None:
    connector = opened(MANIFEST, OPENAPI)
    snapshot = snapshot_of(7, [connector])
    assert snapshot.revision == 7
    assert snapshot.connectors["hrss.social"] is connector
    assert snapshot.by_coordinate["Citizen.pension"] == "hrss.insured"
    assert snapshot.by_coordinate["Mutation.registerEmployer"] == "hrss.openEmployer"
    entry = snapshot.services["hrss.openEmployer"]
    assert (entry.kind, entry.classification, entry.assurance, entry.promised_minutes) == (
        "transaction",
        "L2",
        1,
        30,
    )
    assert snapshot.services["hrss.lawyer"].promised_minutes is None, "what says no time promises none"
    assert snapshot.departments["hrss"].name_zh == "人力资源和社会保障厅"
    with pytest.raises(TypeError):
        snapshot.services["x"] = entry  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.revision = 8  # type: ignore[misc]


@pytest.mark.parametrize(("classification", "level"), [("L1", 0), ("L2", 1), ("L3", 2), ("L4", 3)])
def test_the_class_demands_a_level_unless_the_service_says_another(classification: str, level: int) -> None:
    text = MANIFEST.replace(
        "kind: lookup, classification: L1", f"kind: lookup, classification: {classification}"
    )
    entries = {entry.id: entry for entry in service_entries(parse_manifest(text))}
    assert entries["hrss.lawyer"].assurance == level
    said = text.replace("kind: lookup, classification", "kind: lookup, assurance: 3, classification")
    assert {e.id: e for e in service_entries(parse_manifest(said))}["hrss.lawyer"].assurance == 3


def test_two_connectors_with_one_coordinate_are_refused(opened: Opened) -> None:
    text = MANIFEST.replace("id: hrss.social", "id: hrss.other").replace("  insured: {", "  insuredToo: {")
    with pytest.raises(ValueError, match=r"listed by two|belongs to"):
        snapshot_of(1, [opened(MANIFEST, OPENAPI), opened(text, OPENAPI)])
