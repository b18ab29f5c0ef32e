"""A verified answer between the issuer's POST and the browser that asked.

The POST comes from another site, so it carries no cookie of ours (SameSite=Lax). It is verified
and kept under a one-time handle; the redirect to our own page brings the cookie, and only there
it is seen whether this browser asked.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.federation.errors import ElsewhereBegun
from auth.saml.checks import SKEW, Said
from auth.saml.errors import SamlRefused
from auth.saml.models import SamlAnswer, SeenAssertion
from portal.core.clock import now
from portal.core.db import read
from portal.core.ids import new_secret

LIVES = timedelta(minutes=5)


def keep(session: Session, issuer: str, said: Said, relay_state: str) -> str:
    """Keep an answer; returns its handle. Raises SamlRefused for an assertion seen before."""
    until = said.until + SKEW
    seen = (
        insert(SeenAssertion)
        .values(assertion_hash=_hash(f"{issuer}\0{said.assertion_id}"), until=until)
        .on_conflict_do_nothing()
        .returning(SeenAssertion.until)
    )
    if session.execute(seen).scalar() is None:
        raise SamlRefused("replay")
    handle = new_secret()
    words: dict[str, Any] = asdict(said)
    words["until"] = said.until.isoformat()
    at = said.authenticated_at
    words["authenticated_at"] = at.isoformat() if at else None
    session.add(
        SamlAnswer(
            handle_hash=_hash(handle),
            issuer=issuer,
            request_id=said.request_id,
            relay_state=relay_state,
            said=words,
            expires_at=now() + LIVES,
        )
    )
    return handle


def take(session: Session, handle: str, issuer: str, request_id: str, relay_state: str) -> Said:
    """The answer to this browser's question; raises IssuerRefused. A handle is good for one try."""
    row = session.execute(
        delete(SamlAnswer)
        .where(SamlAnswer.handle_hash == _hash(handle), SamlAnswer.expires_at > now())
        .returning(SamlAnswer)
    ).scalar_one_or_none()
    if row is None:
        raise SamlRefused("handle")
    ours = (
        row.issuer == issuer
        and hmac.compare_digest(row.request_id.encode(), request_id.encode())
        and hmac.compare_digest(row.relay_state.encode(), relay_state.encode())
    )
    if not ours:
        raise ElsewhereBegun("other_browser")
    words = dict(row.said)
    at = words["authenticated_at"]
    words["authenticated_at"] = datetime.fromisoformat(at) if at else None
    words["until"] = datetime.fromisoformat(words["until"])
    return Said(**words)


def sweep() -> int:
    """Delete what is over; returns how many assertions are forgotten."""
    read().execute(delete(SamlAnswer).where(SamlAnswer.expires_at < now()))
    return read().execute(delete(SeenAssertion).where(SeenAssertion.until < now())).rowcount


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
