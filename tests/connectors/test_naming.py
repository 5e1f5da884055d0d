"""Every published coordinate against the law of names, ``docs/naming.md``: what an app sees reads like one product."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_specified_scalar_type,
)

from tests.connectors.naming_page import PAGE, Promised, department_words, promised
from tests.connectors.whole_graph import ROOT, WholeGraph, words_of

PASCAL = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")
CAMEL = re.compile(r"[a-z]+(?:[A-Z][a-z]*)*")
SCREAMING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")

FORBIDDEN = frozenset(
    """
    cid uscc info data list lists get fetch ent biz cert cred reg util dl ss mi pf gjj addr tel num qty
    xingming shenfen hukou huji shebao yibao gongjijin banjian daxie sheng shi xian danwei riqi zhuangtai
    license licenses color colors center enrollment enroll
    """.split()  # noqa: SIM905 (read by people)
)
"""An abbreviation or a word that says nothing; pinyin; American."""
MONEY = frozenset({"amount", "balance", "income", "capital", "premium", "fee", "price", "fine"})
UNITS = frozenset({"g", "kg", "m", "km", "mu", "minutes"})
OWN_MEANING = frozenset(
    """
    accountNumber address bankCard caseReference cityCode creditCode enterpriseAddress first id
    insuranceNumber kind licenceNumber name number reason text
    """.split()  # noqa: SIM905 (read by people)
)
"""Arguments that operations explain each in its own words."""

PROVINCE = json.loads((ROOT / "demo" / "province.json").read_text("utf-8"))
OPERATIONS = {
    f"{department['code']}.{operation['name']}": operation
    for department in PROVINCE["departments"] + PROVINCE["platform_backends"]
    for operation in department["operations"]
}
PROMISED = promised()
DEPARTMENTS_OWN = [row for row in PROMISED if row.service != "platform"]


def last(coordinate: str) -> str:
    return coordinate.rpartition(".")[2]


def typed(whole_graph: WholeGraph) -> dict[str, str]:
    """Fields and arguments by coordinate, with the name of their type."""
    fields = {c: str(get_named_type(field.type)) for c, field in whole_graph.fields}
    return fields | {c: str(get_named_type(argument.type)) for c, argument in whole_graph.arguments}


# how names are written


def test_types_are_singular_nouns_in_pascal_case(whole_graph: WholeGraph) -> None:
    names = [kind.name for kind in (*whole_graph.objects, *whole_graph.enums)]
    assert [name for name in names if not PASCAL.fullmatch(name)] == []
    assert [name for name in names if name.endswith("s") and not name.endswith(("Status", "ss"))] == []


def test_fields_and_arguments_are_camel_case(whole_graph: WholeGraph) -> None:
    assert [c for c in typed(whole_graph) if not CAMEL.fullmatch(last(c))] == []


def test_enum_values_are_screaming_case(whole_graph: WholeGraph) -> None:
    values = [f"{enum.name}.{value}" for enum in whole_graph.enums for value in enum.values]
    assert [value for value in values if not SCREAMING.fullmatch(last(value))] == []


# which words are used


def test_no_name_has_an_abbreviation_pinyin_or_an_empty_word(whole_graph: WholeGraph) -> None:
    names = {last(coordinate) for coordinate, _ in whole_graph.descriptions}
    assert {name for name in names if FORBIDDEN & set(words_of(name))} == set()
    assert {name for name in names if words_of(name)[-1] in ("no", "nos")} == set()


def test_every_word_of_a_name_can_be_spoken(whole_graph: WholeGraph) -> None:
    """``xm``, ``grzh``, ``dkzt`` have no vowel; the initials of pinyin rarely do."""
    names = {*typed(whole_graph), *(kind.name for kind in (*whole_graph.objects, *whole_graph.enums))}
    mute = {(c, word) for c in names for word in words_of(last(c)) if not re.search("[aeiouy]", word)}
    assert {(c, word) for c, word in mute if word not in UNITS} == set()


def test_no_word_of_a_department_is_left_where_the_page_has_another(whole_graph: WholeGraph) -> None:
    theirs, ours = department_words()
    promised_names = {name for row in PROMISED for name, _ in (*row.arguments, *row.fields)}
    promised_names |= {last(row.coordinate) for row in PROMISED}
    spoken = {
        word for operation in OPERATIONS.values() for word in operation["inputs"] + operation["outputs"]
    }
    forbidden = (theirs | spoken) - ours - promised_names
    assert {"cid", "entName", "dlNo", "regAddress", "payAmount", "mobile"} <= forbidden
    assert [coordinate for coordinate in typed(whole_graph) if last(coordinate) in forbidden] == []


def test_who_the_caller_is_is_never_an_argument(whole_graph: WholeGraph) -> None:
    own = {"cid", "mobile", "citizenNumber", "applicantNumber", "agentNumber", "motherNumber"}
    assert [coordinate for coordinate, _ in whole_graph.arguments if last(coordinate) in own] == []


# what a suffix promises


def test_what_ends_in_on_is_a_day_and_days_end_in_on(whole_graph: WholeGraph) -> None:
    days = {c for c, kind in typed(whole_graph).items() if kind == "Date"}
    assert days == {c for c in typed(whole_graph) if c.endswith("On") or last(c) == "validUntil"}


def test_what_ends_in_at_is_a_moment_and_moments_end_in_at(whole_graph: WholeGraph) -> None:
    moments = {c for c, kind in typed(whole_graph).items() if kind == "DateTime"}
    assert moments == {c for c in typed(whole_graph) if c.endswith("At")}


def test_booleans_say_is_or_has(whole_graph: WholeGraph) -> None:
    booleans = {c for c, kind in typed(whole_graph).items() if kind == "Boolean"}
    assert booleans == {c for c in typed(whole_graph) if words_of(last(c))[0] in ("is", "has")}


def test_money_and_only_money_is_decimal(whole_graph: WholeGraph) -> None:
    decimals = {c for c, kind in typed(whole_graph).items() if kind == "Decimal"}
    values = {c for c in typed(whole_graph) if not c.startswith("Mutation.") or c.count(".") == 2}
    assert decimals == {c for c in values if MONEY & set(words_of(last(c)))}


def test_a_measured_quantity_carries_its_unit(whole_graph: WholeGraph) -> None:
    floats = {c for c, kind in typed(whole_graph).items() if kind == "Float"}
    assert [coordinate for coordinate in floats if words_of(last(coordinate))[-1] not in UNITS] == []


def test_a_number_given_by_an_office_is_an_id(whole_graph: WholeGraph) -> None:
    numbers = {
        c: kind for c, kind in typed(whole_graph).items() if words_of(last(c))[-1] in ("number", "numbers")
    }
    assert {c: kind for c, kind in numbers.items() if kind != "ID"} == {}


# what is told of it


def test_everything_visible_is_told_of_in_chinese_then_english(whole_graph: WholeGraph) -> None:
    told = dict(whole_graph.descriptions)
    assert len(told) > 500
    wrong = []
    for coordinate, text in told.items():
        chinese, dot, english = text.partition(" · ")
        good = dot and re.search("[一-鿿]", chinese) and re.search("[A-Za-z]{2}", english)
        if not good or re.search("[一-鿿]", english) or text != text.strip():
            wrong.append((coordinate, text))
    assert wrong == []


def test_one_argument_has_one_english_wording_in_all_departments(whole_graph: WholeGraph) -> None:
    wordings: dict[str, set[str]] = defaultdict(set)
    for coordinate, argument in whole_graph.arguments:
        wordings[last(coordinate)].add((argument.description or "").partition(" · ")[2])
    several = {name for name, found in wordings.items() if len(found) > 1}
    assert {name: wordings[name] for name in several - OWN_MEANING} == {}
    assert OWN_MEANING - several == set()


# what the page promises


def test_the_page_has_every_operation_of_the_province_once() -> None:
    services = [row.service for row in DEPARTMENTS_OWN if re.fullmatch(r"\w+\.\w+", row.service)]
    assert len(OPERATIONS) == 108
    assert set(services) == set(OPERATIONS)


@pytest.mark.parametrize("row", PROMISED, ids=lambda row: row.coordinate)
def test_a_coordinate_is_as_the_page_says(row: Promised, whole_graph: WholeGraph) -> None:
    field = whole_graph.field(row.coordinate)
    arguments = {name: str(argument.type) for name, argument in field.args.items()}
    assert set(arguments) == {name for name, _ in row.arguments}
    assert {name: arguments[name] for name, kind in row.arguments if kind} == {
        n: k for n, k in row.arguments if k
    }
    if row.type:
        # a lone type name says nothing of nullability
        assert row.type in (str(field.type), str(field.type).removesuffix("!"))
    if row.fields:
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLObjectType)
        assert {name for name, _ in row.fields} <= set(result.fields)
        for name, kind in row.fields:
            assert not kind or str(get_named_type(result.fields[name].type)) == kind.rstrip("!")


def test_every_service_of_a_manifest_lists_the_coordinate_that_the_page_gives_it(
    whole_graph: WholeGraph,
) -> None:
    listed = {service.id: set(service.coordinates) for m in whole_graph.manifests for service in m.services}
    wrong = [
        (row.service, row.coordinate, listed.get(row.service))
        for row in DEPARTMENTS_OWN
        if row.service in OPERATIONS and row.coordinate not in listed.get(row.service, ())
    ]
    assert wrong == []


def test_nothing_is_published_that_the_page_does_not_name(whole_graph: WholeGraph) -> None:
    named = {row.coordinate for row in PROMISED}
    roots = {c for c, _ in whole_graph.fields if c.startswith(("Query.", "Mutation.", "Citizen."))}
    assert roots - named == set()


def test_a_transaction_gives_a_number_and_the_matter(whole_graph: WholeGraph) -> None:
    """The platform's own mutation rates a matter and gives that matter."""
    mutations = {name: field for name, field in whole_graph.fields if name.startswith("Mutation.")}
    assert str(mutations.pop("Mutation.rateMatter").type) == "Matter"
    for coordinate, field in mutations.items():
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLObjectType), coordinate
        number = str(result.fields["number"].type)
        assert number == "ID!" or (number == "ID" and result.name != "Receipt"), coordinate
        assert str(result.fields["matter"].type) == "Matter", coordinate


# what must not be seen


def test_the_key_between_departments_is_not_in_the_api(whole_graph: WholeGraph) -> None:
    assert "Citizen.cid" not in dict(whole_graph.fields)
    assert "cid" in whole_graph.supergraph.fields["Citizen"]


def test_nothing_of_federation_or_of_a_backend_is_left(whole_graph: WholeGraph) -> None:
    names = {*whole_graph.supergraph.api_schema.type_map, *(last(c) for c, _ in whole_graph.fields)}
    left = {name for name in names if name.startswith("_") and not name.startswith("__")}
    assert left | ({"FieldSet", "CaseStatus", "CaseAccepted", "caseStatus"} & names) == set()
    directives = re.findall(r"^directive @(\w+)", whole_graph.supergraph.api_sdl, re.M)
    assert directives == ["defer"]


def test_every_type_is_used_and_the_custom_scalars_are_three(whole_graph: WholeGraph) -> None:
    schema = whole_graph.supergraph.api_schema
    used = {*typed(whole_graph).values(), "Query", "Mutation"}
    own = {
        n: k for n, k in schema.type_map.items() if not n.startswith("__") and not is_specified_scalar_type(k)
    }
    assert set(own) - used == set()
    assert {n for n, k in own.items() if isinstance(k, GraphQLScalarType)} == {"Date", "DateTime", "Decimal"}


def test_the_page_names_this_test() -> None:
    assert "tests/connectors/test_naming.py" in PAGE
