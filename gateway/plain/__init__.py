"""The plain modes of ``tongban serve``: a federation gateway over a list of subgraphs or a supergraph file, for anybody or for
the callers of one issuer. The same walk as the full gateway, without registry, accounts, matters, database or data directory.
"""

from gateway.plain.app import PlainGateway
from gateway.plain.faults import Objected, PlainUnusable
from gateway.plain.options import PlainOptions

__all__ = ["Objected", "PlainGateway", "PlainOptions", "PlainUnusable"]
