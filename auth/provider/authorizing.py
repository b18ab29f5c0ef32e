"""What is still missing before a tool gets its code: rules over the request and the sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from auth.assurance import at_least
from auth.provider.asking import Asked


class Missing(StrEnum):
    """What the resident must still do; the value is the error of a silent request."""

    SIGN_IN = "login_required"
    STRONGER = "unmet_authentication_requirements"
    CONSENT = "consent_required"


def missing(
    asked: Asked,
    *,
    acr: str,
    signed_in_at: datetime,
    begun_at: datetime,
    consented: bool,
    moment: datetime,
) -> Missing | None:
    """The first thing missing for somebody who is signed in; None: the code may be issued."""
    if not _recent(asked, signed_in_at, begun_at, moment):
        return Missing.SIGN_IN
    wanted = asked.weakest()
    if wanted is not None and not at_least(acr, wanted):
        return Missing.STRONGER
    return None if consented else Missing.CONSENT


def _recent(asked: Asked, at: datetime, begun_at: datetime, moment: datetime) -> bool:
    """prompt=login and max_age (Core §3.1.2.1): proven since the tool asked, or lately enough."""
    if at >= begun_at:
        return True
    if "login" in asked.prompts:
        return False
    return asked.max_age is None or moment - at <= timedelta(seconds=asked.max_age)
