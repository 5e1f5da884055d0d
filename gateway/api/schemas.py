"""The shapes of the REST API, as JSON Schema 2020-12; what makes them is in ``shown.py``."""

from __future__ import annotations

from typing import Any

from connectors.judging import LEVELS
from connectors.revisions import State

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
_MAYBE: Json = {"type": ["string", "null"]}
_YES_NO: Json = {"type": "boolean"}
_NUMBER: Json = {"type": "integer"}
_STATE: Json = {"type": "string", "enum": [state.value for state in State]}
_WORDS: Json = {
    "type": ["object", "null"],
    "properties": {"zh": TEXT, "en": TEXT},
    "required": ["zh", "en"],
}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_DRAFT = _object(
    version=TEXT,
    state=_STATE,
    submitted_by=TEXT,
    submitted_at={"type": "string", "format": "date-time"},
    needs=_list(TEXT),
    missing={**_list(TEXT), "description": "Whose word is still needed: owner, platform, steward."},
)
_CONNECTOR = _object(
    id=TEXT,
    department=TEXT,
    title=_object(zh=TEXT, en=TEXT),
    version={**_MAYBE, "description": "What is served; null: nothing yet."},
    state={"type": "string", "enum": ["new", *_STATE["enum"]]},
    endpoint=_MAYBE,
    notice=_WORDS,
    draft={"anyOf": [_DRAFT, {"type": "null"}], "description": "What is on its way."},
)
SCHEMAS: Json = {
    "Finding": _object(
        code={**TEXT, "description": "docs/findings.md has its cause and its fix."},
        severity={"type": "string", "enum": ["error", "warning", "info"]},
        file=TEXT,
        line={**_NUMBER, "description": "From 1; 0: the file as a whole."},
        column=_NUMBER,
        message=TEXT,
        fix=TEXT,
    ),
    "Problem": _object(type=TEXT, title=TEXT, status=_NUMBER, detail=TEXT, findings=_list(ref("Finding"))),
    "Connector": _CONNECTOR,
    "Connectors": _object(connectors=_list(ref("Connector"))),
    "ConnectorWhole": {
        "allOf": [
            ref("Connector"),
            _object(
                manifest=TEXT,
                files=_list(TEXT),
                grade={"type": "string", "enum": list(LEVELS)},
                revisions=_list(
                    _object(
                        version=TEXT,
                        state=_STATE,
                        content_hash=TEXT,
                        submitted_by=TEXT,
                        published_by=_MAYBE,
                        registry_revision={"type": ["integer", "null"]},
                    )
                ),
                history=_list(
                    _object(
                        registry_revision=_NUMBER,
                        action=TEXT,
                        version=_MAYBE,
                        by=TEXT,
                        at={"type": "string", "format": "date-time"},
                    )
                ),
            ),
        ]
    },
    "Standing": _object(
        connector=TEXT,
        version=TEXT,
        state=_STATE,
        passed={**_YES_NO, "description": "False: a stage objects; the findings say why."},
        unchanged={**_YES_NO, "description": "The same is served already."},
        registry_revision={
            "type": ["integer", "null"],
            "description": "Set where what is served changed.",
        },
        policy=_object(review=_YES_NO, canary_percent={"type": "number"}, source=TEXT),
        needs=_list(TEXT),
        missing=_list(TEXT),
        notice=_WORDS,
        stages=_list({"type": "object"}),
        findings=_list(ref("Finding")),
        words={**_list(TEXT), "description": "Where it stands and what comes next, for people."},
    ),
    "Grade": _object(
        grade={"type": "string", "enum": list(LEVELS)},
        unmet=_list(_object(rule=TEXT, level=TEXT, message=TEXT, fix=TEXT)),
    ),
    "Diff": {
        **_object(
            changes=_list(
                _object(
                    kind={"type": "string", "enum": ["breaking", "dangerous", "safe"]},
                    coordinate=TEXT,
                    message=TEXT,
                    fix=TEXT,
                )
            ),
            sdl={**_list(TEXT), "description": "A unified diff, line by line."},
            to=TEXT,
            **{"from": TEXT},
        )
    },
    "Impact": {
        "type": "object",
        "required": ["stage", "passed", "findings"],
        "properties": {
            "stage": {"const": "impact"},
            "passed": _YES_NO,
            "findings": _list(ref("Finding")),
            "days": {**_NUMBER, "description": "Of recorded use that were looked through."},
            "accepted_breaking": TEXT,
            "changes": _list(
                _object(
                    kind=TEXT,
                    impact=TEXT,
                    coordinate=TEXT,
                    message=TEXT,
                    people_a_day={"description": "Fewer than ten people are shown as <10."},
                    operations=_list({"type": "object"}),
                )
            ),
        },
    },
    "Findings": _object(
        version=TEXT,
        state=_STATE,
        stages=_list(_object(stage=TEXT, passed=_YES_NO)),
        findings=_list(ref("Finding")),
    ),
    "Draft": {
        "type": "object",
        "additionalProperties": False,
        "required": ["manifest"],
        "properties": {
            "manifest": {**TEXT, "description": "The YAML, as docs/manifest.md describes it."},
            "files": {
                "type": ["object", "null"],
                "description": "What lies beside it: path → content in base64.",
                "additionalProperties": {"type": "string", "contentEncoding": "base64"},
            },
            "endpoint": {**_MAYBE, "description": "Base URL of the backend, instead of the manifest's."},
            "accept_breaking": {**_MAYBE, "description": "Why what is used may break."},
            "probe": {"type": ["boolean", "null"], "description": "Ask the sandbox as well."},
        },
    },
    "DraftForm": {
        "type": "object",
        "required": ["manifest"],
        "properties": {
            "manifest": {"description": "The YAML, as text or as a file."},
            "files": {
                **_list({"type": "string", "contentMediaType": "application/octet-stream"}),
                "description": "What lies beside it; a part's filename is its path.",
            },
            "endpoint": TEXT,
            "accept_breaking": TEXT,
            "probe": {"type": "string", "enum": ["true", "on", "false"]},
        },
    },
    "Rollback": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"to": {**TEXT, "description": "A version; without it, the one before."}},
    },
    "Disable": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "notice": {**TEXT, "description": "What citizens are told: 中文 / English."},
            "notice_zh": TEXT,
            "notice_en": TEXT,
        },
    },
}
