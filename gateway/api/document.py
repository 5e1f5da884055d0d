"""The OpenAPI 3.1 document of ``/api/connectors``. A test holds it against the routes and against real answers."""

from __future__ import annotations

from gateway.api.schemas import SCHEMAS, TEXT, Json, ref

_PROBLEMS = {
    "400": "The request is not well-formed.",
    "401": "No token, or a bad one.",
    "403": "The role or the department is another.",
    "413": "The body is too large.",
    "415": "The body is no JSON.",
}
_ID: Json = {
    "name": "connector_id",
    "in": "path",
    "required": True,
    "schema": TEXT,
    "example": "hrss.social",
}
_NOT_FOUND = {"404": "No such connector, or another department's."}
_CONFLICT = {"409": "Not in this state, or a stage objects."}
_UNUSABLE = {"422": "The manifest cannot be used; the findings say where and why."}


def _answers(schema: str, said: str, *statuses: str, **more: str) -> Json:
    found: Json = {
        status: {"description": said, "content": {"application/json": {"schema": ref(schema)}}}
        for status in statuses
    }
    for status, words in {**_PROBLEMS, **{key.removeprefix("_"): text for key, text in more.items()}}.items():
        found[status] = {
            "description": words,
            "content": {"application/problem+json": {"schema": ref("Problem")}},
        }
    return found


def _get(name: str, summary: str, schema: str, said: str, **more: str) -> Json:
    """Of one connector."""
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_ID],
        "responses": _answers(schema, said, "200", **_keys(_NOT_FOUND), **more),
    }


def _step(name: str, summary: str, body: str = "") -> Json:
    found: Json = {
        "operationId": name,
        "summary": summary,
        "parameters": [_ID],
        "responses": _answers(
            "Standing", "Where it stands now.", "200", **_keys({**_NOT_FOUND, **_CONFLICT, **_UNUSABLE})
        ),
    }
    if body:
        found["requestBody"] = {"content": {"application/json": {"schema": ref(body)}}}
    return found


def _keys(more: dict[str, str]) -> dict[str, str]:
    return {f"_{status}": text for status, text in more.items()}


def document(issuer: str) -> Json:
    """``issuer``: the origin of the API and of its login."""
    one = "/api/connectors/{connector_id}"
    draft = {
        "required": True,
        "content": {
            "application/json": {"schema": ref("Draft")},
            "multipart/form-data": {"schema": ref("DraftForm")},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "通办 Tongban: connectors",
            "version": "1",
            "description": "Docking a department's backend. Owners reach their own department's connectors, "
            "operators and data stewards all.",
        },
        "servers": [{"url": issuer}],
        "security": [{"login": []}],
        "paths": {
            "/api/openapi.json": {
                "get": {
                    "operationId": "document",
                    "summary": "This document",
                    "security": [],
                    "responses": {
                        "200": {
                            "description": "OpenAPI 3.1",
                            "content": {"application/json": {"schema": {"type": "object"}}},
                        }
                    },
                }
            },
            "/api/connectors": {
                "get": {
                    "operationId": "list",
                    "summary": "What is served or on its way",
                    "responses": _answers("Connectors", "By id.", "200"),
                },
                "post": {
                    "operationId": "submit",
                    "summary": "Hand in a manifest; it is judged, kept and sent on its route",
                    "requestBody": draft,
                    "responses": _answers(
                        "Standing",
                        "Kept as a draft (201), or served already (200).",
                        "200",
                        "201",
                        **_keys({**_CONFLICT, **_UNUSABLE}),
                    ),
                },
            },
            one: {"get": _get("show", "All that is kept of it", "ConnectorWhole", "The connector.")},
            f"{one}/grade": {
                "get": _get("grade", "Its grade, and what it lacks for more", "Grade", "The grade.")
            },
            f"{one}/diff": {
                "get": _get(
                    "diff",
                    "What the draft changes; without one, what the last version changed",
                    "Diff",
                    "The changes.",
                    **_keys({**_CONFLICT, **_UNUSABLE}),
                )
            },
            f"{one}/impact": {
                "get": _get(
                    "impact",
                    "Who would break, by recorded use",
                    "Impact",
                    "The changes with whom they hit.",
                    **_keys(_CONFLICT),
                )
            },
            f"{one}/findings": {
                "get": _get("findings", "What the stages found", "Findings", "The findings.")
            },
            f"{one}/approve": {"post": _step("approve", "Give a word in the review (four eyes)")},
            f"{one}/promote": {"post": _step("promote", "The next step that stands open")},
            f"{one}/rollback": {"post": _step("rollback", "Serve a former version again", "Rollback")},
            f"{one}/disable": {"post": _step("disable", "Answer with a notice", "Disable")},
            f"{one}/enable": {"post": _step("enable", "Undo disable")},
            f"{one}/retire": {"post": _step("retire", "Take it out of the graph")},
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "login": {
                    "type": "openIdConnect",
                    "openIdConnectUrl": f"{issuer}/.well-known/openid-configuration",
                }
            },
        },
    }
