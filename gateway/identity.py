"""Wires the embedded identity provider to the open rooms."""

from __future__ import annotations

from auth.issue import TokenIssuer
from auth.provider import Provider, ProviderSettings, SampleLogin, default_clients
from auth.provider.grants import Grants
from auth.provider.pages import Pages
from auth.provider.sessions import Sessions
from auth.provider.throttle import LoginThrottle
from gateway.rooms import Rooms


def identity_provider(rooms: Rooms, *, simulated: bool, samples: tuple[SampleLogin, ...]) -> Provider:
    origin = rooms.settings.issuer
    settings = ProviderSettings(
        issuer=origin,
        clients=default_clients(origin),
        audience=rooms.settings.audience,
        simulated=simulated,
        samples=samples,
    )
    return Provider(
        settings=settings,
        keys=rooms.keys,
        accounts=rooms.accounts,
        sessions=Sessions(rooms.database, rooms.revocations, rooms.clock),
        grants=Grants(rooms.database, rooms.revocations, settings, rooms.clock),
        tokens=TokenIssuer(rooms.keys, origin, settings.audience, rooms.clock),
        verifier=rooms.verifier,
        revocations=rooms.revocations,
        throttle=LoginThrottle(rooms.clock),
        pages=Pages(settings),
        sealed=rooms.sealed,
        audit=rooms.audit,
        clock=rooms.clock,
    )
