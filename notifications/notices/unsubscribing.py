"""One click in the mail program ends mails of a topic (RFC 8058), with a way back.

The address holds a sealed token, so it says nothing and can not be guessed. Opening it changes
nothing: scanners of mail open every address.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import exists, select

from notifications.channels import topic_stops
from notifications.channels.models import TopicStop
from notifications.notices.drafts import ALL_TOPICS
from notifications.notices.models import Notice
from portal.core.crypto import DamagedData, key_ring
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.core.web.access import machine, public
from portal.core.web.app import csrf
from portal.residents.models import Resident

bp = Blueprint("unsubscribing", __name__, url_prefix="/n/off")
PURPOSE = "notices.unsubscribe"
CHANNEL = "mail"


def token(notice_id: UUID, resident_id: UUID) -> str:
    """The sealed pair as it stands in an address."""
    sealed = key_ring().encrypt(notice_id.bytes + resident_id.bytes, PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def headers(public_url: str, notice_id: UUID, resident_id: UUID) -> tuple[tuple[str, str], ...]:
    """What mail programs look for; DKIM must cover both (RFC 8058, 4)."""
    address = f"{public_url}/n/off/{token(notice_id, resident_id)}"
    return (
        ("List-Unsubscribe", f"<{address}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )


@bp.get("/<sealed>")
@public("resident")
def show(sealed: str) -> str:
    """The page with the button; nothing changes by looking."""
    resident_id, _, topic = _meant(sealed)
    stopped = read().execute(
        select(TopicStop.at).where(
            TopicStop.resident_id == resident_id,
            TopicStop.topic == topic,
            TopicStop.channel == CHANNEL,
        )
    )
    return _page(sealed, topic, off=stopped.first() is not None)


@bp.post("/<sealed>")
@csrf.exempt  # type: ignore[untyped-decorator]
@machine
def one_click(sealed: str) -> str:
    """From a mail program (no cookie, no CSRF: the token is the proof) or from our own page."""
    resident_id, notice_id, topic = _meant(sealed)
    on = request.form.get("again") == "1"
    with transaction() as session:
        if on:
            topic_stops.switch_on(session, resident_id, topic, CHANNEL)
        else:
            topic_stops.switch_off(session, resident_id, topic, CHANNEL, notice_id)
    return _page(sealed, topic, off=not on)


def _page(sealed: str, topic: str, *, off: bool) -> str:
    return render_template(
        "notifications/unsubscribe.html",
        action=url_for("unsubscribing.one_click", sealed=sealed),
        topic=gettext(ALL_TOPICS.get(topic, topic)),
        off=off,
    )


def _meant(sealed: str) -> tuple[UUID, UUID, str]:
    """Resident, notice, topic; a token that is none is a page that is none."""
    try:
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        plain = key_ring().decrypt(raw, PURPOSE)
    except (DamagedData, binascii.Error, ValueError):
        raise NotFound() from None
    notice_id, resident_id = UUID(bytes=plain[:16]), UUID(bytes=plain[16:32])
    stays = exists().where(Resident.id == resident_id, Resident.left_at.is_(None))
    topic = read().execute(select(Notice.topic).where(Notice.id == notice_id, stays)).scalar()
    if topic is None:
        raise NotFound()
    return resident_id, notice_id, topic
