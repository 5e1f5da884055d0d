"""What the stages after lint say, and the rules of the grades."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.judging.cause import Cause

CAUSES: Mapping[str, Cause] = {
    "compose.service": Cause("another connector lists a service of this id", "another name"),
    "compose.claimed": Cause(
        "a service of another connector has this field already", "take it out of one of the two"
    ),
    "impact.breaking-used": Cause(
        "a change breaks what is in use", "keep what is used, or accept it with a reason"
    ),
    "impact.breaking-accepted": Cause(
        "a change breaks what is in use, and was accepted", "tell those who are named"
    ),
    "impact.breaking-unused": Cause("a change breaks what nobody has used", "nothing, where it is meant"),
    "contract.graph": Cause("the connector does not even compose by itself", "what the message names"),
    "contract.operation": Cause("a test's operation is none of this graph", "fields of the graph"),
    "contract.unrecorded": Cause(
        "a test asks an operation of which it has no recorded answer", "record it under `backend`"
    ),
    "contract.differs": Cause(
        "what came is not what the test expects (values of tests are synthetic, and shown)",
        "correct the mapping, or the expectation",
    ),
    "contract.error": Cause(
        "a test ends in an error; as information where null was expected there",
        "a rule of `envelope.errors`, or `envelope.success`",
    ),
    "contract.crash": Cause("a spoiled answer ended in an internal error", "tell the platform's operators"),
    "contract.leak": Cause(
        "an error repeats words of a spoiled answer", "`message: show` for citizens' words only"
    ),
    "contract.spreads": Cause(
        "a spoiled part takes fields along that do not come from it", "nullable fields: no `!`"
    ),
    "contract.silent": Cause("a failure passes for success", "an `envelope.success` that it does not meet"),
    "contract.bounded": Cause("more ways of spoiling than are tried", "fewer or smaller recorded answers"),
    "probe.sandbox": Cause("there is no sandbox to ask", "`endpoints: {sandbox: …}`"),
    "probe.unreachable": Cause(
        "the sandbox is not reached",
        "is it up, is the address right, may the platform reach it (`TONGBAN_EGRESS_ALLOW`)",
    ),
    "probe.certificate": Cause("the certificate does not hold, or not for long", "renew it"),
    "probe.no-health": Cause("nothing says how health is asked for", "a `health` block"),
    "probe.health": Cause("the backend is not well by its own word", "ask the department"),
    "probe.no-live": Cause("no test reads from the sandbox", "a test with `live: sandbox`"),
    "probe.refused": Cause(
        "the sandbox refuses the platform's credential", "the right secret for the sandbox"
    ),
    "probe.bad-credential": Cause(
        "the sandbox takes a wrong credential as it takes the right one", "tell the department"
    ),
    "probe.live": Cause("a live test ends in an error", "see what the sandbox answers"),
    "probe.differs": Cause("a live answer is not what the test expects", "the mapping, or the test"),
    "probe.empty": Cause("a live test finds nothing", "ask for what the sandbox has"),
    "probe.drift": Cause(
        "a live answer is not as it is described", "bring the description up to date, then the mapping"
    ),
    "probe.quality": Cause("live values do not fit their types", "a format, an enum or another type"),
    "probe.matter": Cause("a live test's matter cannot be opened or followed", "what the message names"),
    "grade.loads": Cause("bronze: it loads without errors", "tongban connector lint"),
    "grade.owner": Cause("bronze: an owner who can be reached", "`metadata.owners`"),
    "grade.health": Cause("bronze: its health can be asked for", "`backend.health`"),
    "grade.tests": Cause("bronze: a test for each root field", "`tests`"),
    "grade.errors": Cause("silver: the backend's errors have meanings", "`envelope.errors`"),
    "grade.bad-credential": Cause(
        "silver: a recorded test of a refused credential", "a test whose answer is `BACKEND_AUTH`"
    ),
    "grade.stale": Cause(
        "silver: what is older is shown when the backend fails", "`cache: {staleIfError: …}`"
    ),
    "grade.batch": Cause("silver: every entity but the citizen in batches", "`many`"),
    "grade.words": Cause("gold: words in Chinese and English", "what lint names"),
    "grade.classes": Cause("gold: every field has a class", "`classification`"),
    "grade.paths": Cause("gold: no path or answer without description", "what lint names"),
    "grade.sandbox": Cause("gold: a sandbox", "`endpoints: {sandbox: …}`"),
    "grade.pages": Cause("gold: lists can be paged through", "`page`"),
    "grade.fast": Cause("platinum: the 95th percentile held for 90 days", "within 1 s"),
    "grade.available": Cause("platinum: availability held for 90 days", "99.9 %"),
    "grade.drift": Cause("platinum: no drift for 90 days", "keep the description as the backend is"),
}
