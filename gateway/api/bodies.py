"""What comes in at the two doors, within bounds: JSON objects, forms, uploaded files.

Must never: hold more than ``MOST_BYTES`` of one request, or write any of it to a disk by a name that was sent.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from connectors.manifest import beside
from gateway.transports.request import check_depth
from tongban.errors import CallerFault, ErrorCode

MOST_BYTES = 8_000_000
MOST_FILES = 200
MOST_FIELDS = 300
LONGEST_NAME = 300
PATIENCE_S = 30.0
"""For a body to arrive."""
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Form:
    """A form's fields, and its files by the name that the sender gave them."""

    fields: Mapping[str, str]
    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict, repr=False)
    """Field → name → content."""

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


async def read_body(request: Request) -> bytes:
    """Raises: CallerFault."""
    if request.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise CallerFault(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the request without compression.")
    said = request.headers.get("content-length", "0")
    if said.isdigit() and int(said) > MOST_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _too_large()
    except TimeoutError:
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body did not arrive in time.") from None
    except ClientDisconnect:
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body ended early.") from None
    return bytes(body)


async def read_json(request: Request) -> dict[str, Any]:
    """An object; an empty body is an empty one. Raises: CallerFault."""
    body = await read_body(request)
    if not body.strip():
        return {}
    if media_type(request) != "application/json":
        raise CallerFault(ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"The body is not JSON (line {error.lineno}, column {error.colno})."
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, message) from None
    if not isinstance(found, dict):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body must be one JSON object.")
    check_depth(found, _DEEPEST)
    return found


async def read_form(request: Request) -> Form:
    """URL-encoded, or multipart with files. Raises: CallerFault."""
    body = await read_body(request)

    async def once() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        async with Request(request.scope, once).form(
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES
        ) as form:
            fields: dict[str, str] = {}
            files: dict[str, dict[str, bytes]] = {}
            for name, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    fields[name] = value
                elif value.filename:
                    files.setdefault(name, {})[file_name(value.filename)] = await value.read()
    except HTTPException as error:
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, str(error.detail)) from None
    except (UnicodeDecodeError, LookupError):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The form is not in UTF-8.") from None
    return Form(fields, files)


def files_of(value: Any) -> dict[str, bytes]:
    """JSON's way to send files: path → base64. Raises: CallerFault."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise CallerFault(ErrorCode.BAD_USER_INPUT, '"files" is an object: path → content in base64.')
    if len(value) > MOST_FILES:
        raise CallerFault(ErrorCode.REQUEST_TOO_LARGE, f"More than {MOST_FILES} files.")
    try:
        return {file_name(name): base64.b64decode(text, validate=True) for name, text in value.items()}
    except (binascii.Error, ValueError):
        raise CallerFault(ErrorCode.BAD_USER_INPUT, '"files": a content is not base64.') from None


def file_name(name: str) -> str:
    """A path beside the manifest. Raises: CallerFault."""
    found = beside(name)
    if len(found) > LONGEST_NAME or found.startswith("..") or not found.isprintable() or found == ".":
        raise CallerFault(ErrorCode.BAD_USER_INPUT, "A file's name is no path beside the manifest.")
    return found


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _too_large() -> CallerFault:
    return CallerFault(ErrorCode.REQUEST_TOO_LARGE, f"The body is larger than {MOST_BYTES} bytes.")
