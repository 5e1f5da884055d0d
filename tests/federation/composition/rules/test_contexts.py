"""@context and @fromContext compose; asking for such a field is refused, and a hint says so."""

from __future__ import annotations

from federation import compose, judge
from tests.federation.in_memory import LINK

LATER = LINK.replace('"@tag"', '"@context", "@fromContext"').replace("v2.3", "v2.8")
SDL = """type Query { t: T! } type T @key(fields: "id") @context(name: "c") { id: ID! u: U! prop: String! }
         type U @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { prop }")): Int }"""


def test_the_supergraph_keeps_the_context_and_hides_the_argument() -> None:
    supergraph = compose({"a": LATER + SDL})
    assert (
        'contextArguments: [{context: "a__c", name: "a", type: "String", selection: "{ prop }"}]'
        in supergraph.sdl
    )
    assert "field: Int" in supergraph.api_sdl
    field = supergraph.views["a"]["U"].fields["field"]
    assert (field.context_arguments, field.answers) == (("a",), False)


def test_a_hint_says_that_it_is_not_planned() -> None:
    assert [o.code for o in judge({"a": LATER + SDL}).objections] == ["CONTEXT_NOT_PLANNED"]


def test_a_context_is_set_somewhere() -> None:
    sdl = SDL.replace('@context(name: "c")', "")
    assert [o.code for o in judge({"a": LATER + sdl}).objections] == ["CONTEXT_NOT_SET"]


def test_an_argument_names_a_context_and_a_selection() -> None:
    sdl = SDL.replace("$c { prop }", "prop")
    assert [o.code for o in judge({"a": LATER + sdl}).objections] == ["NO_CONTEXT_REFERENCED"]
    sdl = SDL.replace("$c { prop }", "$c { prop { }")
    assert [o.code for o in judge({"a": LATER + sdl}).objections] == ["CONTEXT_INVALID_SELECTION"]


def test_a_context_has_a_plain_name() -> None:
    sdl = SDL.replace('"c")', '"c_d")').replace("$c ", "$c_d ")
    assert "CONTEXT_NAME_INVALID" in [o.code for o in judge({"a": LATER + sdl}).objections]
