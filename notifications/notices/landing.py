"""The landing addresses of a notice, /n/…: they count how often they are opened, and lead on.

Nothing is known of who opens them; who has read a notice is known only after the sign-in.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.wrappers import Response

from notifications.notices.letters import full_link
from notifications.notices.models import Notice, Opening
from notifications.rich_messages import content, shots
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.web.access import public

bp = Blueprint("landing", __name__, url_prefix="/n")
CHANNELS = ("line", "mail")


@bp.get("/<token>")
@public("resident")
def notice(token: str) -> Response:
    """To the notice in the inbox."""
    found = _notice(token)
    _count(found.id, "inbox")
    return redirect(url_for("inbox.notice", notice_id=found.id), 303)


@bp.get("/<token>/link")
@public("resident")
def link(token: str) -> Response:
    """To the link the clerk gave; it is the notice's own, so it leads nowhere else."""
    found = _notice(token)
    target = full_link(found.link)
    if target is None:
        raise NotFound()
    _count(found.id, "link")
    return redirect(target, 303)


@bp.get("/<token>/rich/<language>/<int:number>")
@public("resident")
def rich_link(token: str, language: str, number: int) -> Response:
    """To a link of the rich message, found by its number."""
    found = _notice(token)
    rich = content.of(found.rich, language)
    links = content.links(rich) if rich else []
    target = full_link(links[number][1]) if number < len(links) else None
    if target is None:
        raise NotFound()
    _count(found.id, f"rich {language} {number}")
    return redirect(target, 303)


@bp.get("/pictures/<uuid:picture_id>/<int:width>")
@public("resident", "staff")
def picture(picture_id: UUID, width: int) -> Response:
    """A picture of a rich message in one of LINE's widths. It never changes."""
    data, kind = shots.file_of(picture_id, width)
    answer = Response(data, mimetype=kind)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _notice(token: str) -> Row[UUID, str | None, dict[str, Any] | None]:
    try:
        raw = base64.b64decode(token + "==", altchars=b"-_", validate=True)
        notice_id = UUID(bytes=raw)
    except (binascii.Error, ValueError):
        raise NotFound() from None
    found = read().execute(
        select(Notice.id, Notice.link, Notice.rich).where(
            Notice.id == notice_id, Notice.fanned_out_at.is_not(None)
        )
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound()
    return row


def _count(notice_id: UUID, what: str) -> None:
    """One more; programs that only look ahead (HEAD, prefetch) do not count."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    channel = request.args.get("from", "")
    if request.method != "GET" or ahead or channel not in CHANNELS:
        return
    made = insert(Opening).values(notice_id=notice_id, channel=channel, what=what, count=1)
    read().execute(
        made.on_conflict_do_update(
            index_elements=["notice_id", "channel", "what"], set_={"count": Opening.count + 1}
        )
    )
