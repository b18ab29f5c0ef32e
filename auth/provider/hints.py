"""ID tokens of ours that come back as hints: whom and which tool they were made for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy.orm import Session

from auth.provider import keys
from auth.provider.clients import ALGORITHMS, Client
from auth.provider.subjects import subject_of


@dataclass(frozen=True)
class Hint:
    """What a hint says; its signature is ours, it may be expired."""

    subject: str
    client_id: str
    sid: str


def read(session: Session, token: str, issuer: str | None = None) -> Hint | None:
    """The hint, if we signed it (an ID token: it has `auth_time`, a logout token has not)."""
    try:
        found = jwt.decode(token, keys.verifying(session), algorithms=list(ALGORITHMS)).claims
        if "auth_time" not in found or (issuer is not None and found["iss"] != issuer):
            return None
        return Hint(str(found["sub"]), str(found["aud"]), str(found["sid"]))
    except (JoseError, KeyError, ValueError, TypeError):
        return None


def fits(session: Session, client: Client, token: str | None, resident_id: UUID) -> bool:
    """Whether the tool means this very resident; without a hint it does."""
    if token is None:
        return True
    hint = read(session, token)
    return (
        hint is not None
        and hint.client_id == client.client_id
        and hint.subject == subject_of(session, client.sector, resident_id)
    )
