"""The three sketches that departments were shown, over the real descriptions: what lint says of each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.connector_check import lint

SHARED = Path(__file__).parents[3].parent / "shared"
SKETCHES, APIS = SHARED / "connectors", SHARED / "apis"
pytestmark = pytest.mark.skipif(not SKETCHES.is_dir(), reason="../shared/connectors is not there")


def linted(folder: Path, name: str) -> tuple[Result, list[tuple[str, str]]]:
    """The command's end, and what it said: (severity, code)."""
    copied = folder / f"{name}.connector.yaml"
    shutil.copyfile(SKETCHES / copied.name, copied)
    result = CliRunner().invoke(lint, [str(copied)])
    lines = [line.split(" ", 3) for line in result.output.splitlines() if ".yaml:" in line]
    return result, [(line[1], line[2].rstrip(":")) for line in lines]


def test_the_rest_sketch_is_refused_only_for_what_it_would_show_to_everybody(tmp_path: Path) -> None:
    shutil.copyfile(SKETCHES / "samr-enterprise.openapi.yaml", tmp_path / "samr-enterprise.openapi.yaml")
    result, said = linted(tmp_path, "samr-enterprise")
    assert result.exit_code == 1
    assert {each for each in said if each[0] == "error"} == {("error", "cache.public")}
    assert "the backend is told who the citizen is" in result.output


def test_without_public_caches_the_rest_sketch_passes(tmp_path: Path) -> None:
    shutil.copyfile(SKETCHES / "samr-enterprise.openapi.yaml", tmp_path / "samr-enterprise.openapi.yaml")
    linted(tmp_path, "samr-enterprise")
    manifest = tmp_path / "samr-enterprise.connector.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("scope: public", "scope: citizen"), "utf-8")
    result = CliRunner().invoke(lint, [str(manifest)])
    assert (result.exit_code, " error " in result.output) == (0, False), result.output


def test_the_soap_sketch_passes_over_the_real_wsdl_and_is_told_what_does_not_act(tmp_path: Path) -> None:
    shutil.copytree(APIS / "wsdl" / "cz-isds-db_access", tmp_path / "cz-isds-db_access")
    result, said = linted(tmp_path, "isds-databox")
    assert (result.exit_code, [each for each in said if each[0] == "error"]) == (0, []), result.output
    assert ("warning", "manifest.unacted") in said


def test_the_federation_sketch_passes_over_the_real_sdl_and_is_told_what_does_not_act(tmp_path: Path) -> None:
    shutil.copyfile(APIS / "graphql" / "fi-helsinki-venues.graphql", tmp_path / "fi-helsinki-venues.graphql")
    result, said = linted(tmp_path, "venues")
    assert (result.exit_code, [each for each in said if each[0] == "error"]) == (0, []), result.output
    assert "nothing acts on backend.graphql.batch" in result.output
    assert "nothing acts on overrides.Venue.addressLocality.cache" in result.output
