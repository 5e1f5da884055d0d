"""Errors of the OAuth protocol, with the words of RFC 6749 §4.1.2.1 and §5.2. No description repeats what
was sent.
"""

from __future__ import annotations


class OAuthError(Exception):
    """``error`` is the registered code; ``description`` a safe English sentence."""

    def __init__(
        self, error: str, description: str, *, status: int = 400, retry_after_s: float | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.retry_after_s = retry_after_s


class PageError(OAuthError):
    """Must be shown to the person: redirecting would send them to an address that nobody registered (RFC
    6749 §4.1.2.1).
    """
