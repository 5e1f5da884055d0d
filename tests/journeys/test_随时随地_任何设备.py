"""随时随地、任何设备: the same operations for app, mini-program, kiosk and counter; small answers for weak networks."""

from __future__ import annotations

import gzip
import hashlib

import httpx

from tests.journeys.conftest import DOCUMENTS, Demo

CLIENTS = ("tongban-app", "tongban-miniprogram", "tongban-kiosk", "tongban-counter")


def test_the_home_screen_is_asked_by_id_and_fits_eight_kibibytes(demo: Demo) -> None:
    text = (DOCUMENTS / "1-home.graphql").read_text("utf-8")
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}
    with httpx.stream(
        "POST",
        demo.endpoint,
        json={"extensions": persisted},
        headers={"authorization": f"Bearer {demo.token('citizen01')}", "accept-encoding": "gzip"},
        timeout=30,
    ) as answer:
        assert answer.status_code == 200
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) <= 8 * 1024
    assert b'"errors"' not in gzip.decompress(raw)


def test_an_unknown_document_id_is_a_typed_error(demo: Demo) -> None:
    answer = httpx.post(
        demo.endpoint, json={"documentId": "0" * 64}, headers={"accept": "application/graphql-response+json"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


def test_the_same_case_is_seen_from_four_kinds_of_client(demo: Demo) -> None:
    begun = demo.ask(
        'mutation { bookDoctorAppointment(hospital: "测试省人民医院", appointmentOn: "2026-12-18") { number matter { id } } }',
        "citizen05",
    )
    matter = begun["data"]["bookDoctorAppointment"]["matter"]["id"]
    for client in CLIENTS:
        token = demo.log_in("citizen05", client)
        answer = httpx.post(
            demo.endpoint,
            json={"query": "{ me { matters { id } } }"},
            headers={"authorization": f"Bearer {token}", "graphql-client-name": client},
            timeout=30,
        )
        assert matter in {each["id"] for each in answer.json()["data"]["me"]["matters"]}, client
