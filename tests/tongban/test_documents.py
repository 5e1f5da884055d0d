"""The pages that are written from the code are as the code says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from tongban.errors import ErrorCode
from tongban.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/documents", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("code", [code.value for code in ErrorCode])
def test_every_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in (ROOT / "docs/errors.md").read_text("utf-8")


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{name}` | `TONGBAN_{name.upper()}` |" in (ROOT / "docs/settings.md").read_text("utf-8")
