"""A message to a resident at the address we know: by mail or in the LINE talk."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from auth import identities
from portal.core import outbox
from portal.core.settings import Settings
from portal.residents.models import Resident


def tell(
    session: Session, resident_id: UUID, message: str, path: str, *, by_line: bool = False
) -> None:
    """Queue `message` with the link to a path of ours; nothing for who has left.

    by_line: in the LINE talk where there is one, else by mail.
    """
    found = identities.addresses_of(session, [resident_id]).get(resident_id)
    if found is None:
        return
    settings: Settings = current_app.extensions["mado.settings"]
    line_first = by_line and found.line
    channel, to = ("mail", found.email) if found.email and not line_first else ("line", found.line)
    if to:
        language = session.get_one(Resident, resident_id).language
        values = {"url": settings.PUBLIC_URL + path}
        outbox.post(session, channel, to, message, values, language=language)
