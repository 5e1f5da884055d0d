"""Settings: one frozen object, read once, from a TOML file and ``TONGBAN_*`` variables (these win). Unknown keys are refused.

Every field is documented here, and ``tongban config print`` shows each value with its source; secrets are never settings, only files
that hold them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any


class BadSettings(Exception):
    """A key is unknown or a value does not fit; the message names the key, the source and what was expected."""


def _documented(default: Any, text: str) -> Any:
    return field(default=default, metadata={"doc": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them. Units stand in the names."""

    host: str = _documented("127.0.0.1", "Address the gateway listens on.")
    port: int = _documented(8000, "Port the gateway listens on.")
    workers: int = _documented(1, "Gateway processes on this machine.")
    public_url: str = _documented(
        "", "Address that clients use; the issuer of tokens. Default: http://HOST:PORT."
    )
    audience: str = _documented("tongban", "The audience that access tokens must carry.")
    data_dir: Path = _documented(Path("tongban-data"), "Folder of the embedded database, keys and secrets.")
    database_url: str = _documented("", "SQLAlchemy async URL; default: SQLite in data_dir.")
    redis_url: str = _documented(
        "",
        "Redis or Valkey for the bus; default: in-process, other processes are found by polling the store.",
    )
    secrets_file: str = _documented("", "JSON file of secret:// values; default: secrets.json in data_dir.")
    egress_allow: tuple[str, ...] = _documented((), "Private networks (CIDR) that connectors may reach.")
    graphiql: bool = _documented(False, "Offer /graphiql.")
    introspection: bool = _documented(False, "Answer introspection.")
    override_labels: tuple[str, ...] = _documented(
        (),
        "Labels of progressive @override that are active: LABEL for everybody, LABEL=PERCENT for that share of sessions "
        "(without a login, of requests). A label percent(P) needs no entry.",
    )
    request_deadline_s: float = _documented(10.0, "A request's whole time.")
    max_body_bytes: int = _documented(1_000_000, "Largest request body.")
    max_document_bytes: int = _documented(200_000, "Largest GraphQL document.")
    max_document_tokens: int = _documented(4_000, "Most lexical tokens in a document.")
    max_document_nesting: int = _documented(60, "Deepest nesting of brackets in a document.")
    max_depth: int = _documented(15, "Deepest selection.")
    max_aliases: int = _documented(30, "Most aliases in an operation.")
    max_root_fields: int = _documented(20, "Most root fields in an operation.")
    max_fields: int = _documented(1_000, "Most fields in an operation, a fragment's at each of its spreads.")
    max_cost: int = _documented(
        5_000, "Largest cost of an operation, by @cost, @listSize and its variables (docs/federation.md)."
    )
    list_size: int = _documented(5, "Items that the cost assumes in a list of which no @listSize tells more.")
    max_json_depth: int = _documented(64, "Deepest nesting of a request's JSON.")
    max_message_bytes: int = _documented(1_000_000, "Largest WebSocket message.")
    max_sockets: int = _documented(5_000, "Most open WebSockets in a process.")
    max_socket_operations: int = _documented(100, "Most operations at once on a WebSocket.")
    max_socket_subscriptions: int = _documented(20, "Most open subscriptions on a WebSocket.")
    max_user_subscriptions: int = _documented(
        100, "Most open subscriptions of somebody who has logged in, in a process."
    )
    max_subscriptions: int = _documented(10_000, "Most open subscriptions in a process.")
    socket_init_s: float = _documented(5.0, "Seconds in which a WebSocket must say connection_init.")
    heartbeat_s: float = _documented(10.0, "Seconds of silence after which a stream shows that it lives.")
    slow_client_s: float = _documented(
        30.0, "Seconds for which the client of a stream may take nothing before it is let go."
    )
    meter_flush_s: float = _documented(5.0, "Seconds between two flushes of the meter.")
    store_poll_s: float = _documented(
        0.5, "Seconds between two looks for a change that another process published."
    )
    matter_poll_s: float = _documented(
        2.0, "Seconds between two rounds of asking departments for the state of open matters."
    )
    review: str = _documented(
        "",
        "on: a connector is published after a review by two people and a canary; off: at once. Default: what the store says "
        "(the demo's says off), else on.",
    )
    canary_percent: float = _documented(
        5.0, "Share of sessions that a reviewed revision is tried on before it is published; 0: no canary."
    )
    log_level: str = _documented("info", "debug, info, warning or error.")

    @property
    def issuer(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def secrets_path(self) -> Path:
        return Path(self.secrets_file) if self.secrets_file else self.data_dir / "secrets.json"


UNLIMITED = 2**31 - 1
"""A ``max_*`` that never holds."""
_DEEPEST_JSON = 256


def without_limits(settings: Settings) -> Settings:
    """The same, with every ``max_*`` so large that it never holds. For trusted callers only."""
    off: dict[str, Any] = {f.name: UNLIMITED for f in fields(Settings) if f.name.startswith("max_")}
    off["max_json_depth"] = _DEEPEST_JSON  # the stack's limit, not ours to lift
    return replace(settings, **off)


@dataclass(frozen=True, slots=True)
class Sourced:
    """A setting with where its value came from: ``default``, the file's name, or the variable's name."""

    name: str
    value: Any
    source: str
    doc: str


def load(
    environ: Mapping[str, str], file: Path | None = None, **overrides: Any
) -> tuple[Settings, list[Sourced]]:
    """Defaults, then the file, then ``TONGBAN_*``, then ``overrides`` (the command line; None means not given).

    Raises: BadSettings.
    """
    known = {f.name: f for f in fields(Settings)}
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}

    def take(name: str, raw: Any, source: str) -> None:
        if name not in known:
            raise BadSettings(f"{source}: unknown setting {name!r}; known are {', '.join(sorted(known))}")
        values[name] = _fit(name, raw, known[name].default, source)
        sources[name] = source

    if file is not None:
        try:
            document = tomllib.loads(file.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise BadSettings(f"{file}: {error}") from error
        for name, raw in document.items():
            take(name, raw, str(file))
    for variable, raw in environ.items():
        if variable.startswith("TONGBAN_") and variable not in _NOT_SETTINGS:
            take(variable.removeprefix("TONGBAN_").lower(), raw, variable)
    for name, raw in overrides.items():
        if raw is not None:
            take(name, raw, "command line")
    settings = replace(Settings(), **values)
    sourced = [
        Sourced(name, getattr(settings, name), sources.get(name, "default"), f.metadata["doc"])
        for name, f in known.items()
    ]
    return settings, sourced


_NOT_SETTINGS = {
    "TONGBAN_PLAIN",
    "TONGBAN_VENV",
    "TONGBAN_TEST_PROCESSES",
    "TONGBAN_TEST_DATABASE_URL",
    "TONGBAN_TEST_REDIS_URL",
}
"""Variables of the scripts and tests."""

_RANGES = {"port": (0, 65_535), "workers": (1, 1_000), "canary_percent": (0, 100)}
_WORDS = {"log_level": ("debug", "info", "warning", "error"), "review": ("on", "off", "")}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def _fit(name: str, raw: Any, default: Any, source: str) -> Any:
    """The value in the default's type. Raises BadSettings."""
    try:
        if type(raw) not in (str, type(default), {float: int, tuple: list}.get(type(default))):
            raise ValueError(f"a value of another type was given ({type(raw).__name__})")
        if isinstance(default, bool):
            word = str(raw).lower()
            if word not in _TRUE | _FALSE:
                raise ValueError("true or false expected")
            return word in _TRUE
        if isinstance(default, int):
            return _within(name, _positive(int(raw)))
        if isinstance(default, float):
            return _within(name, _positive(float(raw)))
        if isinstance(default, Path):
            return Path(raw)
        if isinstance(default, tuple):
            parts = raw.split(",") if isinstance(raw, str) else raw
            listed = tuple(str(part).strip() for part in parts if str(part).strip())
            if name == "override_labels":
                for entry in listed:
                    label_share(entry)
            return listed
        if name in _WORDS and raw not in _WORDS[name]:
            raise ValueError(f"one of {', '.join(filter(None, _WORDS[name]))} expected")
        return str(raw)
    except (TypeError, ValueError) as error:
        raise BadSettings(f"{source}: {name} = {raw!r} does not fit: {error}") from error


def label_share(entry: str) -> tuple[str, float]:
    """An entry of ``override_labels``: the label, and for how many percent it is active.

    Raises: ValueError.
    """
    label, said, percent = entry.partition("=")
    share = float(percent) if said else 100.0
    if not label.strip() or not 0 <= share <= 100:
        raise ValueError(f"{entry!r} is no LABEL or LABEL=PERCENT")
    return label.strip(), share


def _within(name: str, number: Any) -> Any:
    least, most = _RANGES.get(name, (0, number))
    if not least <= number <= most:
        raise ValueError(f"{least} to {most} expected")
    return number


def _positive(number: Any) -> Any:
    if not number >= 0 or number == float("inf"):
        raise ValueError("a finite number of 0 or more expected")
    return number
