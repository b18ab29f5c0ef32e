"""ID tokens of LIFF apps: ES256 by LINE's published keys, for our channel, each used once."""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from flask import Flask, current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import LargeBinary, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import LineAway, LineRefused
from auth.line_login import ISSUER, LEEWAY, TIMEOUT, USER_ID
from portal.core.clock import now
from portal.core.db import Base, read
from portal.core.settings import Settings

LONGEST = 4096  # characters; LINE's are about 600
OLDEST = 3600  # seconds: a LIFF token lives an hour
KEYS_GOOD_FOR = 24 * 3600
ASK_AGAIN_AFTER = 60  # seconds between two questions for keys, however many tokens name new ones


class SpentToken(Base):
    """A token that has been used, until it would have expired anyway."""

    __tablename__ = "line_spent_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LineKeys:
    """LINE's signing keys by kid, kept for a day; an unknown kid asks again, once a minute."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.LINE_API_URL}/oauth2/v2.1/certs"
        self._refuses_stand_ins = settings.refuses_stand_ins
        self._keys: dict[str, ECKey] = {}
        self._asked_at: float | None = None
        self._known_at: float | None = None
        self._lock = threading.Lock()

    def find(self, kid: object) -> ECKey:
        """The key of this name; raises LineRefused, LineAway."""
        with self._lock:
            if kid not in self._keys or self._older_than(self._known_at, KEYS_GOOD_FOR):
                self._ask()
        found = self._keys.get(kid) if isinstance(kid, str) else None
        if found is None:
            raise LineRefused("unknown_key")
        return found

    def _ask(self) -> None:
        if not self._older_than(self._asked_at, ASK_AGAIN_AFTER):
            return
        self._asked_at = time.monotonic()
        try:
            answer = requests.get(self._url, timeout=TIMEOUT, allow_redirects=False)
            answer.raise_for_status()
            found = dict(_usable(one) for one in answer.json()["keys"] if _signs(one))
        except (requests.RequestException, JoseError, ValueError, KeyError, TypeError):
            if self._known_at is None:
                self._asked_at = None  # nothing to go on with: the next sign-in asks again
                raise LineAway() from None
            return
        if "Mado-Standin" in answer.headers and self._refuses_stand_ins:
            raise LineRefused("stand_in")
        self._keys = found
        self._known_at = time.monotonic()

    @staticmethod
    def _older_than(moment: float | None, seconds: float) -> bool:
        return moment is None or time.monotonic() - moment > seconds


def _signs(key: Any) -> bool:
    """Whether this is a P-256 key for signatures with a name."""
    if not isinstance(key, dict) or not {"x", "y"} <= key.keys():
        return False
    curve = (key.get("kty"), key.get("crv"), key.get("use", "sig"))
    return curve == ("EC", "P-256", "sig") and isinstance(key.get("kid"), str)


def _usable(key: dict[str, Any]) -> tuple[str, ECKey]:
    return key["kid"], ECKey.import_key(key)


def install(app: Flask, settings: Settings) -> None:
    """One cache of keys a process."""
    app.extensions["mado.line_keys"] = LineKeys(settings)


def proven(token: str) -> tuple[str, datetime]:
    """Whom the token names and when it ends; raises LineRefused, LineAway.

    Only a token is believed, never a user id (LINE: "Don't send user info to server").
    """
    if not 0 < len(token) <= LONGEST:
        raise LineRefused("malformed")
    keys: LineKeys = current_app.extensions["mado.line_keys"]
    try:
        found = jwt.decode(token, lambda one: keys.find(one.headers().get("kid")), ["ES256"])
    except (JoseError, ValueError, TypeError, KeyError):
        raise LineRefused("signature") from None
    settings: Settings = current_app.extensions["mado.settings"]
    why = fault(found.claims, settings.LINE_LOGIN_CHANNEL_ID, now().timestamp())
    if why is not None:
        raise LineRefused(why)
    return found.claims["sub"], datetime.fromtimestamp(found.claims["exp"], UTC)


def fault(claims: dict[str, Any], channel: str, moment: float) -> str | None:
    """What is wrong with the claims of a LIFF token; None when nothing is."""
    made, ends, subject = claims.get("iat"), claims.get("exp"), claims.get("sub")
    if claims.get("iss") != ISSUER:
        return "issuer"
    if claims.get("aud") != channel:  # a list, even with our channel in it, is another's token
        return "audience"
    if type(ends) is not int or not moment - LEEWAY < ends < moment + OLDEST + LEEWAY:
        return "expired"
    if type(made) is not int or not moment - OLDEST - LEEWAY <= made <= moment + LEEWAY:
        return "iat"
    if not isinstance(subject, str) or not USER_ID.fullmatch(subject):
        return "subject"
    return None


def spend(session: Session, token: str, ends: datetime) -> None:
    """Use the token up; raises LineRefused when it was used before.

    Known by what was signed: a second valid signature of the same words can be made from the
    first (ECDSA takes s and n - s), and LIFF tokens carry neither jti nor nonce.
    """
    said = hashlib.sha256(token.rpartition(".")[0].encode()).digest()
    values = {"token_hash": said, "expires_at": ends + timedelta(seconds=LEEWAY)}
    statement = insert(SpentToken).values(**values).on_conflict_do_nothing()
    if session.execute(statement.returning(SpentToken.token_hash)).scalar() is None:
        raise LineRefused("replayed")


def sweep() -> int:
    """Forget used tokens that would be refused as expired anyway; returns how many."""
    return read().execute(delete(SpentToken).where(SpentToken.expires_at < now())).rowcount
