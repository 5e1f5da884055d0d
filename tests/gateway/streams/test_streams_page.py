"""The examples of ``docs/streams.md``, as they are."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path

import httpx
import orjson
import pytest

from gateway.transports import messages
from tests.gateway.streams.clients import Caller, Stream, calling
from tests.gateway.streams.newsroom import Newsroom
from tongban.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "streams.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
MESSAGES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def test_there_are_examples() -> None:
    assert (len(EXAMPLES), len(MESSAGES)) == (2, 1)


@pytest.mark.parametrize(("command", "answer"), EXAMPLES)
async def test_a_command_gives_what_stands_below_it(room: Newsroom, command: str, answer: str) -> None:
    words = shlex.split(command.replace("\\\n", " "))
    headers = dict(value.split(": ", 1) for flag, value in itertools.pairwise(words) if flag == "-H")
    body = words[words.index("-d") + 1]
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("POST", room.url, content=body, headers=headers) as response,
    ):
        await room.wire.has(1)
        room.wire.tell("one", "two")
        room.wire.end()
        told = (await Stream(response).rest()).decode().replace("\r\n", "\n")
    assert told.strip() == answer.strip()


async def test_the_messages_are_taken(room: Newsroom) -> None:
    said = [orjson.loads(line.replace("TOKEN", "citizen")) for line in MESSAGES[0].splitlines()]
    async with calling(room.socket_url) as caller:
        await _say(caller, said[0])
        assert await caller.hear() == {"type": "connection_ack"}
        await _say(caller, said[1])
        await room.wire.has(1)
        await _say(caller, said[2])
        await room.wire.has(0)


async def _say(caller: Caller, message: dict[str, object]) -> None:
    await caller.say(**message)


def test_every_close_code_stands_there() -> None:
    codes = {closing.code for closing in vars(messages).values() if isinstance(closing, messages.Closing)}
    codes = {*codes, messages.invalid("").closing.code} - {messages.INTERNAL.code}
    assert codes <= {int(code) for code in re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)}


def test_settings_that_it_names_exist() -> None:
    named = set(re.findall(r"`((?:max_)?[a-z]+_[a-z_]+)`", PAGE)) - {"connection_init", "connection_ack"}
    assert named <= set(Settings.__dataclass_fields__)
