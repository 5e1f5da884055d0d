"""``tls``: the TLS context of one connector from PEM texts among the secrets: the department's own CA, our
client certificate.

Must never: leave a private key on disk, or turn verification off.
"""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

from connectors.manifest.model import Tls
from connectors.ports import Secrets


def tls_context(tls: Tls, secrets: Secrets) -> ssl.SSLContext | None:
    """None where the manifest says nothing of TLS: the system's own authorities apply.

    Raises: KeyError for an unknown secret, ssl.SSLError (an OSError) for a PEM that is none.
    """
    if tls.ca is None and tls.client_cert is None:
        return None
    context = ssl.create_default_context(cadata=None if tls.ca is None else secrets.get(tls.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.client_cert is not None and tls.client_key is not None:
        _load(context, secrets.get(tls.client_cert), secrets.get(tls.client_key))
    return context


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """OpenSSL reads certificates from files only: a private directory, gone before anything else happens."""
    with tempfile.TemporaryDirectory(prefix="tongban-") as folder:
        pair = Path(folder, "pair.pem")
        pair.touch(mode=0o600)
        pair.write_text(f"{key}\n{certificate}\n", encoding="ascii")
        context.load_cert_chain(pair)
