"""Two versions of an SDL: what is not written alike, as an app sees it."""

from __future__ import annotations

import pytest
from graphql import GraphQLError

from connectors.judging.changed_types import changed_types, parts_of
from connectors.judging.schema_changes import schema_changes

SDL = '''extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible", "@external"])

"""
Stops. A brace }, a "word", \\""" and

type Nothing { a: Int }
"""
type Stop implements Named @key(fields: "id") {
  id: ID!
  name: String
  far: Int @external
}

"A name {"
interface Named {
  name: String
}

# neither here { nor there
union Place = Stop | Line

type Line {
  stops(near: Near = {kind: BUS}): [Stop!]
}

input Near {
  kind: Kind = BUS
}

enum Kind {
  BUS
  TRAM
}

scalar Time

type Citizen @key(fields: "cid") {
  cid: ID! @inaccessible
  tickets: [Line]
}
'''


def told(old: str, new: str) -> set[tuple[str, str]]:
    return {(each.kind, each.coordinate) for each in schema_changes(*changed_types(old, new))}


def test_an_sdl_comes_apart_between_its_definitions() -> None:
    heads = [part.partition("\n")[0] for part in parts_of(SDL)]
    assert heads == [
        "extend schema", '"""', '"A name {"', "union Place = Stop | Line", "type Line {", "input Near {", "enum Kind {",
        "scalar Time", 'type Citizen @key(fields: "cid") {',
    ]  # fmt: skip
    assert "type Nothing" in parts_of(SDL)[1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "  name: String\n  far",
            "  name: String!\n  at: Time\n  far",
            {("safe", "Stop.name"), ("safe", "Stop.at")},
        ),
        ("Stop | Line", "Stop", {("breaking", "Place.Line")}),
        (" implements Named", "", {("breaking", "Stop")}),
        ("{kind: BUS}", "{kind: TRAM}", {("dangerous", "Line.stops(near:)")}),
        ("kind: Kind = BUS", "kind: Kind!", {("breaking", "Near.kind"), ("dangerous", "Near.kind")}),
        ("  TRAM\n", "  TRAM\n  BOAT\n", {("dangerous", "Kind.BOAT")}),
        ("far: Int @external", "far: Int", {("safe", "Stop.far")}),
        ("  name: String\n  far", "  name: String @inaccessible\n  far", {("breaking", "Stop.name")}),
        ("scalar Time", "type Time {\n  at: Int\n}", {("breaking", "Time")}),
        ("scalar Time\n", "", {("breaking", "Time")}),
        ("  tickets: [Line]\n", "", {("breaking", "Citizen.tickets")}),
        ("[Stop!]", "[Stop!] @deprecated", {("safe", "Line.stops")}),
        ("A name {", "A name", set()),
    ],
)
def test_one_change_is_told_beside_all_that_stays(old: str, new: str, expected: set[tuple[str, str]]) -> None:
    assert old in SDL
    assert told(SDL, SDL.replace(old, new, 1)) == expected


def test_the_citizen_is_everybodys_and_does_not_go_with_a_department() -> None:
    without = SDL[: SDL.index("type Citizen")]
    assert told(SDL, without) == {("breaking", "Citizen.tickets")}
    assert told(without, SDL) == {("safe", "Citizen.tickets")}


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(GraphQLError):
        changed_types(SDL, SDL + "type {")
    with pytest.raises(TypeError):
        changed_types(
            SDL,
            SDL.replace("input Near {\n  kind: Kind", "input Near {\n  kind: Odd")
            + "input Odd { a: Place }\nunion Place = Kind",
        )
