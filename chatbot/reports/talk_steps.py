"""Steps of the report conversation on LINE: each does one thing to the draft and asks the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth.identities import resident_of_line
from chatbot.reports import categories, drafts, links, sending, talk_messages
from chatbot.reports.models import ReportDraft
from chatbot.reports.sending import Sender
from portal.core.crypto import keyed_hash
from portal.core.db import transaction
from portal.core.i18n import current_language

log = structlog.get_logger(__name__)


Messages = list[dict[str, Any]]


def owner_of(user: str) -> bytes:
    """What this talk's draft is found by."""
    return hashlib.sha256(b"talk" + keyed_hash(user, "report_talk")).digest()


def picked(user: str, choice: str) -> Messages:
    """A button of ours: its name, and a key or number behind a colon."""
    name, _, value = choice.partition(":")
    if name == "cancel":
        with transaction() as session:
            drafts.drop_of(session, owner_of(user))
        return [talk_messages.plain(gettext("We have deleted it. Nothing was sent."))]
    acts: dict[str, Callable[[Session, ReportDraft], Messages]] = {
        "start": begin,
        "undo": _undo,
        "place": _place_in_words,
        "category": lambda session, draft: _category(session, draft, value),
        "me_too": lambda session, draft: _me_too(session, draft, user, value),
        "new": _not_the_same,
        "send": lambda session, draft: _send(session, draft, user),
    }
    return on_draft(user, acts.get(name, go_on), again=name == "send")


def begin(session: Session, draft: ReportDraft) -> Messages:
    drafts.change(draft)
    first = [] if draft.fields.get("parts") else [talk_messages.welcome()]
    return [*first, *go_on(session, draft)]


def _place_in_words(session: Session, draft: ReportDraft) -> Messages:
    drafts.change(draft, expects="place")
    return [talk_messages.plain(gettext("Please write the address or a landmark."))]


def _category(session: Session, draft: ReportDraft, key: str) -> Messages:
    if key in categories.offered(session):
        drafts.change(draft, category=key, checked=None)
        noted(draft, "category")
    return go_on(session, draft)


def _undo(session: Session, draft: ReportDraft) -> Messages:
    """The last part goes; what was there before it can be given anew."""
    parts = list(draft.fields.get("parts", []))
    if not parts:
        return go_on(session, draft)
    last = parts.pop()
    if last == "picture":
        found = drafts.pictures(session, draft)
        if found:
            drafts.drop_picture(session, found[-1])
            session.flush()
    gone: dict[str, dict[str, Any]] = {
        "place": {"latitude": None, "longitude": None, "place": None},
        "words": {"words": None, "guess": None},
        "category": {"category": None},
    }
    drafts.change(draft, parts=parts, checked=None, expects=None, **gone.get(last, {}))
    return [talk_messages.plain(gettext("Taken back.")), *go_on(session, draft)]


def _not_the_same(session: Session, draft: ReportDraft) -> Messages:
    drafts.change(draft, checked="yes")
    return go_on(session, draft)


def _me_too(session: Session, draft: ReportDraft, user: str, number: str) -> Messages:
    near = sending.nearby(session, draft.fields.get("category", ""), drafts.point(draft))
    wanted = next((one for one in near if one.number == number), None)
    if wanted is None:
        return go_on(session, draft)
    follower = sending.follow(session, wanted.id, owner_of(user), _sender(user))
    drafts.drop_pictures(session, draft)
    drafts.finish(draft, follower, wanted.number)
    return [talk_messages.sent(wanted.number, _address(links.path(follower)))]


def _send(session: Session, draft: ReportDraft, user: str) -> Messages:
    if "sent" in draft.fields:  # the same button once more
        path = links.path(UUID(draft.fields["sent"]))
        return [talk_messages.sent(draft.fields["number"], _address(path))]
    if sending.missing(session, draft):
        return go_on(session, draft)
    report = sending.send(session, draft, _sender(user))
    return [talk_messages.sent(report.number, _address(links.path(report.id)))]


def go_on(session: Session, draft: ReportDraft) -> Messages:
    """What is there, and the one thing that is asked for now."""
    lacks = sending.missing(session, draft)
    offered = categories.offered(session)
    have = talk_messages.Have(
        len(drafts.pictures(session, draft)),
        drafts.point(draft) is not None or bool(draft.fields.get("place")),
        bool(draft.fields.get("words")),
        offered.get(draft.fields.get("category", "")),
        offered.get(draft.fields.get("guess", "")),
    )
    if lacks:
        return [talk_messages.ask(have, lacks, list(offered.values()))]
    point = drafts.point(draft)
    if not draft.fields.get("checked"):
        near = sending.nearby(session, draft.fields["category"], point)
        if near:
            return [talk_messages.same(have, near)]
    way = sending.routing(session, draft.fields["category"], point)
    return [talk_messages.ready(have, way)]


def on_draft(
    user: str, act: Callable[[Session, ReportDraft], Messages], *, again: bool = False
) -> Messages:
    """Do it to the talk's draft; what was sent is over, but for a button pressed `again`."""
    with transaction() as session:
        draft = drafts.begin(session, owner_of(user), "line")
        if "sent" in draft.fields and not again:
            draft.fields = {}
        return act(session, draft)


def noted(draft: ReportDraft, part: str) -> None:
    parts = [one for one in draft.fields.get("parts", []) if one != part or part == "picture"]
    drafts.change(draft, parts=[*parts, part])


def _sender(user: str) -> Sender:
    return Sender("line", current_language(), resident_of_line(user), user)


def _address(path: str) -> str:
    return str(current_app.extensions["mado.settings"].PUBLIC_URL) + path
