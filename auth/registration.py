"""Registration: an account comes into being with what its owner has proven, all at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from auth import identities
from auth.authenticators import Authenticator
from portal.core import audit
from portal.residents.models import Resident


def register_resident(
    session: Session,
    *,
    line_user_id: str | None = None,
    email: str | None = None,
    totp_secret: str | None = None,
    totp_step: int = 0,
    language: str = "ja",
) -> UUID:
    """Make an account with these proven identities; returns the resident's id.

    `email` is in the spelling of `addresses.normal`. Raises Taken when an identity has an account.
    """
    if line_user_id is None and email is None:
        raise ValueError("an account needs LINE or a mail address")
    resident = Resident(language=language)
    session.add(resident)
    session.flush()
    for issuer, subject in ((identities.LINE, line_user_id), (identities.EMAIL, email)):
        if subject is not None:
            identities.add(session, resident.id, issuer, subject)
    if totp_secret is not None:
        session.add(Authenticator(resident_id=resident.id, secret=totp_secret, last_step=totp_step))
    audit.record(
        session,
        "account.registered",
        ("resident", resident.id),
        line=line_user_id is not None,
        email=email is not None,
        totp=totp_secret is not None,
    )
    return resident.id
