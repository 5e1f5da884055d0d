"""Settings come from the file, the environment and the command line, in this order; what is unknown or unfit is refused by name."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.settings import BadSettings, Settings, load


def written(folder: Path, text: str) -> Path:
    path = folder / "tongban.toml"
    path.write_text(text, "utf-8")
    return path


def source_of(name: str, *given: Any, **overrides: Any) -> tuple[Any, str]:
    _, sourced = load(*given, **overrides)
    (found,) = [each for each in sourced if each.name == name]
    return found.value, found.source


def test_without_anything_the_defaults_hold() -> None:
    settings, sourced = load({})
    assert settings == Settings()
    assert {each.source for each in sourced} == {"default"}


def test_every_setting_is_told_with_its_meaning() -> None:
    _, sourced = load({})
    assert [each.name for each in sourced] == [field.name for field in fields(Settings)]
    assert all(each.doc.endswith(".") for each in sourced)


def test_the_file_yields_to_the_environment_and_both_to_the_command_line(tmp_path: Path) -> None:
    file = written(tmp_path, "port = 1\nworkers = 1\nhost = 'file'\n")
    environ = {"TONGBAN_PORT": "2", "TONGBAN_WORKERS": "2"}
    assert source_of("host", environ, file, port=3) == ("file", str(file))
    assert source_of("workers", environ, file, port=3) == (2, "TONGBAN_WORKERS")
    assert source_of("port", environ, file, port=3) == (3, "command line")


def test_what_the_command_line_leaves_out_is_not_given() -> None:
    assert source_of("port", {"TONGBAN_PORT": "2"}, None, port=None) == (2, "TONGBAN_PORT")


def refusal(*given: Any, **overrides: Any) -> str:
    with pytest.raises(BadSettings) as caught:
        load(*given, **overrides)
    return str(caught.value)


def test_an_unknown_name_is_refused_with_its_source_and_the_names_known(tmp_path: Path) -> None:
    for source, said in {
        "tongban.toml": refusal({}, written(tmp_path, "prot = 1\n")),
        "TONGBAN_PROT": refusal({"TONGBAN_PROT": "1"}),
        "command line": refusal({}, prot=1),
    }.items():
        assert source in said
        assert "unknown setting 'prot'" in said
        assert all(field.name in said for field in fields(Settings))


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("port", "eighty"),
        ("port", "-1"),
        ("port", "80.5"),
        ("graphiql", "maybe"),
        ("request_deadline_s", "nan"),
        ("request_deadline_s", "inf"),
        ("request_deadline_s", "-0.1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_name_and_source(name: str, raw: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load({f"TONGBAN_{name.upper()}": raw})
    assert f"TONGBAN_{name.upper()}: {name} = {raw!r} does not fit" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["port = 80.5", "port = true", "egress_allow = 3", "host = [1]", "graphiql = 2"]
)
def test_a_toml_value_of_another_type_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=text.split()[0]):
        load({}, written(tmp_path, text))


def test_toml_brings_its_own_types(tmp_path: Path) -> None:
    file = written(
        tmp_path, 'graphiql = true\negress_allow = ["10.0.0.0/8", "::1/128"]\ndata_dir = "d"\nport = 9\n'
    )
    settings, _ = load({}, file)
    assert settings.graphiql is True
    assert settings.egress_allow == ("10.0.0.0/8", "::1/128")
    assert settings.data_dir == Path("d")
    assert settings.port == 9


def test_a_variable_lists_with_commas() -> None:
    settings, _ = load({"TONGBAN_EGRESS_ALLOW": "10.0.0.0/8, ::1/128,"})
    assert settings.egress_allow == ("10.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    ("word", "means"), [("1", True), ("TRUE", True), ("on", True), ("no", False), ("0", False)]
)
def test_a_variable_says_yes_and_no(word: str, means: bool) -> None:
    assert load({"TONGBAN_GRAPHIQL": word})[0].graphiql is means


@pytest.mark.parametrize("text", ["port = ", "[server]\nport = 1"])
def test_a_broken_file_is_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"tongban\.toml"):
        load({}, written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"absent\.toml"):
        load({}, tmp_path / "absent.toml")


def test_variables_of_other_programs_and_of_our_scripts_are_let_be() -> None:
    assert load({"PORT": "1", "TONGBAN_VENV": "/v", "TONGBAN_TEST_PROCESSES": "2"})[0] == Settings()


@given(st.dictionaries(st.sampled_from([f.name.upper() for f in fields(Settings)]), st.text(max_size=12)))
def test_whatever_is_given_is_taken_or_refused_by_name(variables: dict[str, str]) -> None:
    try:
        load({f"TONGBAN_{name}": value for name, value in variables.items()})
    except BadSettings as refused:
        assert any(name.lower() in str(refused) for name in variables)  # noqa: PT017


def test_the_issuer_is_where_clients_come_in() -> None:
    assert Settings(host="h", port=1).issuer == "http://h:1"
    assert Settings(public_url="https://tongban.example").issuer == "https://tongban.example"


def test_the_secrets_lie_with_the_data_unless_told() -> None:
    assert Settings(data_dir=Path("d")).secrets_path == Path("d/secrets.json")
    assert Settings(secrets_file="s.json").secrets_path == Path("s.json")
