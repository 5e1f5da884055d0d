"""Which class proves which kind of ``backend.auth``: an explicit table. Secrets are resolved here, once, at
opening."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ssl import SSLContext
from urllib.parse import urljoin

from connectors.credentials.api_key import ApiKey
from connectors.credentials.authorization import basic, bearer
from connectors.credentials.client_credentials import ClientCredentials
from connectors.credentials.department_token import DepartmentToken
from connectors.credentials.nothing import NoCredential
from connectors.credentials.outgoing import Credential
from connectors.credentials.signature import Signature
from connectors.manifest.model import Auth, Manifest
from connectors.ports import Secrets, TokenExchange
from connectors.transport import Transport
from tongban.clock import Clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a credential may need to be made."""

    endpoint: str
    secrets: Secrets
    tokens: TokenExchange
    clock: Clock
    transport: Transport
    ssl: SSLContext | None


def _api_key(auth: Auth, around: Surroundings) -> Credential:
    options = auth.options
    return ApiKey(options.get("in", "header"), options["name"], around.secrets.get(options["value"]))


def _basic(auth: Auth, around: Surroundings) -> Credential:
    return basic(around.secrets.get(auth.options["username"]), around.secrets.get(auth.options["password"]))


def _bearer(auth: Auth, around: Surroundings) -> Credential:
    return bearer(around.secrets.get(auth.options["token"]))


def _oauth2(auth: Auth, around: Surroundings) -> Credential:
    options = auth.options
    token_url = str(options["tokenUrl"])
    if not token_url.startswith(("http://", "https://")):
        token_url = urljoin(around.endpoint + "/", token_url.lstrip("/"))
    client_id = str(options["clientId"])
    if client_id.startswith("secret://"):
        client_id = around.secrets.get(client_id)
    return ClientCredentials(
        token_url,
        client_id,
        around.secrets.get(options["clientSecret"]),
        options.get("scopes", ()),
        transport=around.transport,
        clock=around.clock,
        ssl=around.ssl,
    )


def _hmac(auth: Auth, around: Surroundings) -> Credential:
    options = auth.options
    return Signature(
        options["algorithm"],
        around.secrets.get(options["secret"]),
        options["canonical"],
        options["headers"],
        clock=around.clock,
    )


def _exchanged(auth: Auth, around: Surroundings) -> Credential:
    return DepartmentToken(around.tokens, auth.options["audience"], clock=around.clock, prefix="Bearer ")


def _nothing(_auth: Auth, _around: Surroundings) -> Credential:
    return NoCredential()


KINDS: Mapping[str, Callable[[Auth, Surroundings], Credential]] = {
    "none": _nothing,
    "apiKey": _api_key,
    "basic": _basic,
    "bearer": _bearer,
    "oauth2": _oauth2,
    "hmac": _hmac,
    "exchanged": _exchanged,
    "mtls": _nothing,
    "wsse": _nothing,  # travels in the SOAP envelope: connectors/credentials/wsse.py
}


def credentials_of(manifest: Manifest, around: Surroundings) -> tuple[Credential, ...]:
    """Everything that a request carries as headers or query, in the manifest's order; a signature comes last.

    Raises: KeyError for an unknown secret, ValueError for options that can't be used.
    """
    made = [KINDS[auth.kind](auth, around) for auth in manifest.backend.auth]
    forward = manifest.backend.forward
    if forward is not None and forward.header is not None:
        made.append(
            DepartmentToken(around.tokens, forward.audience, clock=around.clock, header=forward.header)
        )
    return tuple(sorted(made, key=lambda credential: isinstance(credential, Signature)))
