"""A WSDL as a proposal: what `tongban connector init` writes a first manifest from.

Must never: give an argument for what the schema fixes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.manifest.findings import Finding
from connectors.proposing.proposal import Input, Proposal, ProposedOperation
from connectors.soap.definitions import Definitions
from connectors.soap.describing import Describing, reads
from connectors.soap.reading import read
from connectors.soap.remarks import Remarks, shown
from connectors.soap.shape import TEXT, ElementShape, MessageShape, OperationShape
from connectors.soap.shaping import shape

ERRORS: tuple[Mapping[str, str], ...] = (
    {"when": "fault.faultcode == 'FailedAuthentication'", "as": "BACKEND_AUTH"},
    {"when": "fault.subcode == 'FailedAuthentication'", "as": "BACKEND_AUTH"},
    {"when": "fault.faultcode == 'Client' || fault.faultcode == 'Sender'", "as": "INVALID_INPUT"},
)
"""What SOAP's own fault codes mean (SOAP 1.1 section 4.4.1, SOAP 1.2 part 1 section 5.4.6, WS-Security section 12)."""

REMARK = (
    "WSDL does not say what changes something: names that begin with get, find, list, query, search … or 查询, 获取 …"
    " are queries, all others mutations. Move what stands under the wrong one."
)


def propose_wsdl(files: Mapping[str, bytes], path: str) -> Proposal:
    """Raises: WsdlRefused."""
    definitions = read(files, path)
    wsdl = shape(definitions)
    describing, asking = Describing(), Describing(asked=True)
    remarks = Remarks()
    operations = tuple(_operation(operation, describing, asking) for operation in wsdl)
    for operation in wsdl:
        for header in operation.headers:
            remarks.say(
                "wsdl.header-open",
                path,
                f"requests may carry the header {shown(header.local)}, which nothing fills yet",
                f"give it under 'headers' of the calls that need it: {header.local}: …",
                "info",
            )
    found: tuple[Finding, ...] = (*wsdl.findings, *remarks.found)
    return Proposal(
        kind="soap",
        described_by="wsdl",
        title=" ".join((wsdl.description or wsdl.title).split())[:200],
        operations=operations,
        findings=lambda: found,
        endpoint=_endpoint(wsdl.address),
        auth=tuple(_auth(definitions)),
        errors=ERRORS,
        remark=REMARK,
    )


def _operation(operation: OperationShape, describing: Describing, asking: Describing) -> ProposedOperation:
    answer = describing.answer(operation.output)
    return ProposedOperation(
        operation.name,
        reads(operation.name),
        tuple(_inputs(operation.input, asking)),
        answer,
        " ".join(operation.description.split())[:200],
        "nothing" if answer.shape == "opaque" else "shape",
    )


def _inputs(message: MessageShape, describing: Describing) -> Iterator[Input]:
    root = message.root
    if root is None:
        for part in message.parts:
            yield _input(part, describing)
        return
    type_ = root.type
    described = describing.inputs(message)
    if type_.text is not None and not type_.attributes:
        yield Input(None, describing.element(root), not root.nillable, "body")
        return
    for attribute in type_.attributes:
        if attribute.fixed is None:
            key = f"@{attribute.local}"
            yield Input(key, described[key], attribute.required, "body")
    if TEXT in described:
        yield Input(TEXT, described[TEXT], True, "body")
    for element in type_.elements:
        if element.fixed is None or element.optional:
            yield _input(element, describing)
    own = {f"@{item.local}" for item in type_.attributes} | {item.local for item in type_.elements} | {TEXT}
    for key in described:
        if key not in own:
            yield Input(key, described[key], False, "body")


def _input(element: ElementShape, describing: Describing) -> Input:
    required = not element.optional and not element.nillable and not element.repeated
    return Input(element.local, describing.element(element), required, "body")


def _auth(definitions: Definitions) -> Iterator[Mapping[str, Any]]:
    """WS-SecurityPolicy: a policy that asks for a UsernameToken."""
    if any(node.local == "UsernameToken" for node in definitions.root.within()):
        digest = any(node.local == "HashPassword" for node in definitions.root.within())
        yield {"kind": "wsse", "username": "user", "password": "password", "digest": digest}


def _endpoint(address: str) -> str:
    """The origin: the path of each port's address is added to it at every call."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if (
        parts.scheme not in ("http", "https")
        or not host
        or not host.replace(".", "").replace("-", "").isalnum()
    ):
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
