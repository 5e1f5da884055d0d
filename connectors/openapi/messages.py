"""What an operation is sent and what it answers: the media type to speak, and the shape of it.

JSON is taken where it is offered. Must never: take a description of errors for one of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from connectors.backend import Described
from connectors.openapi.document import Document
from connectors.openapi.parameters import Parameters
from connectors.openapi.samples import from_sample
from connectors.openapi.shapes import OPAQUE, Shapes

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TEXT = Described("string")

Told = Literal["shape", "object", "nothing"]
"""What a description says of the JSON of an answer: its shape, that it is some object, nothing (or that it is no JSON)."""


@dataclass(frozen=True, slots=True)
class Body:
    """``described`` of shape ``object``: its fields are what a manifest names; else the whole is one value."""

    media: str
    described: Described
    required: bool = False


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    described: Described
    accept: str
    told: Told


class Messages:
    """Reads the messages of one operation."""

    def __init__(self, document: Document, shapes: Shapes, node: Mapping[str, Any], file: str) -> None:
        self._document = document
        self._shapes = shapes
        self._node = node
        self._file = file
        self._swagger = "swagger" in document.root

    def body(self, inputs: Parameters) -> Body | None:
        if inputs.form:
            consumes = self._media_list("consumes")
            media = MULTIPART if inputs.files or MULTIPART in consumes else FORM
            required = frozenset(inputs.form_required)
            return Body(media, Described("object", fields=inputs.form, required=required), bool(required))
        if inputs.body is not None:
            parameter, file = inputs.body
            shape = self._shapes.of(parameter.get("schema", {}), file)
            media = json_of(self._media_list("consumes")) or "application/json"
            return Body(media, shape, parameter.get("required") is True)
        return self._request_body()

    def _request_body(self) -> Body | None:
        body, file = self._document.resolve(self._node.get("requestBody"), self._file)
        content = body.get("content") if isinstance(body, dict) else None
        if not isinstance(content, dict) or not content:
            if "requestBody" in self._node:
                self._say(
                    "body.shape", "requestBody", "a body without content is left out", "describe its content"
                )
            return None
        media = json_of(content) or next((kind for kind in (FORM, MULTIPART) if kind in content), None)
        media = media or str(next(iter(content)))
        shape = self._media_shape(content[media], file)
        if not is_json(media) and media not in (FORM, MULTIPART):
            shape = replace(TEXT, description=shape.description)
        return Body(media, shape, body.get("required") is True)

    def answer(self) -> AnswerMessage:
        """The best of the answers that are no errors: JSON with a shape, else JSON, else what there is."""
        best: AnswerMessage | None = None
        for response, file in self._successes():
            found = self._answered(response, file)
            if best is None or _worth(found) > _worth(best):
                best = found
        if best is None:
            self._say(
                "answer.missing",
                "responses",
                "no answer is described: told as JSON",
                "describe a 200",
                "info",
            )
            return AnswerMessage(OPAQUE, "application/json", "nothing")
        if best.described.shape == "opaque":
            message = (
                "the answer has no shape: told as JSON"
                if best.told != "nothing"
                else "nothing says what the answer is like"
            )
            self._say(
                "answer.undescribed", "responses", message, "describe its schema, or give an example", "info"
            )
        return best

    def _successes(self) -> Iterable[tuple[Mapping[str, Any], str]]:
        responses, file = self._document.resolve(self._node.get("responses"), self._file)
        if not isinstance(responses, dict):
            if "responses" in self._node:
                self._say("responses.shape", "responses", "'responses' is no mapping", "name each status")
            return
        stated = {str(status).strip().upper(): response for status, response in responses.items()}
        good = sorted(status for status in stated if status[:1] == "2" and len(status) == 3)
        for status in good or (["DEFAULT"] if "DEFAULT" in stated else []):
            response, there = self._document.resolve(stated[status], file)
            if isinstance(response, dict):
                yield response, there
            else:
                self._document.say(
                    "response.shape", file, responses, status, f"{status} is no mapping", "describe it"
                )

    def _answered(self, response: Mapping[str, Any], file: str) -> AnswerMessage:
        content = response.get("content")
        if self._swagger or ("schema" in response and content is None):
            return self._swagger_answer(response, file)
        if not isinstance(content, dict) or not content:
            return AnswerMessage(OPAQUE, "application/json", "nothing")
        media = json_of(content)
        if media is None:
            return self._other(str(next(iter(content))), tuple(content))
        shape = self._media_shape(content[media], file)
        held, file = self._document.resolve(content[media], file)
        schema = held.get("schema") if isinstance(held, dict) else None
        return AnswerMessage(shape, _accept(media), self._told(shape, schema, file))

    def _swagger_answer(self, response: Mapping[str, Any], file: str) -> AnswerMessage:
        produces = self._media_list("produces")
        examples = response.get("examples")
        if not response.get("schema") and not examples:
            return AnswerMessage(OPAQUE, _accept(json_of(produces) or "application/json"), "nothing")
        media = json_of(produces)
        if media is None and produces:
            return self._other(produces[0], produces)
        shape = self._shapes.of(response.get("schema", {}), file)
        if shape.shape == "opaque" and isinstance(examples, dict):
            shape = (
                self._sample(examples.get(json_of(examples) or "", None), response, "examples", file) or shape
            )
        told = self._told(shape, response.get("schema"), file)
        return AnswerMessage(shape, _accept(media or "application/json"), told)

    def _told(self, shape: Described, schema: Any, file: str) -> Told:
        if shape.shape != "opaque":
            return "shape"
        schema, _ = self._document.resolve(schema, file)
        if not isinstance(schema, dict) or not schema:
            return "nothing"
        return "shape" if schema.keys() & _MORE else "object"

    def _other(self, media: str, offered: Iterable[str]) -> AnswerMessage:
        told = ", ".join(str(name) for name in offered)[:120]
        self._say(
            "answer.media", "responses", f"answers in {told}: told as text", "offer application/json", "info"
        )
        return AnswerMessage(TEXT, _accept(media), "nothing")

    def _media_shape(self, held: Any, file: str) -> Described:
        held, file = self._document.resolve(held, file)
        if not isinstance(held, dict):
            return OPAQUE
        shape = self._shapes.of(held.get("schema") or {}, file)
        if shape.shape != "opaque":
            return shape
        sample: Any = held.get("example")
        examples = held.get("examples")
        if sample is None and examples:
            first = next(iter(examples.values() if isinstance(examples, dict) else examples), None)
            first, file = self._document.resolve(first, file)
            sample = first.get("value", first) if isinstance(first, dict) else first
        return self._sample(sample, held, "example", file) or shape

    def _sample(self, sample: Any, holder: Mapping[str, Any], step: str, file: str) -> Described | None:
        shape = from_sample(sample) if isinstance(sample, dict | list) else OPAQUE
        if shape.shape == "opaque":
            return None
        self._document.say(
            "answer.example", file, holder, step, "its shape is taken from an example", "add a schema", "info"
        )
        return shape

    def _media_list(self, word: str) -> tuple[str, ...]:
        for holder in (self._node, self._document.root):
            value = holder.get(word)
            if isinstance(value, str):
                return (value,)
            if isinstance(value, list) and value:
                return tuple(str(item) for item in value)
        return ()

    def _say(self, code: str, step: str, message: str, fix: str, severity: Any = "warning") -> None:
        self._document.say(code, self._file, self._node, step, message, fix, severity)


_MORE = frozenset({"allOf", "oneOf", "anyOf", "properties", "items"})


def is_json(media: str) -> bool:
    """``application/json``, vendors' own of it, and the wildcards that may be it."""
    kind = media.partition(";")[0].strip().lower()
    return "json" in kind or kind in ("*/*", "application/*", "*")


def json_of(media_types: Iterable[Any]) -> str | None:
    """The JSON among media types: plain, else a vendor's, else a wildcard."""
    names = [str(name) for name in media_types]
    plain = [name for name in names if name.partition(";")[0].strip().lower() == "application/json"]
    json_like = [name for name in names if "json" in name.lower()]
    found = plain or json_like or [name for name in names if is_json(name)]
    return found[0] if found else None


def _accept(media: str) -> str:
    return media if "json" in media else f"{media}, application/json"


def _worth(answer: AnswerMessage) -> int:
    return 2 * (answer.described.shape != "opaque") + (answer.told != "nothing")
