"""*prepare*: a document is measured and named before it is validated and planned, and all that once."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.generation import Generation
from gateway.stages.prepare import DocumentRefused
from gateway.types import Operation
from tests.gateway.fake_department import FakeDepartment
from tests.gateway.house import CANARIES, CANARY, generation_of, guide, prepared
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings

SETTINGS = Settings()
OPEN = Settings(introspection=True)


@pytest.fixture
def generation() -> Generation:
    return generation_of(guide(), FakeDepartment())


def refused(generation: Generation, document: str, settings: Settings = SETTINGS, **more: Any) -> CallerFault:
    with pytest.raises(CallerFault) as caught:
        prepared(generation, document, settings, **more)
    return caught.value


def nested(levels: int) -> str:
    return "{ offices { " + "head { " * (levels - 2) + "name" + " }" * levels


def test_an_operation_knows_its_name_kind_coordinates_and_services(generation: Generation) -> None:
    document = "query Where { offices { name } marriage { number } __typename }"
    operation = prepared(generation, document).operation
    assert (operation.name, operation.kind) == ("Where", "query")
    assert operation.coordinates == ("Query.offices", "Query.marriage", "Office.name", "Marriage.number")
    assert operation.services == ("guide.marriage", "guide.offices")


def test_the_signature_knows_no_literals(generation: Generation) -> None:
    one, other, third = (
        prepared(generation, f"{{ hello(to: {to}) }}").operation.signature for to in ('"a"', '"b"', "null")
    )
    assert one == other
    assert len(one) == len(third) == 64


def test_a_document_is_prepared_once(generation: Generation) -> None:
    document = "query A{hello}query B{offices{name}}"
    first = prepared(generation, document, operation_name="A").operation
    assert prepared(generation, document, operation_name="A").operation is first
    assert prepared(generation, document, operation_name="B").operation is not first
    assert len(generation.operations) == 2


def test_blanks_and_comments_make_no_other_operation(generation: Generation) -> None:
    learnt: list[Operation] = []
    one = prepared(generation, "{ offices { name } }", learn=learnt.append).operation
    other = prepared(generation, "# mine\n{\n  offices { name, }\n}", learn=learnt.append).operation
    assert other is one
    assert learnt == [one]
    assert (
        prepared(generation, '{ hello(to: "a  b") }').operation
        is not prepared(generation, '{ hello(to: "a b") }').operation
    )


def test_a_document_of_the_most_fields_is_kept_however_it_is_indented(generation: Generation) -> None:
    fields = "\n".join(f"{' ' * 40}someLongerName{i}: name" for i in range(900))
    first = prepared(generation, f"{{ offices {{\n{fields}\n}} }}", Settings(max_aliases=1_000)).operation
    assert prepared(generation, f"{{offices{{ {fields} }}}}").operation is first


def test_an_operation_is_learnt_when_it_is_seen_first(generation: Generation) -> None:
    learnt: list[Operation] = []
    for document in ("{ hello }", "{ wide }", "{ hello }"):
        prepared(generation, document, learn=learnt.append)
    assert [operation.coordinates for operation in learnt] == [("Query.hello",), ("Query.wide",)]


def test_a_new_generation_prepares_anew(generation: Generation) -> None:
    first = prepared(generation, "{ hello }").operation
    assert prepared(generation_of(guide()), "{ hello }").operation is not first


def test_a_refused_document_is_not_kept(generation: Generation) -> None:
    refused(generation, "{ nothing }")
    assert len(generation.operations) == 0


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("query A { hello } query B { hello }", None),
        ("query A { hello }", "B"),
        ("fragment F on Office { name }", None),
        ("type A { b: Int }", None),
    ],
)
def test_one_operation_must_be_meant(generation: Generation, document: str, name: str | None) -> None:
    assert refused(generation, document, operation_name=name).code is ErrorCode.OPERATION_RESOLUTION_FAILURE


def test_what_does_not_parse_is_refused_with_its_place(generation: Generation) -> None:
    fault = refused(generation, "{ hello(")
    assert isinstance(fault, DocumentRefused)
    assert fault.code is ErrorCode.GRAPHQL_PARSE_FAILED
    assert [(at.line, at.column) for error in fault.errors for at in error.locations or ()] == [(1, 9)]


def test_what_does_not_fit_the_schema_is_refused_with_its_places(generation: Generation) -> None:
    fault = refused(generation, "{ helo\n offices { nmae } }")
    assert isinstance(fault, DocumentRefused)
    assert fault.code is ErrorCode.GRAPHQL_VALIDATION_FAILED
    assert [error.locations[0].line for error in fault.errors if error.locations] == [1, 2]


def test_only_who_may_see_the_schema_is_helped_along(generation: Generation) -> None:
    said = {
        settings.introspection: " ".join(
            error.message
            for error in refused(generation, "{ helo }", settings).errors  # type: ignore[attr-defined]
        )
        for settings in (SETTINGS, OPEN)
    }
    assert said[True] == "Cannot query field 'helo' on type 'Query'. Did you mean 'hello'?"
    assert said[False] == "Cannot query field 'helo' on type 'Query'."


@pytest.mark.parametrize(
    "document",
    [
        f"{{ hello(times: {CANARY.cid}) }}",
        f'{{ hello(times: "{CANARY.name}") }}',
        f'{{ hello(to: ["{CANARY.cid}", "{CANARY.name}"]) }}',
        f'{{ hello(to: {{x: "{CANARY.cid}"}}) }}',
        f'{{ hello(to: """{CANARY.name}\n  {CANARY.cid}""", times: """{CANARY.cid}""") }}',
        f'query Q($n: Int = "{CANARY.cid}") {{ hello(times: $n) }}',
        f'{{ hello @skip(if: "{CANARY.cid}") }}',
        f'{{ hello "{CANARY.cid}" }}',
        f"{{ hello {CANARY.cid} }}",
        f'{{ hello """{CANARY.name}""" }}',
        f'{{ hello(to: "{CANARY.cid}\n") }}',
        f"{{ {CANARY.name} }}",
        f"{{ hello(times: 0{CANARY.cid}) }}",
        f"{{ hello(times: {CANARY.cid}x) }}",
    ],
)
def test_no_refusal_quotes_a_value(generation: Generation, document: str) -> None:
    fault = refused(generation, document)
    assert isinstance(fault, DocumentRefused)
    said = " ".join([str(fault), fault.detail, *(error.message for error in fault.errors)])
    assert not [canary for canary in (*CANARIES, CANARY.name[0]) if canary in said]


# -- measures


def test_depth_has_a_limit(generation: Generation) -> None:
    assert prepared(generation, nested(15))
    fault = refused(generation, nested(16))
    assert (fault.code, str(fault)) == (
        ErrorCode.COST_EXCEEDED,
        "The operation has more than 15 levels.",
    )


def test_depth_counts_through_fragments(generation: Generation) -> None:
    chain = "".join(f" fragment F{n} on Office {{ head {{ ...F{n + 1} }} }}" for n in range(20))
    document = "{ offices { ...F0 } }" + chain + " fragment F20 on Office { name }"
    assert refused(generation, document).code is ErrorCode.COST_EXCEEDED


def test_inline_fragments_add_no_depth(generation: Generation) -> None:
    assert prepared(generation, "{" + "... on Query {" * 20 + " hello " + "}" * 21)


def test_aliases_have_a_limit(generation: Generation) -> None:
    names = " ".join(f"a{n}: name" for n in range(31))
    assert prepared(generation, "{ offices { " + names.removesuffix(" a30: name") + " } }")
    assert refused(generation, "{ offices { " + names + " } }").code is ErrorCode.COST_EXCEEDED


def test_aliases_count_at_every_spread(generation: Generation) -> None:
    """Sixteen in the fragment, spread twice."""
    fragment = " fragment F on Office { " + " ".join(f"a{n}: name" for n in range(16)) + " }"
    assert prepared(generation, "{ offices { ...F } }" + fragment)
    twice = "{ offices { ...F head { ...F } } }" + fragment
    assert refused(generation, twice).code is ErrorCode.COST_EXCEEDED


ROOTS = " ".join(f'a{n}: hello(to: "{n}")' for n in range(21))


@pytest.mark.parametrize(
    "document",
    [
        f"{{ {ROOTS} }}",
        f"{{ ... on Query {{ {ROOTS} }} }}",
        f"{{ ...F }} fragment F on Query {{ {ROOTS} }}",
        "{ ...F ...F ...F } fragment F on Query { hello ...G offices { name } } "
        "fragment G on Query { marriage { number } cases wide __typename q: hello w: hello }",
    ],
    ids=["plain", "inline fragment", "fragment", "spread again and again"],
)
def test_root_fields_have_a_limit_wherever_they_stand(generation: Generation, document: str) -> None:
    settings = Settings(max_aliases=1_000)
    assert refused(generation, document, settings).code is ErrorCode.COST_EXCEEDED


def exponential(levels: int, within: str = "a: hello") -> str:
    """Each fragment spreads the next one twice: expanded, ``within`` stands 2**levels times."""
    fragments = "".join(
        f" fragment F{n} on Query {{ ...F{n + 1} ... on Query {{ ...F{n + 1} }} }}" for n in range(levels)
    )
    return f"{{ ...F0 }}{fragments} fragment F{levels} on Query {{ {within} }}"


def test_exponential_fragments_are_counted_not_expanded(generation: Generation) -> None:
    """Expanded, it would never end."""
    assert refused(generation, exponential(200)).code is ErrorCode.COST_EXCEEDED


def test_exponential_fragments_with_little_in_them_end_too(generation: Generation) -> None:
    settings = Settings(max_root_fields=10**9)
    document = exponential(80, "offices { name }")
    try:
        prepared(generation, document, settings)
    except CallerFault as fault:
        assert fault.code is ErrorCode.COST_EXCEEDED  # noqa: PT017


@pytest.mark.parametrize(
    "document",
    [
        "{ ...F0 }"
        + "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(440))
        + " fragment F440 on Query { hello }",
        "{ hello }"
        + "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(440))
        + " fragment F440 on Query { hello }",
        "{ ...F0 }"
        + "".join(f" fragment F{n} on Query {{ {'...{' * 55} ...F{n + 1} {'}' * 55} }}" for n in range(15))
        + " fragment F15 on Query { hello }",
    ],
    ids=["a long chain", "a long chain that nobody uses", "long and deep"],
)
def test_a_long_way_through_fragments_is_the_callers_fault_not_ours(
    generation: Generation, document: str
) -> None:
    try:
        prepared(generation, document)
    except CallerFault as fault:
        assert fault.code in (ErrorCode.COST_EXCEEDED, ErrorCode.GRAPHQL_VALIDATION_FAILED)  # noqa: PT017


def test_a_cycle_of_fragments_is_refused(generation: Generation) -> None:
    fault = refused(
        generation,
        "{ offices { ...F } } fragment F on Office { head { ...G } } fragment G on Office { ...F }",
    )
    assert fault.code is ErrorCode.GRAPHQL_VALIDATION_FAILED


# -- introspection and methods


@pytest.mark.parametrize(
    "document",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Office") { name } }',
        "{ harmless: __schema { types { name } } }",
        "{ ... on Query { __schema { types { name } } } }",
        "{ ... { ... on Query { __schema { types { name } } } } }",
        "{ ...F } fragment F on Query { __schema { types { name } } }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { __schema { types { name } } }",
        "query A { hello } query B { __schema { types { name } } }",
    ],
)
def test_introspection_is_refused_however_it_is_wrapped(generation: Generation, document: str) -> None:
    name = "A" if "query A" in document else None
    assert refused(generation, document, operation_name=name).code is ErrorCode.FORBIDDEN
    assert prepared(generation_of(guide()), document, OPEN, operation_name=name)


def test_the_name_of_a_type_is_no_introspection(generation: Generation) -> None:
    assert prepared(generation, "{ __typename offices { __typename } }")


MUTATION = 'mutation { bookMarriageRegistration(spouseNumber: "1") { number } }'


def test_what_only_reads_may_not_write(generation: Generation) -> None:
    """Also where the document was prepared before."""
    assert prepared(generation, MUTATION).operation.kind == "mutation"
    assert refused(generation, MUTATION, read_only=True).code is ErrorCode.METHOD_NOT_ALLOWED
    assert prepared(generation, "{ hello }", read_only=True)


@pytest.mark.parametrize(
    "document",
    [
        "{ offices { " + "name " * 900 + "} }",
        "{ " + "offices { name } " * 19 + "offices { " + "head { name } " * 300 + "} }",
        "{ offices { " + "... on Office { head { name } } " * 300 + "} }",
        "{ offices { " + "...F " * 101 + "} } fragment F on Office { " + "name " * 10 + "}",
    ],
)
def test_what_asks_for_the_same_too_often_is_refused_soon(generation: Generation, document: str) -> None:
    """Each took the validator seconds, in which nobody else was served."""
    assert refused(generation, document).code is ErrorCode.COST_EXCEEDED


def test_fields_count_at_each_spread_of_their_fragment(generation: Generation) -> None:
    document = "{ offices { ...F ...F } } fragment F on Office { name }"
    assert prepared(generation, document, Settings(max_fields=3)).operation.fields == 3
    assert (
        refused(generation, f"{document} fragment G on Office {{ name }}", Settings(max_fields=2)).code
        is ErrorCode.COST_EXCEEDED
    )


def test_one_field_may_stand_in_many_fragments(generation: Generation) -> None:
    spreads = " ".join(f"...F{i}" for i in range(40))
    fragments = " ".join(f"fragment F{i} on Office {{ name head {{ name }} }}" for i in range(40))
    assert prepared(generation, f"{{ offices {{ {spreads} }} }} {fragments}").operation.fields == 121


def test_documents_kept_are_bounded_in_all(generation: Generation) -> None:
    for number in range(40):
        prepared(generation, f"query {'x' * 20_000}{number} {{ hello }}")
    assert 0 < len(generation.operations) < 16


def test_a_huge_document_pushes_nothing_out(generation: Generation) -> None:
    first = prepared(generation, "{hello}").operation
    prepared(generation, f"query {'x' * 100_000} {{ hello }}")
    assert len(generation.operations) == 1
    assert prepared(generation, "{hello}").operation is first


@pytest.mark.parametrize("document", ["subscription { hello }", "subscription S { me { id } }"])
def test_a_subscription_does_not_fit_a_schema_without(generation: Generation, document: str) -> None:
    fault = refused(generation, document)
    assert isinstance(fault, DocumentRefused)
    assert [error.message for error in fault.errors] == ["The schema has no subscriptions."]
