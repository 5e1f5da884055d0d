"""What lint's own rules say."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.judging.cause import Cause

CAUSES: Mapping[str, Cause] = {
    "words.title": Cause(
        "a connector, a department or a service has no title in one of the languages", "add both"
    ),
    "words.missing": Cause(
        "neither the manifest nor the description says what a field or a type is",
        "`description: {zh: …, en: …}`",
    ),
    "words.language": Cause("words stand in one language only", "add the other"),
    "class.missing": Cause(
        "fields have no class of their own: the manifest's holds", "`classification: L1` … `L4` at each field"
    ),
    "class.lower": Cause(
        "a service is of a lower class than a field that it gives", "raise the service's class"
    ),
    "class.level": Cause(
        "a service asks for a lower level than its class does", "raise or remove `assurance`"
    ),
    "duty.owner": Cause(
        "nobody is named as owner; publication is refused", "an owner with `name` and `contact`"
    ),
    "duty.basis": Cause(
        "the legal basis is not said; publication is refused",
        "`legalBasis`, in `governance` or at the service",
    ),
    "duty.unit": Cause(
        "the responsible unit is not said; publication is refused",
        "`responsibleUnit`, in `governance` or at the service",
    ),
    "duty.unfilled": Cause(
        "a basis or a unit is still what init wrote; publication under review is refused", "its name"
    ),
    "duty.time": Cause(
        "a transaction promises no time; publication is refused", "`promisedMinutes` or `promisedDays`"
    ),
    "duty.legal": Cause(
        "a transaction does not say how long the law gives; publication is refused", "`legalDays`"
    ),
    "duty.purpose": Cause("personal data is offered without a purpose", "`purposes`"),
    "duty.steward": Cause(
        "no owner may sign a change of class or purpose", "an owner with `role: data-steward`"
    ),
    "mutation.unrepeatable": Cause(
        "a transaction takes no idempotency key", "ask the department to take one"
    ),
    "mutation.number": Cause(
        "a receipt is given and nothing says where its number stands", "`number: <path in data>`"
    ),
    "mutation.states": Cause(
        "there are transactions and no way to ask for a case's state", "a `matters` block"
    ),
    "endpoint.http": Cause("a public address is asked without TLS", "`https://…`"),
    "endpoint.missing": Cause("no endpoint is named", "`endpoints: {sandbox: …}`"),
    "endpoint.sandbox": Cause("there is no sandbox", "`endpoints: {sandbox: …}`"),
    "auth.weak": Cause("a signature over MD5 or SHA-1", "SM3 or SHA256"),
    "auth.query": Cause("a key travels in the address, and so into logs", "`in: header`"),
    "auth.plain": Cause("a password travels as it is in every message", "`digest: true`"),
    "auth.missing": Cause("classified data is given without proof of who asks", "an `auth` entry"),
    "condition.type": Cause(
        "a function in a condition gets a value that it does not take, and is false for ever",
        "`to_string(…)` or `to_number(…)` around it",
    ),
    "condition.undescribed": Cause(
        "a condition asks for a name that no described answer has", "the name that is proposed"
    ),
    "envelope.unreachable": Cause("an earlier rule holds wherever this one does", "move it up, or delete it"),
    "envelope.message": Cause(
        "words are to be shown and nothing says where they stand", "`envelope.message`"
    ),
    "operation.unused": Cause("described operations that no call uses", "use them, or leave them"),
    "operation.untyped": Cause(
        "the description does not say what an operation answers", "ask for the schema"
    ),
    "operation.writes": Cause(
        "a query calls an operation that may change something",
        "a mutation, unless it only looks something up",
    ),
    "type.unused": Cause("a type that nothing gives", "return it, or delete it"),
    "test.syntax": Cause("a test runs no GraphQL", "a whole operation"),
    "test.operation": Cause(
        "a test has an answer of an operation that is not there", "the name that is proposed"
    ),
    "test.answers": Cause(
        "a test has no recorded answer and is not live", "`backend: […]`, or `live: sandbox`"
    ),
}
