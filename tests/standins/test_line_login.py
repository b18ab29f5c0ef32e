"""LINE Login as strict as the real one: every fact the portal relies on."""

import base64
import hashlib
import re
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

from tests.standins.conftest import (
    BOT_ID,
    BOT_SECRET,
    CALLBACK,
    LOGIN_ID,
    LOGIN_SECRET,
    SAKURA,
    STRANGER,
    SUMIRE,
    Line,
)

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
ASKED = {
    "response_type": "code",
    "client_id": LOGIN_ID,
    "redirect_uri": CALLBACK,
    "state": "State123",
    "scope": "openid profile",
    "nonce": "n-1",
    "code_challenge": CHALLENGE.decode(),
    "code_challenge_method": "S256",
}


def ask(line: Line, **change: str | None) -> requests.Response:
    params = {key: value for key, value in {**ASKED, **change}.items() if value is not None}
    return line.get("/oauth2/v2.1/authorize", params=params)


def query_of(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(CALLBACK)
    return {key: values[0] for key, values in parse_qs(parts.query).items()}


def pending(page: requests.Response) -> str:
    found = re.search(r'name="request" value="(\w+)"', page.text)
    assert found, page.text
    return found.group(1)


def sign_in(line: Line, page: requests.Response, user: str = SAKURA) -> requests.Response:
    return line.form("/oauth2/v2.1/login", {"request": pending(page), "user": user})


def consent(line: Line, page: requests.Response, **more: str) -> requests.Response:
    form = {"request": pending(page), "decision": "allow", **more}
    return line.form("/oauth2/v2.1/consent", form)


def new_code(line: Line, **change: str | None) -> str:
    answer = sign_in(line, ask(line, **change))
    return query_of(consent(line, answer) if answer.status_code == 200 else answer)["code"]


def redeem(line: Line, code: str, **change: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": LOGIN_ID,
        "client_secret": LOGIN_SECRET,
        "code_verifier": VERIFIER,
        **change,
    }
    return line.form("/oauth2/v2.1/token", form)


def tokens(line: Line, **change: str | None) -> dict[str, Any]:
    return dict(redeem(line, new_code(line, **change)).json())


def claims(id_token: str) -> dict[str, Any]:
    key = OctKey.import_key(LOGIN_SECRET.encode())
    token = jwt.decode(id_token, key, algorithms=["HS256"])
    assert token.header == {"typ": "JWT", "alg": "HS256"}
    return dict(token.claims)


def test_a_resident_signs_in_consents_and_comes_back_with_tokens(line: Line) -> None:
    page = ask(line)
    assert "さくら" in page.text
    answer = consent(line, sign_in(line, page))
    back = query_of(answer)
    assert back["state"] == "State123"
    assert "friendship_status_changed" not in back
    found = redeem(line, back["code"]).json()
    assert found["token_type"] == "Bearer"
    assert found["expires_in"] == 2592000
    said = claims(found["id_token"])
    assert said["iss"] == "https://access.line.me"
    assert (said["sub"], said["aud"], said["nonce"]) == (SAKURA, LOGIN_ID, "n-1")
    assert said["name"] == "さくら"
    assert said["amr"] == ["pwd"]
    assert "auth_time" not in said
    assert "email_verified" not in said


def test_consent_is_asked_once_for_a_set_of_scopes(line: Line) -> None:
    new_code(line)
    assert "code" in query_of(sign_in(line, ask(line)))
    assert "許可の確認" in sign_in(line, ask(line, scope="openid profile email")).text
    assert "許可の確認" in sign_in(line, ask(line, prompt="consent")).text


def test_email_is_a_claim_but_never_a_scope_of_the_token(line: Line) -> None:
    found = tokens(line, scope="openid profile email")
    assert found["scope"] == "openid profile"
    assert claims(found["id_token"])["email"] == "sakura@resident.example"


def test_max_age_brings_auth_time(line: Line) -> None:
    said = claims(tokens(line, max_age="300")["id_token"])
    assert abs(said["auth_time"] - said["iat"]) < 10


def test_without_openid_there_is_no_id_token(line: Line) -> None:
    assert "id_token" not in tokens(line, scope="profile", nonce=None)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        CALLBACK + "/",
        CALLBACK + "/more",
        CALLBACK.replace("localhost", "LOCALHOST"),
        CALLBACK.replace("8000", "8001"),
        CALLBACK.replace("http:", "https:"),
        CALLBACK + "#part",
        "http://evil.example/auth/line/callback",
        "",
    ],
)
def test_another_redirect_address_never_redirects(line: Line, redirect_uri: str) -> None:
    answer = ask(line, redirect_uri=redirect_uri)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_more_query_parameters_are_allowed_and_kept(line: Line) -> None:
    uri = CALLBACK + "?next=%2Fhome"
    back = query_of(consent(line, sign_in(line, ask(line, redirect_uri=uri))))
    assert back["next"] == "/home"
    assert redeem(line, back["code"]).json()["error"] == "invalid_grant"
    assert redeem(line, back["code"], redirect_uri=uri).status_code == 200


def test_an_unknown_client_never_redirects(line: Line) -> None:
    answer = ask(line, client_id="1")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "UNSUPPORTED_RESPONSE_TYPE"),
        ({"state": "a%20b"}, "INVALID_REQUEST"),
        ({"state": "a-b_c"}, "INVALID_REQUEST"),
        ({"state": None}, "INVALID_REQUEST"),
        ({"scope": "openid address"}, "INVALID_SCOPE"),
        ({"scope": "email"}, "INVALID_SCOPE"),
        ({"scope": None}, "INVALID_SCOPE"),
        ({"code_challenge_method": "plain"}, "INVALID_REQUEST"),
        ({"code_challenge_method": None}, "INVALID_REQUEST"),
        ({"code_challenge": "short"}, "INVALID_REQUEST"),
        ({"prompt": "select_account"}, "INVALID_REQUEST"),
        ({"bot_prompt": "always"}, "INVALID_REQUEST"),
        ({"max_age": "soon"}, "INVALID_REQUEST"),
        ({"response_mode": "form_post"}, "INVALID_REQUEST"),
        ({"prompt": "none"}, "LOGIN_REQUIRED"),
    ],
)
def test_other_faults_go_back_in_capitals(
    line: Line, change: dict[str, str | None], error: str
) -> None:
    assert query_of(ask(line, **change))["error"] == error


def test_prompt_none_says_when_consent_is_missing(line: Line) -> None:
    sign_in(line, ask(line))
    assert query_of(ask(line, prompt="none"))["error"] == "INTERACTION_REQUIRED"


def test_denying_goes_back_with_access_denied(line: Line) -> None:
    page = sign_in(line, ask(line))
    form = {"request": pending(page), "decision": "deny"}
    back = query_of(line.form("/oauth2/v2.1/consent", form))
    assert (back["error"], back["state"]) == ("ACCESS_DENIED", "State123")


def test_a_question_is_answered_once(line: Line) -> None:
    page = sign_in(line, ask(line))
    consent(line, page)
    assert consent(line, page).status_code == 400


def test_a_code_counts_once(line: Line) -> None:
    code = new_code(line)
    assert redeem(line, code).status_code == 200
    again = redeem(line, code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"


def test_of_two_redemptions_at_once_one_wins(line: Line) -> None:
    code = new_code(line)
    found: list[int] = []

    def try_it() -> None:
        with requests.Session() as http:
            found.append(redeem(Line(line.process, http), code).status_code)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200] + [400] * 7


def test_a_code_lives_ten_minutes(line: Line) -> None:
    code = new_code(line)
    line.control("clock", {"advance_seconds": 599})
    late = new_code(line)
    assert redeem(line, code).status_code == 200
    line.control("clock", {"advance_seconds": 601})
    assert redeem(line, late).json()["error_description"] == "invalid authorization code"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "1"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_request"),
        ({"redirect_uri": CALLBACK + "?x=1"}, "invalid_grant"),
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_is_refused_and_leaves_the_code(
    line: Line, change: dict[str, str], error: str
) -> None:
    code = new_code(line)
    answer = redeem(line, code, **change)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert redeem(line, code).status_code == 200


def test_refreshing_keeps_the_refresh_token_and_its_end(line: Line) -> None:
    first = tokens(line)
    form = {
        "grant_type": "refresh_token",
        "refresh_token": first["refresh_token"],
        "client_id": LOGIN_ID,
        "client_secret": LOGIN_SECRET,
    }
    second = line.form("/oauth2/v2.1/token", form).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    line.control("clock", {"advance_seconds": 91 * 86400})
    assert line.form("/oauth2/v2.1/token", form).json()["error"] == "invalid_grant"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_profile_friendship_userinfo_and_verify(line: Line) -> None:
    access = tokens(line)["access_token"]
    who = line.get("/v2/profile", headers=bearer(access)).json()
    assert who == {"userId": SAKURA, "displayName": "さくら"}
    friend = line.get("/friendship/v1/status", headers=bearer(access))
    assert friend.json() == {"friendFlag": True}
    line.control("friend", {"user": SAKURA, "state": "blocked"})
    assert line.get("/friendship/v1/status", headers=bearer(access)).json() == {"friendFlag": False}
    assert line.get("/oauth2/v2.1/userinfo", headers=bearer(access)).json()["sub"] == SAKURA
    checked = line.get("/oauth2/v2.1/verify", params={"access_token": access}).json()
    assert checked["client_id"] == LOGIN_ID
    assert checked["expires_in"] > 2591990
    assert line.get("/v2/profile", headers=bearer("x")).status_code == 401


def test_revoked_and_deauthorized_tokens_are_dead(line: Line) -> None:
    first, second = tokens(line)["access_token"], None
    form = {"access_token": first, "client_id": LOGIN_ID, "client_secret": LOGIN_SECRET}
    revoked = line.form("/oauth2/v2.1/revoke", form)
    assert (revoked.status_code, revoked.content) == (200, b"")
    assert line.get("/v2/profile", headers=bearer(first)).status_code == 401
    second = redeem(line, query_of(sign_in(line, ask(line)))["code"]).json()["access_token"]
    other = line.channel_token(BOT_ID, BOT_SECRET)
    own = line.channel_token(LOGIN_ID, LOGIN_SECRET)

    def deauthorize(token: str) -> requests.Response:
        return line.http.post(
            line.url + "/user/v1/deauthorize",
            json={"userAccessToken": second},
            headers=bearer(token),
            timeout=10,
        )

    assert deauthorize(other).status_code == 401
    assert deauthorize(own).status_code == 204
    again = deauthorize(own)
    assert (again.status_code, again.json()) == (400, {"message": "invalid token"})
    assert "許可の確認" in sign_in(line, ask(line)).text


def test_id_tokens_are_verified_with_lines_words(line: Line) -> None:
    id_token = tokens(line)["id_token"]

    def verify(**change: str) -> dict[str, Any]:
        form = {"id_token": id_token, "client_id": LOGIN_ID, **change}
        return dict(line.form("/oauth2/v2.1/verify", form).json())

    assert verify(nonce="n-1", user_id=SAKURA)["sub"] == SAKURA
    assert verify(nonce="x")["error_description"] == "Invalid IdToken Nonce."
    assert verify(client_id="1")["error_description"] == "Invalid IdToken Audience."
    wrong = "Invalid IdToken Subject Identifier."
    assert verify(user_id=SUMIRE)["error_description"] == wrong
    assert verify(id_token=id_token[:-3] + "abc")["error_description"] == "Invalid IdToken."
    line.control("clock", {"advance_seconds": 3700})
    assert verify()["error_description"] == "IdToken expired."


def test_liff_tokens_are_es256_by_the_published_key(line: Line) -> None:
    token = line.control("liff-token", {"user": SAKURA})["id_token"]
    keys = KeySet.import_key_set(line.get("/oauth2/v2.1/certs").json())
    found = jwt.decode(token, keys, algorithms=["ES256"])
    assert found.claims["sub"] == SAKURA
    assert found.header["kid"]
    known = line.get("/.well-known/openid-configuration").json()
    assert known["id_token_signing_alg_values_supported"] == ["ES256"]
    assert known["issuer"] == "https://access.line.me"


def test_the_phone_in_hand_signs_in_by_itself(line: Line) -> None:
    new_code(line)
    with requests.Session() as http:
        phone = Line(line.process, http)
        phone.get(f"/phone?user={SAKURA}")
        back = query_of(ask(phone))
        assert claims(redeem(phone, back["code"]).json()["id_token"])["amr"] == ["lineautologin"]
        assert "だれとして" in ask(phone, disable_auto_login="true").text
        assert "だれとして" in ask(phone, prompt="login").text


def test_a_tab_of_the_system_browser_does_not(line: Line) -> None:
    new_code(line)
    with requests.Session() as http:
        phone = Line(line.process, http)
        phone.get(f"/phone?user={SAKURA}")
        http.headers["Sec-Fetch-Dest"] = "document"
        assert "だれとして" in ask(phone).text


def test_inside_a_frame_the_phone_around_it_decides(line: Line) -> None:
    new_code(line)
    with requests.Session() as http:
        phone = Line(line.process, http)
        phone.get(f"/phone?user={SUMIRE}")
        http.headers["Sec-Fetch-Dest"] = "iframe"
        assert "/static/in_app.js" in ask(phone).text
        back = query_of(ask(phone, standin_owner=SAKURA))
        assert claims(redeem(phone, back["code"]).json()["id_token"])["sub"] == SAKURA
        assert "だれとして" in ask(phone, standin_owner=STRANGER).text


def test_bot_prompt_offers_friendship_and_says_whether_it_changed(line: Line) -> None:
    page = sign_in(line, ask(line, bot_prompt="normal"), SUMIRE)
    assert "友だちに追加する" in page.text
    assert query_of(consent(line, page))["friendship_status_changed"] == "false"
    page = sign_in(line, ask(line, bot_prompt="aggressive"), SUMIRE)
    back = query_of(consent(line, page, add_friend="yes"))
    assert back["friendship_status_changed"] == "true"
    assert line.process.get("/__standin__/state")["friends"][SUMIRE] == "friend"
    assert "code" in query_of(sign_in(line, ask(line, bot_prompt="aggressive"), SUMIRE))


def test_every_answer_has_a_request_id_and_says_it_is_a_standin(line: Line) -> None:
    for answer in (ask(line), redeem(line, "x"), line.get("/v2/profile")):
        assert len(answer.headers["x-line-request-id"]) == 36
        assert answer.headers["Mado-Standin"] == "line-platform"


def test_other_host_names_are_refused(line: Line) -> None:
    answer = line.get("/phone", headers={"Host": "rebound.example"})
    assert answer.status_code == 421
