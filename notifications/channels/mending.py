"""On My Page: a channel that stopped, why, and one tap that mends it."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from notifications.channels.models import ChannelStop
from notifications.inbox.pages import bp
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, resident
from portal.core.web.app import limiter

STOPS = "(SELECT json_agg(channel) FROM channel_stops WHERE resident_id = %(resident)s)"


def section(channels: list[str] | None) -> str:
    """The part of My Page; nothing where every channel works."""
    if not channels:
        return ""
    settings = current_app.extensions["mado.settings"]
    bot = settings.LINE_BOT_BASIC_ID
    part = current_app.jinja_env.get_template("notifications/stopped.html")
    # LINE's own link: it opens the talk with "add" or "unblock" as the one button.
    friend = f"https://line.me/R/ti/p/{bot}" if bot else None
    return part.render(channels=sorted(channels), friend_url=friend)


def try_again(session: Session, resident_id: UUID) -> None:
    """Mail goes to the address again; another bounce stops it again."""
    gone = session.execute(
        delete(ChannelStop)
        .where(ChannelStop.resident_id == resident_id, ChannelStop.channel == "mail")
        .returning(ChannelStop.resident_id)
    ).scalar()
    if gone is None:
        raise NotFound()
    audit.record(session, "mail.tried_again", ("resident", resident_id))


@bp.post("/channels/mail")
@limiter.limit("5 per day")
@resident
def mend_mail() -> Response:
    """The address works again, says the resident."""
    who = current_viewer().id
    assert who is not None  # noqa: S101  (the route is for signed-in residents)
    with transaction() as session:
        try_again(session, who)
    flash(gettext("We write to your mail address again."), "success")
    return redirect(url_for("inbox.index"), 303)
