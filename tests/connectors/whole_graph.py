"""The reference province's whole graph: its 26 manifests opened and composed with the platform's own part. Nothing is sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    is_specified_scalar_type,
)

from connectors.connector import Connector
from connectors.egress import LOOPBACK
from connectors.manifest import Manifest, parse_manifest
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from demo.issuer import LocalIssuer
from demo.secrets import make_secrets
from federation import Supergraph, compose
from gateway.catalogue import CurrentCatalogue
from gateway.connector_files import read_connector
from schema.matter_log import MatterLog
from schema.platform import PlatformSchema, platform_schema
from storage.database import Database, sqlite_url
from storage.sealed import Sealed
from tongban.caller import Caller
from tongban.clock import FakeClock, SystemClock

ROOT = Path(__file__).parents[2]
MANIFESTS = sorted((ROOT / "demo" / "connectors").glob("*.connector.yaml"))


class IssuedTokens:
    """The exchange, filled by an issuer of the test's own."""

    def __init__(self) -> None:
        self._issuer = LocalIssuer()

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        return self._issuer.token(audience, caller.subject or "platform", caller.level, purpose)


@dataclass(frozen=True, slots=True)
class WholeGraph:
    """What an app sees, and the manifests that it is made of."""

    manifests: tuple[Manifest, ...]
    supergraph: Supergraph

    @property
    def objects(self) -> Iterator[GraphQLObjectType]:
        types = self.supergraph.api_schema.type_map.values()
        return (t for t in types if isinstance(t, GraphQLObjectType) and not t.name.startswith("__"))

    @property
    def enums(self) -> Iterator[GraphQLEnumType]:
        types = self.supergraph.api_schema.type_map.values()
        return (t for t in types if isinstance(t, GraphQLEnumType) and not t.name.startswith("__"))

    @property
    def fields(self) -> Iterator[tuple[str, GraphQLField]]:
        """By coordinate, ``Type.field``."""
        for owner in self.objects:
            yield from ((f"{owner.name}.{name}", field) for name, field in owner.fields.items())

    @property
    def arguments(self) -> Iterator[tuple[str, GraphQLArgument]]:
        """By coordinate, ``Type.field.argument``."""
        for coordinate, field in self.fields:
            yield from ((f"{coordinate}.{name}", argument) for name, argument in field.args.items())

    @property
    def descriptions(self) -> Iterator[tuple[str, str]]:
        """Of everything that an app's developer can read, by coordinate; empty where there is none."""
        for name, kind in self.supergraph.api_schema.type_map.items():
            if not name.startswith("__") and not is_specified_scalar_type(kind):
                yield name, kind.description or ""
        yield from ((coordinate, field.description or "") for coordinate, field in self.fields)
        yield from ((coordinate, argument.description or "") for coordinate, argument in self.arguments)
        for enum in self.enums:
            yield from (
                (f"{enum.name}.{name}", value.description or "") for name, value in enum.values.items()
            )

    def field(self, coordinate: str) -> GraphQLField:
        return dict(self.fields)[coordinate]


def words_of(name: str) -> list[str]:
    """``babyWeightG`` → baby, weight, g; ``NOT_ENROLLED`` → not, enrolled."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


def open_whole_graph(data_dir: Path) -> WholeGraph:
    """``data_dir`` is where the platform's store would lie; it stays empty."""
    return asyncio.run(_opened(_platform(data_dir)))


def _platform(data_dir: Path) -> PlatformSchema:
    matters = MatterLog(Database(sqlite_url(data_dir)), Sealed.fresh(), FakeClock())
    return platform_schema(CurrentCatalogue(), matters)


async def _opened(platform: PlatformSchema) -> WholeGraph:
    clock = SystemClock()
    transport = Transport(clock=clock, egress_allow=LOOPBACK)
    secrets, tokens = HeldSecrets(make_secrets()), IssuedTokens()
    opened: list[Connector] = []
    try:
        for path in MANIFESTS:
            text, files = read_connector(path)
            opened.append(
                open_connector(
                    parse_manifest(text, file=path.name),
                    files,
                    endpoint=None,
                    secrets=secrets,
                    tokens=tokens,
                    clock=clock,
                    transport=transport,
                )
            )
        sdl = {connector.name: connector.sdl for connector in opened}
        return WholeGraph(
            tuple(connector.manifest for connector in opened), compose({platform.name: platform.sdl, **sdl})
        )
    finally:
        for connector in opened:
            await connector.close()
        await transport.close()
