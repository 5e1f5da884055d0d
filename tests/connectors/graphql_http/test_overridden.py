"""What a manifest says of a federation subgraph's own fields: overrides, a prefix, entities that it has no key for."""

from __future__ import annotations

import pytest

from connectors.connector import Connector
from connectors.egress import LOOPBACK
from connectors.judging import Draft, lint
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from tests.connectors.conftest import StubTokens
from tests.connectors.manifest.test_parsing import findings
from tongban.clock import FakeClock

MANIFEST = """
apiVersion: tongban/v1
kind: Connector
metadata:
  id: culture.venues
  version: 1.0.0
  title: {zh: 场馆, en: Venues}
  department: {code: HEL-KUVA, name: {zh: 文化, en: Culture}}
  owners: [{name: Venues team, role: developer, contact: venues@hel.example}]
  lifecycle: production
backend:
  kind: graphql
  describe: {sdl: ./venues.graphql, federation: 2}
  endpoints: {sandbox: "http://127.0.0.1:9/graphql"}
  auth: [{kind: oauth2, tokenUrl: "http://127.0.0.1:9/token", clientId: tongban, clientSecret: "secret://culture/venues"}]
governance: {classification: L1, sharing: unconditional}
"""
SDL = b"""
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
scalar Date
type Point { x: Float }
type Hall @key(fields: "id") { id: ID! seats: Int }
type Venue { id: ID! name: String email: String at: Point opened: Date hall: Hall }
type Query { venue(id: ID!): Venue venuesByIds(ids: [ID!]): [Venue!]! }
"""
FILES = {"venues.graphql": SDL}
ENTITY = "entities: {Venue: {key: id, one: {field: venue, args: {id: $key.id}}}}\n"


def opened(said: str) -> Connector:
    clock = FakeClock()
    return open_connector(
        parse_manifest(MANIFEST + said),
        FILES,
        endpoint=None,
        secrets=HeldSecrets({"secret://culture/venues": "canary"}),
        tokens=StubTokens(),
        clock=clock,
        transport=Transport(clock=clock, egress_allow=LOOPBACK),
    )


def test_a_prefix_stands_before_types_that_are_nobody_elses() -> None:
    sdl = opened("expose: {prefix: Hel, rename: {Point: GeoPoint}}\n").sdl
    assert "type HelVenue " in sdl
    assert "at: GeoPoint" in sdl
    assert "type Hall @key" in sdl
    assert "scalar Date" in sdl


def test_an_override_describes_a_field() -> None:
    words = "overrides: {Venue.name: {description: {zh: 场馆名, en: Its name}}}\n"
    assert "场馆名 · Its name" in opened(words).sdl


def test_an_override_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(ManifestRejected) as rejected:
        opened("overrides: {Venue.nmae: {assurance: 2}}\n")
    assert [each.code for each in rejected.value.findings] == ["override.field"]


def test_a_field_that_the_manifest_declares_is_not_overridden_too() -> None:
    declared = "types: {Venue: {fields: {name: name}}}\noverrides: {Venue.name: {assurance: 2}}\n"
    assert [each.code for each in findings(MANIFEST + declared)] == ["override.own"]


def test_what_is_kept_of_a_high_class_is_not_for_everybody() -> None:
    said = "overrides: {Venue.email: {classification: L3, cache: {ttl: 1h, scope: public}}}\n"
    (found,) = findings(MANIFEST + said)
    assert (found.code, found.message) == ("cache.public", "not for everybody: Venue.email is L3")


def test_an_entity_without_a_key_of_the_subgraphs_is_told_and_joined_by_nobody() -> None:
    assert "Venue @key" not in opened(ENTITY).sdl.replace("\n", " ")
    said = [
        each for each in lint(Draft(MANIFEST + ENTITY, FILES)).findings if each.code == "manifest.unacted"
    ]
    assert [each.message.partition(": ")[0] for each in said] == ["nothing acts on entities.Venue"]
