"""A REST backend opened from its OpenAPI description: fills ``connectors.backend.Backend``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.backend import Answer, CallSpec, DescribedOperation
from connectors.channel import Channel
from connectors.manifest import Finding, Manifest, ManifestRejected
from connectors.openapi.answers import decode
from connectors.openapi.document import DescriptionRefused, Document
from connectors.openapi.operations import RestOperation, read_operations
from connectors.openapi.requests import RequestTemplate
from federation.subgraph import FetchContext


class RestCall:
    """One operation, ready to be filled. Fills ``connectors.backend.PreparedCall``."""

    __slots__ = ("_channel", "_repeatable", "_template", "_text_expected")

    def __init__(self, channel: Channel, operation: RestOperation, call: CallSpec) -> None:
        # an endpoint with a path of its own is the base; a bare origin gets the document's
        bare = urlsplit(channel.endpoint).path in ("", "/")
        base = channel.endpoint + operation.base if bare else channel.endpoint
        self._channel = channel
        self._template = RequestTemplate(operation, call, base)
        self._repeatable = call.repeatable
        self._text_expected = operation.described.answer.shape == "string"

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        url, headers, body = self._template.fill(values)
        raw = await self._channel.exchange(
            self._template.method, url, headers, body, context, repeatable=self._repeatable
        )
        return decode(raw, self._text_expected)


class RestBackend:
    def __init__(
        self,
        channel: Channel,
        operations: Mapping[str, RestOperation],
        findings: Callable[[], tuple[Finding, ...]] = tuple,
    ) -> None:
        self._channel = channel
        self._operations = operations
        self._findings = findings

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What of the description could not be read, at its place in the description, as far as its shapes were asked for."""
        return self._findings()

    def operation(self, name: str) -> DescribedOperation:
        return self._operations[name].described

    def operations(self) -> tuple[DescribedOperation, ...]:
        return tuple(operation.described for operation in self._operations.values())

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> RestCall:
        return RestCall(self._channel, self._operations[call.operation], call)

    async def close(self) -> None:
        return None


def open_backend(manifest: Manifest, files: Mapping[str, bytes], *, channel: Channel) -> RestBackend:
    """Raises: ManifestRejected, at the description's own place."""
    try:
        document = Document(files, manifest.backend.describe.path)
    except DescriptionRefused as refused:
        raise ManifestRejected([refused.finding]) from None
    return RestBackend(channel, read_operations(document), document.findings)
