"""Which ports of a WSDL are spoken to, and what each is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.soap.definitions import SOAP, WSDL, Definitions
from connectors.soap.nodes import Node
from connectors.soap.remarks import shown
from connectors.soap.shape import Version

_HTTP = ("http://schemas.xmlsoap.org/soap/http", "http://www.w3.org/2003/05/soap/bindings/HTTP/", "")


@dataclass(frozen=True, slots=True)
class Port:
    """``binding`` None: a description of port types alone, taken as document/literal."""

    service: str
    name: str
    port_type: str
    version: Version
    node: Node
    binding: Node | None
    address: str = ""
    transport: str = ""

    @property
    def path(self) -> str:
        try:
            return urlsplit(self.address).path
        except ValueError:
            return ""

    @property
    def over_http(self) -> bool:
        return self.transport in _HTTP


def choose_ports(
    definitions: Definitions, service: str | None, port: str | None, version: str | None
) -> list[Port]:
    """The named one alone; else one a port type: first that of the first port that speaks ``version``, then the
    others in their order.

    Raises: WsdlRefused.
    """
    offered = list(_offered(definitions))
    if not offered and service is None and port is None:
        offered = list(_unserved(definitions))
    names = {each.service for each in offered}
    if service is not None and len(names) == 1 and service not in names:
        definitions.remarks.say(
            "wsdl.service",
            definitions.root,
            f"the WSDL has no service {shown(service)}; {shown(*names)}, its only one, is taken",
            "name it under backend.describe",
        )
        service = None
    fitting = [each for each in offered if service in (None, each.service) and port in (None, each.name)]
    fitting.sort(key=lambda each: (not each.over_http, version is not None and each.version != version))
    if not fitting:
        known = ", ".join(f"{shown(each.service)}/{shown(each.name)}" for each in offered[:12])
        raise definitions.remarks.refuse(
            "wsdl.port",
            definitions.root,
            f"the WSDL has no SOAP port {service or '*'}/{port or '*'}"
            + (f"; it has {known}" if known else ""),
            "name one of them under backend.describe"
            if known
            else "ask the department for its SOAP description",
        )
    if port is not None:
        return fitting[:1]
    by_type: dict[str, Port] = {}
    for each in fitting:
        by_type.setdefault(each.port_type, each)
    return list(by_type.values())


def _offered(definitions: Definitions) -> Iterator[Port]:
    for service in definitions.services:
        for node in service.all(f"{{{WSDL}}}port"):
            binding = definitions.find("binding", node.get("binding"), node)
            if binding is None:
                continue
            found = _bound(definitions, binding, service.get("name"), node)
            if found is not None:
                yield found


def _unserved(definitions: Definitions) -> Iterator[Port]:
    """A WSDL without services has its endpoint from the manifest; one without bindings is taken as what nearly all
    are.
    """
    bindings = list(definitions.of_kind("binding"))
    for binding in bindings:
        found = _bound(definitions, binding, "", binding)
        if found is not None:
            yield found
    if bindings:
        return
    for port_type in definitions.of_kind("portType"):
        definitions.remarks.say(
            "wsdl.unbound",
            port_type,
            f"nothing binds the port type {shown(port_type.get('name'))}: SOAP 1.1, document, literal is assumed",
            "ask the department for the WSDL with its binding",
        )
        yield Port("", port_type.get("name"), _type_name(definitions, port_type), "1.1", port_type, None)


def _bound(definitions: Definitions, binding: Node, service: str, node: Node) -> Port | None:
    soap = next((child for child in binding.children if child.namespace in SOAP), None)
    if soap is None:
        definitions.remarks.say(
            "wsdl.not-soap",
            node,
            f"the binding {shown(binding.get('name'))} is not SOAP and is not read",
            severity="info",
        )
        return None
    port_type = definitions.find("portType", binding.get("type"), binding)
    address = next((child.get("location") for child in node.children if child.local == "address"), "")
    transport = soap.get("transport")
    found = Port(
        service,
        node.get("name"),
        _type_name(definitions, port_type) if port_type is not None else "",
        SOAP[soap.namespace],
        node,
        binding,
        address,
        transport,
    )
    if not found.over_http:
        definitions.remarks.say("wsdl.transport", soap, f"the transport {shown(transport)} is read as HTTP")
    return found


def _type_name(definitions: Definitions, port_type: Node) -> str:
    return f"{{{definitions.namespace(port_type)}}}{port_type.get('name')}"
