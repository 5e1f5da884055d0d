"""A WSDL and its schemas, read from the uploaded files only.

What can't be read is named at its place and costs only itself. Must never: open a file or a connection; accept
a document type declaration.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.soap.definitions import Definitions, read_definitions
from connectors.soap.library import Library
from connectors.soap.remarks import Remarks


def read(files: Mapping[str, bytes], wsdl: str) -> Definitions:
    """Reads the WSDL at the path ``wsdl`` and everything it imports, out of ``files``.

    Raises: WsdlRefused.
    """
    remarks = Remarks()
    try:
        return read_definitions(Library(files, remarks), wsdl, remarks)
    except RecursionError:
        raise remarks.refuse("xsd.large", wsdl, "schemas redefine each other too deeply") from None
