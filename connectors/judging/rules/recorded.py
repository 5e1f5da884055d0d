"""The manifest's tests, as far as they can be judged without running them."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLError, parse

from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding, did_you_mean


def unreadable(case: Case) -> Iterator[Finding]:
    for index, test in enumerate(case.manifest.tests):
        try:
            parse(test.run, no_location=True, max_tokens=5_000)
        except GraphQLError as error:
            message = f"the test '{test.name}' runs no GraphQL: {error.message}"
            yield case.say("test.syntax", "error", ("tests", index, "run"), message, "a whole operation")
        except RecursionError:
            message = f"the test '{test.name}' is nested too deeply"
            yield case.say("test.syntax", "error", ("tests", index, "run"), message, "ask for less")


def unknown_operation(case: Case) -> Iterator[Finding]:
    """A recorded answer that no call would ever get."""
    if not case.operations:
        return
    for index, test in enumerate(case.manifest.tests):
        for number, answer in enumerate(test.backend):
            if answer.operation not in case.operations and answer.operation != "_entities":
                message = (
                    f"'{test.name}' has an answer of '{answer.operation}', which the description has not"
                )
                fix = did_you_mean(answer.operation, case.operations)
                place = ("tests", index, "backend", number, "operation")
                yield case.say("test.operation", "error", place, message, fix or "an operation's name")


def without_answers(case: Case) -> Iterator[Finding]:
    """Nothing can be replayed, and nothing is to be asked live."""
    for index, test in enumerate(case.manifest.tests):
        if not test.backend and ("tests", index, "live") not in case.manifest.places:
            message = f"the test '{test.name}' has no recorded answer and is not live"
            yield case.say(
                "test.answers", "warning", ("tests", index), message, "backend: […] or live: sandbox"
            )
