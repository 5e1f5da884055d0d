"""Judging a draft: lint, contract, probe; its grade; what it changes. Pure, but for the probe, which asks the
draft's own endpoint."""

from connectors.judging.changes import changes
from connectors.judging.composing import Neighbours, compose, neighbours
from connectors.judging.contract import contract
from connectors.judging.grade import grade
from connectors.judging.lint import lint
from connectors.judging.model import (
    LEVELS,
    Change,
    Draft,
    Evidence,
    Grade,
    Judgement,
    Level,
    Light,
    Lights,
    OperationCounts,
    Unmet,
)
from connectors.judging.probe import lights, probe
from connectors.judging.publication import as_published

__all__ = [
    "LEVELS",
    "Change",
    "Draft",
    "Evidence",
    "Grade",
    "Judgement",
    "Level",
    "Light",
    "Lights",
    "Neighbours",
    "OperationCounts",
    "Unmet",
    "as_published",
    "changes",
    "compose",
    "contract",
    "grade",
    "lights",
    "lint",
    "neighbours",
    "probe",
]
