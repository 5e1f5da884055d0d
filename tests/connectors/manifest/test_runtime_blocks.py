"""What a manifest says of behaviour at run time is parsed into numbers with units, and wrong words are named where they stand."""

from __future__ import annotations

import pytest

from connectors.manifest import parse_manifest
from connectors.manifest.runtime import Breaker, Cache, Contract, Health, Limits, Page, Rate, Retry
from tests.connectors.examples import MANIFEST
from tests.connectors.manifest.test_parsing import findings

LIMITS = "  limits: {timeout: 5s, concurrency: 8}\n"
CALL = "    call: {operation: searchLawyers, params: {name: $name, limit: $limit}}\n"
MONTHS = "      months: months\n"


def with_backend(block: str) -> str:
    return MANIFEST.replace(LIMITS, LIMITS + block)


def test_limits_retry_breaker_and_health_become_seconds_and_shares() -> None:
    text = MANIFEST.replace(
        LIMITS,
        """  limits: {connectTimeout: 500ms, timeout: 5s, concurrency: 8, rate: 200/m, queue: 3, maxBody: 2MiB}
  retry: {on: [connect, 502, "503"], attempts: 3, backoff: 50ms, respectRetryAfter: false}
  breaker: {failures: 25%, window: 20s, minCalls: 4, openFor: 15s}
  health: {get: /health, expect: "status == 'UP'", every: 1m}
""",
    )
    backend = parse_manifest(text).backend
    assert backend.limits == Limits(5, 0.5, 8, Rate(200, 60), 3, 2 * 1024 * 1024)
    assert backend.retry == Retry(True, False, frozenset({502, 503}), 3, 0.05, False)
    assert backend.breaker == Breaker(0.25, 20, 4, 15)
    assert backend.health == Health(get="/health", expect="status == 'UP'", every_s=60)


def test_without_the_blocks_a_breaker_holds_and_nothing_is_sent_again() -> None:
    backend = parse_manifest(MANIFEST).backend
    assert (backend.breaker, backend.retry, backend.health) == (Breaker(), None, None)
    assert parse_manifest(with_backend("  breaker: off\n")).backend.breaker is None


def test_pages_caches_and_contracts_are_parsed() -> None:
    text = MANIFEST.replace(
        CALL,
        CALL
        + "    page: {style: number, param: pageNo, size: pageSize, maxSize: 50, total: total}\n"
        + "    cache: {ttl: 60s, staleIfError: 10m, scope: public}\n",
    ).replace(
        MONTHS,
        """      months: {contract: {codes: [1, "2"], normalise: {M: "1"}}, mask: name, unmaskFor: [social.view], unit: {zh: 月}}
""",
    )
    manifest = parse_manifest(text)
    lawyers, months = manifest.query["lawyers"], manifest.types["SocialInsurance"].fields["months"]
    assert lawyers.page == Page("number", "pageNo", "pageSize", 50, "total")
    assert lawyers.cache == Cache(60, "public", stale_if_error_s=600)
    assert months.contract == Contract(frozenset({"1", "2"}), {"M": "1"})
    assert (months.mask, months.unmask_for, months.unit.zh) == ("name", ("social.view",), "月")


def test_inputs_and_unions_are_parsed() -> None:
    text = MANIFEST.replace(
        "query:\n",
        """  Party: {oneOf: {by: kind, types: {"1": Firm, "2": Lawyer}}}
inputs:
  Applicant: {fields: {name: String!, bornOn: {type: Date, to: csrq, format: yyyyMMdd}, copies: Int = 1}}
query:
""",
        1,
    )
    manifest = parse_manifest(text)
    one_of = manifest.types["Party"].one_of
    assert one_of is not None
    assert dict(one_of.types) == {"1": "Firm", "2": "Lawyer"}
    fields = manifest.inputs["Applicant"].fields
    assert (fields["bornOn"].to, fields["bornOn"].format, fields["name"].to) == ("csrq", "yyyyMMdd", "name")
    assert fields["copies"].default == "1"


def test_a_service_says_its_basis_or_has_governances() -> None:
    text = MANIFEST.replace(
        "classification: L3, sharing: conditional}",
        "classification: L3, sharing: conditional, legalBasis: 社会保险法, promisedDays: 5}",
    ).replace("promisedMinutes: 30,", "promisedMinutes: 30, legalDays: 15, promisedDays: 1,")
    insured, _, opening = parse_manifest(text).services
    assert (insured.legal_basis, insured.legal_days, insured.promised_days) == ("社会保险法", None, 5)
    assert (opening.legal_basis, opening.legal_days, opening.promised_days) == ("社会保险法", 15, 1)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("  retry: {on: [connect, 418]}\n", "shape.choice"),
        ("  retry: {on: [connect], attempts: 9}\n", "shape.wrong"),
        ("  breaker: {failures: 0%}\n", "shape.pattern"),
        ("  breaker: {minCals: 3}\n", "shape.unknown"),
        ("  breaker: {window: 0s}\n", "duration.zero"),
        ("  health: {every: 30s}\n", "health.how"),
        ("  health: {get: /a, post: /b}\n", "health.how"),
        ('  health: {query: "{ __typename }"}\n', "health.kind"),
        ("  health: {get: /a, body: {}}\n", "health.body"),
        ("  health: {get: /a, every: 5ms}\n", "health.every"),
        ("  health: {get: /a, expect: 'status =='}\n", "condition.syntax"),
    ],
)
def test_a_wrong_block_of_the_backend_is_named(block: str, code: str) -> None:
    (found,) = findings(with_backend(block))
    assert found.code == code
    assert found.line == MANIFEST[: MANIFEST.index(LIMITS)].count("\n") + 2


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("limits: {timeout: 5s", "limits: {rate: fast, timeout: 5s", "shape.pattern"),
        ("limits: {timeout: 5s", "limits: {timeout: 0s", "duration.zero"),
        (CALL, CALL + "    page: {style: cursor, param: mark}\n", "page.missing"),
        (CALL, CALL + "    page: {style: pigeon}\n", "shape.choice"),
        (CALL, CALL + "    cache: {ttl: 60s, scope: world}\n", "shape.choice"),
        (CALL, CALL + "    cache: {scope: public}\n", "shape.missing"),
        (MONTHS, "      months: {contract: {codes: [1], normalise: {M: 2}}}\n", "shape.type"),
        (MONTHS, '      months: {contract: {codes: [1], normalise: {M: "2"}}}\n', "contract.normalise"),
        (MONTHS, '      months: {contract: {pattern: "(?=a)"}}\n', "contract.pattern"),
        (MONTHS, "      months: {contract: {minimum: 2, maximum: 1}}\n", "contract.range"),
        (MONTHS, "      months: {unmaskFor: [x]}\n", "mask.missing"),
        ("  Pension: {", "  Party: {key: a, oneOf: {by: k, types: {x: Firm}}}\n  Pension: {", "type.oneOf"),
    ],
)
def test_a_wrong_word_elsewhere_is_named(old: str, new: str, code: str) -> None:
    assert old in MANIFEST
    assert code in {found.code for found in findings(MANIFEST.replace(old, new))}
