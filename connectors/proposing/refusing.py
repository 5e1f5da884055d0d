"""When no manifest can be made of something: the findings that say why."""

from __future__ import annotations

from connectors.manifest import Finding


class Undescribed(ValueError):
    """No manifest can be made from it. ``findings`` say why, each at its place and with what to do."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def refused(code: str, file: str, message: str, fix: str, line: int = 0, column: int = 0) -> Undescribed:
    """One reason."""
    return Undescribed(Finding(code, "error", file, line, column, message, fix))
