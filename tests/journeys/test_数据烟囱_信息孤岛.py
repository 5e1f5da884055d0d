"""数据烟囱、信息孤岛: join the same person across departments by shared keys without copying databases."""

from __future__ import annotations

from tests.journeys.conftest import Demo

EIGHT = """query ($id: ID!) { citizen(id: $id) { id name
  marriage { certificateNumber spouseName }
  household { number registeredAddress }
  socialInsurance { cardNumber }
  healthCode { colour }
  medicalInsurance { number }
  housingFund { number }
  driverLicence { number }
  properties { parcelNumber address }
} }"""


def test_a_citizen_is_joined_over_nine_departments_by_the_shared_key(demo: Demo) -> None:
    own = demo.ask("{ me { id } }")["data"]["me"]["id"]
    answer = demo.ask(EIGHT, id=own)
    assert "errors" not in answer
    assert all(value not in (None, []) for value in answer["data"]["citizen"].values()), answer["data"]


def test_an_enterprise_is_joined_over_its_departments(demo: Demo) -> None:
    """samr and bdb are Federation subgraphs, mee is plain GraphQL, hrss only refers to it."""
    query = """{ me { enterprises { creditCode name registeredOn environmentalCases { number } }
                 socialInsurance { employer { creditCode name isListed } } } }"""
    answer = demo.ask(query)
    assert "errors" not in answer
    firm = answer["data"]["me"]["enterprises"][0]
    assert firm["name"]
    assert firm["registeredOn"]
    assert firm["environmentalCases"]
    employer = answer["data"]["me"]["socialInsurance"]["employer"]
    assert employer["name"]
    assert employer["isListed"] in (True, False)


def test_a_case_is_joined_with_its_department_and_service(demo: Demo) -> None:
    begun = demo.ask('mutation { applyForPropertyCertificate(purpose: "入学") { matter { id number department { name }'
                     " service { title promisedMinutes } owner dueAt } } }")  # fmt: skip
    assert "errors" not in begun
    matter = begun["data"]["applyForPropertyCertificate"]["matter"]
    assert matter["number"]
    assert matter["department"]["name"] == "自然资源厅"
    assert matter["service"] == {"title": "无房/有房证明", "promisedMinutes": 1}
    assert matter["owner"]
    assert matter["dueAt"]


def test_nobody_else_is_joined(demo: Demo) -> None:
    other = demo.ask("{ me { id } }", "citizen02")["data"]["me"]["id"]
    answer = demo.ask(EIGHT, id=other)
    assert answer["data"]["citizen"] is None
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_no_departmental_record_is_persisted(demo: Demo) -> None:
    """Of another citizen than the first, whose numbers serve as examples in the published descriptions."""
    records = []
    for login in ("citizen02", "citizen03", "citizen04"):
        own = demo.ask("{ me { id } }", login)["data"]["me"]["id"]
        me = demo.ask(EIGHT, login, id=own)["data"]["citizen"]
        records += [
            value
            for each in me.values()
            if isinstance(each, dict)
            for value in each.values()
            if value and len(value) > 7
        ]
    assert len(records) > 10
    for path in demo.data.rglob("*"):
        if path.is_file() and path.name != "demo.json":
            content = path.read_bytes()
            kept = [record for record in records if record.encode() in content]
            assert not kept, (path.name, kept)
