"""Which answers of a mapped backend are kept, for whom, and under which key.

Must never: keep for everybody what the manifest should not have called public: the rule is asked again here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

import orjson

from connectors.backend import CallSpec
from connectors.manifest.keeping import entity_not_public, field_not_public
from connectors.manifest.model import Entity, Field, Manifest
from connectors.manifest.runtime import Cache
from connectors.mapping.envelope import Verdict
from federation.subgraph import FetchContext
from tongban.caller import Caller
from tongban.errors import ErrorCode

_FAILURES = frozenset(
    {
        ErrorCode.DEPARTMENT_UNAVAILABLE,
        ErrorCode.DEPARTMENT_TIMEOUT,
        ErrorCode.DEPARTMENT_ERROR,
        ErrorCode.DEPARTMENT_MAINTENANCE,
        ErrorCode.RATE_LIMITED,
        ErrorCode.BACKEND_AUTH,
    }
)


def rule_of_field(manifest: Manifest, owner: str, spec: Field) -> Cache | None:
    """None: nothing is kept."""
    return None if spec.cache is None else _safe(spec.cache, field_not_public(manifest, owner, spec))


def rule_of_entity(manifest: Manifest, entity: Entity | None) -> Cache | None:
    """For ``one`` and ``many``."""
    if entity is None or entity.cache is None:
        return None
    return _safe(entity.cache, entity_not_public(manifest, entity))


def _safe(rule: Cache, not_public: str) -> Cache | None:
    if rule.scope == "none":
        return None
    return replace(rule, scope="citizen") if rule.scope == "public" and not_public else rule


_SEAL_BYTES = hashlib.sha256().digest_size


def call_seal(spec: CallSpec, wanted: object) -> bytes:
    """What tells one call from another; ``wanted``: what else its answer depends on."""
    return hashlib.sha256(repr((spec, wanted)).encode()).digest()


def key_of(seal: bytes, inputs: bytes, rule: Cache, context: FetchContext) -> bytes | None:
    """None where there is nobody to keep the answer for."""
    if rule.scope == "public":
        return seal + b"*" + inputs
    who = _who(context.caller, context)
    return None if who is None else seal + who + inputs


def _who(caller: Caller, context: FetchContext) -> bytes | None:
    """One person in one session, with what a department's token for them would say."""
    if caller.is_anonymous:
        return None
    person = None if caller.person is None else (caller.person.person_id, caller.person.cid)
    subject = _subject(caller)
    said = (caller.subject, caller.session, caller.level, person, caller.enterprises, context.purpose)
    return subject + hashlib.sha256(repr(said).encode()).digest()


def of_same_subject(caller: Caller) -> Callable[[bytes], bool]:
    """Which keys are of this caller, in whatever session, at whatever level, for whatever purpose."""
    subject = _subject(caller)
    return lambda key: key.startswith(subject, _SEAL_BYTES)


def _subject(caller: Caller) -> bytes:
    return b"=" + hashlib.sha256(caller.subject.encode()).digest()


class PackedVerdicts:
    """Verdicts as bytes; only answers are kept, no problems."""

    def pack(self, answer: Verdict) -> bytes | None:
        if answer.problem is not None:
            return None
        link = answer.headers.get("link")
        try:
            return orjson.dumps([answer.absent, link, answer.data])
        except TypeError:  # a whole number over 64 bits
            return None

    def unpack(self, content: bytes) -> Verdict:
        absent, link, data = orjson.loads(content)
        headers: Mapping[str, str] = {} if link is None else {"link": link}
        return Verdict(data, absent=absent, headers=headers)

    def is_failure(self, answer: Verdict) -> bool:
        return answer.problem is not None and answer.problem.code in _FAILURES
