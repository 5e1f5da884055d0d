"""Documents lead where they say: every relative link in a Markdown file of the project has a file behind it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = subprocess.run(
    ["git", "ls-files", "-z", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
).stdout.split("\0")[:-1]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_has_a_file(name: str) -> None:
    document = ROOT / name
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert not missing
