"""Recorded answers as the bytes that a backend of each kind would send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
)
from lxml import etree

from connectors.judging.model import Draft
from connectors.judging.replay import Writing
from connectors.manifest import Manifest, beside
from connectors.manifest.model import RecordedAnswer
from connectors.soap.reading import read
from connectors.soap.shape import TEXT
from connectors.soap.shaping import shape
from connectors.transport import RawAnswer

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class RestWriting:
    """JSON; nothing for a body that is not there."""

    def operations(self, request: bytes) -> tuple[str, ...]:
        del request
        return ()

    def answer(self, recorded: Mapping[str, RecordedAnswer], request: bytes) -> RawAnswer:
        del request
        (one,) = recorded.values()
        content = b"" if one.body is None else orjson.dumps(one.body)
        return _raw(one, content, "application/json")


class SoapWriting:
    """An envelope of elements by local name. A body ``{fault: {faultcode, faultstring, detail}}`` is a fault.

    ``several``: operations whose answer has several parts, which stand in the body side by side.
    """

    def __init__(self, several: frozenset[str]) -> None:
        self._several = several

    def operations(self, request: bytes) -> tuple[str, ...]:
        del request
        return ()

    def answer(self, recorded: Mapping[str, RecordedAnswer], request: bytes) -> RawAnswer:
        del request
        ((operation, one),) = recorded.items()
        root = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP})
        body = etree.SubElement(root, f"{{{_SOAP}}}Body")
        if isinstance(one.body, dict) and set(one.body) == {"fault"} and isinstance(one.body["fault"], dict):
            _fill(etree.SubElement(body, f"{{{_SOAP}}}Fault"), one.body["fault"])
        elif operation in self._several and isinstance(one.body, dict):
            _fill(body, one.body)
        elif one.body is not None:
            _fill(etree.SubElement(body, "answer"), one.body)
        content = etree.tostring(root, encoding="utf-8", xml_declaration=True)
        return _raw(one, content, "text/xml; charset=utf-8")


def _fill(node: etree._Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, held in value.items():
            if name == TEXT:
                node.text = _text(held)
            elif name.startswith("@"):
                node.set(name[1:], _text(held))
            else:
                for each in held if isinstance(held, list) else [held]:
                    _fill(etree.SubElement(node, name), each)
    elif value is None:
        node.set(_NIL, "true")
    elif isinstance(value, list):
        for each in value:
            _fill(etree.SubElement(node, "item"), each)
    else:
        node.text = _text(value)


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


class GraphqlWriting:
    """What the request's document selects of the recorded values of its root fields.

    A recorded body is the value of the root field, or a whole answer (``{data: …, errors: […]}``).
    """

    def operations(self, request: bytes) -> tuple[str, ...]:
        return tuple(dict.fromkeys(node.name.value for node, _ in _roots(request)))

    def answer(self, recorded: Mapping[str, RecordedAnswer], request: bytes) -> RawAnswer:
        data: dict[str, Any] = {}
        errors: list[Any] = []
        for node, fragments in _roots(request):
            value = recorded[node.name.value].body
            if _is_whole(value):
                errors += value.get("errors") or []
                value = (value.get("data") or {}).get(node.name.value)
            key = node.alias.value if node.alias else node.name.value
            data[key] = _selected(value, node.selection_set, fragments)
        body = {"data": data, "errors": errors} if errors else {"data": data}
        return _raw(next(iter(recorded.values())), orjson.dumps(body), "application/json")


_Fragments = Mapping[str, FragmentDefinitionNode]


def _roots(request: bytes) -> list[tuple[FieldNode, _Fragments]]:
    try:
        document: DocumentNode = parse(orjson.loads(request)["query"], no_location=True)
    except (orjson.JSONDecodeError, KeyError, TypeError, GraphQLError):
        return []
    fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
    return [
        (node, fragments)
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for node in operation.selection_set.selections
        if isinstance(node, FieldNode)
    ]


def _is_whole(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and value.keys() <= {"data", "errors", "extensions"}


def _selected(value: Any, selection: SelectionSetNode | None, fragments: _Fragments) -> Any:
    if selection is None or value is None:
        return value
    if isinstance(value, list):
        return [_selected(each, selection, fragments) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for node in selection.selections:
        if isinstance(node, FieldNode):
            key = node.alias.value if node.alias else node.name.value
            if node.name.value in value:
                found[key] = _selected(value[node.name.value], node.selection_set, fragments)
            continue
        inner = _fragment(node, fragments)
        if inner is None:
            continue
        condition = inner.type_condition.name.value if inner.type_condition else None
        if condition is None or value.get("__typename", condition) == condition:
            found.update(_selected(value, inner.selection_set, fragments))
    return found


def _fragment(
    node: SelectionNode, fragments: _Fragments
) -> InlineFragmentNode | FragmentDefinitionNode | None:
    if isinstance(node, FragmentSpreadNode):
        return fragments.get(node.name.value)
    return node if isinstance(node, InlineFragmentNode) else None


def _raw(one: RecordedAnswer, content: bytes, media: str) -> RawAnswer:
    headers = {"content-type": media, **{name.lower(): text for name, text in one.headers.items()}}
    return RawAnswer(one.status, headers, content)


def _rest(_manifest: Manifest, _draft: Draft) -> Writing:
    return RestWriting()


def _graphql(_manifest: Manifest, _draft: Draft) -> Writing:
    return GraphqlWriting()


def _soap(manifest: Manifest, draft: Draft) -> Writing:
    block = manifest.backend
    files = {beside(name): content for name, content in draft.files.items()}
    wsdl = shape(
        read(files, block.describe.path), block.describe.service, block.describe.port, block.soap.version
    )
    outputs = {name: operation.output for name, operation in wsdl.operations.items()}
    return SoapWriting(frozenset(n for n, out in outputs.items() if out is not None and len(out.parts) > 1))


KINDS: Mapping[str, Callable[[Manifest, Draft], Writing]] = {
    "rest": _rest,
    "soap": _soap,
    "graphql": _graphql,
}


def writing_of(manifest: Manifest, draft: Draft) -> Writing:
    """For a draft that opens."""
    return KINDS[manifest.backend.kind](manifest, draft)
