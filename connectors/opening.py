"""From a manifest and its description files to an opened connector. The kinds of backend are an explicit table.

Must never: send anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from connectors import openapi, soap
from connectors.backend import Backend
from connectors.channel import Channel
from connectors.channel_opening import open_channel
from connectors.connector import Connector, matter_states
from connectors.credentials.department_token import subjects_of
from connectors.graphql_http import Combined, GraphqlBackend, open_passing
from connectors.graphql_http.definitions import SdlRefused
from connectors.graphql_http.overridden import check_overridden, without_unkeyed
from connectors.health import HealthPoller, health_of
from connectors.manifest import Finding, Manifest, ManifestRejected, beside
from connectors.mapping import map_subgraph
from connectors.mapping.calls import nobody
from connectors.mapping.envelope import Verdict
from connectors.ports import Secrets, TokenExchange
from connectors.quality import DataQuality
from connectors.traffic.kept import KeptAnswers
from connectors.transport import Transport
from federation.subgraph import Subgraph
from tongban.clock import Clock


@dataclass(frozen=True, slots=True)
class Ground:
    """What a backend is opened on. Files are named as the manifest names them, without ``./``."""

    manifest: Manifest
    files: Mapping[str, bytes]
    channel: Channel
    secrets: Secrets
    tokens: TokenExchange
    clock: Clock


def _rest(ground: Ground) -> Backend:
    return openapi.open_backend(ground.manifest, ground.files, channel=ground.channel)


def _soap(ground: Ground) -> Backend:
    return soap.open_backend(
        ground.manifest,
        ground.files,
        channel=ground.channel,
        secrets=ground.secrets,
        tokens=ground.tokens,
        clock=ground.clock,
    )


def _graphql(ground: Ground) -> Backend:
    try:
        return GraphqlBackend(_sdl(ground), ground.channel)
    except SdlRefused as refused:
        if not refused.line:
            raise
        path, fix = ground.manifest.backend.describe.path, "correct it there"
        told = Finding("sdl.syntax", "error", path, refused.line, refused.column, str(refused), fix)
        raise ManifestRejected([told]) from None


Around = Callable[[Backend], Backend]

BACKENDS: Mapping[str, Callable[[Ground], Backend]] = {"rest": _rest, "soap": _soap, "graphql": _graphql}


def open_connector(
    manifest: Manifest,
    files: Mapping[str, bytes],
    *,
    endpoint: str | None,
    secrets: Secrets,
    tokens: TokenExchange,
    clock: Clock,
    transport: Transport,
    quality: DataQuality | None = None,
    around: Around | None = None,
) -> Connector:
    """``endpoint`` overrides the manifest's; ``around`` puts something between the mapping and the backend (a replay of
    recorded answers). Nothing is sent by opening.

    Raises: ManifestRejected.
    """
    channel = open_channel(
        manifest, endpoint=endpoint, secrets=secrets, tokens=tokens, clock=clock, transport=transport
    )
    named = {beside(name): content for name, content in files.items()}
    ground = Ground(manifest, named, channel, secrets, tokens, clock)
    try:
        return _opened(ground, quality if quality is not None else DataQuality(), around)
    except ManifestRejected:
        raise
    except KeyError as error:
        raise ManifestRejected([_finding(manifest, f"{error} is unknown")]) from None
    except ValueError as error:
        raise ManifestRejected([_finding(manifest, str(error))]) from None


def _opened(ground: Ground, quality: DataQuality, around: Around | None) -> Connector:
    manifest = without_unkeyed(ground.manifest)
    opened = BACKENDS[manifest.backend.kind](ground)
    backend = opened if around is None else around(opened)
    passed = None
    if isinstance(opened, GraphqlBackend) and _passes_through(manifest):
        passed = open_passing(manifest, opened.definitions, ground.channel)
    if passed is not None:
        check_overridden(manifest, passed.exposed.names)
    existing: frozenset[str] = passed.exposed.types if passed is not None else frozenset()
    subgraph: Subgraph
    answers: KeptAnswers[Verdict] | None = None
    of_mapping: tuple[Finding, ...] = ()
    if passed is not None and not _maps(manifest):
        subgraph = passed
    else:
        mapped = map_subgraph(
            manifest,
            backend,
            clock=ground.clock,
            quality=quality,
            secrets=ground.secrets,
            existing=existing,
            subject_of=subjects_of(manifest, ground.tokens, ground.clock) or nobody,
        )
        of_mapping = mapped.findings
        answers = mapped.answers
        subgraph = mapped if passed is None else Combined(passed, mapped)
    return Connector(
        manifest,
        subgraph,
        findings=lambda: backend.findings + of_mapping,
        quality=quality,
        traffic=ground.channel.traffic,
        matter_states=matter_states(manifest, backend, ground.clock),
        close=_closing(backend, answers),
        answers=answers,
        health=_health(ground, backend),
    )


def _health(ground: Ground, backend: Backend) -> HealthPoller | None:
    manifest = ground.manifest
    try:
        return health_of(manifest, backend, ground.channel, ground.clock)
    except ValueError as error:
        raise ManifestRejected([_finding(manifest, str(error), "health")]) from None


def _closing(backend: Backend, answers: KeptAnswers[Verdict] | None) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        if answers is not None:
            await answers.close()
        await backend.close()

    return close


def _passes_through(manifest: Manifest) -> bool:
    """A federation subgraph brings its graph along; of a plain GraphQL backend only what ``expose`` names."""
    return manifest.backend.describe.federation is not None or bool(manifest.expose.include)


def _maps(manifest: Manifest) -> bool:
    return bool(manifest.query or manifest.mutation or manifest.entities or manifest.types)


def _sdl(ground: Ground) -> bytes:
    path = ground.manifest.backend.describe.path
    if path not in ground.files:
        raise ValueError(f"{path} is not among the files given")
    return ground.files[path]


def _finding(manifest: Manifest, message: str, part: str = "describe") -> Finding:
    line, column = manifest.places.get(("backend", part), (0, 0))
    return Finding(f"backend.{part}", "error", manifest.file, line, column, message)
