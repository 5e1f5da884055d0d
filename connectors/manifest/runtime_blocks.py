"""Parses what a manifest says of behaviour at run time: limits, retry, breaker, health, page, cache, contract.

Must never: look at the description.
"""

from __future__ import annotations

import jsonschema_rs

from connectors.manifest.checks import Block, Checks
from connectors.manifest.reading import Place
from connectors.manifest.runtime import Breaker, Cache, Contract, Health, Limits, Page, Retry
from connectors.manifest.units import duration_s, rate, size_bytes

_ASKING = ("get", "post", "operation", "query")
_NEEDED = {
    "number": ("param",),
    "offset": ("param",),
    "cursor": ("param", "next"),
    "link": ("param",),
    "nextUrl": ("param", "next"),
}
_OF_KIND = {
    "get": ("rest",),
    "post": ("rest",),
    "operation": ("rest", "soap", "graphql"),
    "query": ("graphql",),
}


class RuntimeBlocks:
    """Blocks whose shape is right; what they say wrongly goes to ``check``."""

    def __init__(self, check: Checks) -> None:
        self._check = check

    def limits(self, block: Block) -> Limits:
        plain = Limits()
        timeout_s = duration_s(block["timeout"]) if "timeout" in block else plain.timeout_s
        connect_s = (
            duration_s(block["connectTimeout"]) if "connectTimeout" in block else plain.connect_timeout_s
        )
        return Limits(
            timeout_s=self._positive(timeout_s, ("backend", "limits", "timeout")),
            connect_timeout_s=self._positive(connect_s, ("backend", "limits", "connectTimeout")),
            concurrency=block.get("concurrency", plain.concurrency),
            rate=rate(block["rate"]) if "rate" in block else None,
            queue=block.get("queue", plain.queue),
            max_body_bytes=size_bytes(block["maxBody"]) if "maxBody" in block else plain.max_body_bytes,
        )

    def retry(self, block: Block | None) -> Retry | None:
        if block is None:
            return None
        plain = Retry(False, False, frozenset())
        on = {str(word) for word in block["on"]}
        return Retry(
            connect="connect" in on,
            reset="reset" in on,
            statuses=frozenset(int(word) for word in on if word.isdigit()),
            attempts=block.get("attempts", plain.attempts),
            backoff_s=duration_s(block["backoff"]) if "backoff" in block else plain.backoff_s,
            respect_retry_after=block.get("respectRetryAfter", plain.respect_retry_after),
        )

    def breaker(self, block: Block | str | None) -> Breaker | None:
        if isinstance(block, str):
            return None
        block, plain, place = block or {}, Breaker(), ("backend", "breaker")
        window_s = duration_s(block["window"]) if "window" in block else plain.window_s
        open_for_s = duration_s(block["openFor"]) if "openFor" in block else plain.open_for_s
        return Breaker(
            failures=int(block["failures"].rstrip("%")) / 100 if "failures" in block else plain.failures,
            window_s=self._positive(window_s, (*place, "window")),
            min_calls=block.get("minCalls", plain.min_calls),
            open_for_s=self._positive(open_for_s, (*place, "openFor")),
        )

    def health(self, block: Block | None, kind: str) -> Health | None:
        if block is None:
            return None
        place: Place = ("backend", "health")
        given = [name for name in _ASKING if name in block]
        if len(given) != 1:
            self._check.say(
                "health.how", place, "health is asked for in one way", f"one of {', '.join(_ASKING)}"
            )
        for name in given:
            if kind not in _OF_KIND[name]:
                self._check.say(
                    "health.kind", (*place, name), f"a {kind} backend has no '{name}'", "operation: …"
                )
        if "body" in block and not {"post", "operation"} & block.keys():
            self._check.say("health.body", (*place, "body"), "a body goes with 'post' or 'operation'")
        if "expect" in block:
            self._check.condition(block["expect"], (*place, "expect"))
        every_s = duration_s(block["every"]) if "every" in block else Health().every_s
        if every_s < 1:
            self._check.say("health.every", (*place, "every"), "more often than once a second", "every: 30s")
        return Health(
            block.get("get"),
            block.get("post"),
            block.get("operation"),
            block.get("query"),
            block.get("body"),
            block.get("expect"),
            every_s,
        )

    def page(self, spec: Block, place: Place) -> Page | None:
        block = spec.get("page")
        if block is None:
            return None
        here: Place = (*place, "page")
        style = block["style"]
        missing = [name for name in _NEEDED[style] if name not in block]
        for name in missing:
            self._check.say("page.missing", here, f"style {style} needs '{name}'", f"{name}: …")
        if "many" in spec or "call" not in spec:
            self._check.say(
                "page.call", here, "only a field with a 'call' of its own, and no 'many', comes in pages"
            )
        if not str(spec.get("returns", spec.get("type", ""))).strip().startswith("["):
            self._check.say("page.list", here, "what comes in pages is a list", "returns: '[Lawyer!]'")
        for name in ("total", "next"):
            if name in block:
                self._check.path(block[name], (*here, name))
        return Page(
            style,
            block.get("param"),
            block.get("size"),
            block.get("maxSize", 100),
            block.get("total"),
            block.get("next"),
            block.get("start", 1),
        )

    def cache(self, block: Block | None) -> Cache | None:
        if block is None:
            return None
        return Cache(
            duration_s(block["ttl"]),
            block["scope"],
            duration_s(block.get("staleIfError", "0s")),
            duration_s(block.get("staleWhileRevalidate", "0s")),
        )

    def unmask_for(self, spec: Block, place: Place) -> tuple[str, ...]:
        if "unmaskFor" in spec and "mask" not in spec:
            self._check.say("mask.missing", (*place, "unmaskFor"), "nothing is masked here", "mask: name")
        return tuple(spec.get("unmaskFor", ()))

    def contract(self, block: Block | None, place: Place) -> Contract | None:
        if block is None:
            return None
        codes = None if "codes" not in block else frozenset(str(code) for code in block["codes"])
        normalise = {str(word): str(code) for word, code in block.get("normalise", {}).items()}
        for word, code in normalise.items():
            if codes is not None and code not in codes:
                here = (*place, "normalise", word)
                self._check.say(
                    "contract.normalise", here, f"'{code}' is none of the codes", "add it to codes"
                )
        if "pattern" in block:
            self._pattern(block["pattern"], (*place, "pattern"))
        if block.get("minimum", float("-inf")) > block.get("maximum", float("inf")):
            self._check.say("contract.range", place, "the minimum is above the maximum", "change them round")
        return Contract(
            codes,
            normalise,
            block.get("pattern"),
            block.get("checksum"),
            block.get("minimum"),
            block.get("maximum"),
        )

    def _pattern(self, text: str, place: Place) -> None:
        try:
            linear_pattern(text)
        except ValueError:
            fix = "no look-around and no back-references"
            self._check.say("contract.pattern", place, "no regular expression of linear time", fix)

    def _positive(self, value: float, place: Place) -> float:
        if value <= 0:
            self._check.say(
                "duration.zero", place, f"{place[-1]} must be longer than nothing", f"{place[-1]}: 3s"
            )
            return 1.0
        return value


def linear_pattern(text: str) -> jsonschema_rs.Draft202012Validator:
    """Holds a whole text against an expression in linear time (Rust's engine; Python's backtracks).

    Raises: ValueError.
    """
    schema = {"type": "string", "pattern": f"^(?:{text})$"}
    options = jsonschema_rs.RegexOptions(size_limit=1_000_000)
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=options)
