"""What the embedded identity provider is told at start. Frozen, and every field says what it means."""

from __future__ import annotations

from dataclasses import dataclass

from auth.provider.clients import RegisteredClient


@dataclass(frozen=True, slots=True)
class SampleLogin:
    """A synthetic account that the demo's login page offers."""

    login: str
    password: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """``issuer`` is the exact origin that clients see (``https://login.example`` or
    ``http://127.0.0.1:8000``), no slash at the end.
    """

    issuer: str
    clients: tuple[RegisteredClient, ...]
    audience: str = "tongban"
    access_life_s: int = 600
    code_life_s: int = 60
    session_life_s: int = 12 * 3600
    reuse_grace_s: float = 10.0
    """How long a used refresh token may be used again: the answer may have been lost on the way."""
    login_page_life_s: int = 900
    simulated: bool = False
    """The page says that all accounts are synthetic."""
    samples: tuple[SampleLogin, ...] = ()

    @property
    def is_secure(self) -> bool:
        """Whether cookies can be ``Secure``."""
        return self.issuer.startswith("https://")

    def client(self, client_id: str) -> RegisteredClient | None:
        """A registered client by id."""
        return next((client for client in self.clients if client.client_id == client_id), None)
