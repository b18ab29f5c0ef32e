"""Codes and user tokens in the store: made, redeemed once, expired, revoked."""

import base64
import hashlib
import hmac
import json
import sqlite3
from typing import Any

from standins.line_platform import ids
from standins.line_platform.config import Config
from standins.line_platform.login import jwt, rules
from standins.line_platform.store import Store

CODE_SECONDS = 600
ACCESS_SECONDS = 2_592_000
REFRESH_SECONDS = 90 * 86_400


class GrantError(Exception):
    """A token request that is refused, with OAuth's error and LINE's description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


def issue_code(store: Store, user_id: str, params: dict[str, str], amr: list[str], at: int) -> str:
    """Make a code for what was asked; `at` is when the person signed in."""
    code = ids.opaque(20)
    auth_time = at if "max_age" in params else None
    store.run(
        "INSERT INTO codes VALUES(?,?,?,?,?,?,?,?,?,0)",
        code,
        user_id,
        params["redirect_uri"],
        params.get("nonce"),
        params.get("code_challenge"),
        params["scope"],
        auth_time,
        json.dumps(amr),
        store.now(),
    )
    return code


def redeem_code(store: Store, config: Config, form: dict[str, str]) -> dict[str, Any]:
    """Exchange a code for tokens, or raise GrantError."""
    row = store.one("SELECT * FROM codes WHERE code=?", form.get("code", ""))
    if row is None or row["at"] + CODE_SECONDS < store.now():
        raise GrantError("invalid_grant", "invalid authorization code")
    if form.get("redirect_uri") != row["redirect_uri"]:
        raise GrantError("invalid_grant", "redirect_uri does not match")
    _check_verifier(row["challenge"], form.get("code_verifier"))
    # One conditional update decides which of two requests at the same time wins.
    if store.run("UPDATE codes SET used=1 WHERE code=? AND used=0", row["code"]) != 1:
        raise GrantError("invalid_grant", "invalid authorization code")
    return _tokens(store, config, row)


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    if challenge is None:
        return
    if not rules.VERIFIER.fullmatch(verifier or ""):
        raise GrantError("invalid_request", "code_verifier is missing or malformed")
    digest = hashlib.sha256((verifier or "").encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(made, challenge):
        raise GrantError("invalid_grant", "code_verifier does not match")


def _tokens(store: Store, config: Config, row: sqlite3.Row) -> dict[str, Any]:
    resident = config.resident(row["user_id"])
    if resident is None:
        raise GrantError("invalid_grant", "invalid authorization code")
    answer = _user_token(store, row["user_id"], row["scope"], ids.opaque(20), store.now())
    if "openid" in row["scope"].split():
        extra = {
            "auth_time": row["auth_time"],
            "nonce": row["nonce"],
            "amr": json.loads(row["amr"]),
        }
        payload = jwt.claims(config.login, resident, row["scope"], store.now(), extra)
        answer["id_token"] = jwt.web_token(config.login, payload)
    return answer


def _user_token(
    store: Store, user_id: str, scope: str, refresh: str, first_at: float
) -> dict[str, Any]:
    access = ids.opaque(40)
    # LINE never lists email among the scopes of a token.
    shown = " ".join(part for part in scope.split() if part != "email")
    store.run(
        "INSERT INTO user_tokens(access,refresh,user_id,scope,at,first_at) VALUES(?,?,?,?,?,?)",
        access,
        refresh,
        user_id,
        shown,
        store.now(),
        first_at,
    )
    return {
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": refresh,
        "scope": shown,
        "token_type": "Bearer",
    }


def refresh(store: Store, form: dict[str, str]) -> dict[str, Any]:
    """A new access token; the refresh token stays the same and lives no longer."""
    row = store.one(
        "SELECT * FROM user_tokens WHERE refresh=? AND revoked=0 ORDER BY at DESC LIMIT 1",
        form.get("refresh_token", ""),
    )
    if row is None or row["first_at"] + REFRESH_SECONDS < store.now():
        raise GrantError("invalid_grant", "invalid refresh token")
    return _user_token(store, row["user_id"], row["scope"], row["refresh"], row["first_at"])


def live(store: Store, access: str) -> sqlite3.Row | None:
    """The row of an access token that still counts."""
    row = store.one("SELECT * FROM user_tokens WHERE access=? AND revoked=0", access)
    return row if row is not None and row["at"] + ACCESS_SECONDS > store.now() else None


def expires_in(store: Store, row: sqlite3.Row) -> int:
    """Seconds an access token has left."""
    return int(row["at"] + ACCESS_SECONDS - store.now())


def revoke(store: Store, access: str) -> None:
    """End one access token."""
    store.run("UPDATE user_tokens SET revoked=1 WHERE access=?", access)


def deauthorize(store: Store, access: str) -> bool:
    """Take back everything the person granted: tokens and consent."""
    row = live(store, access)
    if row is None:
        return False
    with store.transaction() as db:
        db.execute("UPDATE user_tokens SET revoked=1 WHERE user_id=?", (row["user_id"],))
        db.execute("DELETE FROM consents WHERE user_id=?", (row["user_id"],))
    return True
