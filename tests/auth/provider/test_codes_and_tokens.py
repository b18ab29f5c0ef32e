"""Attack cases 28, 30 and 31: codes, refresh tokens, access tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth.provider import clients, ending
from portal.core.db import transaction
from tests.auth.people import actions, at_once
from tests.auth.provider.tools import BACK, Tool, add_tool
from tests.browser import Browser

ALL = "openid profile email offline_access"


def later(app: Flask, by: timedelta) -> None:
    """Time passes for requests, grants and tokens."""
    with app.app_context(), transaction() as session:
        for table, names in {
            "provider_grants": ("code_expires_at", "expires_at"),
            "provider_tokens": ("expires_at",),
            "provider_requests": ("created_at", "expires_at"),
        }.items():
            for name in names:
                session.execute(text(f"UPDATE {table} SET {name} = {name} - :by"), {"by": by})


def stored(app: Flask) -> str:
    """Everything the provider keeps, as text."""
    with app.app_context(), transaction() as session:
        return "".join(
            str(session.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("provider_grants", "provider_tokens", "provider_requests")
        )


def test_a_replayed_code_ends_its_tokens(tool: Tool, momiji: Browser) -> None:
    code = tool.code(momiji, scope=ALL)
    tokens = tool.redeem(code).get_json()
    assert tool.userinfo(tokens["access_token"]).status_code == 200
    again = tool.redeem(code)
    assert again.status_code == 400 and again.get_json()["error"] == "invalid_grant"
    assert tool.userinfo(tokens["access_token"]).status_code == 401
    assert tool.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert "tool.family_revoked" in actions(tool.app)


def test_of_parallel_redemptions_one_wins(tool: Tool, momiji: Browser) -> None:
    code, path, answers = tool.code(momiji), tool.path("token_endpoint"), []
    assert path

    def redeem() -> None:
        answers.append(tool.redeem(code).status_code)

    at_once(tool.app, 8, redeem)
    assert sorted(answers) == [200] + [400] * 7


def test_codes_and_tokens_are_kept_as_hashes(tool: Tool, momiji: Browser) -> None:
    code = tool.code(momiji, scope=ALL)
    tokens = tool.redeem(code).get_json()
    kept = stored(tool.app)
    for secret in (code, tokens["access_token"], tokens["refresh_token"], tool.secret or "?"):
        assert secret not in kept


def test_a_code_is_good_for_a_minute(tool: Tool, momiji: Browser) -> None:
    code = tool.code(momiji)
    later(tool.app, timedelta(seconds=61))
    assert tool.redeem(code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "more",
    [
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": None},
        {"code_verifier": "x" * 43},
        {"code_verifier": None},
        {"code": "x"},
        {"code": None},
        {"grant_type": "password"},
        {"grant_type": "client_credentials"},
        {"grant_type": None},
    ],
)
def test_a_code_without_what_belongs_to_it(
    tool: Tool, momiji: Browser, more: dict[str, Any]
) -> None:
    code = tool.code(momiji)
    assert tool.redeem(code, **more).status_code == 400
    assert "tool.refused" in actions(tool.app)


def test_another_tools_code(tool: Tool, momiji: Browser, app: Flask) -> None:
    other = add_tool(app, name="体育館の予約")
    code = tool.code(momiji)
    other.verifier = tool.verifier
    assert other.redeem(code).get_json()["error"] == "invalid_grant"
    assert tool.redeem(code).status_code == 200  # another's try does not spend it


def test_parameters_in_the_address_or_twice_are_refused(app: Flask, momiji: Browser) -> None:
    tool = add_tool(app, auth_method="client_secret_post")
    code = tool.code(momiji)
    path = tool.path("token_endpoint")
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": tool.verifier}
    proof = {"client_id": tool.client_id, "client_secret": tool.secret}
    assert tool.http("POST", path, query_string=form | proof).status_code == 400
    assert tool.http("POST", path, query_string=proof, data=form).status_code == 400
    whole = form | proof | {"redirect_uri": BACK}
    leaked = {"client_secret": tool.secret}
    assert tool.http("POST", path, query_string=leaked, data=whole).status_code == 400
    twice = {**form, "code": [code, code]}
    assert tool.http("POST", path, data=twice | proof).status_code == 400
    assert tool.http("POST", path, data=whole).status_code == 200


def test_refresh_tokens_rotate_and_a_spent_one_ends_the_family(tool: Tool, momiji: Browser) -> None:
    first = tool.tokens(momiji, scope=ALL)
    second = tool.refresh(first["refresh_token"]).get_json()
    assert second["refresh_token"] != first["refresh_token"]
    told = tool.claims(second["id_token"])
    assert "nonce" not in told
    assert told["auth_time"] == tool.claims(first["id_token"])["auth_time"]
    assert tool.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    for token in (first["access_token"], second["access_token"]):
        assert tool.userinfo(token).status_code == 401
    assert tool.refresh(second["refresh_token"]).status_code == 400


def test_parallel_refreshes_give_one_answer(tool: Tool, momiji: Browser) -> None:
    token, answers = tool.tokens(momiji, scope=ALL)["refresh_token"], []
    tool.path("token_endpoint")

    def refresh() -> None:
        answers.append(tool.refresh(token).status_code)

    at_once(tool.app, 6, refresh)
    assert sorted(answers) == [200] + [400] * 5


def test_refreshing_can_narrow_but_not_widen(tool: Tool, momiji: Browser) -> None:
    tokens = tool.tokens(momiji, scope="openid email offline_access")
    wider = tool.refresh(tokens["refresh_token"], scope="openid profile")
    assert wider.get_json()["error"] == "invalid_scope"
    narrow = tool.refresh(tokens["refresh_token"], scope="openid").get_json()
    assert set(tool.userinfo(narrow["access_token"]).get_json()) == {"sub"}


def test_without_offline_access_there_is_no_refresh_token(tool: Tool, momiji: Browser) -> None:
    assert "refresh_token" not in tool.tokens(momiji)


def test_a_family_ends_after_a_month_however_often_it_is_refreshed(
    tool: Tool, momiji: Browser
) -> None:
    tokens = tool.tokens(momiji, scope=ALL)
    later(tool.app, timedelta(days=29))
    tokens = tool.refresh(tokens["refresh_token"]).get_json()
    later(tool.app, timedelta(days=1, seconds=1))
    assert tool.refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize("ending_of", ["sign_out", "disconnect", "stop", "leave", "revoke"])
def test_endings_end_every_token(tool: Tool, momiji: Browser, ending_of: str) -> None:
    tokens = tool.tokens(momiji, scope=ALL)
    assert tool.userinfo(tokens["access_token"]).status_code == 200
    if ending_of == "sign_out":
        momiji.get("/account/security")
        momiji.submit("ログアウト")
    elif ending_of == "disconnect":
        momiji.get("/account/services")
        momiji.submit("つながりを切る")
    elif ending_of == "revoke":
        assert tool.post("revocation_endpoint", token=tokens["refresh_token"]).status_code == 200
    else:
        with tool.app.app_context(), transaction() as session:
            if ending_of == "stop":
                client = clients.find(session, tool.client_id)
                assert client is not None
                ending.stop(session, client)
            else:
                session.execute(text("UPDATE residents SET left_at = now()"))
    assert tool.userinfo(tokens["access_token"]).status_code == 401
    assert tool.refresh(tokens["refresh_token"]).status_code in {400, 401}


def test_an_access_token_is_good_for_ten_minutes_in_header_or_body(
    tool: Tool, momiji: Browser
) -> None:
    tokens = tool.tokens(momiji)
    path, token = tool.path("userinfo_endpoint"), tokens["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    assert tokens["expires_in"] == 600
    assert tool.http("GET", path, headers=header).status_code == 200
    assert tool.http("POST", path, headers=header).status_code == 200
    assert tool.http("POST", path, data={"access_token": token}).status_code == 200
    asked_twice = tool.http("POST", path, data={"access_token": token}, headers=header)
    assert asked_twice.status_code == 400
    assert tool.http("GET", path, query_string={"access_token": token}).status_code == 400
    bad = tool.http("GET", path, headers={"Authorization": f"Bearer {tokens['id_token']}"})
    assert bad.status_code == 401 and "invalid_token" in bad.headers["WWW-Authenticate"]
    later(tool.app, timedelta(minutes=10, seconds=1))
    assert tool.http("GET", path, headers=header).status_code == 401


def test_only_its_own_client_or_an_allowed_one_may_look_into_a_token(
    app: Flask, tool: Tool, momiji: Browser
) -> None:
    tokens = tool.tokens(momiji, scope=ALL)
    for kind in ("access_token", "refresh_token"):
        told = tool.post("introspection_endpoint", token=tokens[kind]).get_json()
        assert told["active"] and told["client_id"] == tool.client_id
    stranger = add_tool(app, name="体育館の予約")
    allowed = add_tool(app, name="見張り", may_introspect=True)
    public = add_tool(app, name="アプリ", auth_method="none")
    token = tokens["access_token"]
    assert stranger.post("introspection_endpoint", token=token).get_json() == {"active": False}
    assert allowed.post("introspection_endpoint", token=token).get_json()["active"]
    assert public.post("introspection_endpoint", token=token).status_code == 400
    assert tool.http("POST", "/oauth/introspect", data={"token": token}).status_code == 400
    stranger.post("revocation_endpoint", token=token)
    assert tool.userinfo(token).status_code == 200


def test_tools_know_a_resident_by_names_that_can_not_be_joined(
    app: Flask, tool: Tool, momiji: Browser
) -> None:
    other = add_tool(app, name="体育館の予約")
    a = tool.claims(tool.tokens(momiji)["id_token"])["sub"]
    b = other.claims(other.tokens(momiji)["id_token"])["sub"]
    assert a != b and a == tool.claims(tool.tokens(momiji)["id_token"])["sub"]
    with app.app_context(), transaction() as session:
        resident = str(session.execute(text("SELECT id FROM residents")).scalar_one())
    assert len(a) == 43 and resident not in (a, b) and tool.client_id not in (a, b)


def test_new_keys_sign_and_old_tokens_go_on_verifying(
    app: Flask, tool: Tool, momiji: Browser
) -> None:
    from auth.provider import keys

    old = tool.tokens(momiji)["id_token"]
    with app.app_context(), transaction() as session:
        keys.rotate(session)
    app.extensions["mado.provider_keys"].clear()  # as after half a minute
    new = tool.tokens(momiji)["id_token"]
    assert old.split(".")[0] != new.split(".")[0]
    assert tool.claims(old)["sub"] == tool.claims(new)["sub"]
    assert "code" in tool.allowed(momiji, id_token_hint=old, prompt="none")
    jwks = tool.http("GET", "/oauth/jwks").get_json()["keys"]
    assert len(jwks) == 4 and not any("d" in key for key in jwks)


def test_a_tool_may_register_rs256(app: Flask, momiji: Browser) -> None:
    tool = add_tool(app, id_token_alg="RS256")
    token = tool.tokens(momiji)["id_token"]
    assert tool.claims(token)["aud"] == tool.client_id


def test_what_was_received_is_shown_to_the_resident(tool: Tool, momiji: Browser) -> None:
    tokens = tool.tokens(momiji, scope="openid email")
    tool.userinfo(tokens["access_token"])
    tool.userinfo(tokens["access_token"])
    page = momiji.get("/account/services")
    assert "図書館の予約" in page.text and "2回" in page.text
    ledger = momiji.get("/account/services/consents.csv").response
    assert "図書館の予約" in ledger.get_data(as_text=True)
    momiji.get("/account/services")
    momiji.submit("つながりを切る")
    assert "図書館の予約" not in momiji.get("/account/services").text
    assert "図書館の予約" in tool.send(momiji).heading  # asked anew


def test_a_consent_is_for_exactly_what_was_shown(tool: Tool, momiji: Browser) -> None:
    tool.code(momiji, scope="openid email")
    assert "code" in tool.allowed(momiji, scope="openid", prompt="none")
    wider = tool.send(momiji, scope="openid email profile", follow=False)
    page = momiji.get(wider.response.headers["Location"])
    assert page.status == 200 and "生年月日" in page.text
    assert momiji.submit("許可して進む", scopes="openid email").status == 400


def test_what_an_administrator_takes_away_is_not_told_any_more(tool: Tool, momiji: Browser) -> None:
    tokens = tool.tokens(momiji, scope="openid email")
    with tool.app.app_context(), transaction() as session:
        client = clients.find(session, tool.client_id)
        assert client is not None
        clients.change(session, client, scopes=["openid"])
    assert set(tool.userinfo(tokens["access_token"]).get_json()) == {"sub"}


def test_a_narrower_consent_ends_wider_tokens(tool: Tool, momiji: Browser) -> None:
    wide = tool.tokens(momiji, scope="openid email")["access_token"]
    narrow = tool.tokens(momiji, prompt="consent")["access_token"]
    assert tool.userinfo(wide).status_code == 401
    assert tool.userinfo(narrow).status_code == 200


def test_no_token_outlives_its_consent(tool: Tool, momiji: Browser) -> None:
    tool.tokens(momiji, scope=ALL)
    with tool.app.app_context(), transaction() as session:
        session.execute(text("UPDATE provider_consents SET until = now() + interval '1 day'"))
    tokens = tool.tokens(momiji, scope=ALL)
    later(tool.app, timedelta(days=1, seconds=1))
    assert tool.refresh(tokens["refresh_token"]).status_code == 400
