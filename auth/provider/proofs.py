"""Secrets shown once and kept as hashes; signed statements that count once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.provider.models import UsedProof


def hashed(secret: str) -> bytes:
    """How a code, token or handle of 256 random bits is kept."""
    return hashlib.sha256(secret.encode()).digest()


def spend(session: Session, whose: str, jti: str, until: datetime) -> bool:
    """Whether this is the first time `jti` of `whose` is shown; two at once: one wins."""
    row = insert(UsedProof).values(proof_hash=hashed(f"{whose}\0{jti}"), until=until)
    taken = row.on_conflict_do_nothing().returning(UsedProof.proof_hash)
    return session.execute(taken).scalar() is not None
