"""Signing keys: made on first use, replaced by one command, old ones go on verifying."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from flask import current_app
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from auth.provider.clients import ALGORITHMS
from auth.provider.models import SigningKey
from portal.core import audit
from portal.core.clock import now

PUBLISHED = timedelta(days=30)  # a retired key; ID tokens live minutes, tools cache for days
KEPT = 30.0  # seconds a process keeps opened keys; a rotation is seen by all after that
LOCK = 0x4D414459  # advisory lock number: two processes must not both make the first keys


def sign(session: Session, alg: str, claims: dict[str, Any], kind: str = "JWT") -> str:
    """A signed token by the newest key of this algorithm."""
    key = _active(session, alg)
    header = {"alg": alg, "kid": key.kid, "typ": kind}
    return jwt.encode(header, claims, key, [alg])


def published(session: Session) -> dict[str, Any]:
    """The JWKS: live keys first, then retired ones tools may still meet."""
    _ensure(session)
    rows = session.scalars(
        select(SigningKey.public)
        .where(SigningKey.retired_at.is_(None) | (SigningKey.retired_at > now() - PUBLISHED))
        .order_by(SigningKey.created_at.desc())
    )
    return {"keys": list(rows)}


def verifying(session: Session) -> KeySet:
    """Every key that ever signed, to know our own ID tokens when they come back as hints."""
    rows = list(session.scalars(select(SigningKey.public)))
    return KeySet.import_key_set({"keys": rows})


def rotate(session: Session) -> list[str]:
    """New keys sign from now on; returns their ids."""
    session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    session.execute(
        update(SigningKey).where(SigningKey.retired_at.is_(None)).values(retired_at=now())
    )
    made = _make(session)
    audit.record(session, "provider.keys_rotated", keys=made)
    return made


def _make(session: Session) -> list[str]:
    made = []
    for alg in ALGORITHMS:
        parameters: Any = {"use": "sig", "alg": alg}
        key = (
            ECKey.generate_key("P-256", parameters, auto_kid=True)
            if alg == "ES256"
            else RSAKey.generate_key(2048, parameters, auto_kid=True)
        )
        session.add(
            SigningKey(
                kid=key.kid,
                alg=alg,
                private=dict(key.as_dict(private=True)),
                public=dict(key.as_dict(private=False)),
            )
        )
        made.append(str(key.kid))
    session.flush()
    return made


def _ensure(session: Session) -> None:
    live = select(SigningKey.kid).where(SigningKey.retired_at.is_(None)).limit(1)
    if session.execute(live).scalar() is not None:
        return
    session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    if session.execute(live).scalar() is None:
        audit.record(session, "provider.keys_made", keys=_make(session))


def _active(session: Session, alg: str) -> ECKey | RSAKey:
    """Opened keys stay in the process for a moment: decrypting and parsing costs a millisecond."""
    kept: dict[str, tuple[float, ECKey | RSAKey]] = current_app.extensions["mado.provider_keys"]
    found = kept.get(alg)
    if found is not None and found[0] > time.monotonic():
        return found[1]
    _ensure(session)
    private = session.scalars(
        select(SigningKey.private)
        .where(SigningKey.alg == alg, SigningKey.retired_at.is_(None))
        .order_by(SigningKey.created_at.desc())
        .limit(1)
    ).one()
    kind = ECKey if alg == "ES256" else RSAKey
    key = kind.import_key(private)
    kept[alg] = (time.monotonic() + KEPT, key)
    return key
