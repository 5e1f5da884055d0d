"""What lint asks beyond what opening finds: one small checker a rule, in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.judging.rules import (
    classes,
    conditions,
    duties,
    networks,
    operations,
    recorded,
    transactions,
    words,
)
from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding

Rule = Callable[[Case], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    words.titles,
    words.descriptions,
    words.both_languages,
    classes.own_class,
    classes.lower_than_its_fields,
    classes.level_below_class,
    classes.outside_every_service,
    duties.owner,
    duties.legal_basis,
    duties.responsible_unit,
    duties.unfilled,
    duties.promised_time,
    duties.legal_time,
    duties.purposes,
    duties.steward,
    transactions.unrepeatable,
    transactions.number,
    transactions.states,
    networks.open_http,
    networks.no_endpoint,
    networks.no_sandbox,
    networks.weak_digest,
    networks.secret_in_query,
    networks.plain_password,
    networks.nobody_proves,
    conditions.raises,
    conditions.undescribed,
    conditions.never_reached,
    conditions.nothing_to_show,
    operations.unused,
    operations.untyped,
    operations.writes_as_query,
    operations.unused_types,
    recorded.unreadable,
    recorded.unknown_operation,
    recorded.without_answers,
)
