"""``@cacheTag`` reaches the supergraph, for routers that cache; it changes nothing else."""

from __future__ import annotations

from federation import compose, load_supergraph

LINK = """extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@override", "@cacheTag"]) """
A = """type Query { t(id: ID!): T @cacheTag(format: "t-{$args.id}") all: Int @shareable @cacheTag(format: "all") }
  type T @key(fields: "id") @cacheTag(format: "T-{$key.id}") @cacheTag(format: "any") { id: ID! }"""
B = """type Query { all: Int @shareable @cacheTag(format: "all") }
  type T @key(fields: "id") @cacheTag(format: "any") { id: ID! x: Int }"""


def test_a_tag_is_said_with_the_subgraphs_that_say_it() -> None:
    sdl = compose({"a": LINK + A, "b": LINK + B}).sdl
    said = '@join__directive(graphs: [%s], name: "federation__cacheTag", args: {format: "%s"})'
    for graphs, text in [("A", "t-{$args.id}"), ("A, B", "all"), ("A", "T-{$key.id}"), ("A, B", "any")]:
        assert sdl.count(said % (graphs, text)) == 1
    assert '@link(url: "https://specs.apollo.dev/cacheTag/v0.1")' in sdl
    assert "specs.apollo.dev/join/v0.4" in sdl


def test_nobody_who_asks_sees_it() -> None:
    tagged = compose({"a": LINK + A, "b": LINK + B})
    assert "cacheTag" not in tagged.api_sdl
    assert load_supergraph(tagged.sdl).api_sdl == tagged.api_sdl
    assert "cacheTag" not in compose({"a": LINK + "type Query { x: Int }"}).sdl


def test_what_has_been_overridden_keeps_no_tag() -> None:
    a = 'type Query { x: Int @cacheTag(format: "old") }'
    b = 'type Query { x: Int @override(from: "a") @cacheTag(format: "new") }'
    sdl = compose({"a": LINK + a, "b": LINK + b}).sdl
    assert '"new"' in sdl
    assert '"old"' not in sdl
