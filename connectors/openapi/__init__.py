"""REST backends from OpenAPI (Swagger 2.0, OpenAPI 3.0 and 3.1)."""

from connectors.openapi.backend import RestBackend, open_backend
from connectors.openapi.document import DescriptionRefused

__all__ = ["DescriptionRefused", "RestBackend", "open_backend"]
