"""The meter: what is used, by which apps, with what outcome. Never a person, a number or a value."""

from usage_metrics.events import WHOLE_OPERATION, UsageEvent
from usage_metrics.flush import Flusher
from usage_metrics.meter import Caps, Meter
from usage_metrics.recorded_use import CoordinateUse, OperationStore, RecordedUse, signature_of
from usage_metrics.report import UsageRow, as_json, as_text, totals, usage_report

__all__ = [
    "WHOLE_OPERATION",
    "Caps",
    "CoordinateUse",
    "Flusher",
    "Meter",
    "OperationStore",
    "RecordedUse",
    "UsageEvent",
    "UsageRow",
    "as_json",
    "as_text",
    "signature_of",
    "totals",
    "usage_report",
]
