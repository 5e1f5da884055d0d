"""The embedded OpenID provider: authorization code with PKCE for the province's own apps, as Starlette
routes.

What is ours here is small and cites its RFC section; signatures are PyJWT's, passwords argon2-cffi's
(docs/adr/0006).
"""

from auth.provider.clients import RegisteredClient, default_clients
from auth.provider.parts import Provider
from auth.provider.routes import provider_routes
from auth.provider.settings import ProviderSettings, SampleLogin

__all__ = [
    "Provider",
    "ProviderSettings",
    "RegisteredClient",
    "SampleLogin",
    "default_clients",
    "provider_routes",
]
