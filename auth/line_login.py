"""LINE Login v2.1 over the web flow, as an OpenID relying party (identity facts 1)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import requests
import structlog
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app, request
from joserfc.errors import JoseError

from auth.errors import LineAway, LineRefused, OtherBrowser
from portal.core import names
from portal.core.clock import now
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

ISSUER = "https://access.line.me"
USER_ID = re.compile(r"U[0-9a-f]{32}")
# LINE does not ask for its own password again within our longest session.
SIGN_IN_AGE = 12 * 3600
LINK_AGE = 300
LEEWAY = 120  # seconds two clocks may differ
TIMEOUT = 7
FRIEND_TIMEOUT = 3
NAME = 60  # a display name has 20 signs; what is longer is not for our pages


def install(app: Flask, settings: Settings) -> None:
    """Register LINE statically: its discovery document hides HS256, which the web flow uses."""
    secret = base64.urlsafe_b64encode(settings.LINE_LOGIN_CHANNEL_SECRET.encode()).rstrip(b"=")
    oauth = OAuth(app)
    oauth.register(
        "line",
        client_id=settings.LINE_LOGIN_CHANNEL_ID,
        client_secret=settings.LINE_LOGIN_CHANNEL_SECRET,
        issuer=ISSUER,
        authorize_url=f"{settings.LINE_AUTHORIZE_URL}/oauth2/v2.1/authorize",
        access_token_url=f"{settings.LINE_API_URL}/oauth2/v2.1/token",
        id_token_signing_alg_values_supported=["HS256"],
        jwks={"keys": [{"kty": "oct", "k": secret.decode()}]},
        compliance_fix=_watch,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": TIMEOUT,
        },
    )
    app.extensions["mado.line_login"] = oauth.create_client("line")


def begin(callback: str, language: str, *, restart: bool, link: bool) -> tuple[str, str]:
    """Where to send the browser, and the state it must bring back."""
    wishes: dict[str, str] = {
        "max_age": str(LINK_AGE if link else SIGN_IN_AGE),
        "ui_locales": language,
        "bot_prompt": "normal",
    }
    if link:
        wishes["prompt"] = "login"
    if restart:
        # Auto login is what came back in another browser; without this it would do so for ever.
        wishes["disable_auto_login"] = "true"
    client = _client()
    made = client.create_authorization_url(callback, **wishes)
    client.save_authorize_data(redirect_uri=callback, **made)
    return str(made["url"]), str(made["state"])


@dataclass(frozen=True)
class Proven:
    """What a callback proves. `friend`: whether the account can write to them; None: unknown.

    `access` and `refresh` are LINE's tokens of this resident, for giving the grant back one day.
    """

    user_id: str
    friend: bool | None
    name: str = ""
    access: str = ""
    refresh: str | None = None


def answered(*, link: bool) -> Proven:
    """Who comes back from LINE; raises LineRefused, OtherBrowser, LineAway."""
    if request.args.get("error"):
        raise LineRefused(_code(request.args["error"]))
    if request.args.get("iss", ISSUER) != ISSUER:  # RFC 9207: an answer of another provider
        raise LineRefused("issuer")
    token = _fetch()
    user_id = user_id_of(token, LINK_AGE if link else SIGN_IN_AGE)
    name = names.cut(str(token["userinfo"].get("name", "")), NAME)
    access, refresh = token.get("access_token"), token.get("refresh_token")
    return Proven(
        user_id, _is_friend(token), name, str(access or ""), str(refresh) if refresh else None
    )


def user_id_of(token: dict[str, Any], max_age: int) -> str:
    """What Authlib leaves open: an ID token must be there, young enough, and name a LINE user."""
    claims = token.get("userinfo")
    if not claims:
        raise LineRefused("no_id_token")
    if claims.get("aud") != current_app.extensions["mado.settings"].LINE_LOGIN_CHANNEL_ID:
        raise LineRefused("audience")
    at, made = claims.get("auth_time"), claims.get("iat")
    moment = now().timestamp()
    if not isinstance(at, int) or not moment - max_age - LEEWAY <= at <= moment + LEEWAY:
        raise LineRefused("auth_time")
    if not isinstance(made, int) or made > moment + LEEWAY:
        raise LineRefused("iat")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not USER_ID.fullmatch(subject):
        raise LineRefused("subject")
    return subject


def _fetch() -> dict[str, Any]:
    try:
        return dict(_client().authorize_access_token(leeway=LEEWAY))
    except MismatchingStateError:
        raise OtherBrowser("state") from None
    except OAuthError as error:
        raise LineRefused(_code(error.error)) from None
    except JoseError as error:
        raise LineRefused(_code(error.error)) from None
    except (requests.RequestException, OSError):
        raise LineAway() from None
    except (ValueError, TypeError, KeyError):  # not JSON, or JSON of another shape
        raise LineRefused("malformed") from None


def _is_friend(token: dict[str, Any]) -> bool | None:
    """LINE drops notices to those who are no friends silently, so we ask while we may.

    Signing in does not depend on it: no answer is just not knowing.
    """
    settings: Settings = current_app.extensions["mado.settings"]
    try:
        answer = requests.get(
            f"{settings.LINE_API_URL}/friendship/v1/status",
            headers={"Authorization": f"Bearer {token.get('access_token', '')}"},
            timeout=FRIEND_TIMEOUT,
        )
        flag = answer.json().get("friendFlag") if answer.ok else None
    except (requests.RequestException, OSError, ValueError, AttributeError):
        return None
    return flag if isinstance(flag, bool) else None


def _client() -> FlaskOAuth2App:
    return cast("FlaskOAuth2App", current_app.extensions["mado.line_login"])


def _watch(session: Any) -> None:
    """LINE keeps no logs for us: note its request id; and never believe a stand-in in public."""

    def look(response: requests.Response) -> requests.Response:
        log.info(
            "line.token",
            status=response.status_code,
            line_request_id=response.headers.get("x-line-request-id"),
            host=urlsplit(response.url).hostname,
        )
        if "Mado-Standin" in response.headers:
            settings: Settings = current_app.extensions["mado.settings"]
            if settings.refuses_stand_ins:
                raise LineRefused("stand_in")
        return response

    session.register_compliance_hook("access_token_response", look)


def _code(text: object) -> str:
    """An error code fit for the audit log: short, plain, nothing a stranger could write into it."""
    plain = re.sub(r"[^a-z_]", "", str(text).lower())
    return plain[:40] or "unknown"
