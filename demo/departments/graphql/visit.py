"""One request at a GraphQL department: whose token came with it, and what has been counted of it."""

from __future__ import annotations

from starlette.requests import Request

from demo.context import BadToken, Case, Claims, Context
from demo.departments.graphql.refusal import Refused, Why


class Visit:
    """What a resolver finds as its context value."""

    def __init__(self, context: Context, claims: Claims | None, key: str | None) -> None:
        self.context = context
        self.key = key
        self._claims = claims
        self._counted: set[str] = set()

    @classmethod
    async def of(cls, request: Request, context: Context) -> Visit:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        claims = None
        if scheme.lower() == "bearer" and token:
            try:
                claims = await context.verify_token(token.strip())
            except BadToken:
                claims = None  # a bad token is no token
        return cls(context, claims, request.headers.get("idempotency-key"))

    def count(self, operation: str) -> None:
        """Once a request: a batch of entities is one call."""
        if operation not in self._counted:
            self._counted.add(operation)
            self.context.called(operation)

    def holder(self, level: int) -> Claims:
        """Whose token this is; its assurance must reach ``level``."""
        if self._claims is None:
            raise Refused(Why.UNAUTHENTICATED, "需要有效的访问令牌")
        if self._claims.level < level:
            raise Refused(Why.FORBIDDEN, "认证等级不足")
        return self._claims

    def earlier(self, service: str, subject: str) -> Case | None:
        """The case of a repeated request (same idempotency key), if it is one."""
        return self.context.cases.known(service, subject, self.key)

    def open(self, service: str, subject: str, number: str | None = None) -> Case:
        return self.context.cases.open(service, subject, number=number, key=self.key)
