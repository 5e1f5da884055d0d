"""Authorization requests: read, checked, and carried through the login page under seal.

The sealed request in the form is also the protection against forged posts: it names the hash of a random
cookie that only this browser has.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from auth.provider.clients import RegisteredClient
from auth.provider.faults import OAuthError, PageError
from auth.provider.sessions import token_hash
from auth.provider.settings import ProviderSettings
from storage.sealed import SealBroken, Sealed

_COLUMN = "oauth.request"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST = 512
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})


class RedirectError(OAuthError):
    """An error that goes back to the client by redirect (RFC 6749 §4.1.2.1)."""

    def __init__(self, error: str, description: str, redirect_uri: str, state: str) -> None:
        super().__init__(error, description)
        self.redirect_uri = redirect_uri
        self.state = state


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request of a registered client, checked."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    code_challenge: str
    levels: tuple[int, ...]
    prompt: tuple[str, ...]
    max_age_s: int | None

    def level_for(self, highest: int) -> int:
        """The assurance level of the login: the first asked for that the account reaches, else the
        account's own.
        """
        return next((level for level in self.levels if level <= highest), highest)


def read_authorization_request(
    said: Mapping[str, str], settings: ProviderSettings
) -> tuple[AuthorizationRequest, RegisteredClient]:
    """Checks in the order that RFC 6749 §4.1.2.1 wants: client and address first; only then may errors be
    redirected.

    Raises: PageError, RedirectError.
    """
    client = settings.client(said.get("client_id", ""))
    if client is None:
        raise PageError("invalid_client", "This app is not registered.")
    redirect_uri = said.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:
        raise PageError("invalid_request", "The app's return address is not registered.")
    state = said.get("state", "")

    def refuse(error: str, description: str) -> RedirectError:
        return RedirectError(error, description, redirect_uri, state if len(state) <= _LONGEST else "")

    if len(state) > _LONGEST or len(said.get("nonce", "")) > _LONGEST:
        raise refuse("invalid_request", "state or nonce is too long.")
    for name in ("request", "request_uri", "registration"):
        if name in said:
            raise refuse(f"{name}_not_supported", f"{name} is not supported.")
    if said.get("response_type") != "code":
        raise refuse("unsupported_response_type", "Only response_type=code is offered.")
    if said.get("response_mode", "query") != "query":
        raise refuse("invalid_request", "Only response_mode=query is offered.")
    challenge = said.get("code_challenge", "")
    if said.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise refuse("invalid_request", "PKCE with code_challenge_method=S256 is required.")
    prompt = tuple(said.get("prompt", "").split())
    if not set(prompt) <= _PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise refuse("invalid_request", "prompt is not valid.")
    max_age = said.get("max_age")
    if max_age is not None and not re.fullmatch(r"\d{1,9}", max_age, re.ASCII):
        raise refuse("invalid_request", "max_age is not valid.")
    granted = [scope for scope in dict.fromkeys(said.get("scope", "").split()) if scope in client.scopes]
    request = AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=redirect_uri,
        scope=" ".join(granted),
        state=state,
        nonce=said.get("nonce", ""),
        code_challenge=challenge,
        levels=tuple(int(level) for level in said.get("acr_values", "").split() if level in {"1", "2", "3"}),
        prompt=prompt,
        max_age_s=int(max_age) if max_age is not None else None,
    )
    return request, client


def seal_request(sealed: Sealed, request: AuthorizationRequest, cookie: str, until: float) -> str:
    """For the form's hidden field."""
    return sealed.seal(_COLUMN, json.dumps({"r": asdict(request), "c": token_hash(cookie), "u": until}))


def unseal_request(sealed: Sealed, text: str, cookie: str, now: float) -> AuthorizationRequest:
    """What the form brought back.

    Raises: PageError if it is forged, of another browser, or too old.
    """
    try:
        found = json.loads(sealed.unseal(_COLUMN, text))
    except SealBroken:
        raise PageError("invalid_request", "The login page is not valid; start again from the app.") from None
    if not hmac.compare_digest(found["c"], token_hash(cookie)) or found["u"] <= now:
        raise PageError("invalid_request", "The login page has expired; start again from the app.")
    said = found["r"]
    return AuthorizationRequest(**said | {"levels": tuple(said["levels"]), "prompt": tuple(said["prompt"])})
