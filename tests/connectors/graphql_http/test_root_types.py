"""A backend that calls its root types otherwise: the graph says Query and Mutation, the backend hears its own words."""

from __future__ import annotations

import pytest
from ariadne import ObjectType, make_executable_schema
from ariadne.asgi import GraphQL

from connectors.graphql_http import PassedThrough, SdlRefused, expose
from connectors.graphql_http.failing import Judge
from connectors.manifest.model import Expose
from federation import compose
from federation.subgraph import FetchContext

SDL = """
schema { query: QueryType mutation: Changes }
type QueryType { stop: Stop viewer: QueryType! }
type Changes { close: Stop }
type Stop { name: String root: QueryType places: [Place!] }
union Place = Stop | QueryType
"""


def exposed():
    return expose(SDL, Expose(include=("Query.stop", "Query.viewer", "Mutation.close")), federation=False)


def test_what_leads_back_to_a_root_type_leads_to_its_new_name() -> None:
    sdl = exposed().sdl
    assert "viewer: Query!" in sdl
    assert "root: Query\n" in sdl
    assert "union Place = Stop | Query\n" in sdl
    assert "QueryType" not in sdl
    query = compose({"bus": sdl}).api_schema.query_type
    assert query is not None
    assert str(query.fields["viewer"].type) == "Query!"


async def test_the_backend_is_asked_in_its_own_words(serve, channel_to, planned) -> None:
    query, stop = ObjectType("QueryType"), ObjectType("Stop")
    query.set_field("viewer", lambda *_: {})
    query.set_field("stop", lambda *_: {"name": "东站"})
    stop.set_field("places", lambda *_: [{"__typename": "QueryType"}, {"__typename": "Stop"}])
    url = await serve(GraphQL(make_executable_schema(SDL, query, stop), debug=False))
    subgraph = PassedThrough("bus", exposed(), channel_to(f"{url}/"), Judge("bus"))
    text = "{ viewer { __typename stop { places { __typename ... on Query { viewer { __typename } } } } } }"
    result = await subgraph.prepare(planned(text)).run({}, (), FetchContext())
    assert result.errors == ()
    assert result.data == {
        "viewer": {
            "__typename": "Query",
            "stop": {
                "places": [{"__typename": "Query", "viewer": {"__typename": "Query"}}, {"__typename": "Stop"}]
            },
        }
    }


def test_another_type_with_the_plain_name_is_refused() -> None:
    sdl = "schema { query: QueryType } type QueryType { a: Query } type Query { b: Int }"
    with pytest.raises(SdlRefused, match="QueryType is the root type called Query"):
        expose(sdl, Expose(include=("Query.a",)), federation=False)
