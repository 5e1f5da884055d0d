"""What the endpoints share, wired once."""

from __future__ import annotations

from dataclasses import dataclass

from auth.accounts import Accounts
from auth.issue import TokenIssuer
from auth.keys import Keys
from auth.provider.grants import Grants
from auth.provider.pages import Pages
from auth.provider.sessions import Sessions
from auth.provider.settings import ProviderSettings
from auth.provider.throttle import LoginThrottle
from auth.revocations import Revocations
from auth.tokens import TokenVerifier
from storage.audit import AuditLog
from storage.sealed import Sealed
from tongban.clock import Clock


@dataclass(frozen=True, slots=True)
class Provider:
    """The embedded identity provider."""

    settings: ProviderSettings
    keys: Keys
    accounts: Accounts
    sessions: Sessions
    grants: Grants
    tokens: TokenIssuer
    verifier: TokenVerifier
    revocations: Revocations
    throttle: LoginThrottle
    pages: Pages
    sealed: Sealed
    audit: AuditLog
    clock: Clock
