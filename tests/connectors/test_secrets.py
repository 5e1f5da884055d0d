from __future__ import annotations

from pathlib import Path

import pytest

from connectors.secrets import FileSecrets, UnknownSecret


def test_secrets_come_from_a_file_and_enter_no_repr(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"secret://mca/user": "canary"}')
    secrets = FileSecrets(tmp_path / "s.json")
    assert secrets.get("secret://mca/user") == "canary"
    assert "canary" not in repr(secrets)
    with pytest.raises(UnknownSecret, match="secret://mca/password"):
        secrets.get("secret://mca/password")


@pytest.mark.parametrize("content", ["canary", "[]", '{"secret://a/b": 5}'])
def test_a_file_of_another_shape_is_refused_without_its_content(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.json").write_text(content)
    with pytest.raises(ValueError, match=r"s\.json") as refused:
        FileSecrets(tmp_path / "s.json")
    assert "canary" not in str(refused.value)
