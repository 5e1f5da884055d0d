"""A department takes only tokens of the platform, for itself, that have not expired."""

from __future__ import annotations

from typing import Any

import pytest

from demo.context import BadToken
from demo.issuer import LocalIssuer
from demo.tokens import JwksVerifier


async def test_a_good_token_tells_subject_purpose_and_level(issuer: LocalIssuer) -> None:
    claims = await issuer.verifier().verify(issuer.token("moe", "p1", 2, "education"), "moe")
    assert (claims.subject, claims.audience, claims.purpose, claims.level) == ("p1", "moe", "education", 2)


async def test_the_level_may_travel_as_acr(issuer: LocalIssuer) -> None:
    token = issuer.token("moe", assurance="", acr="3")
    assert (await issuer.verifier().verify(token, "moe")).level == 3


@pytest.mark.parametrize(
    "claims", [{"aud": "mee"}, {"iss": "https://other.example"}, {"exp": 1}, {"exp": None}, {"exp": True}]
)
async def test_a_token_for_another_or_from_another_or_too_old_is_refused(
    issuer: LocalIssuer, claims: dict[str, Any]
) -> None:
    with pytest.raises(BadToken):
        await issuer.verifier().verify(issuer.token("moe", **claims), "moe")


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "..", "é.é.é"])
async def test_what_is_no_token_is_refused(issuer: LocalIssuer, token: str) -> None:
    with pytest.raises(BadToken):
        await issuer.verifier().verify(token, "moe")


async def test_another_issuers_signature_is_refused_even_under_a_known_key_id(issuer: LocalIssuer) -> None:
    with pytest.raises(BadToken):
        await issuer.verifier().verify(LocalIssuer(issuer.issuer).token("moe"), "moe")


async def test_a_changed_token_is_refused(issuer: LocalIssuer) -> None:
    head, body, signature = issuer.token("moe").split(".")
    with pytest.raises(BadToken):
        await issuer.verifier().verify(f"{head}.{body[:-2]}AA.{signature}", "moe")


async def test_a_new_key_of_the_issuer_is_fetched_when_it_is_met() -> None:
    old, new = LocalIssuer(), LocalIssuer()
    published = await old.jwks()

    async def fetch() -> dict[str, Any]:
        return published

    verifier = JwksVerifier(old.issuer, fetch)
    await verifier.verify(old.token("moe"), "moe")
    published = {"keys": (await old.jwks())["keys"] + (await new.jwks())["keys"]}
    verifier.forget_when_fetched()
    await verifier.verify(new.token("moe"), "moe")
