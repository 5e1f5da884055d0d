"""One module a department: ``build(context)`` gives its app. They share the world, no code with the house."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from demo.context import Context

MODULES = {
    "mca": "demo.departments.mca",
    "mps": "demo.departments.mps",
    "hrss": "demo.departments.hrss",
    "nhc": "demo.departments.nhc",
    "nhsa": "demo.departments.nhsa",
    "gjj": "demo.departments.gjj",
    "tax": "demo.departments.tax",
    "samr": "demo.departments.samr",
    "mot": "demo.departments.mot",
    "tmd": "demo.departments.tmd",
    "moe": "demo.departments.moe",
    "mnr": "demo.departments.mnr",
    "hud": "demo.departments.hud",
    "agri": "demo.departments.agri",
    "mee": "demo.departments.mee",
    "moj": "demo.departments.moj",
    "culture": "demo.departments.culture",
    "vets": "demo.departments.vets",
    "dpf": "demo.departments.dpf",
    "archives": "demo.departments.archives",
    "util": "demo.departments.util",
    "h12345": "demo.departments.h12345",
    "elic": "demo.departments.elic",
    "bdb": "demo.departments.bdb",
    "fin": "demo.departments.fin",
    "peer": "demo.departments.peer",
}
"""All 26, in the order of province.json."""


def department_builder(code: str) -> Callable[[Context], Any]:
    """The ``build`` of one department, imported when it is asked for: a process starts only what it hosts."""
    build: Callable[[Context], Any] = import_module(MODULES[code]).build
    return build
