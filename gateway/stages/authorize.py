"""*authorize*: which of an operation's coordinates this caller may have, by the classes that departments declared and by what the
graph demands (``@authenticated``, ``@requiresScopes``, ``@policy``).

A refused coordinate is null with a typed error and is never fetched; the rest of the answer stands. Only where a department's class
needs a login and none was shown is the whole request refused (401, RFC 6750 §3); what the graph demands is told field by field.
"""

from __future__ import annotations

from connectors.entries import ServiceEntry
from gateway.generation import Generation
from gateway.types import Authorized, Prepared, Verdict
from tongban.caller import Caller
from tongban.errors import CallerFault, ErrorCode, TongbanError


def authorize(prepared: Prepared) -> Authorized:
    """Judged once per operation and standing of callers.

    Raises CallerFault(UNAUTHENTICATED) for an anonymous caller who asks for more than public data.
    """
    caller, verdicts = prepared.identified.caller, prepared.operation.verdicts
    standing = prepared.operation.standing(caller)
    verdict = verdicts.get(standing)
    if verdict is None:
        verdict = _judged(prepared, caller)
        verdicts.put(standing, verdict)
    if isinstance(verdict, TongbanError):
        raise CallerFault(verdict.code)
    return Authorized(prepared, verdict)


def _judged(prepared: Prepared, caller: Caller) -> Verdict:
    refusals: dict[str, TongbanError] = {}
    for coordinate in prepared.operation.coordinates:
        service = prepared.generation.service_at(coordinate)
        if service is not None:
            refusal = _refusal(coordinate, service, caller)
        else:
            refusal = _unlisted(coordinate, prepared.generation, caller)
        refusal = refusal or _own_level(coordinate, service, prepared.generation, caller)
        if refusal is None:
            continue
        if refusal.code is ErrorCode.UNAUTHENTICATED:
            return refusal
        refusals[coordinate] = refusal
    for coordinate, demand in prepared.operation.demands.items():
        if not demand.met_by(not caller.is_anonymous, caller.scopes, caller.policies):
            refusals.setdefault(coordinate, _unmet(coordinate, caller))
    return refusals


def _unmet(coordinate: str, caller: Caller) -> CallerFault:
    if caller.is_anonymous:
        return CallerFault(ErrorCode.UNAUTHENTICATED, f"{coordinate} needs a login.")
    return CallerFault(ErrorCode.FORBIDDEN, f"{coordinate} needs rights that the token does not grant.")


def _unlisted(coordinate: str, generation: Generation, caller: Caller) -> TongbanError | None:
    """What no service lists."""
    level = generation.level_unlisted(coordinate)
    if caller.is_anonymous and (level > 0 or coordinate in generation.needs_login):
        return CallerFault(ErrorCode.UNAUTHENTICATED)
    return _step_up(coordinate, level, None) if caller.level < level else None


def _own_level(
    coordinate: str, service: ServiceEntry | None, generation: Generation, caller: Caller
) -> TongbanError | None:
    """What a manifest says of the field itself holds beside all else."""
    level = generation.level_of_field(coordinate)
    if caller.level >= level:
        return None
    if caller.is_anonymous:
        return CallerFault(ErrorCode.UNAUTHENTICATED)
    return _step_up(coordinate, level, service.department if service is not None else None)


def _refusal(coordinate: str, service: ServiceEntry, caller: Caller) -> TongbanError | None:
    if caller.is_anonymous and (service.assurance > 0 or coordinate.startswith("Mutation.")):
        return CallerFault(ErrorCode.UNAUTHENTICATED)
    if caller.level < service.assurance:
        return _step_up(coordinate, service.assurance, service.department)
    if service.roles and not any(role.value in service.roles for role in caller.roles):
        return CallerFault(
            ErrorCode.FORBIDDEN, f"{coordinate} is for other roles.", department=service.department
        )
    return None


def _step_up(coordinate: str, level: int, department: str | None) -> CallerFault:
    return CallerFault(
        ErrorCode.STEP_UP_REQUIRED,
        f"{coordinate} needs assurance level {level}; log in again at that level.",
        department=department,
    )
