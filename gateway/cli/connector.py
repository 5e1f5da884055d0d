"""``tongban connector``: the life of a connector."""

from __future__ import annotations

import click

from gateway.cli.connector_catalogue import catalogue
from gateway.cli.connector_check import check, grade, lights, lint
from gateway.cli.connector_init import init
from gateway.cli.connector_life import approve, disable, enable, promote, publish, retire, rollback
from gateway.cli.connector_rehearse import rehearse
from gateway.cli.connector_seen import diff, history, list_, show


@click.group()
def connector() -> None:
    """The life of a connector."""


for command in (
    init,
    lint,
    check,
    grade,
    lights,
    rehearse,
    diff,
    publish,
    approve,
    promote,
    rollback,
    disable,
    enable,
    retire,
    list_,
    show,
    history,
    catalogue,
):
    connector.add_command(command)
