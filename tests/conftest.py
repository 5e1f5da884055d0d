"""Fixtures for every room's tests: real PostgreSQL and Redis servers, started when a test asks for one.

With CI=true a skipped test fails the session: what cannot run there must not look as if it had passed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.fixtures.databases", "tests.fixtures.postgres", "tests.fixtures.redis"]

MAY_BE_MISSING = ("../shared", "npm")
"""What a skip's reason must mention to be forgiven in CI: neither comes with this repository."""

_skipped = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_skipped] = []
    config.pluginmanager.register(_Skips(config.stash[_skipped]), "skips")


class _Skips:
    """Gathers reports; under xdist the controller gets those of every worker."""

    def __init__(self, found: list[str]) -> None:
        self._found = found

    def _take(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            if not any(named in reason for named in MAY_BE_MISSING):
                self._found.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._take(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._take(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _unforgiven(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in _unforgiven(config):
        terminalreporter.write_line(f"SKIPPED IN CI {line}", red=True)


def _unforgiven(config: pytest.Config) -> list[str]:
    """On xdist's workers nothing: the controller judges."""
    judges = os.environ.get("CI") == "true" and not hasattr(config, "workerinput")
    return config.stash[_skipped] if judges else []


@pytest.fixture(autouse=True)
def level_of_logs() -> Iterator[None]:
    """Commands that are run within a test say for the whole process what is logged."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
