"""Telling on LINE: picture, place and few words in any order, within a day, each taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import structlog
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.identities import resident_of_line
from chatbot.line.models import LineEvent
from chatbot.reports import categories, drafts, talk_messages, words
from chatbot.reports.models import ReportDraft, ReportPicture
from chatbot.reports.pictures import LARGEST_FILE, RefusedPicture, clean
from chatbot.reports.rules import LONGEST_PLACE, LONGEST_WORDS
from chatbot.reports.talk_steps import Messages, begin, go_on, noted, on_draft, owner_of, picked
from notifications.channels.line import line_api
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read, rows, transaction
from portal.core.errors import NeverAgain
from portal.core.i18n import force_locale
from portal.maps.view import read_point
from portal.residents.models import Resident

log = structlog.get_logger(__name__)

Event = dict[str, Any]
START = frozenset(
    {
        "道路の破損を知らせる",
        "道路の破損などを知らせる",
        "破損を知らせる",
        "通報",
        "通報する",
        "通報したい",
        "report",
        "report damage",
    }
)
# Text that comes long after the last part is likely a question for the bot, not few words.
LISTENS_FOR = timedelta(minutes=15)
POSTBACK = "report:"
WAITING = "SELECT true FROM report_drafts WHERE owner_hash = %(owner)s AND changed_at > %(since)s"


def hears(event: Event) -> bool:
    """Whether the event was this conversation's, and then it is answered by its reply token."""
    user = str((event.get("source") or {}).get("userId", ""))
    alone = (event.get("source") or {}).get("type", "user") == "user"
    if not user or not alone or not _may_be_ours(event, user):
        return False
    with force_locale(_language(user)):
        answer = _worked(event, user)
        if answer is None:
            return False
        token = event.get("replyToken")
        if token and answer:
            line_api().reply(str(token), answer[:5])
    return True


def taken_back(event: Event) -> None:
    """A picture that its sender took back in the talk goes, from a draft and from a report."""
    message_id = str((event.get("unsend") or {}).get("messageId", ""))
    if not message_id:
        return
    with transaction() as session:
        chosen = select(ReportPicture).where(ReportPicture.line_message_id == message_id)
        for row in session.scalars(chosen):
            if row.report_id:
                audit.record(session, "report.picture_unsent", ("report", row.report_id))
            drafts.drop_picture(session, row)


def _may_be_ours(event: Event, user: str) -> bool:
    """Most texts are questions: one small read says that no report is being told."""
    message = event.get("message") or {}
    if event.get("type") != "message" or message.get("type") != "text":
        return True
    if _plain(message) in START:
        return True
    since = now() - LISTENS_FOR
    return bool(rows(WAITING, {"owner": owner_of(user), "since": since}))


def _plain(message: dict[str, Any]) -> str:
    said = " ".join(str(message.get("text", "")).replace("\x00", "").split())
    return re.sub(r"[。.!!]+$", "", said.lower())


def _worked(event: Event, user: str) -> Messages | None:
    """The answer; None when the event is not ours."""
    if event.get("type") == "postback":
        data = str((event.get("postback") or {}).get("data", ""))
        return picked(user, data.removeprefix(POSTBACK)) if data.startswith(POSTBACK) else None
    message = event.get("message") or {}
    kind = message.get("type")
    if kind == "image":
        return _picture(user, message)
    if kind == "location":
        return _location(user, message)
    return _text(user, str(message.get("text", ""))) if kind == "text" else None


def _picture(user: str, message: dict[str, Any]) -> Messages:
    message_id = str(message.get("id", ""))
    try:
        body = line_api().content(message_id, LARGEST_FILE)
        picture = clean(body)
    except RefusedPicture as fault:
        return [talk_messages.plain(gettext(words.PICTURE_REFUSALS[fault.reason]))]
    except NeverAgain:  # 404, 410: taken back meanwhile, or too old
        return [
            talk_messages.plain(gettext("The picture could not be fetched. Please send it again."))
        ]

    def act(session: Session, draft: ReportDraft) -> Messages:
        if _is_taken_back(session, message_id):
            return []
        if _is_kept(session, message_id):  # its reply was lost on the way, the event came again
            return go_on(session, draft)
        try:
            drafts.add_picture(session, draft, picture, message_id)
        except drafts.TooManyPictures as fault:
            return [talk_messages.plain(gettext(fault.message)), *go_on(session, draft)]
        noted(draft, "picture")
        return go_on(session, draft)

    return on_draft(user, act)


def _location(user: str, message: dict[str, Any]) -> Messages:
    point = read_point(str(message.get("latitude", "")), str(message.get("longitude", "")))

    def act(session: Session, draft: ReportDraft) -> Messages:
        if point is None:
            return [talk_messages.plain(gettext("The position is not in Japan"))]
        drafts.change(draft, latitude=point.latitude, longitude=point.longitude, checked=None)
        if message.get("address"):
            drafts.change(draft, place=str(message["address"])[:LONGEST_PLACE])
        noted(draft, "place")
        return go_on(session, draft)

    return on_draft(user, act)


def _text(user: str, text: str) -> Messages | None:
    said = " ".join(text.replace("\x00", "").split())
    if _plain({"text": text}) in START:
        return on_draft(user, begin)
    with transaction() as session:
        draft = drafts.find(session, owner_of(user))
        quiet = draft is None or draft.changed_at < now() - LISTENS_FOR or "sent" in draft.fields
        if quiet or not said:
            return None
    if said in ("やめる", "キャンセル", "cancel"):
        return picked(user, "cancel")
    if said in ("もどす", "戻す", "undo"):
        return picked(user, "undo")

    def act(session: Session, draft: ReportDraft) -> Messages:
        told = draft.fields
        is_place = told.get("expects") == "place" or (
            told.get("words") and drafts.point(draft) is None and not told.get("place")
        )
        if is_place:
            drafts.change(draft, place=said[:LONGEST_PLACE], expects=None)
            noted(draft, "place")
            return go_on(session, draft)
        drafts.change(draft, words=said[:LONGEST_WORDS])
        if not told.get("category"):
            guess = categories.guessed(said, categories.offered(session))
            drafts.change(draft, guess=guess)
        noted(draft, "words")
        return go_on(session, draft)

    return on_draft(user, act)


def _is_kept(session: Session, message_id: str) -> bool:
    chosen = select(ReportPicture.id).where(ReportPicture.line_message_id == message_id)
    return session.scalar(chosen) is not None


def _is_taken_back(session: Session, message_id: str) -> bool:
    """The sender was faster: its event has been emptied while the picture was fetched."""
    chosen = select(LineEvent.id).where(
        LineEvent.message_id == message_id,
        LineEvent.kind == "message",
        LineEvent.payload.is_(None),
        LineEvent.done_at.is_not(None),
    )
    return session.scalar(chosen) is not None


def _language(user: str) -> str:
    resident_id = resident_of_line(user)
    if resident_id is None:
        return "ja"
    chosen = select(Resident.language).where(Resident.id == resident_id)
    return read().execute(chosen).scalar() or "ja"
