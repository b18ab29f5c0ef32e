"""How easy was it? One tap under a notice; counted without who said it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.inbox.pages import bp
from notifications.notices import ratings
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, unnamed_resident


@bp.post("/<uuid:notice_id>/rating")
@unnamed_resident
def rate(notice_id: UUID) -> Response:
    """Count it once; who asks for a notice of others gets 404."""
    who, typed = current_viewer().id, request.form.get("ease", "")
    ease = int(typed) if typed in {str(n) for n in range(1, 8)} else 0
    assert who is not None  # noqa: S101  (the route is for signed-in residents)
    if not ease:
        raise NotFound()
    with transaction() as session:
        ratings.rate(session, notice_id, who, ease)
    flash(gettext("Thank you."), "success")
    return redirect(url_for("inbox.notice", notice_id=notice_id), 303)
