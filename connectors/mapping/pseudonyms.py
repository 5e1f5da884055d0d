"""Values that leave as keyed digests (``transform: hmac``): the same person the same each time, nobody in clear.

Must never: keep a value, or make a digest without a key.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from typing import Any

from connectors.expressions.values import Convert
from connectors.manifest.findings import Finding, ManifestRejected
from connectors.manifest.model import Field, Manifest
from connectors.ports import Secrets


class Pseudonyms:
    """HMAC-SHA-256 under the department's own key: 43 characters of base64url."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, value: Any) -> Any:
        """Lists item by item; null stays null."""
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if value is None:
            return None
        digest = hmac.digest(self._key, str(value).encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def after(self, convert: Convert) -> Convert:
        """The digest of what ``convert`` gives."""
        return lambda raw: self.of(convert(raw))


def pseudonyms_of(manifest: Manifest, secrets: Secrets | None) -> Pseudonyms:
    """The key is ``secret://<department>/pseudonym``, asked for where a field has a ``transform``.

    Raises: ManifestRejected.
    """
    wanting = next((field for field in _fields(manifest) if field.transform is not None), None)
    if wanting is None:
        return Pseudonyms(b"")
    reference = f"secret://{manifest.department}/pseudonym"
    try:
        if secrets is None:
            raise KeyError(reference)
        return Pseudonyms(secrets.get(reference).encode())
    except KeyError:
        line, column = manifest.places.get((*wanting.place, "transform"), (0, 0))
        message = f"{wanting.name} is to leave as a digest, and the secret {reference} is unknown"
        finding = Finding("transform.key", "error", manifest.file, line, column, message, "store the secret")
        raise ManifestRejected([finding]) from None


def _fields(manifest: Manifest) -> Iterator[Field]:
    yield from manifest.query.values()
    yield from manifest.mutation.values()
    for declared in manifest.types.values():
        yield from declared.fields.values()
    for entity in manifest.entities.values():
        yield from entity.fields.values()
