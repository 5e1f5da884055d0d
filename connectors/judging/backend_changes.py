"""How the backend is reached: what operators want to know before a version takes over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.judging.model import Change
from connectors.manifest.model import Auth, Manifest

_FIX = "try it in the sandbox: tongban connector check --probe"


def backend_changes(
    old: Manifest, new: Manifest, old_files: Mapping[str, bytes], new_files: Mapping[str, bytes]
) -> Iterator[Change]:
    """Kind, endpoints, authentication, TLS, limits, description."""
    was, now = old.backend, new.backend
    if old.id != new.id:
        yield Change("breaking", "metadata.id", f"{old.id} and {new.id} are two connectors", "keep the id")
    if was.kind != now.kind:
        yield Change("dangerous", "backend.kind", f"it was {was.kind} and is {now.kind}", _FIX)
    for name in sorted(was.endpoints.keys() | now.endpoints.keys()):
        if was.endpoints.get(name) != now.endpoints.get(name):
            yield Change("dangerous", f"backend.endpoints.{name}", f"the {name} endpoint is another", _FIX)
    if [_proof(each) for each in was.auth] != [_proof(each) for each in now.auth]:
        kinds = [", ".join(each.kind for each in auth) or "none" for auth in (was.auth, now.auth)]
        message = f"the platform proves itself by {kinds[1]}; it was {kinds[0]}"
        yield Change("dangerous", "backend.auth", message, _FIX)
    if was.forward != now.forward:
        yield Change("dangerous", "backend.forward", "the citizen's token travels in another way", _FIX)
    if was.tls != now.tls:
        yield Change("dangerous", "backend.tls", "certificates are taken from elsewhere", _FIX)
    if (was.limits, was.retry, was.breaker) != (now.limits, now.retry, now.breaker):
        yield Change("safe", "backend.limits", "limits, retries or the breaker are others")
    if dict(old_files) != dict(new_files):
        yield Change("safe", "backend.describe", "the description is another")


def _proof(auth: Auth) -> tuple[str, str]:
    """Kind and options; these hold names of secrets, never values."""
    return auth.kind, repr(sorted(auth.options.items(), key=lambda item: item[0]))
