"""The code flow over real HTTP, as an app and a browser see it."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import jwt
import pytest

from auth import Auth
from storage import Database
from storage.audit import AuditLog
from tests.auth.conftest import CANARIES, PASSWORD, App, returned
from tongban.caller import Client, Role
from tongban.clock import FakeClock
from tongban.errors import CallerFault


async def test_a_login_gives_tokens_that_the_platform_believes(app: App, auth: Auth) -> None:
    tokens = await app.log_in()
    claims = await auth.verifier.verify(tokens["access_token"])
    caller = await auth.directory.caller(claims, Client(name="ios", version="1.2"))
    assert caller.person is not None
    assert caller.person.name == "金丝雀"
    assert (caller.level, caller.roles) == (2, frozenset({Role.CITIZEN}))
    assert caller.client == Client("tongban-app", "ios", "1.2")
    assert caller.session == claims.session


async def test_the_access_token_is_shaped_after_rfc_9068_and_holds_nothing_personal(app: App) -> None:
    tokens = await app.log_in()
    assert jwt.get_unverified_header(tokens["access_token"])["typ"] == "at+jwt"
    said = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert said.keys() == {
        "iss", "aud", "sub", "client_id", "iat", "exp", "jti", "sid", "auth_time", "acr", "roles", "scope",
    }  # fmt: skip
    assert not any(canary in str(said) for canary in CANARIES)


async def test_the_id_token_can_be_checked_with_what_discovery_says(
    app: App, http: httpx.AsyncClient
) -> None:
    found = (await http.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == app.origin
    keys = jwt.PyJWKSet.from_dict((await http.get(found["jwks_uri"])).json())
    tokens = await app.log_in()
    key = keys[jwt.get_unverified_header(tokens["id_token"])["kid"]]
    said = jwt.decode(
        tokens["id_token"], key, ["RS256"], audience="tongban-app", issuer=app.origin,
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert (said["nonce"], said["acr"]) == ("n-1", "2")


async def test_the_second_app_needs_no_second_login(app: App, http: httpx.AsyncClient, origin: str) -> None:
    await app.log_in()
    second = App(http, origin, client_id="tongban-counter")
    answer = await second.authorize()
    assert "code" in returned(answer)


async def test_prompt_none_without_a_login_is_said_to_the_app(app: App) -> None:
    assert returned(await app.authorize(prompt="none"))["error"] == "login_required"


async def test_a_login_reaches_the_level_asked_for_and_never_more_than_the_account_has(app: App) -> None:
    async def level(**asked: str) -> str:
        tokens = await app.log_in(prompt="login", **asked)
        said: dict[str, str] = jwt.decode(tokens["access_token"], options={"verify_signature": False})
        return said["acr"]

    assert await level(acr_values="1") == "1"
    assert await level(acr_values="3") == "2"
    assert await level() == "2"


async def test_a_higher_level_asks_for_the_password_again(app: App) -> None:
    await app.log_in(acr_values="1")
    assert (await app.authorize(acr_values="1")).status_code == 303
    assert (await app.authorize(acr_values="2")).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
        {"response_type": "token"},
        {"response_type": None},
        {"response_mode": "fragment"},
        {"prompt": "none login"},
        {"request": "eyJ"},
        {"nonce": "n" * 600},
    ],
)
async def test_a_request_against_the_rules_goes_back_as_an_error(
    app: App, changed: dict[str, str | None]
) -> None:
    said = returned(await app.authorize(**changed))
    assert "error" in said
    assert "code" not in said


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "{o}/callback/tongban-app/",
        "{o}/callback/tongban-app?x=1",
        "https://evil.example/",
        "{o}@evil.example/",
        "",
    ],
)
async def test_an_address_that_is_not_registered_letter_by_letter_is_never_redirected_to(
    app: App, redirect_uri: str
) -> None:
    answer = await app.authorize(redirect_uri=redirect_uri.format(o=app.origin) or None)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil" not in answer.text


async def test_a_parameter_that_comes_twice_is_refused(app: App, http: httpx.AsyncClient) -> None:
    asked = [*app.asking().items(), ("redirect_uri", "https://evil.example/")]
    assert (await http.get("/oauth/authorize", params=asked)).status_code == 400


async def test_a_code_works_once_and_its_second_use_takes_back_what_it_gave(app: App, auth: Auth) -> None:
    code = await app.code()
    first = (await app.exchange(code)).json()
    second = await app.exchange(code)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert (await app.refresh(first["refresh_token"])).status_code == 400
    with pytest.raises(CallerFault):
        await auth.verifier.verify(first["access_token"])


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "x" * 43},
        {"redirect_uri": "http://127.0.0.1/other"},
        {"client_id": "tongban-counter"},
    ],
)
async def test_a_code_is_bound_to_app_address_and_verifier(app: App, changed: dict[str, str]) -> None:
    code = await app.code()
    answer = await app.exchange(code, **changed)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await app.exchange(code)).status_code == 400  # and nobody may try the same code again
    assert (await app.exchange("guess")).json()["error"] == "invalid_grant"


async def test_a_code_is_too_old_after_a_minute(app: App, clock: FakeClock) -> None:
    code = await app.code()
    clock.advance(61)
    assert (await app.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_client_with_a_secret_or_unknown_is_refused(app: App) -> None:
    code = await app.code()
    assert (await app.exchange(code, client_id="stranger")).status_code == 401
    assert (await app.exchange(code, client_secret="x")).json()["error"] == "invalid_client"


async def test_the_form_of_another_browser_is_refused(app: App, http: httpx.AsyncClient) -> None:
    page = await app.authorize()
    http.cookies.clear()
    answer = await app.post_form(page, "citizen", PASSWORD)
    assert answer.status_code == 400
    assert "tongban_login" not in answer.cookies


async def test_a_form_that_was_left_open_too_long_is_refused(app: App, clock: FakeClock) -> None:
    page = await app.authorize()
    clock.advance(901)
    assert (await app.post_form(page, "citizen", PASSWORD)).status_code == 400


async def test_a_wrong_password_and_an_unknown_login_look_the_same(app: App) -> None:
    page = await app.authorize()
    wrong = await app.post_form(page, "citizen", "wrong")
    unknown = await app.post_form(page, "nobody-at-all", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text
    assert "nobody-at-all" not in unknown.text


async def test_guessing_is_slowed_down_for_a_minute_and_no_longer(app: App, clock: FakeClock) -> None:
    page = await app.authorize()
    for _ in range(10):
        assert (await app.post_form(page, "citizen", "wrong")).status_code == 401
    slowed = await app.post_form(page, "citizen", PASSWORD)
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["retry-after"]) <= 61
    assert (await app.post_form(page, "auditor", PASSWORD)).status_code == 303
    clock.advance(61)
    assert (await app.post_form(page, "citizen", PASSWORD)).status_code == 303


async def test_a_disabled_account_cannot_log_in_nor_ask_any_more(app: App, auth: Auth) -> None:
    tokens = await app.log_in()
    claims = await auth.verifier.verify(tokens["access_token"])
    await auth.directory.caller(claims, Client())
    await auth.accounts.disable(claims.subject)
    await auth.refresh()
    with pytest.raises(CallerFault):
        await auth.directory.caller(claims, Client())
    assert (await app.refresh(tokens["refresh_token"])).status_code == 400
    assert (await app.post_form(await app.authorize(prompt="login"), "citizen", PASSWORD)).status_code == 401


async def test_log_out_with_the_id_token_ends_everything(
    app: App, auth: Auth, http: httpx.AsyncClient
) -> None:
    tokens = await app.log_in()
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": f"{app.origin}/"}
    answer = await http.get("/oauth/logout", params=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{app.origin}/")
    assert (await app.refresh(tokens["refresh_token"])).status_code == 400
    assert (await app.authorize()).status_code == 200
    with pytest.raises(CallerFault):
        await auth.verifier.verify(tokens["access_token"])


async def test_log_out_without_a_hint_asks_first(app: App, http: httpx.AsyncClient) -> None:
    await app.log_in()
    page = await http.get("/oauth/logout")
    assert page.status_code == 200
    assert (await app.authorize()).status_code == 303  # still logged in
    sealed = page.text.split('name="request" value="')[1].split('"')[0]
    assert (await http.post("/oauth/logout", data={"request": sealed})).status_code == 200
    assert (await app.authorize()).status_code == 200


async def test_log_out_never_redirects_to_an_address_that_is_not_registered(http: httpx.AsyncClient) -> None:
    asked = {"client_id": "tongban-app", "post_logout_redirect_uri": "https://evil.example/"}
    answer = await http.get("/oauth/logout", params=asked)
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_userinfo_says_who_is_logged_in(app: App, http: httpx.AsyncClient) -> None:
    tokens = await app.log_in()
    answer = await http.get("/oauth/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert answer.json()["name"] == "金丝雀"
    for header in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic eA=="}):
        refused = await http.get("/oauth/userinfo", headers=header)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")


async def test_every_page_is_strict(app: App, http: httpx.AsyncClient) -> None:
    for page in (
        await app.authorize(),
        await app.authorize(client_id="nobody"),
        await http.get("/oauth/logout"),
    ):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text
        assert "style=" not in page.text
    assert "均为虚构" in (await app.authorize()).text


async def test_the_form_may_lead_only_to_us_and_back_to_the_app(app: App, origin: str) -> None:
    page = await app.authorize(redirect_uri="cn.tongban.app:/callback")
    assert "form-action 'self' cn.tongban.app:;" in page.headers["content-security-policy"]


async def test_nothing_personal_enters_a_log_a_page_of_errors_or_the_audit_log(
    app: App, auth: Auth, database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = await app.log_in()
    page = await app.authorize(prompt="login")
    wrong = await app.post_form(page, CANARIES[1], PASSWORD + "x")
    answers = [wrong.text, (await app.exchange(PASSWORD)).text, (await app.refresh(PASSWORD)).text]
    written = [line async for line in AuditLog(database, clock).export_ndjson()]
    assert [line for line in written if "login.failed" in line]
    everything = "\n".join([caplog.text, *answers, *written, repr(auth), repr(tokens.keys())])
    assert not [canary for canary in CANARIES if canary in everything]
    assert tokens["access_token"] not in everything


async def test_a_copy_of_the_database_shows_nobody_and_logs_nobody_in(app: App, database: Database) -> None:
    tokens = await app.log_in()
    raw = b"".join(path.read_bytes() for path in sorted(_files(database)))
    for secret in (*CANARIES, tokens["refresh_token"], tokens["access_token"], "PRIVATE KEY"):
        assert secret.encode() not in raw


def _files(database: Database) -> list[Path]:
    path = Path(database.url.removeprefix("sqlite+aiosqlite:///"))
    return list(path.parent.glob(path.name + "*"))
