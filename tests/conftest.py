"""Fixtures for every room's tests: real PostgreSQL and Redis servers, started when a test asks for one."""

pytest_plugins = ["tests.fixtures.postgres", "tests.fixtures.redis"]
