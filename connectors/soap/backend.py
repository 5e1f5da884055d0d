"""A SOAP backend: operations of one WSDL port, sent through a channel.

Must never: say in an error what was sent or received; send an envelope twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from connectors.backend import Answer, BackendUnusable, CallSpec, DescribedOperation
from connectors.channel import Channel
from connectors.credentials.department_token import DepartmentToken
from connectors.credentials.wsse import UsernameToken
from connectors.expressions import compile_fill
from connectors.manifest.findings import Finding, ManifestRejected
from connectors.manifest.model import Manifest, SoapOptions
from connectors.ports import Secrets, TokenExchange
from connectors.soap.answers import Read, read_answer
from connectors.soap.describing import Describing
from connectors.soap.markup import MarkupRefused
from connectors.soap.reading import read
from connectors.soap.remarks import WsdlRefused
from connectors.soap.shape import ElementShape, OperationShape, Version, WsdlShape
from connectors.soap.shaping import shape
from connectors.soap.writing import Template, compile_envelope
from federation.subgraph import FetchContext
from tongban.clock import Clock

_BIG_BYTES = 128 * 1024
"""From here on an answer is read in a thread: the loop has others to serve."""


@dataclass(frozen=True, slots=True)
class CitizenElement:
    """A header element that carries the citizen's department token. ``qname`` is in Clark's notation."""

    qname: str
    token: DepartmentToken


class SoapBackend:
    """One port of one WSDL."""

    def __init__(
        self,
        wsdl: WsdlShape,
        channel: Channel,
        *,
        clock: Clock,
        options: SoapOptions | None = None,
        username_token: UsernameToken | None = None,
        citizen: CitizenElement | None = None,
    ) -> None:
        self._wsdl = wsdl
        self._channel = channel
        self._clock = clock
        self._options = options or SoapOptions()
        self._username_token = username_token
        self._citizen = citizen
        self._describing = Describing()
        self._described: dict[str, DescribedOperation] = {}
        self._bare = urlsplit(channel.endpoint).path in ("", "/")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What of the description could not be read, at its place in the description."""
        return self._wsdl.findings

    def operation(self, name: str) -> DescribedOperation:
        if name not in self._described:
            self._described[name] = self._describing.operation(self._wsdl.operations[name])
        return self._described[name]

    def operations(self) -> tuple[DescribedOperation, ...]:
        return tuple(self.operation(name) for name in self._wsdl.operations)

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> PreparedSoapCall:
        """``call.body`` (or ``params``, where there is no body) is the content of the operation's element;
        a header of the call that the WSDL declares becomes a header element, any other an HTTP header.

        Raises: KeyError for an unknown operation; CallMismatch for an element that isn't there.
        """
        operation = self._wsdl.operations[call.operation]
        declared = {element.local: element for element in operation.headers}
        elements: dict[ElementShape, Any] = {
            declared[name]: tree for name, tree in call.headers.items() if name in declared
        }
        template = compile_envelope(
            self._version(operation),
            operation.input,
            call.body if call.body is not None else (dict(call.params) or None),
            encoding=self._options.encoding,
            headers=elements,
        )
        http = {name: compile_fill(tree) for name, tree in call.headers.items() if name not in declared}
        return PreparedSoapCall(self, operation, template, http, call.repeatable)

    async def close(self) -> None:
        """The transport belongs to somebody else."""

    def _version(self, operation: OperationShape) -> Version:
        told = self._options.version
        return "1.2" if told == "1.2" else "1.1" if told == "1.1" else operation.version

    def _url(self, operation: OperationShape) -> str:
        if not self._bare or operation.path in ("", "/"):
            return self._channel.endpoint
        return self._channel.origin + quote(operation.path, safe="/%:@!$&'()*+,;=~")

    def http_headers(self, operation: OperationShape) -> dict[str, str]:
        """SOAP 1.1 section 6.1.1; SOAP 1.2 part 2 section 6.5, RFC 3902."""
        charset = self._options.encoding.lower()
        accepted = "multipart/related, application/soap+xml, text/xml"
        if self._version(operation) == "1.1":
            return {
                "Content-Type": f"text/xml; charset={charset}",
                "SOAPAction": f'"{operation.action}"',
                "Accept": accepted,
            }
        action = f'; action="{operation.action}"' if operation.action else ""
        return {"Content-Type": f"application/soap+xml; charset={charset}{action}", "Accept": accepted}

    async def security_headers(self, context: FetchContext) -> str:
        """The header elements that are written anew for every request."""
        written = ""
        if self._username_token is not None:
            written += self._username_token.header(self._clock)
        if self._citizen is not None:
            token = escape(await self._citizen.token.token(context))
            namespace, _, local = self._citizen.qname.rpartition("}")
            written += f'<c:{local} xmlns:c="{namespace[1:]}">{token}</c:{local}>'
        return written

    async def exchange(
        self,
        envelope: bytes,
        headers: Mapping[str, str],
        operation: OperationShape,
        context: FetchContext,
        *,
        repeatable: bool = False,
    ) -> Answer:
        """One envelope out, one answer in.

        Raises: BackendUnreachable and its kinds.
        """
        raw = await self._channel.exchange(
            "POST", self._url(operation), headers, envelope, context, repeatable=repeatable
        )
        if not raw.content.strip():
            return Answer(raw.status, raw.headers, None)
        try:
            content_type = raw.headers.get("content-type", "text/xml")
            if len(raw.content) >= _BIG_BYTES:
                found = await asyncio.to_thread(self._read, raw.content, content_type, operation)
            else:
                found = self._read(raw.content, content_type, operation)
        except MarkupRefused as refused:
            raise BackendUnusable(str(refused), raw.status) from None
        except RecursionError:
            raise BackendUnusable("the answer is nested too deeply", raw.status) from None
        return Answer(raw.status, raw.headers, found.body, found.fault)

    def _read(self, content: bytes, content_type: str, operation: OperationShape) -> Read:
        if self._options.rejects_attachments and content_type.lstrip()[:10].lower() == "multipart/":
            raise MarkupRefused("an answer with attachments")
        return read_answer(content, content_type, operation, self._wsdl.types)


@dataclass(frozen=True, slots=True)
class PreparedSoapCall:
    """An envelope with holes, and what to send beside it."""

    backend: SoapBackend
    operation: OperationShape
    template: Template
    http: Mapping[str, Callable[[Mapping[str, Any]], Any]]
    repeatable: bool

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        headers = self.backend.http_headers(self.operation)
        for name, fill in self.http.items():
            value = fill(values)
            if value is not None:
                headers[name] = str(value)
        envelope = self.template.fill(values, await self.backend.security_headers(context))
        return await self.backend.exchange(
            envelope, headers, self.operation, context, repeatable=self.repeatable
        )


def open_backend(
    manifest: Manifest,
    files: Mapping[str, bytes],
    *,
    channel: Channel,
    secrets: Secrets,
    tokens: TokenExchange,
    clock: Clock,
) -> SoapBackend:
    """``channel`` carries every credential of the manifest but ``wsse`` and a citizen's ``element``, which
    stand in the envelope.

    Raises: ManifestRejected, at the WSDL's own place; CallMismatch; KeyError for an unknown secret.
    """
    block = manifest.backend
    if block.describe.wsdl is None:
        raise ValueError("the manifest names no WSDL")
    try:
        document = read(files, block.describe.wsdl)
        wsdl = shape(document, block.describe.service, block.describe.port, block.soap.version)
    except WsdlRefused as refused:
        raise ManifestRejected([refused.finding]) from None
    username_token = None
    for entry in block.auth:
        if entry.kind == "wsse":
            username_token = UsernameToken(
                secrets.get(str(entry.options["username"])),
                secrets.get(str(entry.options["password"])),
                digest=entry.options.get("digest", True) is not False,
            )
    citizen = None
    if block.forward is not None and block.forward.element is not None:
        citizen = CitizenElement(
            block.forward.element, DepartmentToken(tokens, block.forward.audience, clock=clock)
        )
    backend = SoapBackend(
        wsdl, channel, clock=clock, options=block.soap, username_token=username_token, citizen=citizen
    )
    for call in _calls(manifest):
        if (
            call.operation in wsdl.operations
        ):  # an unknown operation is the mapping's to report, with its place
            backend.prepare(call, frozenset())
    return backend


def _calls(manifest: Manifest) -> Iterator[CallSpec]:
    """Every call of the manifest, so that one that doesn't fit is refused at opening and not at a citizen's request."""
    fields = [*manifest.query.values(), *manifest.mutation.values()]
    for entity in manifest.entities.values():
        fields += entity.fields.values()
        if entity.one is not None:
            yield entity.one
        if entity.many is not None:
            yield entity.many.call
    for declared in manifest.types.values():
        fields += declared.fields.values()
    for field in fields:
        if field.call is not None:
            yield field.call
        if field.many is not None:
            yield field.many.call
    if manifest.matters is not None:
        yield manifest.matters.call
