"""From the text of a manifest to a ``Manifest``, or to findings that say why not.

First the YAML, then the shape (JSON Schema), then the parts one by one. What needs the description
(operations, paths) is
checked when the connector is opened. Must never: read a file or a secret.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLError, TypeNode, parse_const_value, parse_type, print_ast

from connectors.backend import CallSpec
from connectors.expressions import (
    ConditionError,
    PathError,
    SlotError,
    compile_condition,
    compile_path,
    parse_template,
    slots_in,
)
from connectors.manifest.findings import Finding, ManifestRejected, did_you_mean
from connectors.manifest.model import (
    Argument,
    Auth,
    BackendBlock,
    Department,
    Describe,
    Entity,
    Envelope,
    ErrorRule,
    Expose,
    Field,
    ForwardCitizen,
    Governance,
    Limits,
    Manifest,
    Many,
    Matters,
    Metadata,
    Owner,
    RecordedAnswer,
    RecordedTest,
    ReplacedApp,
    Service,
    SoapOptions,
    Tls,
    TypeDeclaration,
    Words,
)
from connectors.manifest.reading import Place, Source, read
from connectors.manifest.shape import shape_findings
from tongban import ids

Block = Mapping[str, Any]

_DESCRIBED_BY = {"rest": "openapi", "soap": "wsdl", "graphql": "sdl"}
_DURATIONS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZES = {"KiB": 1024, "MiB": 1024 * 1024, "B": 1}
_VALUE_KEYS = frozenset({"from", "format", "enum", "else", "as", "truthy", "scale"})


def parse_manifest(text: str, *, file: str = "manifest", base: Mapping[str, bytes] | None = None) -> Manifest:
    """``base``: the description files beside the manifest, by path; given, the described file must be
    among them.

    Raises: ManifestRejected.
    """
    source = read(text, file)
    found = shape_findings(source)
    if found:
        raise ManifestRejected(found)
    parser = _Parser(source)
    manifest = parser.manifest(base)
    if any(finding.severity == "error" for finding in parser.found):
        raise ManifestRejected(parser.found)
    return manifest


def beside(path: str) -> str:
    """``./hrss/openapi.json`` → ``hrss/openapi.json``: how description files are named among the uploaded
    ones.
    """
    return posixpath.normpath(path.replace("\\", "/")).lstrip("/")


class _Parser:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.found: list[Finding] = []

    def _say(self, code: str, place: Place, message: str, fix: str = "") -> None:
        self.found.append(self._source.finding(code, place, message, fix))

    def manifest(self, base: Mapping[str, bytes] | None) -> Manifest:
        tree: Block = self._source.value
        metadata = self._metadata(tree["metadata"])
        governance = _governance(tree["governance"])
        types = {name: self._type(name, block) for name, block in tree.get("types", {}).items()}
        query = {name: self._root("query", name, block) for name, block in tree.get("query", {}).items()}
        mutation = {
            name: self._root("mutation", name, block) for name, block in tree.get("mutation", {}).items()
        }
        entities = {name: self._entity(name, block) for name, block in tree.get("entities", {}).items()}
        backend = self._backend(tree["backend"], base)
        matters = tree.get("matters")
        return Manifest(
            metadata=metadata,
            backend=backend,
            envelope=self._envelope(tree.get("envelope", {})),
            governance=governance,
            services=self._services(tree.get("services", {}), metadata.department.code, governance),
            types=types,
            query=query,
            mutation=mutation,
            entities=entities,
            matters=None if matters is None else self._matters(matters),
            expose=_expose(tree.get("expose", {})),
            tests=tuple(_test(block) for block in tree.get("tests", ())),
            file=self._source.file,
            places=self._source.places,
        )

    def _metadata(self, block: Block) -> Metadata:
        department = block["department"]
        code, connector = str(department["code"]), str(block["id"])
        if not ids.DEPARTMENT.fullmatch(code):
            self._say(
                "id.department", ("metadata", "department", "code"), f"'{code}' is no department code", "mca"
            )
        if not ids.CONNECTOR.fullmatch(connector):
            self._say(
                "id.connector",
                ("metadata", "id"),
                f"'{connector}' is no connector id",
                "<department>.<backend>",
            )
        elif connector.partition(".")[0] != code:
            self._say(
                "id.connector", ("metadata", "id"), "the id begins with the department's code", f"{code}.…"
            )
        return Metadata(
            id=connector,
            version=block["version"],
            title=_words(block["title"]),
            department=Department(code, _words(department["name"])),
            owners=tuple(Owner(owner["name"], owner["role"], owner["contact"]) for owner in block["owners"]),
            lifecycle=block["lifecycle"],
            replaces=tuple(self._replaced(index, app) for index, app in enumerate(block.get("replaces", ()))),
        )

    def _replaced(self, index: int, block: Block) -> ReplacedApp:
        if not ids.APP.fullmatch(block["app"]):
            self._say("id.app", ("metadata", "replaces", index, "app"), "not an app id", "mca-1")
        functions = tuple((function["id"], function["kind"]) for function in block.get("functions", ()))
        return ReplacedApp(block["app"], functions)

    def _backend(self, block: Block, base: Mapping[str, bytes] | None) -> BackendBlock:
        kind, describe = block["kind"], block["describe"]
        wanted = _DESCRIBED_BY[kind]
        place = ("backend", "describe")
        if wanted not in describe or len(_DESCRIBED_BY.values() & describe.keys()) != 1:
            self._say(
                "backend.describe", place, f"a {kind} backend is described by '{wanted}'", f"{wanted}: ./…"
            )
        path = describe.get(wanted)
        if path is not None and beside(path).startswith(".."):
            self._say(
                "backend.describe", (*place, wanted), "the description lies beside the manifest", "no '..'"
            )
        elif path is not None and base is not None and beside(path) not in {beside(name) for name in base}:
            self._say(
                "backend.describe",
                (*place, wanted),
                f"'{path}' is not among the files given",
                did_you_mean(path, base),
            )
        auth = tuple(
            Auth(entry["kind"], {key: value for key, value in entry.items() if key != "kind"})
            for entry in block.get("auth", ())
        )
        tls = block.get("tls", {})
        self._check_auth(auth, kind, tls)
        return BackendBlock(
            kind=kind,
            describe=Describe(
                **{name: beside(describe[name]) for name in ("openapi", "wsdl", "sdl") if name in describe},
                service=describe.get("service"),
                port=describe.get("port"),
                federation=describe.get("federation"),
            ),
            endpoints=block.get("endpoints", {}),
            tls=Tls(tls.get("ca"), tls.get("clientCert"), tls.get("clientKey")),
            auth=auth,
            forward=self._forward(block.get("forward", {}).get("citizen"), kind),
            limits=_limits(block.get("limits", {})),
            soap=_soap(block.get("soap", {})),
        )

    def _check_auth(self, auth: tuple[Auth, ...], kind: str, tls: Block) -> None:
        for index, entry in enumerate(auth):
            if entry.kind == "wsse" and kind != "soap":
                self._say("auth.wsse", ("backend", "auth", index), "wsse is for SOAP backends only")
            if entry.kind == "mtls" and not {"clientCert", "clientKey"} <= tls.keys():
                self._say(
                    "auth.mtls", ("backend", "auth", index), "mtls needs tls.clientCert and tls.clientKey"
                )

    def _forward(self, block: Block | None, kind: str) -> ForwardCitizen | None:
        if block is None:
            return None
        wanted = "element" if kind == "soap" else "header"
        if wanted not in block and not (kind == "soap" and "header" in block):
            self._say("forward.citizen", ("backend", "forward", "citizen"), f"'{wanted}' is missing")
        return ForwardCitizen(block["audience"], block.get("header"), block.get("element"))

    def _envelope(self, block: Block) -> Envelope:
        if "success" in block:
            self._condition(block["success"], ("envelope", "success"))
        for name in ("data", "message"):
            if name in block:
                self._path(block[name], ("envelope", name))
        rules = []
        for index, rule in enumerate(block.get("errors", ())):
            self._condition(rule["when"], ("envelope", "errors", index, "when"))
            rules.append(ErrorRule(rule["when"], rule["as"], "result" in rule, rule.get("message") == "show"))
        return Envelope(block.get("success"), block.get("data", "@"), block.get("message"), tuple(rules))

    def _services(self, blocks: Block, department: str, governance: Governance) -> tuple[Service, ...]:
        found = []
        for name, block in blocks.items():
            service = f"{department}.{name}"
            if not ids.SERVICE.fullmatch(service):
                self._say("id.service", ("services", name), f"'{name}' is no service name", "camelCase")
            found.append(
                Service(
                    id=service,
                    title=_words(block["title"]),
                    kind=block["kind"],
                    classification=block.get("classification", governance.classification),
                    coordinates=tuple(block["fields"]),
                    promised_minutes=block.get("promisedMinutes", 0),
                    roles=tuple(block.get("roles", ())),
                    assurance=block.get("assurance"),
                    purposes=tuple(block.get("purposes", governance.purposes)),
                )
            )
        return tuple(found)

    def _type(self, name: str, block: Block) -> TypeDeclaration:
        place = ("types", name)
        fields = {
            field: self._field(field, spec, (*place, "fields", field), block.get("key", ""))
            for field, spec in block.get("fields", {}).items()
        }
        if "enum" in block and ("fields" in block or "key" in block):
            self._say("type.enum", place, "an enum has neither fields nor a key")
        if not fields and "enum" not in block and "key" not in block:
            self._say("type.empty", place, f"{name} has no fields", "give it fields, a key, or an enum")
        return TypeDeclaration(
            name=name,
            description=_words(block.get("description")),
            key=block.get("key"),
            resolvable=block.get("resolvable", True),
            fields=fields,
            enum=tuple(block["enum"]) if "enum" in block else None,
            enum_words=_enum_words(block.get("enum")),
            place=place,
        )

    def _root(self, kind: str, name: str, block: Block) -> Field:
        place = (kind, name)
        return self._field(name, {**block, "from": "@"}, place)

    def _entity(self, name: str, block: Block) -> Entity:
        place: Place = ("entities", name)
        one = block.get("one")
        many = block.get("many")
        if "{" in block["key"]:
            self._say("entity.key", (*place, "key"), "a key is field names with spaces between")
        return Entity(
            name=name,
            key=block["key"],
            one=None if one is None else self._call(one, (*place, "one")),
            one_items=self._path((one or {}).get("items", "@"), (*place, "one", "items")),
            many=None if many is None else self._many(many, (*place, "many"), block["key"]),
            fields={
                field: self._field(field, {**spec, "from": "@"}, (*place, "fields", field), block["key"])
                for field, spec in block.get("fields", {}).items()
            },
            place=place,
        )

    def _field(self, name: str, spec: Any, place: Place, key: str = "") -> Field:
        if isinstance(spec, str):
            return Field(name=name, source=self._path(spec, place), place=place)
        type_text = spec.get("returns", spec.get("type"))
        enum = spec.get("enum")
        truthy = spec.get("truthy")
        idempotency = spec.get("idempotency")
        call = spec.get("call")
        many = spec.get("many")
        source = spec.get("from", "@" if call is not None or many is not None else name)
        return Field(
            name=name,
            type=None if type_text is None else self._type_of(type_text, place),
            source=self._path(source, place) if source != name else name,
            format=spec.get("format"),
            enum=None if enum is None else {str(word): value for word, value in enum.items()},
            otherwise=spec.get("else"),
            reference=self._reference(spec.get("as"), place),
            truthy=None if truthy is None else tuple(_word(value) for value in truthy),
            scale=spec.get("scale"),
            description=_words(spec.get("description")),
            classification=spec.get("classification"),
            args=tuple(
                self._argument(arg, value, (*place, "args", arg))
                for arg, value in spec.get("args", {}).items()
            ),
            call=None if call is None else self._call(call, (*place, "call")),
            items=self._path(spec.get("items", "@"), (*place, "items")),
            many=None if many is None else self._many(many, (*place, "many"), key),
            requires=spec.get("requires"),
            number=None if "number" not in spec else self._path(spec["number"], (*place, "number")),
            idempotency_header=idempotency["header"] if isinstance(idempotency, dict) else None,
            place=place,
        )

    def _reference(self, block: Block | None, place: Place) -> Mapping[str, str] | None:
        if block is None:
            return None
        return {name: self._path(path, (*place, "as", name)) for name, path in block.items()}

    def _argument(self, name: str, spec: Any, place: Place) -> Argument:
        block = {"type": spec} if isinstance(spec, str) else spec
        text, _, default = str(block["type"]).partition("=")
        default = default.strip()
        if not default and "default" in block:
            default = _literal(block["default"])
        if default:
            try:
                default = print_ast(parse_const_value(default))
            except GraphQLError:
                self._say("argument.default", place, f"'{default}' is no GraphQL value")
        return Argument(
            name=name,
            type=self._type_of(text, place),
            default=default or None,
            description=_words(block.get("description")),
            authority=block.get("authority"),
        )

    def _call(self, block: Block, place: Place) -> CallSpec:
        parts: dict[str, Any] = {}
        for name, empty in (("params", {}), ("body", None), ("headers", {})):
            try:
                parts[name] = parse_template(block.get(name, empty))
            except SlotError as error:
                self._say("call.slot", (*place, name), str(error))
                parts[name] = empty
        return CallSpec(block["operation"], parts["params"], parts["body"], parts["headers"])

    def _many(self, block: Block, place: Place, key: str) -> Many:
        call = self._call(block, place)
        match = block["match"]
        if isinstance(match, str):
            names = {slot.path[0] for slot in _each_slots(call)}
            if len(names) > 1:
                names &= {key}
            if len(names) != 1:
                self._say("many.match", (*place, "match"), "with several key fields, match is {field: path}")
            match = dict.fromkeys(names, match)
        for path in match.values():
            self._path(path, (*place, "match"))
        if not any(True for _ in _each_slots(call)):
            self._say("many.keys", place, "a batched call takes its keys from $keys[*].…")
        return Many(
            call=call,
            items=self._path(block.get("items", "@"), (*place, "items")),
            match=match,
            at=self._path(block.get("at", "@"), (*place, "at")),
            max=block.get("max", 100),
            place=place,
        )

    def _matters(self, block: Block) -> Matters:
        state = block["state"]
        return Matters(
            call=self._call(block["call"], ("matters", "call")),
            state=self._path(state["from"], ("matters", "state", "from")),
            enum=state["enum"],
            otherwise=state.get("else"),
        )

    def _type_of(self, text: str, place: Place) -> TypeNode:
        try:
            return parse_type(text.strip(), no_location=True)
        except GraphQLError:
            self._say("type.syntax", place, f"'{text}' is no GraphQL type", "String!, [Lawyer!]")
            return parse_type("String", no_location=True)

    def _path(self, text: str, place: Place) -> str:
        try:
            compile_path(text)
        except PathError as error:
            self._say("path.syntax", place, str(error))
            return "@"
        return text

    def _condition(self, text: str, place: Place) -> None:
        try:
            compile_condition(text)
        except ConditionError as error:
            self._say("condition.syntax", place, str(error))


def _each_slots(call: CallSpec) -> Any:
    return (slot for tree in (call.params, call.body, call.headers) for slot in slots_in(tree) if slot.each)


def _words(block: Any) -> Words:
    return Words() if not block else Words(block.get("zh", ""), block.get("en", ""))


def _enum_words(block: Any) -> Mapping[str, Words]:
    return {value: _words(words) for value, words in block.items()} if isinstance(block, dict) else {}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _literal(value: Any) -> str:
    return orjson.dumps(value).decode()


def _governance(block: Block) -> Governance:
    return Governance(
        assurance=block.get("assurance"),
        purposes=tuple(block.get("purposes", ())),
        classification=block["classification"],
        legal_basis=block.get("legalBasis", ""),
        responsible_unit=block.get("responsibleUnit", ""),
        sharing=block["sharing"],
    )


def _limits(block: Block) -> Limits:
    plain = Limits()
    return Limits(
        timeout_s=_duration(block["timeout"]) if "timeout" in block else plain.timeout_s,
        concurrency=block.get("concurrency", plain.concurrency),
        max_body_bytes=_size(block["maxBody"]) if "maxBody" in block else plain.max_body_bytes,
    )


def _duration(text: str) -> float:
    unit = text.lstrip("0123456789.")
    return float(text.removesuffix(unit)) * _DURATIONS[unit]


def _size(text: str) -> int:
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)) * _SIZES[unit]


def _soap(block: Block) -> SoapOptions:
    return SoapOptions(block.get("version"), block.get("encoding", "utf-8"), block.get("mtom", False))


def _expose(block: Block) -> Expose:
    return Expose(
        include=tuple(block["include"]) if "include" in block else None,
        hide=tuple(block.get("hide", ())),
        rename=block.get("rename", {}),
        describe={name: _words(words) for name, words in block.get("describe", {}).items()},
    )


def _test(block: Block) -> RecordedTest:
    return RecordedTest(
        name=block["name"],
        run=block["run"],
        backend=tuple(
            RecordedAnswer(
                answer["operation"], answer.get("status", 200), answer.get("body"), answer.get("headers", {})
            )
            for answer in block.get("backend", ())
        ),
        expect=block.get("expect"),
    )
