"""A manifest over a backend, as a subgraph: SDL at opening, fetches prepared per operation."""

from __future__ import annotations

from collections.abc import Collection

from connectors.backend import Backend
from connectors.manifest.findings import Finding, ManifestRejected
from connectors.manifest.model import Manifest
from connectors.mapping.calls import SubjectOf, nobody
from connectors.mapping.connections import with_connections
from connectors.mapping.drawing import draw
from connectors.mapping.envelope import Verdict
from connectors.mapping.fetches import Fetches, MappedFetch
from connectors.mapping.inputs import with_inputs
from connectors.mapping.pseudonyms import Pseudonyms, pseudonyms_of
from connectors.mapping.sdl import LINK, print_sdl
from connectors.mapping.types import MappedGraph
from connectors.ports import Secrets
from connectors.quality import DataQuality
from connectors.traffic.kept import KeptAnswers
from federation.subgraph import PlannedFetch
from tongban import ids
from tongban.clock import Clock


class MappedSubgraph:
    """Fills ``federation.Subgraph``. ``body`` is the SDL without its ``@link``, for a subgraph that has more parts."""

    def __init__(
        self,
        manifest: Manifest,
        graph: MappedGraph,
        backend: Backend,
        findings: tuple[Finding, ...],
        *,
        clock: Clock,
        quality: DataQuality,
        pseudonyms: Pseudonyms,
        existing: Collection[str] = (),
        subject_of: SubjectOf = nobody,
    ) -> None:
        self.name = ids.subgraph_of(manifest.id)
        self.manifest = manifest
        self.findings = findings
        self.graph = graph
        self.body = print_sdl(graph, backend, existing)
        self.sdl = f"{LINK}\n{self.body}"
        self.coordinates = frozenset(
            f"{owner}.{field}" for owner, fields in graph.owners() for field in fields
        )
        self._fetches = Fetches(manifest, graph, backend, clock, quality, pseudonyms, subject_of)

    @property
    def answers(self) -> KeptAnswers[Verdict]:
        """What is kept of the backend's answers."""
        return self._fetches.answers

    def owns(self, type_name: str, field_name: str) -> bool:
        """Whether this mapping answers for the field (rather than another part of the same subgraph)."""
        return f"{type_name}.{field_name}" in self.coordinates

    def prepare(self, fetch: PlannedFetch) -> MappedFetch:
        """Compiles calls, arguments and readers of one planned fetch."""
        return self._fetches.prepare(fetch)


def map_subgraph(
    manifest: Manifest,
    backend: Backend,
    *,
    clock: Clock,
    quality: DataQuality,
    secrets: Secrets | None = None,
    existing: Collection[str] = (),
    subject_of: SubjectOf = nobody,
) -> MappedSubgraph:
    """``secrets``: needed where a field has a ``transform``; ``subject_of`` where a call has ``$citizen.sub``.

    ``existing``: types that another part of the same subgraph defines; they are extended instead of defined.

    Raises: ManifestRejected where the manifest doesn't fit the description; warnings stay in ``findings``.
    """
    manifest = with_inputs(with_connections(manifest))
    pseudonyms = pseudonyms_of(manifest, secrets)
    graph, findings = draw(manifest, backend, existing)
    if any(found.severity == "error" for found in findings):
        raise ManifestRejected(findings)
    return MappedSubgraph(
        manifest,
        graph,
        backend,
        findings,
        clock=clock,
        quality=quality,
        pseudonyms=pseudonyms,
        existing=existing,
        subject_of=subject_of,
    )
