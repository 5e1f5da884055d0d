"""From the text of a manifest to a ``Manifest``, or to findings that say why not.

First the YAML, then the shape (JSON Schema), then the parts one by one. What needs the description
(operations, paths) is checked when the connector is opened. Must never: read a file or a secret.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from connectors.manifest.cache_checks import check_caches
from connectors.manifest.checks import Block, Checks, words_of
from connectors.manifest.findings import Finding, ManifestRejected, did_you_mean
from connectors.manifest.graph_blocks import GraphBlocks
from connectors.manifest.model import (
    Auth,
    BackendBlock,
    Department,
    Describe,
    Envelope,
    ErrorRule,
    Expose,
    ForwardCitizen,
    Governance,
    Manifest,
    Metadata,
    Owner,
    RecordedAnswer,
    RecordedTest,
    ReplacedApp,
    Service,
    SoapOptions,
    Subscriptions,
    Tls,
)
from connectors.manifest.overriding import check_overrides, described_too, overrides_of
from connectors.manifest.reading import Place, Source, read
from connectors.manifest.runtime_blocks import RuntimeBlocks
from connectors.manifest.shape import shape_findings
from connectors.manifest.unacted import unacted
from connectors.manifest.units import duration_s
from tongban import ids

_OFFICIAL = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
"""A department's number in its own country's register: ``11100000MB0143028R``, ``CZ-DIA``."""

_DESCRIBED_BY = {"rest": "openapi", "soap": "wsdl", "graphql": "sdl"}


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
    """The blocks of one manifest, one by one."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._check = Checks(source)
        self._runtime = RuntimeBlocks(self._check)
        self._graph = GraphBlocks(self._check, self._runtime)

    @property
    def found(self) -> list[Finding]:
        return self._check.found

    def manifest(self, base: Mapping[str, bytes] | None) -> Manifest:
        tree: Block = self._source.value
        metadata = self._metadata(tree["metadata"])
        governance = _governance(tree["governance"])
        types = {name: self._graph.type(name, block) for name, block in tree.get("types", {}).items()}
        inputs = {name: self._graph.input(name, block) for name, block in tree.get("inputs", {}).items()}
        query = {
            name: self._graph.root("query", name, block) for name, block in tree.get("query", {}).items()
        }
        mutation = {
            name: self._graph.root("mutation", name, block)
            for name, block in tree.get("mutation", {}).items()
        }
        entities = {
            name: self._graph.entity(name, block, types.get(name))
            for name, block in tree.get("entities", {}).items()
        }
        backend = self._backend(tree["backend"], base)
        matters = tree.get("matters")
        manifest = Manifest(
            metadata=metadata,
            backend=backend,
            envelope=self._envelope(tree.get("envelope", {})),
            governance=governance,
            services=self._services(tree.get("services", {}), metadata.id.partition(".")[0], governance),
            types=types,
            inputs=inputs,
            query=query,
            mutation=mutation,
            entities=entities,
            matters=None if matters is None else self._graph.matters(matters),
            expose=described_too(_expose(tree.get("expose", {})), tree.get("overrides", {})),
            overrides=overrides_of(tree.get("overrides", {})),
            tests=tuple(_test(block) for block in tree.get("tests", ())),
            file=self._source.file,
            places=self._source.places,
            unacted=unacted(self._source),
        )
        check_caches(manifest, self._check)
        check_overrides(manifest, tree.get("overrides", {}), self._check)
        return manifest

    def _metadata(self, block: Block) -> Metadata:
        department = block["department"]
        code, connector = str(department["code"]), str(block["id"])
        if not ids.DEPARTMENT.fullmatch(code) and not _OFFICIAL.fullmatch(code):
            self._check.say(
                "id.department", ("metadata", "department", "code"), f"'{code}' is no department code", "mca"
            )
        if not ids.CONNECTOR.fullmatch(connector):
            self._check.say(
                "id.connector",
                ("metadata", "id"),
                f"'{connector}' is no connector id",
                "<department>.<backend>",
            )
        elif ids.DEPARTMENT.fullmatch(code) and connector.partition(".")[0] != code:
            self._check.say(
                "id.connector", ("metadata", "id"), "the id begins with the department's code", f"{code}.…"
            )
        return Metadata(
            id=connector,
            version=block["version"],
            title=words_of(block["title"]),
            department=Department(code, words_of(department["name"])),
            owners=tuple(Owner(owner["name"], owner["role"], owner["contact"]) for owner in block["owners"]),
            lifecycle=block["lifecycle"],
            replaces=tuple(self._replaced(index, app) for index, app in enumerate(block.get("replaces", ()))),
        )

    def _replaced(self, index: int, block: Block) -> ReplacedApp:
        if not ids.APP.fullmatch(block["app"]):
            self._check.say("id.app", ("metadata", "replaces", index, "app"), "not an app id", "mca-1")
        functions = tuple((function["id"], function["kind"]) for function in block.get("functions", ()))
        return ReplacedApp(block["app"], functions)

    def _backend(self, block: Block, base: Mapping[str, bytes] | None) -> BackendBlock:
        kind, describe = block["kind"], block["describe"]
        wanted = _DESCRIBED_BY[kind]
        place = ("backend", "describe")
        if wanted not in describe or len(_DESCRIBED_BY.values() & describe.keys()) != 1:
            self._check.say(
                "backend.describe", place, f"a {kind} backend is described by '{wanted}'", f"{wanted}: ./…"
            )
        path = describe.get(wanted)
        if path is not None and beside(path).startswith(".."):
            self._check.say(
                "backend.describe", (*place, wanted), "the description lies beside the manifest", "no '..'"
            )
        elif path is not None and base is not None and beside(path) not in {beside(name) for name in base}:
            self._check.say(
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
                refresh_s=duration_s(describe["refresh"]) if "refresh" in describe else None,
                on_change=describe.get("onChange", "review"),
            ),
            endpoints=block.get("endpoints", {}),
            tls=Tls(tls.get("ca"), tls.get("clientCert"), tls.get("clientKey")),
            auth=auth,
            forward=self._forward(block.get("forward", {}).get("citizen"), kind),
            forwards_trace=block.get("forward", {}).get("traceparent", True),
            limits=self._runtime.limits(block.get("limits", {})),
            retry=self._runtime.retry(block.get("retry")),
            breaker=self._runtime.breaker(block.get("breaker")),
            health=self._runtime.health(block.get("health"), kind),
            soap=_soap(block.get("soap", {})),
            subscriptions=_subscriptions(block.get("subscriptions")),
        )

    def _check_auth(self, auth: tuple[Auth, ...], kind: str, tls: Block) -> None:
        for index, entry in enumerate(auth):
            if entry.kind == "wsse" and kind != "soap":
                self._check.say("auth.wsse", ("backend", "auth", index), "wsse is for SOAP backends only")
            if entry.kind == "mtls" and not {"clientCert", "clientKey"} <= tls.keys():
                self._check.say(
                    "auth.mtls", ("backend", "auth", index), "mtls needs tls.clientCert and tls.clientKey"
                )

    def _forward(self, block: Block | None, kind: str) -> ForwardCitizen | None:
        if block is None:
            return None
        wanted = "element" if kind == "soap" else "header"
        if wanted not in block and not (kind == "soap" and "header" in block):
            self._check.say("forward.citizen", ("backend", "forward", "citizen"), f"'{wanted}' is missing")
        claims = tuple(block.get("claims", ()))
        return ForwardCitizen(block["audience"], block.get("header"), block.get("element"), claims)

    def _envelope(self, block: Block) -> Envelope:
        if "success" in block:
            self._check.condition(block["success"], ("envelope", "success"))
        for name in ("data", "message"):
            if name in block:
                self._check.path(block[name], ("envelope", name))
        rules = []
        for index, rule in enumerate(block.get("errors", ())):
            self._check.condition(rule["when"], ("envelope", "errors", index, "when"))
            rules.append(self._rule(rule, ("envelope", "errors", index)))
        return Envelope(block.get("success"), block.get("data", "@"), block.get("message"), tuple(rules))

    def _rule(self, rule: Block, place: Place) -> ErrorRule:
        said = rule.get("message")
        words = None if said in (None, "show") else self._check.path(said, (*place, "message"))
        if "detail" in rule:
            self._check.path(rule["detail"], (*place, "detail"))
        return ErrorRule(
            rule["when"], rule["as"], "result" in rule, said is not None, words, rule.get("retry", False)
        )

    def _services(self, blocks: Block, department: str, governance: Governance) -> tuple[Service, ...]:
        found = []
        for name, block in blocks.items():
            service = f"{department}.{name}"
            if not ids.SERVICE.fullmatch(service):
                self._check.say("id.service", ("services", name), f"'{name}' is no service name", "camelCase")
            found.append(
                Service(
                    id=service,
                    title=words_of(block["title"]),
                    kind=block["kind"],
                    classification=block.get("classification", governance.classification),
                    coordinates=tuple(block["fields"]),
                    promised_minutes=block.get("promisedMinutes"),
                    roles=tuple(block.get("roles", ())),
                    assurance=block.get("assurance"),
                    purposes=tuple(block.get("purposes", governance.purposes)),
                    legal_basis=block.get("legalBasis", governance.legal_basis),
                    responsible_unit=block.get("responsibleUnit", governance.responsible_unit),
                    sharing=block.get("sharing", governance.sharing),
                    legal_days=block.get("legalDays", governance.legal_days),
                    promised_days=block.get("promisedDays", governance.promised_days),
                )
            )
        return tuple(found)


def _governance(block: Block) -> Governance:
    return Governance(
        assurance=block.get("assurance"),
        purposes=tuple(block.get("purposes", ())),
        classification=block["classification"],
        legal_basis=block.get("legalBasis", ""),
        responsible_unit=block.get("responsibleUnit", ""),
        sharing=block["sharing"],
        legal_days=block.get("legalDays"),
        promised_days=block.get("promisedDays"),
    )


def _soap(block: Block) -> SoapOptions:
    return SoapOptions(
        block.get("version"),
        block.get("encoding", "utf-8"),
        block.get("mtom", False),
        block.get("attachments") == "reject",
    )


def _subscriptions(block: Block | None) -> Subscriptions | None:
    return None if block is None else Subscriptions(block["protocol"], block.get("path"))


def _expose(block: Block) -> Expose:
    return Expose(
        include=tuple(block["include"]) if "include" in block else None,
        hide=tuple(block.get("hide", ())),
        rename=block.get("rename", {}),
        describe={name: words_of(words) for name, words in block.get("describe", {}).items()},
        prefix=block.get("prefix") or "",
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
        live=block.get("live"),
        expect_type=block.get("expectType", False),
    )
