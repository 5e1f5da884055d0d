"""One department's SOAP address: from bytes over the checks to an operation, and back to bytes.

The order of the checks is the order of trust: network and credentials, media type, envelope, WS-Security,
operation, schema, the citizen's token; only then the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message as MediaType
from typing import Any

from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.context import BadToken, Claims, Context
from demo.departments.soap import envelope, faults, mtom
from demo.departments.soap.description import Description
from demo.departments.soap.elements import Fields
from demo.departments.soap.envelope import Message
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.guards import HttpGuard, nobody_is_refused
from demo.departments.soap.operations import Answer, Call, Operation
from demo.departments.soap.versions import V11, Version

MAX_BODY_BYTES = 1 << 20
MAX_REMEMBERED = 10_000

FaultSpelling = Callable[[str, str, str], SoapFault]
"""``(code, kind, text)``: the department's spelling of a fault; ``kind``: token, level, schema."""


@dataclass(slots=True)
class Endpoint:
    """``message_guard`` raises SoapFault (WS-Security). Requests and answers are in ``encoding``."""

    context: Context
    version: Version
    path: str
    description: Description
    operations: Sequence[Operation]
    spell: FaultSpelling
    http_guard: HttpGuard = nobody_is_refused
    message_guard: Callable[[Message], None] | None = None
    schema: etree.XMLSchema | None = None
    encoding: str = "UTF-8"
    wsdl_is_open: bool = True
    _by_request: Mapping[str, Operation] = field(init=False, repr=False)
    _done: dict[tuple[str, str, str], Answer] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_request = {operation.request: operation for operation in self.operations}

    def app(self) -> Starlette:
        folder = self.path.rpartition("/")[0]
        return Starlette(
            routes=[
                Route(self.path, self._post, methods=["POST"]),
                Route(self.path, self._wsdl, methods=["GET"]),
                Route("/", self._post, methods=["POST"]),  # the host has nothing else to offer
                Route(f"{folder}/{{file:path}}", self._file, methods=["GET"]),
            ]
        )

    async def _wsdl(self, request: Request) -> Response:
        refused = None if self.wsdl_is_open else self.http_guard(request)
        if refused is not None:
            return refused
        if "wsdl" not in {name.lower() for name in request.query_params}:
            return Response("<html><body>SOAP: ?wsdl</body></html>", 405, {"Allow": "POST"}, "text/html")
        base = self.context.base_url or f"{request.url.scheme}://{request.url.netloc}"
        return Response(self.description.wsdl(f"{base}{self.path}"), media_type="text/xml")

    async def _file(self, request: Request) -> Response:
        refused = None if self.wsdl_is_open else self.http_guard(request)
        if refused is not None:
            return refused
        found = self.description.file(request.path_params["file"])
        return Response(found, media_type="text/xml") if found is not None else Response("Not Found", 404)

    async def _post(self, request: Request) -> Response:
        refused = self.http_guard(request)
        if refused is not None:
            return refused
        body = await request.body()
        if len(body) > MAX_BODY_BYTES:
            return Response("Payload Too Large", 413)
        try:
            content, action = self._opened(request, body)
            if content is None:
                return Response("Unsupported Media Type", 415)
            message = envelope.read(content, self.version)
            return self._written(await self._answered(request, message, action))
        except SoapFault as fault:
            return self._refusal(fault)

    def _opened(self, request: Request, body: bytes) -> tuple[bytes | None, str]:
        """The envelope's bytes (None: wrong media type) and the SOAPAction."""
        sent = request.headers.get("content-type", "")
        kind = MediaType()
        kind["Content-Type"] = sent
        action = request.headers.get("soapaction", "").strip('" ')
        if self.version is not V11:
            action = str(kind.get_param("action", action)).strip('" ')
        if kind.get_content_type() == self.version.media_type:
            return body, action
        if kind.get_content_type() == "multipart/related":
            return mtom.unpack(sent, body), action
        return None, action

    async def _answered(self, request: Request, message: Message, action: str) -> Answer:
        if message.encoding != self.encoding.upper():
            raise SoapFault("Client", f"报文须声明并使用{self.encoding}编码")
        if self.message_guard is not None:
            self.message_guard(message)
        operation = self._by_request.get(str(message.payload.tag))
        if operation is None or action not in ("", operation.action):
            raise SoapFault("Client", "没有这个操作,或SOAPAction与报文不符")
        self.context.called(operation.counts)
        self._check_schema(message.payload)
        claims = await self._citizen(message) if operation.personal else None
        call = Call(Fields(message.payload), claims, request.headers.get("idempotency-key") or None)
        return self._worked(operation, call)

    def _check_schema(self, payload: etree._Element) -> None:
        if self.schema is not None and not self.schema.validate(payload):
            log: Any = self.schema.error_log  # a list by behaviour, not by its published types
            where = str(log[0].path if len(log) else "").rpartition("/")[2].rpartition(":")[2]
            raise self.spell("Client", "schema", f"报文不符合规范: {where}")

    async def _citizen(self, message: Message) -> Claims:
        token = message.citizen_token
        if token is None:
            raise self.spell("Client", "token", "缺少公民令牌")
        try:
            claims = await self.context.verify_token(token)
        except BadToken:
            raise self.spell("Client", "token", "公民令牌无效") from None
        if claims.level < 1:
            raise self.spell("Client", "level", "实名认证等级不足")
        return claims

    def _worked(self, operation: Operation, call: Call) -> Answer:
        """The same key from the same citizen for the same operation: the same answer, nothing done twice."""
        if not (operation.writes and call.idempotency_key):
            return _as_answer(operation.work(call))
        known = (operation.request, call.subject, call.idempotency_key)
        if known not in self._done:
            self._done[known] = _as_answer(operation.work(call))
            if len(self._done) > MAX_REMEMBERED:
                del self._done[next(iter(self._done))]
        return self._done[known]

    def _written(self, answer: Answer) -> Response:
        content = envelope.write(self.version, answer.payload, self.encoding)
        if answer.attachments is not None:
            content_type, content = mtom.pack(self.version, content, answer.attachments)
            return Response(content, headers={"Content-Type": content_type})
        return Response(content, headers={"Content-Type": self._media_type})

    def _refusal(self, fault: SoapFault) -> Response:
        """With the trait ``fault_with_200`` as some servers do it: a fault, and HTTP says all is well."""
        status = 200 if "fault_with_200" in self.context.traits else faults.http_status(fault, self.version)
        content = envelope.write(self.version, faults.render(fault, self.version), self.encoding)
        return Response(content, status, {"Content-Type": self._media_type})

    @property
    def _media_type(self) -> str:
        return f"{self.version.media_type}; charset={self.encoding}"


def _as_answer(found: Answer | etree._Element) -> Answer:
    return found if isinstance(found, Answer) else Answer(found)
