"""What is kept of notices that reached a resident, how it is taken along, why and how long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.care.models import NoticeWish
from notifications.channels.models import ChannelStop, TopicStop
from notifications.notices import letters
from notifications.notices.models import Delivery, InboxEntry, Notice
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.personal_data import ExportPart, Kept, PersonalData, plain_value, table_part


def _inbox(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """Notices in the language of the download."""
    found = (
        select(
            Notice.kind,
            Notice.variants,
            InboxEntry.at,
            InboxEntry.read_at,
            InboxEntry.archived_at,
            InboxEntry.rated,
        )
        .join(Notice, Notice.id == InboxEntry.notice_id)
        .where(InboxEntry.resident_id == resident_id)
        .order_by(InboxEntry.at)
    )
    rows = []
    for row in session.execute(found):
        words = letters.variant(row, current_language())
        moments = {name: getattr(row, name) for name in ("at", "read_at", "archived_at")}
        said = {"title": words["title"], "body": words["body"]}
        rows.append(plain_value(said | moments | {"rated": row.rated}))
    return rows


PARTS = (
    ExportPart(
        "inbox",
        N_("Notices of your inbox"),
        {
            "title": N_("Title"),
            "body": N_("Text"),
            "at": N_("Date"),
            "read_at": N_("Read at"),
            "archived_at": N_("Archived at"),
            "rated": N_("Rated already"),
        },
        _inbox,
        ("inbox_entries.resident_id",),
    ),
    table_part(
        "deliveries",
        N_("Notices sent to you"),
        Delivery.resident_id,
        {
            "channel": N_("Channel"),
            "language": N_("Language"),
            "sent_at": N_("Sent at"),
            "failed_at": N_("Failed at"),
        },
    ),
    table_part(
        "notice_wishes",
        N_("How you want notices"),
        NoticeWish.resident_id,
        {
            "digest": N_("Once a week by e-mail"),
            "language": N_("Language"),
            "digested_at": N_("Last weekly mail"),
        },
    ),
    table_part(
        "channel_stops",
        N_("Channels that do not reach you"),
        ChannelStop.resident_id,
        {"channel": N_("Channel"), "reason": N_("Why"), "at": N_("Date")},
    ),
    table_part(
        "topic_stops",
        N_("Topics you switched off"),
        TopicStop.resident_id,
        {"topic": N_("Topic"), "channel": N_("Channel"), "at": N_("Date")},
    ),
)

_WITH = "Until the account is deleted."
_SENT = "Which way a notice went, so that it goes once and reports are true."
COLUMNS = {
    "deliveries.channel": Kept(_SENT, _WITH),
    "deliveries.language": Kept(_SENT, _WITH),
    "deliveries.error": Kept("Why a notice did not arrive; a code, no words.", _WITH),
    "notice_wishes.digest": Kept("Notices come as the resident wants them.", _WITH),
    "notice_wishes.language": Kept("Notices come in the language the resident reads.", _WITH),
    "channel_stops.channel": Kept("A channel that bounces is not tried again.", _WITH),
    "channel_stops.reason": Kept("A channel that bounces is not tried again.", _WITH),
}

COLUMNS |= {
    "inbox_entries.rated": Kept(
        "How easy a notice was is asked once; which figure was given is not kept here.", _WITH
    ),
    "line_testers.line_id": Kept(
        "Tests of notices go to the clerk's own phone.", "Until the clerk forgets the phone."
    ),
}

_OFF = "Notices of this topic are not sent by this channel."
COLUMNS |= {
    "topic_stops.topic": Kept(_OFF, _WITH),
    "topic_stops.channel": Kept(_OFF, _WITH),
}

COLUMNS |= {
    "menu_links.line_user": Kept(
        "Which LINE account is shown another menu than everybody's, so that it can be taken back.",
        "Until the account is shown everybody's menu again.",
    ),
}

DATA = PersonalData(parts=PARTS, columns=COLUMNS)
