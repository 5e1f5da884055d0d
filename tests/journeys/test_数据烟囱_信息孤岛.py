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


def test_nobody_else_is_joined(demo: Demo) -> None:
    other = demo.ask("{ me { id } }", "citizen02")["data"]["me"]["id"]
    answer = demo.ask(EIGHT, id=other)
    assert answer["data"]["citizen"] is None
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_no_departmental_record_is_persisted(demo: Demo) -> None:
    me = demo.ask(EIGHT, id=demo.ask("{ me { id } }")["data"]["me"]["id"])["data"]["citizen"]
    records = [
        me["name"],
        me["marriage"]["certificateNumber"],
        me["marriage"]["spouseName"],
        me["household"]["number"],
        me["socialInsurance"]["cardNumber"],
        me["medicalInsurance"]["number"],
        me["housingFund"]["number"],
        me["driverLicence"]["number"],
        me["properties"][0]["address"],
    ]
    for path in demo.data.rglob("*"):
        if path.is_file() and path.name != "demo.json":
            content = path.read_bytes()
            kept = [record for record in records if record.encode() in content]
            assert not kept, (path.name, kept)
