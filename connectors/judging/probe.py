"""The draft against its sandbox: the only stage that sends anything, and only to the draft's own endpoint.

Reads only, but for ``lights``, which runs the mutations that a test marks as live. Must never: tell a value of an answer.
"""

from __future__ import annotations

from connectors.judging.live import ground_for, open_live
from connectors.judging.model import Draft, Judgement, Lights
from connectors.judging.probing import Probing
from connectors.manifest import Finding, ManifestRejected
from connectors.ports import Secrets, TokenExchange
from connectors.transport import Transport
from tongban.clock import Clock


async def probe(
    draft: Draft, *, secrets: Secrets, tokens: TokenExchange, clock: Clock, transport: Transport
) -> Judgement:
    """Reachable, certificate, health, credentials good and bad, live tests, drift. Findings name no value.

    ``tokens`` mint for a synthetic citizen.
    """
    try:
        ground = ground_for(draft, secrets, tokens, clock, transport)
        if ground is None:
            return Judgement("probe", (_no_sandbox(draft),))
        probing = Probing(ground, open_live(ground))
    except ManifestRejected as rejected:
        return Judgement("probe", rejected.findings)
    async with probing:
        await probing.network()
        if probing.reached:
            await probing.data()
            await probing.bad_credentials()
    return Judgement("probe", tuple(dict.fromkeys(probing.found)))


async def lights(
    draft: Draft,
    *,
    secrets: Secrets,
    tokens: TokenExchange,
    clock: Clock,
    transport: Transport,
    patience_s: float = 10.0,
) -> Lights:
    """Network: reached and well. Data: live reads keep the contract. Business: a live test's matter is completed within
    ``patience_s``. A light of which nothing was asked is unknown.

    Raises: ManifestRejected for a draft that does not open; ValueError without a sandbox.
    """
    ground = ground_for(draft, secrets, tokens, clock, transport)
    if ground is None:
        raise ValueError(_no_sandbox(draft).message)
    async with Probing(ground, open_live(ground)) as probing:
        await probing.network()
        if probing.reached:
            await probing.data()
            await probing.business(patience_s)
    return probing.lights()


def _no_sandbox(draft: Draft) -> Finding:
    message = "there is no sandbox to ask; production is never probed"
    return Finding("probe.sandbox", "error", draft.file, 1, 1, message, "backend.endpoints: {sandbox: …}")
