"""How the backend is reached and how the platform proves itself there."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding

_PRIVATE_NAMES = (".local", ".internal", ".lan", ".intranet", ".svc", ".test")
_WEAK = ("MD5", "SHA1")


def open_http(case: Case) -> Iterator[Finding]:
    """Over the open network everybody on the way reads along."""
    for name, url in case.manifest.backend.endpoints.items():
        parts = urlsplit(url)
        if parts.scheme == "http" and not _is_private(parts.hostname or ""):
            message = f"the {name} endpoint is asked over the open network without TLS"
            yield case.say("endpoint.http", "warning", ("backend", "endpoints", name), message, "https://…")


def _is_private(host: str) -> bool:
    """By its spelling alone: nothing is looked up. A name without a dot is of the own network."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_NAMES)


def no_endpoint(case: Case) -> Iterator[Finding]:
    if not case.manifest.backend.endpoints:
        message = "no endpoint is named: it has to be given at each publication"
        yield case.say("endpoint.missing", "info", ("backend",), message, "endpoints: {sandbox: https://…}")


def no_sandbox(case: Case) -> Iterator[Finding]:
    endpoints = case.manifest.backend.endpoints
    if endpoints and "sandbox" not in endpoints:
        message = "there is no sandbox: nothing can be tried without real cases"
        yield case.say(
            "endpoint.sandbox", "info", ("backend", "endpoints"), message, "endpoints: {sandbox: …}"
        )


def weak_digest(case: Case) -> Iterator[Finding]:
    for index, auth in enumerate(case.manifest.backend.auth):
        if str(auth.options.get("algorithm", "")).upper().replace("-", "") in _WEAK:
            message = f"a signature over {auth.options['algorithm']} can be forged"
            yield case.say("auth.weak", "warning", ("backend", "auth", index), message, "SM3 or SHA256")


def secret_in_query(case: Case) -> Iterator[Finding]:
    for index, auth in enumerate(case.manifest.backend.auth):
        if auth.kind == "apiKey" and auth.options.get("in") == "query":
            message = "a key in the address is written into every log on the way"
            yield case.say("auth.query", "warning", ("backend", "auth", index), message, "in: header")


def plain_password(case: Case) -> Iterator[Finding]:
    for index, auth in enumerate(case.manifest.backend.auth):
        if auth.kind == "wsse" and auth.options.get("digest", True) is False:
            message = "the password travels as it is in every message"
            yield case.say("auth.plain", "info", ("backend", "auth", index), message, "digest: true")


def nobody_proves(case: Case) -> Iterator[Finding]:
    """Whoever reaches the backend could ask it for the same."""
    manifest = case.manifest
    if manifest.governance.classification == "L1" or manifest.backend.forward is not None:
        return
    if all(auth.kind == "none" for auth in manifest.backend.auth):
        message = f"data of {manifest.governance.classification} is given without any proof of who asks"
        yield case.say("auth.missing", "warning", ("backend",), message, "auth: [{kind: …}]")
