"""A test to the clerk's own mail and LINE: every language, as residents would get it."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

import structlog
from sqlalchemy.orm import Session

from auth.staff.accounts import StaffAccount
from notifications.channels.line import line_api
from notifications.languages import WRITTEN
from notifications.notices import letters, testers
from notifications.notices.models import Notice
from notifications.rich_messages import line
from portal.core import audit, jobs, outbox
from portal.core.db import transaction
from portal.core.errors import NeverAgain, NotFound, TryLater

log = structlog.get_logger(__name__)

MARK = "【テスト】"


def send(session: Session, notice_id: UUID, by: UUID) -> int:
    """Queue one mail for each language; gives how many."""
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


def send_line(session: Session, notice_id: UUID, by: UUID) -> None:
    """Ring for a push to the clerk's test phone; raises NotFound where none is linked."""
    if session.get(Notice, notice_id) is None or testers.of(session, by) is None:
        raise NotFound()
    jobs.ring(session, "notifications.notices.testing.push", notice_id, by, uuid4())
    audit.record(session, "notice.tested_by_line", ("notice", notice_id))


def push(notice_id: str, staff_id: str, key: str) -> None:
    """What the test phone gets: a word that it is a test, then each language as LINE shows it.

    Harmless twice: LINE knows the key of each push. A test that LINE does not take is not kept.
    """
    with transaction() as session:
        notice = session.get(Notice, UUID(notice_id))
        line_id = testers.of(session, UUID(staff_id))
    if notice is None or line_id is None:
        return
    for language in (each for each in WRITTEN if each in notice.variants):
        told = {"type": "text", "text": f"{MARK}{WRITTEN[language]}"}
        messages = [told, *line.messages(notice, language, notice.id)]
        try:
            line_api().push(line_id, messages, uuid5(UUID(key), language))
        except (TryLater, NeverAgain) as fault:
            log.warning("notice.test_not_taken", notice=notice_id, error=type(fault).__name__)
