"""The rules of the grades: one small checker each, in a table. A checker says what is lacking; nothing: the rule is met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from graphql import (
    FieldNode,
    GraphQLError,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    parse,
)

from connectors.connector import Connector
from connectors.judging.model import Evidence, Level
from connectors.judging.recorded import verdict_of
from connectors.judging.sdl import root_fields
from connectors.manifest.findings import Finding
from connectors.manifest.model import Field, Manifest
from connectors.mapping.envelope import Judge
from tongban.errors import ErrorCode

HELD_DAYS = 90
P95_S = 1.0
AVAILABILITY = 0.999
"""What platinum wants to have been held for ``HELD_DAYS``."""


@dataclass(frozen=True)
class Graded:
    """What the rules look at. ``findings``: of lint."""

    manifest: Manifest
    connector: Connector
    findings: tuple[Finding, ...]
    evidence: Evidence | None

    def count(self, *codes: str) -> int:
        return sum(1 for found in self.findings if found.code in codes)

    @cached_property
    def roots(self) -> frozenset[str]:
        """Root fields of queries and mutations, those that a GraphQL backend brings along included."""
        return frozenset(name for _, name in root_fields(self.connector.sdl, "Query", "Mutation"))

    @cached_property
    def lookups(self) -> dict[str, Field]:
        """Fields that read by a call of their own, by coordinate."""
        found = {f"Query.{name}": field for name, field in self.manifest.query.items()}
        for entity in self.manifest.entities.values():
            found |= {f"{entity.name}.{f.name}": f for f in entity.fields.values() if f.has_call}
        return found


Checker = Callable[[Graded], str]


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    level: Level
    lacks: Checker
    fix: str


def _errors(graded: Graded) -> str:
    errors = [found for found in graded.findings if found.severity == "error"]
    return f"lint finds {len(errors)} errors" if errors else ""


def _owner(graded: Graded) -> str:
    reachable = any(owner.contact for owner in graded.manifest.metadata.owners)
    return "" if reachable else "nobody can be reached who answers for it"


def _health(graded: Graded) -> str:
    return "" if graded.manifest.backend.health is not None else "nothing says how its health is asked for"


def _tested(graded: Graded) -> str:
    asked: set[str] = set()
    for test in graded.manifest.tests:
        try:
            definitions = parse(test.run, no_location=True, max_tokens=5_000).definitions
        except (GraphQLError, RecursionError):
            continue
        for node in definitions:
            if isinstance(node, OperationDefinitionNode):
                fields = node.selection_set.selections
                asked |= {each.name.value for each in fields if isinstance(each, FieldNode)}
    left = sorted(graded.roots - asked)
    if not left and not graded.manifest.tests:
        return "it has no test"
    return f"no test asks {_listed(left)}" if left else ""


def _error_map(graded: Graded) -> str:
    return "" if graded.manifest.envelope.errors else "no rule says what the backend's errors mean"


def _bad_credential(graded: Graded) -> str:
    """A recorded refusal of the platform's own credential, judged as such."""
    if all(auth.kind == "none" for auth in graded.manifest.backend.auth):
        return ""
    judge = Judge(graded.manifest.envelope)
    for test in graded.manifest.tests:
        for answer in test.backend:
            problem = verdict_of(judge, answer).problem
            if problem is not None and problem.code is ErrorCode.BACKEND_AUTH:
                return ""
    return "no test records how the backend refuses a bad credential"


def _stale(graded: Graded) -> str:
    bare = [at for at, f in graded.lookups.items() if f.cache is None or f.cache.stale_if_error_s <= 0]
    return f"when the backend fails nothing older is shown at {_listed(sorted(bare))}" if bare else ""


def _batch(graded: Graded) -> str:
    """People are asked for one at a time: a batch would put several people's data into one answer."""
    bare = []
    for entity in graded.manifest.entities.values():
        single = (entity.one is not None and entity.many is None) or any(
            field.call is not None and field.many is None for field in entity.fields.values()
        )
        if single and entity.name != "Citizen":
            bare.append(entity.name)
    return f"many of {_listed(sorted(bare))} take one call each" if bare else ""


def _words(graded: Graded) -> str:
    count = graded.count("words.title", "words.missing", "words.language")
    return f"lint finds {count} places without Chinese or English words" if count else ""


def _classes(graded: Graded) -> str:
    count = graded.count("class.missing")
    return f"{count} types have fields without a class of their own" if count else ""


def _paths(graded: Graded) -> str:
    count = graded.count("path.undescribed", "operation.untyped", "call.input", "envelope.data")
    return f"{count} paths or answers are not in the description" if count else ""


def _sandbox(graded: Graded) -> str:
    return "" if "sandbox" in graded.manifest.backend.endpoints else "there is no sandbox"


def _pages(graded: Graded) -> str:
    bare = [
        at for at, f in graded.lookups.items() if at.startswith("Query.") and _lists(f.type) and not f.page
    ]
    return f"{_listed(sorted(bare))} give lists that nobody can page through" if bare else ""


def _lists(node: TypeNode | None) -> bool:
    return isinstance(node.type if isinstance(node, NonNullTypeNode) else node, ListTypeNode)


def _fast(graded: Graded) -> str:
    evidence = graded.evidence
    if evidence is None or evidence.days < HELD_DAYS:
        return f"nothing shows {HELD_DAYS} days of use"
    return (
        "" if evidence.p95_s <= P95_S else f"the 95th percentile is {evidence.p95_s:.2f} s, over {P95_S:g} s"
    )


def _available(graded: Graded) -> str:
    evidence = graded.evidence
    if evidence is None or evidence.days < HELD_DAYS:
        return f"nothing shows {HELD_DAYS} days of use"
    held = evidence.availability >= AVAILABILITY
    return "" if held else f"it answered {evidence.availability:.2%} of the time, under {AVAILABILITY:.1%}"


def _drift(graded: Graded) -> str:
    evidence = graded.evidence
    if evidence is None or evidence.days < HELD_DAYS:
        return f"nothing shows {HELD_DAYS} days without drift"
    return f"its answers left the description {evidence.drift} times" if evidence.drift else ""


def _listed(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


_LINT = "tongban connector lint names them"

RULES: tuple[Rule, ...] = (
    Rule("grade.loads", "bronze", _errors, _LINT),
    Rule("grade.owner", "bronze", _owner, "metadata.owners: [{name: …, role: …, contact: …}]"),
    Rule("grade.health", "bronze", _health, "backend.health: {get: /health, expect: …}"),
    Rule("grade.tests", "bronze", _tested, "tests: [{name: …, run: …, backend: […], expect: …}]"),
    Rule("grade.errors", "silver", _error_map, "envelope.errors: [{when: …, as: …}]"),
    Rule("grade.bad-credential", "silver", _bad_credential, "a test whose recorded answer is the refusal"),
    Rule("grade.stale", "silver", _stale, "cache: {ttl: …, staleIfError: …, scope: …}"),
    Rule("grade.batch", "silver", _batch, "many: {operation: …, match: …}"),
    Rule("grade.words", "gold", _words, _LINT),
    Rule("grade.classes", "gold", _classes, "classification: L1 … L4 at each field"),
    Rule("grade.paths", "gold", _paths, _LINT),
    Rule("grade.sandbox", "gold", _sandbox, "backend.endpoints: {sandbox: …}"),
    Rule("grade.pages", "gold", _pages, "page: {style: …, param: …}"),
    Rule("grade.fast", "platinum", _fast, f"95 of 100 calls within {P95_S:g} s for {HELD_DAYS} days"),
    Rule(
        "grade.available",
        "platinum",
        _available,
        f"{AVAILABILITY:.1%} of calls answered for {HELD_DAYS} days",
    ),
    Rule("grade.drift", "platinum", _drift, "keep the description as the backend is"),
)
