"""Handling Field Errors (6.4.4): resolvers fail in the subgraph, which is an honest server."""

from __future__ import annotations

import pytest

from tests.federation.execution.specification.kitchen import answers

CASES = {
    "a nullable field": "{ fails whole }",
    "a nullable field under an alias": "{ oh: fails whole }",
    "a required field at the root": "{ failsSurely whole }",
    "a field of an object": "{ failing { ok bad } }",
    "a required field of an object": "{ failing { ok sure } whole }",
    "a required field two objects deep": "{ failing { ok below { sure ok } } }",
    "a required field of a required object": "{ failing { ok belowSure { ok sure } } whole }",
    "a required field of a required object of an object": "{ failing { below { belowSure { sure } ok } ok } }",
    "a nullable and a required field of one object": "{ failing { bad sure ok } }",
    "the same failing field under two aliases": "{ failing { a: bad b: bad ok } }",
    "one object under two aliases, of which one wants what fails": "{ a: failing { ok } b: failing { sure } }",
    "the one that fails first": "{ a: failing { sure } b: failing { ok } c: failing { bad ok } }",
    "both want what fails": "{ a: failing { ok sure } b: failing { ok sure } }",
    "both want the same in other words": "{ a: failing { ok sure } b: failing { ...F } } fragment F on Failing { sure ok }",
    "one list under two aliases": "{ a: listOfFailing { ok } b: listOfFailing { sure } }",
    "a list of required items under two aliases": "{ a: listOfSure { ok } b: listOfSure { ok sure } whole }",
    "two aliases deep in an object": "{ failing { a: below { ok } b: below { sure } c: below {"
    " below { a: below { sure } b: below { ok } } } } }",
    "two aliases in fragments": "{ a: failing { ok } ...F } fragment G on Failing { sure }"
    " fragment F on Query { b: failing { ok ...G } a: failing { below { ok } } }",
    "two aliases under conditions": "{ a: failing @include(if: true) { ok } b: failing @skip(if: false) { sure } }",
    "in a list of nullable items": "{ listOfFailing { ok bad } }",
    "required, in a list of nullable items": "{ listOfFailing { ok sure } whole }",
    "required, in a list of required items": "{ listOfSure { ok sure } whole }",
    "in a list of required items": "{ listOfSure { bad ok } }",
    "deep in lists": "{ listOfFailing { below { bad below { bad } } } }",
    "in a fragment": "{ failing { ...F } } fragment F on Failing { bad ok below { ...G } } fragment G on Failing { sure }",
    "at two places at once": "{ a: failing { bad } b: listOfFailing { sure } fails }",
    "beside what is well": "{ hero { name } fails heroes { name } }",
    "with __typename": "{ failing { __typename bad } __typename }",
    "under a condition that holds": "{ failing { bad @include(if: true) ok } }",
    "under a condition that does not": "{ failing { bad @skip(if: true) ok } }",
    "an object of a mutation under two aliases": "mutation { take { name a: home { street } b: home { street number } } }",
    "a mutation": "mutation { fail add }",
    "a required and a nullable mutation": "mutation { add fail more: add(by: 2) }",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_errors_and_nulls_are_where_graphql_core_has_them(text: str) -> None:
    theirs, ours = answers(text)
    assert ours == theirs
