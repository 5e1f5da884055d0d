"""The REST API of connectors. Bearer tokens only: no cookie is looked at, so no page of another origin can do anything here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.api import shown
from gateway.api.bodies import Form, files_of, media_type, read_form, read_json
from gateway.api.document import document
from gateway.api.problems import EXPECTED, problem_of, problem_response
from gateway.api.shelf import Shelf
from gateway.api.steps import STEPS, submit, take
from gateway.api.visitor import Visitor
from gateway.docking.submitting import Request
from gateway.rooms import Rooms
from gateway.stages.identify import caller_of
from gateway.transports.request import client_of, headers_of
from tongban.errors import CallerFault, ErrorCode

ROOT = "/api/connectors"
Endpoint = Callable[[HttpRequest, Visitor], Awaitable[Response]]

_WORDS = {"notice", "notice_zh", "notice_en", "to"}


def api_routes(rooms: Rooms, issuer: str) -> list[BaseRoute]:
    """``issuer``: the origin that clients use."""
    return ConnectorsApi(rooms, issuer).routes()


class ConnectorsApi:
    """Of one house."""

    def __init__(self, rooms: Rooms, issuer: str) -> None:
        self._rooms = rooms
        self._shelf = Shelf(rooms)
        self._document = orjson.dumps(document(issuer))

    def routes(self) -> list[BaseRoute]:
        """A HEAD is no GET here: it would cost the same and say nothing."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", ROOT, self._list),
            ("POST", ROOT, self._submit),
            ("GET", f"{ROOT}/{{connector_id}}", self._one),
            ("GET", f"{ROOT}/{{connector_id}}/grade", self._grade),
            ("GET", f"{ROOT}/{{connector_id}}/diff", self._diff),
            ("GET", f"{ROOT}/{{connector_id}}/impact", self._impact),
            ("GET", f"{ROOT}/{{connector_id}}/findings", self._findings),
            *(("POST", f"{ROOT}/{{connector_id}}/{name}", self._step(name)) for name in STEPS),
        ]
        by_path: dict[str, dict[str, Endpoint]] = {}
        for method, path, endpoint in table:
            by_path.setdefault(path, {})[method] = endpoint
        return [
            Route("/api/openapi.json", self._openapi, methods=["GET"]),
            *(
                Route(path, self._guarded(endpoints), methods=list(endpoints))
                for path, endpoints in by_path.items()
            ),
        ]

    async def _openapi(self, _request: HttpRequest) -> Response:
        return Response(self._document, media_type="application/json")

    def _guarded(self, endpoints: Mapping[str, Endpoint]) -> Callable[[HttpRequest], Awaitable[Response]]:
        async def answer(request: HttpRequest) -> Response:
            try:
                endpoint = endpoints.get(request.method)
                if endpoint is None:  # Starlette lets HEAD in where there is a GET
                    raise CallerFault(ErrorCode.METHOD_NOT_ALLOWED, "Use GET.")
                return await endpoint(request, await self._visitor(request))
            except EXPECTED as error:
                return problem_response(problem_of(error))

        return answer

    async def _visitor(self, request: HttpRequest) -> Visitor:
        """Raises: CallerFault."""
        headers = headers_of(request.scope)
        caller = await caller_of(headers.get("authorization"), client_of(headers), self._rooms)
        account = await self._rooms.auth.accounts.get(caller.subject) if caller.subject else None
        if account is None or account.disabled:
            raise CallerFault(ErrorCode.UNAUTHENTICATED, "Send a token: Authorization: Bearer TOKEN.")
        visitor = Visitor(account, caller.roles)
        if not visitor.welcome:
            message = "It takes the role connector_owner of a department, operator or data_steward."
            raise CallerFault(ErrorCode.FORBIDDEN, message)
        return visitor

    async def _list(self, _request: HttpRequest, visitor: Visitor) -> Response:
        return _json({"connectors": [shown.row(held) for held in await self._shelf.all(visitor)]})

    async def _one(self, request: HttpRequest, visitor: Visitor) -> Response:
        held = await self._shelf.one(visitor, _id(request))
        past = await self._shelf.past(held.id)
        return _json(shown.whole(held, past, await self._shelf.grade(held.steady)))

    async def _grade(self, request: HttpRequest, visitor: Visitor) -> Response:
        held = await self._shelf.one(visitor, _id(request))
        return _json(shown.grade_json(await self._shelf.grade(held.newest)))

    async def _diff(self, request: HttpRequest, visitor: Visitor) -> Response:
        held = await self._shelf.one(visitor, _id(request))
        return _json(shown.diff_json(*await self._shelf.diff(held)))

    async def _impact(self, request: HttpRequest, visitor: Visitor) -> Response:
        held = await self._shelf.one(visitor, _id(request))
        return _json((await self._shelf.impact(held)).to_json())

    async def _findings(self, request: HttpRequest, visitor: Visitor) -> Response:
        held = await self._shelf.one(visitor, _id(request))
        return _json(shown.findings_of(held.newest))

    async def _submit(self, request: HttpRequest, visitor: Visitor) -> Response:
        if media_type(request) == "multipart/form-data":
            wanted = _from_form(await read_form(request))
        else:
            wanted = _from_json(await read_json(request))
        standing = await submit(self._rooms, visitor, wanted)
        return _json(shown.standing_json(standing), 200 if standing.unchanged else 201)

    def _step(self, name: str) -> Endpoint:
        async def step(request: HttpRequest, visitor: Visitor) -> Response:
            said = await read_json(request)
            if said.keys() - _WORDS or not all(isinstance(each, str) for each in said.values()):
                raise CallerFault(ErrorCode.BAD_USER_INPUT, 'A step takes "notice" and "to", as text.')
            standing = await take(self._rooms, visitor, name, _id(request), said)
            return _json(shown.standing_json(standing))

        return step


def _id(request: HttpRequest) -> str:
    found: str = request.path_params["connector_id"]
    return found[:128]


def _from_json(body: dict[str, Any]) -> Request:
    known = {"manifest": str, "files": dict, "endpoint": str, "accept_breaking": str, "probe": bool}
    for name, value in body.items():
        if name not in known:
            raise CallerFault(ErrorCode.BAD_USER_INPUT, f"Known are {', '.join(known)}.")
        if value is not None and not isinstance(value, known[name]):
            raise CallerFault(ErrorCode.BAD_USER_INPUT, f'"{name}" has another type.')
    if not body.get("manifest"):
        raise CallerFault(ErrorCode.BAD_USER_INPUT, '"manifest" is missing: the YAML as text.')
    return Request(
        body["manifest"],
        files_of(body.get("files")),
        body.get("endpoint") or None,
        accept_breaking=(body.get("accept_breaking") or "").strip(),
        probe=bool(body.get("probe")),
    )


def _from_form(form: Form) -> Request:
    """``manifest`` as text or as a file; every other file is one that lies beside it."""
    sent = form.files.get("manifest", {})
    text = form.get("manifest")
    try:
        text = text or next((content.decode() for content in sent.values()), "")
    except UnicodeDecodeError:
        raise CallerFault(ErrorCode.BAD_USER_INPUT, "The manifest is not in UTF-8.") from None
    if not text:
        raise CallerFault(ErrorCode.BAD_USER_INPUT, '"manifest" is missing: the YAML, as text or as a file.')
    return Request(
        text,
        form.files.get("files", {}),
        form.get("endpoint") or None,
        accept_breaking=form.get("accept_breaking").strip(),
        probe=form.get("probe") in ("true", "on"),
    )


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")
