"""Every error that a caller can meet, in one tree.

    TongbanError
    ├── CallerFault        the caller can mend it: the request, the login, the right to ask
    │   └── TokenRefused   a token was shown and is not good
    ├── DepartmentFault    a department's backend is down, slow, wrong or unwilling
    └── OurFault           we are wrong, overloaded or not ready

Each instance carries a stable ``code`` (``ErrorCode``), a safe sentence for the citizen, a ``detail`` for the log (never
shown), and the HTTP status that fits when the whole request fails. No message may carry a name, a number or a value of a
person: say which field or department, not what was in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Who has to act."""

    CALLER = "caller"
    DEPARTMENT = "department"
    US = "us"


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is said of a code in the documents and on the wire."""

    status: int
    fault: Fault
    zh: str
    en: str


class ErrorCode(StrEnum):
    """The one list of ``errors[].extensions.code`` (docs/errors.md is generated from it)."""

    # the request
    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    COST_EXCEEDED = "COST_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    # the caller's right to ask
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    STEP_UP_REQUIRED = "STEP_UP_REQUIRED"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    CONFLICT = "CONFLICT"
    NOT_FOUND = "NOT_FOUND"
    SERVICE_RETIRED = "SERVICE_RETIRED"
    # a department
    DEPARTMENT_UNAVAILABLE = "DEPARTMENT_UNAVAILABLE"
    DEPARTMENT_TIMEOUT = "DEPARTMENT_TIMEOUT"
    DEPARTMENT_ERROR = "DEPARTMENT_ERROR"
    DEPARTMENT_MAINTENANCE = "DEPARTMENT_MAINTENANCE"
    BACKEND_AUTH = "BACKEND_AUTH"
    # us
    OVERLOADED = "OVERLOADED"
    NOT_READY = "NOT_READY"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    UNANSWERABLE = "UNANSWERABLE"
    INTERNAL_ERROR = "INTERNAL_ERROR"

    @property
    def facts(self) -> CodeFacts:
        return _FACTS[self]


_C, _D, _U = Fault.CALLER, Fault.DEPARTMENT, Fault.US

_FACTS: dict[ErrorCode, CodeFacts] = {
    ErrorCode.MALFORMED_REQUEST: CodeFacts(400, _C, "请求格式有误", "The request is not well-formed."),
    ErrorCode.REQUEST_TOO_LARGE: CodeFacts(413, _C, "请求内容过大", "The request is too large."),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: CodeFacts(415, _C, "不支持的内容类型", "Send application/json."),
    ErrorCode.NOT_ACCEPTABLE: CodeFacts(
        406, _C, "无法提供所要求的格式", "None of the accepted media types is offered."
    ),
    ErrorCode.METHOD_NOT_ALLOWED: CodeFacts(
        405, _C, "不支持的请求方法", "Use GET for queries, POST for anything."
    ),
    ErrorCode.GRAPHQL_PARSE_FAILED: CodeFacts(400, _C, "查询语法有误", "The document is not valid GraphQL."),
    ErrorCode.GRAPHQL_VALIDATION_FAILED: CodeFacts(
        400, _C, "查询与数据目录不符", "The document does not fit the schema."
    ),
    ErrorCode.OPERATION_RESOLUTION_FAILURE: CodeFacts(
        400, _C, "未指明要执行的操作", "Name one operation to run."
    ),
    ErrorCode.BAD_USER_INPUT: CodeFacts(400, _C, "输入有误，请检查后重试", "Please check what you entered."),
    ErrorCode.PERSISTED_QUERY_NOT_FOUND: CodeFacts(400, _C, "未登记的查询", "The document id is not known."),
    ErrorCode.COST_EXCEEDED: CodeFacts(
        400, _C, "查询过大，请缩小范围", "The operation asks for too much at once."
    ),
    ErrorCode.RATE_LIMITED: CodeFacts(
        429, _C, "请求过于频繁，请稍后再试", "Too many requests; try again later."
    ),
    ErrorCode.UNAUTHENTICATED: CodeFacts(401, _C, "请先登录", "Please log in."),
    ErrorCode.FORBIDDEN: CodeFacts(403, _C, "无权办理或查看此项", "You may not see or do this."),
    ErrorCode.STEP_UP_REQUIRED: CodeFacts(
        403, _C, "需要更高级别的身份核验", "A higher assurance level is needed."
    ),
    ErrorCode.CONSENT_REQUIRED: CodeFacts(403, _C, "需要您的授权同意", "Your consent is needed."),
    ErrorCode.CONFLICT: CodeFacts(409, _C, "与已有办件冲突", "This conflicts with what is already on file."),
    ErrorCode.NOT_FOUND: CodeFacts(404, _C, "未找到", "Not found."),
    ErrorCode.SERVICE_RETIRED: CodeFacts(410, _C, "该服务已停用", "This service has been retired."),
    ErrorCode.DEPARTMENT_UNAVAILABLE: CodeFacts(
        502, _D, "部门系统暂时无法访问", "The department cannot be reached."
    ),
    ErrorCode.DEPARTMENT_TIMEOUT: CodeFacts(
        504, _D, "部门系统响应超时", "The department did not answer in time."
    ),
    ErrorCode.DEPARTMENT_ERROR: CodeFacts(
        502, _D, "部门系统返回异常", "The department's answer could not be used."
    ),
    ErrorCode.DEPARTMENT_MAINTENANCE: CodeFacts(
        503, _D, "部门系统维护中", "The department is under maintenance."
    ),
    ErrorCode.BACKEND_AUTH: CodeFacts(
        502, _D, "平台与部门系统的认证失败", "The department refused the platform's credentials."
    ),
    ErrorCode.OVERLOADED: CodeFacts(503, _U, "系统繁忙，请稍后再试", "The system is busy; try again later."),
    ErrorCode.NOT_READY: CodeFacts(503, _U, "系统正在启动", "The system is starting."),
    ErrorCode.DEADLINE_EXCEEDED: CodeFacts(504, _U, "处理超时，请稍后再试", "The request ran out of time."),
    ErrorCode.UNANSWERABLE: CodeFacts(
        500,
        _U,
        "此查询无法由现有数据接口作答",
        "No subgraph can be asked for this from where it stands in the operation.",
    ),
    ErrorCode.INTERNAL_ERROR: CodeFacts(500, _U, "系统内部错误", "Something went wrong on our side."),
}


class TongbanError(Exception):
    """The root. ``str(error)`` is the safe sentence; ``detail`` is for the log only."""

    def __init__(
        self,
        code: ErrorCode,
        message: str | None = None,
        *,
        detail: str = "",
        department: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.code = code
        self.message = message if message is not None else code.facts.en
        self.detail = detail
        self.department = department
        self.retry_after_s = retry_after_s
        super().__init__(self.message)

    @property
    def status(self) -> int:
        return self.code.facts.status

    @property
    def extensions(self) -> dict[str, object]:
        """``errors[].extensions`` of this error; the pipeline adds ``requestId``."""
        found: dict[str, object] = {"code": self.code.value, "messageZh": self.code.facts.zh}
        if self.department is not None:
            found["department"] = self.department
        if self.retry_after_s is not None:
            found["retryAfter_s"] = self.retry_after_s
        return found


class CallerFault(TongbanError):
    """The caller can mend it."""


class TokenRefused(CallerFault):
    """A token was shown and is not good (RFC 6750 §3.1: ``invalid_token``)."""


class DepartmentFault(TongbanError):
    """A department's backend failed; ``department`` names it."""


class OurFault(TongbanError):
    """We failed; the caller may try again."""
