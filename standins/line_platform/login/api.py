"""The machine side of LINE Login: tokens, verification, profile, friendship, farewell."""

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from standins.line_platform import channel_tokens, people
from standins.line_platform.login import jwt, tokens
from standins.line_platform.platform import here

api = Blueprint("login_api", __name__)


def _oauth_error(error: str, description: str, status: int = 400) -> tuple[Response, int]:
    return jsonify(error=error, error_description=description), status


def _form() -> dict[str, str]:
    """The form fields; OAuth forbids a parameter twice, and secrets in the query."""
    if any(len(request.form.getlist(key)) > 1 for key in request.form) or request.args:
        return {}
    return request.form.to_dict()


def _client_error(form: dict[str, str]) -> tuple[Response, int] | None:
    channel = here().config.login
    if not form.get("client_id") or not form.get("client_secret"):
        return _oauth_error("invalid_request", "client_id and client_secret are required")
    if form["client_id"] != channel.id:
        return _oauth_error("invalid_client", "invalid client_id")
    if not hmac.compare_digest(form["client_secret"].encode(), channel.secret.encode()):
        return _oauth_error("invalid_client", "invalid client_secret")
    return None


@api.post("/oauth2/v2.1/token")
def token() -> ResponseReturnValue:
    form, platform = _form(), here()
    refused = _client_error(form)
    if refused:
        return refused
    try:
        if form.get("grant_type") == "authorization_code":
            return jsonify(tokens.redeem_code(platform.store, platform.config, form))
        if form.get("grant_type") == "refresh_token":
            return jsonify(tokens.refresh(platform.store, form))
    except tokens.GrantError as error:
        return _oauth_error(error.error, error.description)
    return _oauth_error("unsupported_grant_type", "grant_type is not supported")


@api.get("/oauth2/v2.1/verify")
def verify_access_token() -> ResponseReturnValue:
    store = here().store
    access = request.args.get("access_token", "")
    row = tokens.live(store, access)
    if row is None:
        known = store.one("SELECT 1 FROM user_tokens WHERE access=? AND revoked=0", access)
        return _oauth_error("invalid_request", f"access token {'expired' if known else 'invalid'}")
    left = tokens.expires_in(store, row)
    return jsonify(scope=row["scope"], client_id=here().config.login.id, expires_in=left)


@api.post("/oauth2/v2.1/verify")
def verify_id_token() -> ResponseReturnValue:
    form, platform = _form(), here()
    if not form.get("id_token") or not form.get("client_id"):
        return _oauth_error("invalid_request", "id_token and client_id are required")
    claims = jwt.read(platform.store, platform.config.login, form["id_token"])
    wrong = _wrong_claim(claims, form, platform.store.now())
    return _oauth_error("invalid_request", wrong) if wrong else jsonify(claims)


def _wrong_claim(claims: dict[str, Any] | None, form: dict[str, str], now: float) -> str | None:
    if claims is None:
        return "Invalid IdToken."
    faults = [
        (claims.get("iss") != jwt.ISSUER, "Invalid IdToken Issuer."),
        (claims.get("exp", 0) < now, "IdToken expired."),
        (claims.get("aud") != form["client_id"], "Invalid IdToken Audience."),
        ("nonce" in form and claims.get("nonce") != form["nonce"], "Invalid IdToken Nonce."),
        (
            "user_id" in form and claims.get("sub") != form["user_id"],
            "Invalid IdToken Subject Identifier.",
        ),
    ]
    return next((text for is_wrong, text in faults if is_wrong), None)


@api.get("/oauth2/v2.1/certs")
def certs() -> ResponseReturnValue:
    key = jwt.signing_key(here().store).as_dict(private=False)
    return jsonify(keys=[{**key, "alg": "ES256", "use": "sig"}])


@api.get("/.well-known/openid-configuration")
def discovery() -> ResponseReturnValue:
    base = here().config.public_url
    # Only ES256 is advertised although web sign-in gives HS256: LINE's own trap, kept on purpose.
    return jsonify(
        issuer=jwt.ISSUER,
        authorization_endpoint=f"{base}/oauth2/v2.1/authorize",
        token_endpoint=f"{base}/oauth2/v2.1/token",
        revocation_endpoint=f"{base}/oauth2/v2.1/revoke",
        userinfo_endpoint=f"{base}/oauth2/v2.1/userinfo",
        jwks_uri=f"{base}/oauth2/v2.1/certs",
        response_types_supported=["code"],
        response_modes_supported=["query"],
        subject_types_supported=["pairwise"],
        id_token_signing_alg_values_supported=["ES256"],
        scopes_supported=["openid", "profile", "email"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["client_secret_post"],
    )


def _token_of_request(scope: str) -> Any | tuple[Response, int]:
    kind, _, access = request.headers.get("Authorization", "").partition(" ")
    row = tokens.live(here().store, access.strip()) if kind == "Bearer" else None
    if row is None:
        return jsonify(message="The access token is invalid or has expired"), 401
    if scope not in row["scope"].split():
        return jsonify(message=f"The access token lacks the scope {scope}"), 403
    return row


@api.route("/oauth2/v2.1/userinfo", methods=["GET", "POST"])
def userinfo() -> ResponseReturnValue:
    row = _token_of_request("openid")
    if isinstance(row, tuple):
        return row
    found = {"sub": row["user_id"]}
    resident = here().config.resident(row["user_id"])
    if resident and "profile" in row["scope"].split():
        found["name"] = resident.display_name
        if resident.picture:
            found["picture"] = resident.picture
    return jsonify(found)


@api.get("/v2/profile")
def profile() -> ResponseReturnValue:
    row = _token_of_request("profile")
    if isinstance(row, tuple):
        return row
    resident = here().config.resident(row["user_id"])
    found = {"userId": row["user_id"], "displayName": resident.display_name if resident else ""}
    if resident and resident.picture:
        found["pictureUrl"] = resident.picture
    return jsonify(found)


@api.get("/friendship/v1/status")
def friendship() -> ResponseReturnValue:
    row = _token_of_request("profile")
    if isinstance(row, tuple):
        return row
    return jsonify(friendFlag=people.is_friend(here(), row["user_id"]))


@api.post("/oauth2/v2.1/revoke")
def revoke() -> ResponseReturnValue:
    form = _form()
    refused = _client_error(form)
    if refused:
        return refused
    if not form.get("access_token"):
        return _oauth_error("invalid_request", "access_token is required")
    tokens.revoke(here().store, form["access_token"])
    return "", 200


@api.post("/user/v1/deauthorize")
def deauthorize() -> ResponseReturnValue:
    store = here().store
    header = request.headers.get("Authorization")
    if not channel_tokens.bearer_is(store, header, channel_tokens.LOGIN):
        return jsonify(message="Authentication failed: a Login channel's token is needed"), 401
    body = request.get_json(silent=True)
    access = body.get("userAccessToken") if isinstance(body, dict) else None
    if not isinstance(access, str) or not tokens.deauthorize(store, access):
        return jsonify(message="invalid token"), 400
    return "", 204


@api.post("/oauth2/v3/token")
def stateless_token() -> ResponseReturnValue:
    form, platform = _form(), here()
    if form.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", "grant_type is not supported")
    channel = channel_tokens.channel_of(
        platform.config, form.get("client_id", ""), form.get("client_secret", "")
    )
    if channel is None:
        return _oauth_error("invalid_client", "invalid client_id or client_secret")
    made = channel_tokens.issue(platform.store, channel)
    life = channel_tokens.LIFE_SECONDS
    return jsonify(token_type="Bearer", access_token=made, expires_in=life)
