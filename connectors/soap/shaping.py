"""From a description to shapes: once per description."""

from __future__ import annotations

from connectors.soap.complex_types import ComplexTypes
from connectors.soap.definitions import Definitions
from connectors.soap.messages import Operations
from connectors.soap.ports import choose_ports
from connectors.soap.remarks import shown
from connectors.soap.shape import OperationShape, WsdlShape
from connectors.soap.simple_types import documentation


def shape(
    definitions: Definitions,
    service: str | None = None,
    port: str | None = None,
    version: str | None = None,
) -> WsdlShape:
    """The operations of the SOAP port named; else of one port for each port type, of ``version`` where there is a
    choice. Where two ports have an operation of the same name, the later one's is ``Port.operation``.

    Raises: WsdlRefused.
    """
    remarks = definitions.remarks
    ports = choose_ports(definitions, service, port, version)
    types = ComplexTypes(definitions.schemas, remarks)
    operations: dict[str, OperationShape] = {}
    for found in ports:
        for name, operation in Operations(definitions, types, found).all().items():
            if name in operations:
                name = f"{found.name}.{name}"
                remarks.say(
                    "wsdl.same-operation",
                    found.node,
                    f"two ports have this operation: that of {shown(found.name)} is called {shown(name)}",
                    severity="info",
                )
            operations.setdefault(name, operation)
    types.settle()
    if not operations:
        raise remarks.refuse(
            "wsdl.empty", definitions.root, "the WSDL has no operation", "ask for the whole WSDL"
        )
    first = ports[0]
    return WsdlShape(
        first.version,
        operations,
        types.all_named(),
        remarks.found,
        first.path,
        first.address,
        first.service or definitions.root.get("name"),
        documentation(definitions.root),
    )
