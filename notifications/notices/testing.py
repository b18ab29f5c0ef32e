"""A test to the clerk's own mail: the words of every language, as residents would get them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from auth.staff.accounts import StaffAccount
from notifications.languages import WRITTEN
from notifications.notices import letters
from notifications.notices.models import Notice
from portal.core import audit, outbox
from portal.core.errors import NotFound

MARK = "【テスト】"


def send(session: Session, notice_id: UUID, by: UUID) -> int:
    """Queue one mail for each language; gives how many. Clerks have no LINE here."""
    notice, clerk = session.get(Notice, notice_id), session.get(StaffAccount, by)
    if notice is None or clerk is None:
        raise NotFound()
    languages = [each for each in WRITTEN if each in notice.variants]
    for language in languages:
        params = letters.mail_params(notice, language, notice_id)
        params["notice_title"] = MARK + params["notice_title"]
        outbox.post(session, "mail", clerk.email, "notice", params, language=language)
    audit.record(session, "notice.tested", ("notice", notice_id), mails=len(languages))
    return len(languages)
