"""``tongban plan --supergraph FILE OPERATION.graphql``: the plan as text or JSON, without fetching anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.options import CouldNot
from gateway.cli.plan import plan
from tests.gateway.plain.test_supergraph import SUPERGRAPH


@pytest.fixture
def supergraph(tmp_path: Path) -> str:
    path = tmp_path / "supergraph.graphql"
    path.write_text(SUPERGRAPH)
    return str(path)


def planned(supergraph: str, folder: Path, text: str, *arguments: str) -> Result:
    operation = folder / "operation.graphql"
    operation.write_text(text)
    return CliRunner().invoke(plan, ["--supergraph", supergraph, str(operation), *arguments])


def test_a_plan_as_text_is_the_plan_alone(supergraph: str, tmp_path: Path) -> None:
    result = planned(supergraph, tmp_path, "{ me { name reviews } }")
    assert result.exit_code == 0
    assert "users" in result.stdout
    assert "reviews" in result.stdout
    assert result.stderr == "2 fetches in 2 waves\n"


def test_a_plan_as_json_is_one_document(supergraph: str, tmp_path: Path) -> None:
    result = planned(supergraph, tmp_path, "{ me { name reviews } }", "--format", "json")
    found = json.loads(result.stdout)
    assert (found.keys(), found["fetches"], found["waves"]) == ({"plan", "fetches", "waves"}, 2, 2)
    assert found["plan"]["kind"] == "Sequence"


def test_what_does_not_fit_the_schema_is_an_objection(supergraph: str, tmp_path: Path) -> None:
    result = planned(supergraph, tmp_path, "{ nobody }")
    assert (result.exit_code, "nobody" in result.stderr) == (1, True)


def test_what_is_no_graphql_is_an_objection(supergraph: str, tmp_path: Path) -> None:
    assert planned(supergraph, tmp_path, "{").exit_code == 1


def test_not_to_name_one_of_several_operations_is_wrong_usage(supergraph: str, tmp_path: Path) -> None:
    text = "query A { __typename } query B { __typename }"
    assert planned(supergraph, tmp_path, text).exit_code == 2


@pytest.mark.parametrize("text", [None, "type Query { a: Int }", "{"])
def test_a_file_that_is_no_supergraph_cannot_be_planned_over(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "s.graphql"
    if text is not None:
        path.write_text(text)
    result = planned(str(path), tmp_path, "{ me { id } }")
    assert isinstance(result.exception, CouldNot)


@pytest.mark.parametrize(
    ("text", "code"), [("{ nobody }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED")]
)
def test_a_refusal_as_json_is_one_document_too(text: str, code: str, supergraph: str, tmp_path: Path) -> None:
    result = planned(supergraph, tmp_path, text, "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["plan"], result.stderr) == (1, None, "")
    assert [error["extensions"]["code"] for error in found["errors"]] == [code]
