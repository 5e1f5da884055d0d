"""The platform's own part of the graph: matters of the citizen and the catalogue. Itself a subgraph."""

from schema.catalogue import Catalogue, CatalogueIndex, FixedCatalogue
from schema.matter_log import BackOff, MatterLog, Sealer
from schema.matter_record import Begun, MatterRecord, Replayed
from schema.platform import PlatformSchema, platform_schema
from schema.refresh import MatterRefresh
from schema.states import Failure, MatterState, failure_of

__all__ = [
    "BackOff",
    "Begun",
    "Catalogue",
    "CatalogueIndex",
    "Failure",
    "FixedCatalogue",
    "MatterLog",
    "MatterRecord",
    "MatterRefresh",
    "MatterState",
    "PlatformSchema",
    "Replayed",
    "Sealer",
    "failure_of",
    "platform_schema",
]
