"""The platform's own credentials at a department: an API key in a header or in the query.

The comparison takes the same time whatever was sent; the key is in no answer.
"""

from __future__ import annotations

import hmac
from typing import Literal

from starlette.requests import Request

from demo.context import Context
from demo.departments.rest.desk import Guard
from demo.departments.rest.refusal import Refused, Why


def api_key(context: Context, where: Literal["header", "query"], name: str) -> Guard:
    """Asks for ``secret://<code>/api-key``."""
    expected = context.secret("api-key").encode()

    async def guard(request: Request) -> None:
        sent = request.headers.get(name) if where == "header" else request.query_params.get(name)
        if not hmac.compare_digest((sent or "").encode(), expected):
            raise Refused(Why.CREDENTIALS, "应用密钥缺失或不正确")

    return guard
