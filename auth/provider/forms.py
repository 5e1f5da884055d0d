"""Reading what clients send: URL-encoded, small, each name once (RFC 6749 §3.1, §3.2)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from auth.provider.faults import OAuthError

_LONGEST = 16 * 1024
_MOST = 40


async def read_form(request: Request) -> dict[str, str]:
    """The body of a POST.

    Raises: OAuthError (invalid_request).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send application/x-www-form-urlencoded.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST:
            raise OAuthError("invalid_request", "The request is too large.", status=413)
    return _once_each(body.decode("utf-8", "replace"))


def read_query(request: Request) -> dict[str, str]:
    """The query of a GET.

    Raises: OAuthError (invalid_request).
    """
    query = request.url.query
    if len(query) > _LONGEST:
        raise OAuthError("invalid_request", "The request is too large.", status=414)
    return _once_each(query)


def _once_each(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=False, max_num_fields=_MOST)
    except ValueError:
        raise OAuthError("invalid_request", "Too many parameters.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise OAuthError("invalid_request", "A parameter comes more than once.")
    if any("\x00" in value for value in found.values()):
        raise OAuthError("invalid_request", "A parameter holds a character that is not allowed.")
    return found
