"""Hostile tokens: each breaks one rule, and each is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.keys import VerificationKey
from auth.tokens import TokenRules, TokenVerifier
from tongban.caller import Role
from tongban.clock import FakeClock
from tongban.errors import CallerFault, ErrorCode

ISSUER = "https://login.example"
PRIVATE = generate_private_key(65537, 2048)
OTHER = generate_private_key(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()
NOW = FakeClock().epoch_s()


class InMemoryKeys:
    """A key source that a test fills."""

    refetch_s = 30.0
    generation = 0

    def __init__(self) -> None:
        self.keys = {"k1": VerificationKey("k1", "RS256", PRIVATE.public_key())}
        self.refreshes = 0

    def verification_key(self, kid: str) -> VerificationKey | None:
        return self.keys.get(kid)

    async def refresh(self) -> None:
        self.refreshes += 1


class InMemoryRevocations:
    """A list that a test fills."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()

    def revoked(self, session: str, token_id: str) -> bool:
        return session in self.sessions


def said(**changed: Any) -> dict[str, Any]:
    claims = {
        "iss": ISSUER,
        "aud": "tongban",
        "sub": "01ACCOUNT",
        "client_id": "tongban-app",
        "iat": int(NOW),
        "exp": int(NOW) + 600,
        "jti": "family.token",
        "sid": "01SESSION",
        "acr": "2",
        "roles": ["citizen", "president"],
        "scope": "openid profile",
    } | changed
    return {name: value for name, value in claims.items() if value is not ...}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: dict[str, Any] | bytes | None = None, key: Any = PRIVATE, **header: Any) -> str:
    """Signs anything, even what no library would."""
    head = {"alg": "RS256", "typ": "at+jwt", "kid": "k1"} | header
    body = (
        claims if isinstance(claims, bytes) else json.dumps(claims if claims is not None else said()).encode()
    )
    inner = f"{b64(json.dumps({n: v for n, v in head.items() if v is not ...}).encode())}.{b64(body)}"
    algorithm = jwt.algorithms.get_default_algorithms()["RS256"]
    return f"{inner}.{b64(algorithm.sign(inner.encode(), key))}"


def make(
    clock: FakeClock | None = None, **rules: Any
) -> tuple[TokenVerifier, InMemoryKeys, InMemoryRevocations]:
    keys, revoked = InMemoryKeys(), InMemoryRevocations()
    judged_by = TokenRules(ISSUER, "tongban", **rules)
    return TokenVerifier(keys, judged_by, clock or FakeClock(), revocations=revoked), keys, revoked


async def test_a_good_token_says_what_it_says() -> None:
    verifier, _, _ = make()
    claims = await verifier.verify(signed())
    assert (claims.subject, claims.level, claims.roles) == ("01ACCOUNT", 2, frozenset({Role.CITIZEN}))
    assert claims.scopes == {"openid", "profile"}


@pytest.mark.parametrize(
    ("changed", "scopes"),
    [
        ({"scope": ""}, set()),
        ({"scope": "a  b:c"}, {"a", "b:c"}),
        ({"scope": ["a", "b c"]}, {"a", "b c"}),
        ({"scope": ..., "scp": "a b"}, {"a", "b"}),
        ({"scope": ..., "scp": ["a", "b"]}, {"a", "b"}),
        ({"scope": "a", "scp": "b"}, {"a"}),
        ({"scope": ...}, set()),
    ],
)
async def test_scopes_are_a_text_or_a_list(changed: dict[str, Any], scopes: set[str]) -> None:
    verifier, _, _ = make()
    assert (await verifier.verify(signed(said(**changed)))).scopes == scopes


async def test_policies_are_a_list() -> None:
    verifier, _, _ = make()
    assert (await verifier.verify(signed(said(policies=["calm", "kind: clerk"])))).policies == {
        "calm",
        "kind: clerk",
    }
    assert (await verifier.verify(signed())).policies == frozenset()


@pytest.mark.parametrize(
    "changed", [{"scope": 7}, {"scope": ["a", 7]}, {"scope": None}, {"policies": "a"}, {"policies": [["a"]]}]
)
async def test_rights_of_another_shape_are_no_token(changed: dict[str, Any]) -> None:
    verifier, _, _ = make()
    with pytest.raises(CallerFault) as caught:
        await verifier.verify(signed(said(**changed)))
    assert caught.value.code is ErrorCode.UNAUTHENTICATED


def unsigned(alg: str) -> str:
    header = {"alg": alg, "typ": "at+jwt", "kid": "k1"}
    return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(said()).encode())}"


def with_hmac() -> str:
    """Algorithm confusion: the public key as an HMAC secret."""
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    inner = unsigned("HS256")
    return f"{inner}.{b64(hmac.new(pem, inner.encode(), hashlib.sha256).digest())}"


def raw_claims(**literal: str) -> bytes:
    """Claims with a literal that Python would not write."""
    text = json.dumps(said(**{name: f"@{name}@" for name in literal}))
    for name, value in literal.items():
        text = text.replace(f'"@{name}@"', value)
    return text.encode()


def respelled() -> str:
    """The same signature bytes in another base64url spelling: the unused low bits set."""
    token = signed()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


HOSTILE: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "one dot": lambda: "a.b",
    "five parts": lambda: signed() + ".a.b",
    "huge": lambda: signed(said(padding="x" * 9000)),
    "not base64": lambda: "!!." + signed().partition(".")[2],
    "padded": lambda: signed() + "=",
    "standard alphabet": lambda: signed().replace("-", "+").replace("_", "/") + "+",
    "white space": lambda: signed() + "\n",
    "leading space": lambda: " " + signed(),
    "not ASCII": lambda: signed() + "字",
    "lone surrogate": lambda: signed() + "\ud800",
    "another spelling": respelled,
    "none": lambda: unsigned("none") + ".",
    "None": lambda: unsigned("None") + ".",
    "algorithm confusion": with_hmac,
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "foreign key": lambda: signed(key=OTHER),
    "RS512 on an RS256 key": lambda: jwt.encode(said(), PRIVATE, "RS512", {"kid": "k1", "typ": "at+jwt"}),
    "PS256 on an RS256 key": lambda: jwt.encode(said(), PRIVATE, "PS256", {"kid": "k1", "typ": "at+jwt"}),
    "EdDSA": lambda: jwt.encode(said(), ED25519, "EdDSA", {"kid": "k1", "typ": "at+jwt"}),
    "alg is a list": lambda: signed(alg=["RS256"]),
    "alg is missing": lambda: signed(alg=...),
    "kid is missing": lambda: signed(kid=...),
    "kid unknown": lambda: signed(kid="k2"),
    "kid is a path": lambda: signed(kid="../../../../dev/null"),
    "kid is SQL": lambda: signed(kid="' OR 1=1 --"),
    "kid is a list": lambda: signed(kid=["k1"]),
    "kid is a number": lambda: signed(kid=1),
    "kid is empty": lambda: signed(kid=""),
    "kid is long": lambda: signed(kid="k" * 300),
    "crit": lambda: signed(crit=["exp"]),
    "crit unknown": lambda: signed(crit=["x"], x=1),
    "jku": lambda: signed(jku="https://evil.example/jwks"),
    "x5u": lambda: signed(x5u="https://evil.example/cert"),
    "x5c": lambda: signed(x5c=["MII"]),
    "jwk": lambda: signed(jwk={"kty": "RSA"}),
    "zip": lambda: signed(zip="DEF"),
    "b64 false": lambda: signed(b64=False),
    "an ID token": lambda: signed(typ="JWT"),
    "no typ": lambda: signed(typ=...),
    "typ is a list": lambda: signed(typ=["at+jwt"]),
    "issuer foreign": lambda: signed(said(iss="https://evil.example")),
    "issuer longer": lambda: signed(said(iss=ISSUER + "/")),
    "issuer shorter": lambda: signed(said(iss="https://login")),
    "issuer a list": lambda: signed(said(iss=[ISSUER])),
    "issuer missing": lambda: signed(said(iss=...)),
    "audience foreign": lambda: signed(said(aud="mca")),
    "audience part": lambda: signed(said(aud="tong")),
    "audience empty list": lambda: signed(said(aud=[])),
    "audience of numbers": lambda: signed(said(aud=["tongban", 1])),
    "audience an object": lambda: signed(said(aud={"tongban": 1})),
    "audience missing": lambda: signed(said(aud=...)),
    "expired": lambda: signed(said(exp=int(NOW))),
    "expired long ago": lambda: signed(said(exp=0)),
    "exp negative": lambda: signed(said(exp=-1)),
    "exp missing": lambda: signed(said(exp=...)),
    "exp null": lambda: signed(said(exp=None)),
    "exp text": lambda: signed(said(exp=str(int(NOW) + 60))),
    "exp true": lambda: signed(said(exp=True)),
    "exp a list": lambda: signed(said(exp=[int(NOW) + 60])),
    "exp 1e999": lambda: signed(raw_claims(exp="1e999")),
    "exp Infinity": lambda: signed(raw_claims(exp="Infinity")),
    "exp NaN": lambda: signed(raw_claims(exp="NaN")),
    "exp far": lambda: signed(said(exp=int(NOW) + 10**9)),
    "exp of 400 digits": lambda: signed(raw_claims(exp="9" * 400)),
    "exp of 5,000 digits": lambda: signed(raw_claims(exp="9" * 5000)),
    "iat in the future": lambda: signed(said(iat=int(NOW) + 60)),
    "iat missing": lambda: signed(said(iat=...)),
    "iat after exp": lambda: signed(said(iat=int(NOW) + 4, exp=int(NOW) + 3)),
    "nbf in the future": lambda: signed(said(nbf=int(NOW) + 60)),
    "nbf text": lambda: signed(said(nbf="now")),
    "sub missing": lambda: signed(said(sub=...)),
    "sub empty": lambda: signed(said(sub="")),
    "sub a number": lambda: signed(said(sub=1)),
    "client missing": lambda: signed(said(client_id=...)),
    "jti missing": lambda: signed(said(jti=...)),
    "roles text": lambda: signed(said(roles="operator")),
    "claims a list": lambda: signed(b"[]"),
    "claims not JSON": lambda: signed(b"{"),
    "claims not UTF-8": lambda: signed(b'{"a":"\xff"}'),
    "claims with a name twice": lambda: signed(json.dumps(said()).encode()[:-1] + b',"exp":9999999999}'),
    "claims nested deep": lambda: signed(b"[" * 3000 + b"]" * 3000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_token_is_refused(name: str) -> None:
    verifier, _, _ = make()
    token = HOSTILE[name]()
    with pytest.raises(CallerFault) as refused:
        await verifier.verify(token)
    assert refused.value.code is ErrorCode.UNAUTHENTICATED
    assert refused.value.message == "The access token is not valid; log in again."
    assert not token or token not in refused.value.detail


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_a_flipped_bit_is_refused(data: st.DataObject) -> None:
    verifier, _, _ = make()
    token = TOKEN.encode()
    place = data.draw(st.integers(0, len(token) - 1))
    flipped = bytearray(token)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CallerFault):
        await verifier.verify(flipped.decode("latin-1"))


TOKEN = signed()


async def test_a_remembered_token_still_expires(clock: FakeClock) -> None:
    verifier, _, _ = make(clock)
    token = signed()
    await verifier.verify(token)
    clock.advance(599)
    await verifier.verify(token)
    clock.advance(1)
    with pytest.raises(CallerFault):
        await verifier.verify(token)


async def test_a_remembered_token_can_still_be_revoked() -> None:
    verifier, _, revocations = make()
    token = signed()
    await verifier.verify(token)
    revocations.sessions.add("01SESSION")
    with pytest.raises(CallerFault):
        await verifier.verify(token)


async def test_a_remembered_token_goes_with_its_key() -> None:
    verifier, keys, _ = make()
    token = signed()
    await verifier.verify(token)
    keys.keys.clear()
    keys.generation += 1
    with pytest.raises(CallerFault):
        await verifier.verify(token)


async def test_unknown_keys_are_asked_for_at_most_once_in_thirty_seconds(clock: FakeClock) -> None:
    verifier, keys, _ = make(clock)
    for number in range(50):
        with pytest.raises(CallerFault):
            await verifier.verify(signed(kid=f"unknown-{number}"))
    assert keys.refreshes == 1
    clock.advance(30)
    with pytest.raises(CallerFault):
        await verifier.verify(signed(kid="unknown"))
    assert keys.refreshes == 2


@pytest.mark.parametrize(
    ("acr", "level"), [("1", 1), ("3", 3), ("9", 0), (3, 0), ("", 0), (None, 0), ("urn:x", 0)]
)
async def test_a_level_that_we_do_not_know_counts_as_none(acr: object, level: int) -> None:
    verifier, _, _ = make()
    assert (await verifier.verify(signed(said(acr=acr)))).level == level


async def test_several_audiences_are_good_if_we_are_one() -> None:
    verifier, _, _ = make()
    assert (await verifier.verify(signed(said(aud=["x", "tongban"])))).subject == "01ACCOUNT"


def foreign() -> TokenVerifier:
    return TokenVerifier(InMemoryKeys(), TokenRules.foreign(ISSUER, "tongban"), FakeClock())


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", ...])
async def test_an_issuer_elsewhere_may_leave_out_what_rfc_9068_asks_for(typ: object) -> None:
    bare = said(client_id=..., jti=..., iat=..., sid=..., acr=..., scope=..., roles=..., azp="bank")
    claims = await foreign().verify(signed(bare, typ=typ))
    assert (claims.subject, claims.client_id, claims.level) == ("01ACCOUNT", "bank", 1)


PROFILE = {"an ID token", "no typ", "iat missing", "client missing", "jti missing"}


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - PROFILE))
async def test_every_other_rule_holds_for_an_issuer_elsewhere(name: str) -> None:
    token = HOSTILE[name]()
    with pytest.raises(CallerFault):
        await foreign().verify(token)
