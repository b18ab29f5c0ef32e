"""What clerks may extract of notices and deliveries."""

from __future__ import annotations

from sqlalchemy import String, cast

from notifications.notices.models import Delivery, Notice
from portal.core.errors import N_
from portal.core.extracting import CHOICE, FLAG, MOMENT, NUMBER, TEXT, Column, Subject
from portal.core.languages import LANGUAGES

CHANNELS = {"line": "LINE", "mail": "E-mail", "inbox": "Inbox"}
NOTICES = Subject(
    "notices",
    N_("City notices"),
    Notice.__table__,
    (
        Column("id", N_("Number of the notice"), TEXT, cast(Notice.id, String)),
        Column("title", N_("Title"), TEXT, Notice.variants["ja"]["title"].astext),
        Column("kind", N_("Kind"), TEXT, Notice.kind),
        Column("topic", N_("Topic"), TEXT, Notice.topic),
        Column("made", N_("Written at"), MOMENT, Notice.created_at),
        Column("sent", N_("Sent from"), MOMENT, Notice.fanned_out_at),
        Column("cancelled", N_("Called off"), FLAG, Notice.cancelled_at.is_not(None)),
    ),
    (Notice.created_at, Notice.id),
)
DELIVERIES = Subject(
    "deliveries",
    N_("Deliveries of notices"),
    Delivery.__table__,
    (
        Column("notice", N_("Number of the notice"), TEXT, cast(Delivery.notice_id, String)),
        Column("resident", N_("Resident's number"), TEXT, Delivery.resident_id, personal=True),
        Column("channel", N_("Channel"), CHOICE, Delivery.channel, values=lambda: CHANNELS),
        Column("language", N_("Language"), CHOICE, Delivery.language, values=lambda: LANGUAGES),
        Column("tries", N_("Tries"), NUMBER, Delivery.tries),
        Column("sent", N_("Sent at"), MOMENT, Delivery.sent_at),
        Column("failed", N_("Failed at"), MOMENT, Delivery.failed_at),
        Column("error", N_("Error"), TEXT, Delivery.error),
    ),
    (Delivery.notice_id, Delivery.resident_id, Delivery.channel),
    resident=Delivery.resident_id,
)
SUBJECTS = (NOTICES, DELIVERIES)
