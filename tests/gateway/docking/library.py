"""A department that docks: a real HTTP backend on loopback, its OpenAPI description, and versions of its manifest."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from auth import NewAccount
from gateway.app import Gateway
from gateway.docking.dock import Dock, Standing
from gateway.docking.submitting import Request
from tests.connectors.department import LoopbackDepartment
from tests.gateway.serving import served
from tongban.caller import Role
from tongban.settings import Settings

BOOK = {
    "type": "object",
    "properties": {
        "isbn": {"type": "string"}, "title": {"type": "string"}, "shelf": {"type": "string"}, "pages": {"type": "integer"}
    },
}  # fmt: skip
DESCRIPTION = {
    "openapi": "3.0.3",
    "info": {"title": "Library", "version": "1"},
    "paths": {
        "/books": {
            "get": {
                "operationId": "listBooks",
                "parameters": [{"name": "city", "in": "query", "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"type": "array", "items": BOOK}}},
                    }
                },
            }
        }
    },
}
FILES = {"library/openapi.json": json.dumps(DESCRIPTION).encode()}
BOOKS = [{"isbn": "978", "title": "论语", "shelf": "A-1", "pages": 320}]
ASK = "query Books { books { title shelf } }"


def manifest(
    version: str = "1.0.0",
    fields: str = "isbn: isbn, title: title, shelf: shelf",
    *,
    name: str = "library.books",
    root: str = "books",
    classification: str = "L1",
    args: str = "",
) -> str:
    kind = root[:1].upper() + root[1:].removesuffix("s")
    params = ", params: {city: $city}" if args else ""
    return f"""
apiVersion: tongban/v1
kind: Connector
metadata:
  id: {name}
  version: {version}
  title: {{zh: 图书馆, en: Library}}
  department: {{code: {name.partition(".")[0]}, name: {{zh: 图书馆, en: Library}}}}
  owners: [{{name: 甲, role: developer, contact: dev@library.example}}, {{name: 乙, role: data-steward, contact: steward@library.example}}]
  lifecycle: production
backend:
  kind: rest
  describe: {{openapi: ./library/openapi.json}}
  endpoints: {{sandbox: "http://127.0.0.1:1"}}
  limits: {{timeout: 3s, concurrency: 50}}
governance:
  {{purposes: [books.view], classification: {classification}, legalBasis: 政务公开, responsibleUnit: 读者科, sharing: unconditional}}
services:
  {root}: {{title: {{zh: 图书, en: Books}}, kind: lookup, classification: {classification}, promisedMinutes: 0, fields: [Query.{root}]}}
types:
  {kind}: {{description: {{zh: 书, en: A book}}, fields: {{{fields}}}}}
query:
  {root}: {{description: {{zh: 图书, en: Books}}, args: {{{args}}}, returns: "[{kind}!]", call: {{operation: listBooks{params}}}}}
"""


@dataclass
class Town:
    """A gateway over a store, a backend, people, and the dock as a command would open it."""

    gateway: Gateway
    department: LoopbackDepartment
    origin: str
    client: httpx.AsyncClient
    failures: list[Any] = field(default_factory=list)

    async def submit(self, text: str, by: str = "owner", **more: Any) -> Standing:
        dock = await Dock.open(self.gateway.rooms)
        standing = await dock.submit(Request(text, FILES, self.department.url, **more), by)
        await self.caught_up()
        return standing

    async def dock(self) -> Dock:
        return await Dock.open(self.gateway.rooms)

    async def caught_up(self) -> None:
        """The gateway's own poll would do the same a little later."""
        await self.gateway.current.refresh()

    async def ask(self, query: str = ASK, **headers: str) -> dict[str, Any]:
        answer = await self.client.post("/graphql", json={"query": query}, headers=headers)
        found: dict[str, Any] = answer.json()
        return found

    async def schema(self) -> str:
        return (await self.client.get("/schema.graphql")).text

    async def told(self, *actions: str) -> list[dict[str, Any]]:
        """Entries of the audit log about connectors, of these actions."""
        wanted = {f"connector.{action}" for action in actions}
        entries = [entry async for entry in self.gateway.rooms.audit.entries()]
        return [
            e for e in entries if e["action"] in wanted or (not actions and e["object_kind"] == "connector")
        ]


PEOPLE = {
    "owner": ({Role.CONNECTOR_OWNER}, "library"),
    "owner2": ({Role.CONNECTOR_OWNER}, "library"),
    "stranger": ({Role.CONNECTOR_OWNER}, "mca"),
    "operator1": ({Role.OPERATOR}, None),
    "operator2": ({Role.OPERATOR}, None),
    "steward": ({Role.DATA_STEWARD}, None),
    "citizen": ({Role.CITIZEN}, None),
}


@asynccontextmanager
async def town(folder: Path, database_url: str, **settings: Any) -> AsyncIterator[Town]:
    """``review`` is off unless said otherwise."""
    chosen = {"review": "off", "store_poll_s": 0.05, **settings}
    gateway = Gateway(
        Settings(
            data_dir=folder,
            database_url=database_url,
            egress_allow=("127.0.0.0/8",),
            introspection=True,
            log_level="error",
            meter_flush_s=0.05,
            **chosen,
        )
    )
    department = await LoopbackDepartment().start()
    department.answer("GET", "/books", BOOKS)
    await gateway.open()
    try:
        people = [
            NewAccount(login, "a long password", frozenset(roles), 2, department=of)
            for login, (roles, of) in PEOPLE.items()
        ]
        await gateway.rooms.auth.accounts.seed(people)
        async with served(gateway) as origin, httpx.AsyncClient(base_url=origin, timeout=20) as client:
            yield Town(gateway, department, origin, client)
    finally:
        await gateway.close()
        await department.stop()
