"""The small languages of a manifest, each compiled once to plain functions: paths, conditions, slots,
values, dates.
"""

from connectors.expressions.conditions import ConditionError, compile_condition
from connectors.expressions.paths import PathError, compile_path, parse_path
from connectors.expressions.slots import (
    FormattedSlot,
    SlotError,
    compile_fill,
    parse_template,
    slots_in,
)

__all__ = [
    "ConditionError",
    "FormattedSlot",
    "PathError",
    "SlotError",
    "compile_condition",
    "compile_fill",
    "compile_path",
    "parse_path",
    "parse_template",
    "slots_in",
]
